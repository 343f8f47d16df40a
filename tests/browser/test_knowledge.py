"""The knowledge base in the built-in chat, as people use it in Chromium. Covers U7, U8, U19, U20, G6."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from bot.knowledge.rules import Article, Audience, Content
from bot.unit import Unit
from tests.browser.conftest import PHONE
from tests.factories import team_file
from tests.harness import World, world

MARKUP = "<img src=x onerror=alert(1)>"
MORE = """
[[people]]
key = "ann"
name = "Ann"
role = "customer"

[knowledge]
answer_customers = false
"""
LONG = "\n\n".join(f"第 {number} 步：打开订单，点“退款”。  两个空格\n- 一\n- 二" for number in range(1500))


@dataclass
class Library:
    """Baton whole with its own chat, articles in it, and pages on which any fault of a script fails the test."""

    chat: World
    browser: Browser
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def open(self, user: str, room: str, **context: Any) -> Page:
        """The chat as `user`, in a room, ready to be used."""
        wished = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}} | context
        made = await self.browser.new_context(base_url=self.chat.url, **wished)
        self.contexts.append(made)
        page = await made.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{error}"))
        page.on("dialog", lambda dialog: self.faults.append(f"a dialog of the browser: {dialog.message}"))
        await page.goto(f"/chat?as={user}&room={room}")
        await page.wait_for_selector("body.ready .messages > *")
        return page

    async def store(self, *contents: Content) -> None:
        """Articles that stand there."""

        def add(unit: Unit) -> None:
            unit.knowledge.add([Article(0, content, unit.now, unit.now) for content in contents], 0)

        await self.chat.baton.database.write(add)
        await self.chat.baton.librarian.look()

    async def body(self, number: int) -> str:
        """What an article says."""
        article = await self.chat.read(lambda unit: unit.knowledge.get(number))
        return str(article.content.body)


@pytest.fixture
async def library(sqlite_url: str, tmp_path: Path, chromium: Browser) -> AsyncIterator[Library]:
    """Three articles, an agent and a customer."""
    file = team_file(tmp_path, support='web_room = "support"\nintake = ["web:help"]', more=MORE)
    async with world(sqlite_url, file) as chat:
        made = Library(chat, chromium)
        await made.store(
            Content(f"怎么退款 {MARKUP}", f"打开**订单**，点“退款”，三天到账。{MARKUP}", aliases=("退钱",)),
            Content("退款内部口径", "超过五百元要主管同意", audience=Audience.STAFF),
            Content("营业时间", "九点到六点"),
        )
        yield made
        for context in made.contexts:
            await context.close()
        assert made.faults == [], "a script failed in the browser"


def box_of(page: Page) -> Locator:
    """The search box's own dialog."""
    return page.locator("dialog.search")


async def test_found_while_typing_chosen_by_keyboard_and_judged(library: Library) -> None:
    """Covers U19, U20, G6: Ctrl K, a few letters, arrow keys, Enter; the article appears with what can be done."""
    page = await library.open("lin", "support")
    await page.keyboard.press("Control+k")
    box = box_of(page)
    typed = box.get_by_role("combobox", name="您的问题")
    await expect(typed).to_be_focused()
    await typed.press_sequentially("退款", delay=30)
    options = box.get_by_role("option")
    await expect(options).to_have_count(3)
    await expect(options.first).to_contain_text("K-1 · 怎么退款")
    await expect(options.first.locator("mark").first).to_have_text("退款")
    await expect(options.first).to_contain_text(MARKUP)
    await expect(box.get_by_role("status")).to_have_text("2 篇文章")
    await expect(typed).to_have_attribute("aria-activedescendant", "search-results-0")
    await typed.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await typed.press("ArrowUp")
    await typed.press("Enter")
    await expect(box).to_have_count(0)
    await library.chat.settle()
    card = page.get_by_role("article", name=re.compile("^K-1 · 怎么退款"))
    await expect(card).to_contain_text("三天到账")
    await expect(card.get_by_role("button", name="⚠️ 有误或过时")).to_be_visible()
    await card.get_by_role("button", name="👍 有用").click()
    await expect(page.locator("#toasts")).to_contain_text("K-1")
    tallies = await library.chat.read(lambda unit: unit.knowledge.tallies([1]))
    assert tallies[1].helped == 1


async def test_escape_closes_and_what_is_not_found_can_be_asked(library: Library) -> None:
    """Covers U20, U10: nothing is asked of anybody by closing; with nothing found the last line asks aloud."""
    page = await library.open("ann", "ann")
    await page.get_by_role("button", name="搜索知识库").click()
    await box_of(page).get_by_role("combobox").fill("主管同意")
    await expect(box_of(page).get_by_role("status")).to_have_text("暂时没有找到。")
    await page.keyboard.press("Escape")
    await expect(box_of(page)).to_have_count(0)
    await expect(page.get_by_role("button", name="搜索知识库")).to_be_focused()
    assert await library.chat.read(lambda unit: unit.knowledge.question(1)) is None
    await page.keyboard.press("Control+k")
    await box_of(page).get_by_role("combobox").fill("主管同意")
    await box_of(page).get_by_role("option", name="在这里提问：“主管同意”").click()
    await library.chat.settle()
    await expect(page.get_by_text("没有找到").first).to_be_visible()


async def test_an_answer_that_comes_late_is_not_shown_for_other_words(library: Library) -> None:
    """Covers U20: the first request hangs, the second one is answered, then the first one."""
    page = await library.open("lin", "support")
    gate = asyncio.Event()

    async def hold(route: Route) -> None:
        if "%E9%80%80" in route.request.url:  # 退
            await gate.wait()
        await route.continue_()

    await page.route(re.compile("/chat/api/search"), hold)
    await page.keyboard.press("Control+k")
    typed = box_of(page).get_by_role("combobox")
    async with page.expect_request(re.compile("/chat/api/search")):
        await typed.fill("退款")
    await typed.fill("营业")
    await expect(box_of(page).get_by_role("option").first).to_contain_text("K-3 · 营业时间")
    gate.set()
    await page.wait_for_timeout(200)
    await expect(box_of(page).get_by_role("option").first).to_contain_text("K-3 · 营业时间")


async def test_in_a_tickets_thread_it_goes_to_the_customer(library: Library) -> None:
    """Covers U8: the search box knows for whom one looks."""
    ann = await library.open("ann", "ann")
    await ann.locator("#main-composer textarea").fill("我要退钱")
    await ann.locator("#main-composer textarea").press("Enter")
    await expect(ann.get_by_text("T-1").first).to_be_visible()
    await library.chat.settle()
    lin = await library.open("lin", "support")
    ticket = lin.locator("#main-timeline .message", has_text="我要退钱").last
    await ticket.hover()
    await ticket.locator('[data-focus="thread"], [data-focus="reply"]').first.click()
    await expect(lin.locator("#side")).to_be_visible()
    await lin.keyboard.press("Control+k")
    await box_of(lin).get_by_role("combobox").fill("退钱")
    await box_of(lin).get_by_role("option").first.click()
    await library.chat.settle()
    await lin.locator("#side").get_by_role("button", name="发给客户").click()
    await expect(lin.locator("#toasts")).to_contain_text("T-1")
    await library.chat.pass_time(11)
    await expect(ann.get_by_text("三天到账").first).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "label", "title"),
    [("en-US", "Your question", "Search the knowledge base"), ("zh-TW", "您的問題", "搜尋知識庫")],
)
async def test_on_a_phone_in_the_dark_in_every_language(library: Library, locale: str, label: str, title: str) -> None:
    """Covers U19, U20: the whole screen, nothing sticks out, lines big enough for a thumb."""
    page = await library.open("lin", "support", locale=locale, color_scheme="dark", **PHONE)
    await page.get_by_role("button", name=title).tap()
    box = box_of(page)
    await box.get_by_label(label).fill("退款")
    await expect(box.get_by_role("option").first).to_be_visible()
    for option in await box.get_by_role("option").all():
        size = await option.bounding_box()
        assert size is not None
        assert size["height"] >= 44
        assert size["x"] + size["width"] <= 390
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    ground = await box.evaluate("(element) => getComputedStyle(element).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 80
    await box.get_by_role("option").first.tap()
    await library.chat.settle()
    await expect(page.get_by_role("article", name=re.compile("^K-1"))).to_be_visible()


async def test_words_of_an_input_method_are_looked_for_when_they_are_words(library: Library) -> None:
    """Covers U19: letters that still become characters ask nothing, and Enter that ends them chooses nothing."""
    page = await library.open("lin", "support")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/chat/api/search" in request.url else None)
    await page.keyboard.press("Control+k")
    typed = box_of(page).get_by_role("combobox")
    session = await page.context.new_cdp_session(page)
    await session.send("Input.imeSetComposition", {"text": "tuikuan", "selectionStart": 7, "selectionEnd": 7})
    await page.wait_for_timeout(300)
    assert asked == []
    await session.send("Input.insertText", {"text": "退款"})
    await expect(typed).to_have_value("退款")
    await expect(box_of(page).get_by_role("option").first).to_contain_text("K-1")


async def test_a_message_is_written_down_from_its_menu(library: Library) -> None:
    """Covers U7: the entry is there for the staff, and the form is filled in."""
    lin = await library.open("lin", "support")
    await lin.locator("#main-composer textarea").fill("发票在订单页下载")
    await lin.locator("#main-composer textarea").press("Enter")
    message = lin.locator("#main-timeline .message", has_text="发票在订单页下载")
    await message.hover()
    await message.get_by_role("button", name="更多").click()
    await lin.get_by_role("button", name="写进知识库").click()
    form = lin.get_by_role("dialog", name="新建文章")
    await expect(form.get_by_label("答案")).to_have_value("发票在订单页下载")
    await form.get_by_role("button", name="保存").click()
    await expect(form).to_have_count(0)
    await library.chat.settle()
    assert await library.body(4) == "发票在订单页下载"

    ann = await library.open("ann", "ann")
    await ann.locator("#main-composer textarea").fill("怎么开票")
    await ann.locator("#main-composer textarea").press("Enter")
    own = ann.locator("#main-timeline .message", has_text="怎么开票").first
    await own.hover()
    await own.get_by_role("button", name="更多").click()
    await expect(ann.get_by_role("button", name="复制链接")).to_be_visible()
    await expect(ann.get_by_role("button", name="写进知识库")).to_have_count(0)


async def test_a_long_article_comes_back_from_the_form_as_it_was(library: Library) -> None:
    """Covers U7: a real text area changes nothing in sixty thousand characters."""
    await library.store(Content("长文", LONG))
    assert len(LONG) > 50_000
    page = await library.open("lin", "support")
    composer = page.locator("#main-composer textarea")
    await composer.fill("/kb edit K-4")
    await composer.press("Enter")
    form = page.get_by_role("dialog", name="编辑 K-4")
    await form.get_by_label("分类").fill("售后")
    await form.get_by_role("button", name="保存").click()
    await expect(form).to_have_count(0)
    await library.chat.settle()
    assert await library.body(4) == LONG
