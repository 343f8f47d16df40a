"""The built-in chat on a phone, from the keyboard, in the dark, and in three languages."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.adapters.web.house import house, people
from tests.browser.conftest import PHONE, Say, Site
from tests.clock import ManualClock


async def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))


async def shade(page: Page, selector: str) -> int:
    """How light an element's background is, 0 to 255."""
    color = await page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", color)[:3]) // 3


# -- a phone --------------------------------------------------------------------------------------------------------


async def test_on_a_phone_nothing_is_wider_than_the_screen(site: Site, say: Say) -> None:
    zhang = await site.chat("zhang", **PHONE)
    long = "https://example.com/" + "x" * 300
    await zhang.locator("#main-composer textarea").fill(f"很长的链接 {long}\n```\n{'y' * 300}\n```")
    await zhang.get_by_role("button", name="发送").tap()
    await expect(zhang.get_by_text("工单号 T-1")).to_be_visible()
    assert await overflow(zhang) <= 0
    lin = await site.chat("lin", "support", **PHONE)
    await expect(lin.locator("article.card")).to_be_visible()
    assert await overflow(lin) <= 0
    await lin.get_by_role("button", name="1 条回复").tap()
    await expect(lin.get_by_role("heading", name="讨论串")).to_be_visible()
    assert await overflow(lin) <= 0


async def test_on_a_phone_the_rooms_are_a_drawer(site: Site) -> None:
    lin = await site.chat("lin", "support", **PHONE)
    rooms = lin.get_by_role("navigation", name="房间")
    await expect(rooms).to_be_hidden()
    await lin.get_by_role("button", name="显示房间列表").tap()
    await expect(rooms).to_be_visible()
    await lin.keyboard.press("Escape")
    await expect(rooms).to_be_hidden()
    await expect(lin.get_by_role("button", name="显示房间列表")).to_be_focused()
    await lin.get_by_role("button", name="显示房间列表").tap()
    await lin.get_by_role("button", name="大厅").tap()
    await expect(rooms).to_be_hidden()
    await expect(lin.get_by_role("heading", name="大厅", level=1)).to_be_visible()


async def test_on_a_phone_a_thread_fills_the_screen(site: Site, say: Say) -> None:
    await say(await site.chat("zhang"), "打印机坏了")
    lin = await site.chat("lin", "support", **PHONE)
    await lin.get_by_role("button", name="1 条回复").tap()
    side = lin.get_by_role("complementary", name="讨论串")
    box = await side.bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["height"]) == (0, 390, 844)
    await lin.get_by_role("button", name="关闭讨论串").tap()
    await expect(side).to_be_hidden()
    await expect(lin.get_by_role("heading", name="客服部", level=1)).to_be_visible()


async def test_on_a_phone_targets_are_large_enough_for_a_thumb(site: Site, say: Say) -> None:
    await say(await site.chat("zhang"), "打印机坏了")
    lin = await site.chat("lin", "support", **PHONE)
    await lin.get_by_role("button", name="领取").wait_for()
    small = await lin.evaluate(
        "[...document.querySelectorAll('button, select, textarea, input[type=date]')]"
        ".filter(e => e.checkVisibility({visibilityProperty: true}))"
        ".map(e => [e.innerText || e.ariaLabel, e.getBoundingClientRect()])"
        ".filter(([, box]) => box.height < 40 || box.width < 40).map(([name]) => name)"
    )
    assert small == []


async def test_on_a_phone_enter_breaks_the_line(site: Site) -> None:
    zhang = await site.chat("zhang", **PHONE)
    box = zhang.locator("#main-composer textarea")
    await box.fill("第一行")
    await box.press("Enter")
    await box.press_sequentially("第二行")
    await expect(box).to_have_value("第一行\n第二行")


async def tab_to(page: Page, there: str, key: str) -> None:
    """Press `key` until the focus is where it should be."""
    for _ in range(20):
        await page.keyboard.press(key)
        if await page.evaluate(f"Boolean({there})"):
            return
    raise AssertionError(f"the keyboard never reaches {there}")


# -- the keyboard ---------------------------------------------------------------------------------------------------


async def test_everything_can_be_done_without_a_mouse(site: Site, say: Say) -> None:
    await say(await site.chat("zhang"), "打印机坏了")
    lin = await site.chat("lin", "lobby")
    await expect(lin.get_by_label("发消息到 大厅")).to_be_focused()
    keys = lin.keyboard
    await tab_to(lin, "document.activeElement.closest('#rooms')", "Shift+Tab")
    await lin.get_by_role("button", name="大厅").focus()
    await keys.press("ArrowUp")
    await keys.press("ArrowUp")
    await expect(lin.get_by_role("button", name=re.compile("^客服部"))).to_be_focused()
    await keys.press("Enter")
    await expect(lin.get_by_label("发消息到 客服部")).to_be_focused()
    await tab_to(lin, "document.activeElement.matches('#main-timeline .messages')", "Shift+Tab")
    await keys.press("ArrowUp")
    row = lin.locator("#main-timeline .message")
    await expect(row).to_be_focused()
    await keys.press("Enter")
    await expect(lin.get_by_role("textbox", name="在讨论串中回复")).to_be_focused()
    await keys.type("马上来")
    await keys.press("Enter")
    await expect(lin.locator("#side .message", has_text="马上来")).to_be_visible()
    await keys.press("Escape")
    await expect(lin.get_by_label("发消息到 客服部")).to_be_focused()
    await row.focus()
    await tab_to(lin, "document.activeElement.textContent === '领取'", "Tab")
    await keys.press("Enter")
    await expect(row.get_by_text("处理中")).to_be_visible()
    await expect(row.get_by_role("button", name="领取")).to_be_focused()


async def test_focus_can_be_seen(site: Site) -> None:
    lin = await site.chat("lin", "support")
    await expect(lin.get_by_label("发消息到 客服部")).to_be_focused()
    await lin.keyboard.press("Shift+Tab")
    outline = await lin.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


async def test_a_menu_gives_focus_back_and_holds_it_while_it_is_open(site: Site) -> None:
    lin = await site.chat("lin", "support")
    opener = lin.get_by_role("button", name="设置")
    await opener.press("Enter")
    for _ in range(12):
        await lin.keyboard.press("Tab")
        assert await lin.evaluate("document.activeElement.closest('.popover') !== null")
    await lin.keyboard.press("Escape")
    await expect(opener).to_be_focused()


# -- light and dark -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
async def test_the_page_follows_the_system(site: Site, scheme: Any, dark: bool) -> None:
    page = await site.chat("zhang", color_scheme=scheme)
    assert (await shade(page, "#main") < 100) is dark
    assert (await shade(page, "#sidebar") < 100) is dark


async def test_a_choice_of_light_or_dark_is_kept(site: Site) -> None:
    page = await site.chat("zhang", color_scheme="light")
    await page.get_by_role("button", name="设置").click()
    await page.get_by_role("button", name="深色").click()
    assert await shade(page, "#main") < 100
    await page.reload()
    await page.wait_for_selector("body.ready")
    assert await shade(page, "#main") < 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_their_ground(site: Site, say: Say, scheme: Any) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 for text, in both themes."""
    await say(await site.chat("zhang"), "打印机坏了")
    lin = await site.chat("lin", "support", color_scheme=scheme)
    await lin.locator("article.card").wait_for()
    weak = await lin.evaluate(CONTRAST)
    assert weak == []


CONTRAST = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const ground = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.unshift(rgba(getComputedStyle(e).backgroundColor));
    return layers.reduce((under, layer) => over(layer, under), [255, 255, 255]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const weak = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const under = ground(element);
    const ink = over(rgba(getComputedStyle(element).color), under);
    const [high, low] = [light(ink), light(under)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) weak.push([element.className, element.textContent.trim(), ratio]);
  }
  return weak;
}"""


# -- languages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "person", "lobby", "hint"),
    [
        ("zh-CN", "张伟", "大厅", "随便写一句您遇到的问题"),
        ("zh-TW", "张伟", "大廳", "隨便寫一句您遇到的問題"),
        ("en-US", "Emma Clark", "Lobby", "Write whatever you need help with"),
    ],
)
async def test_a_newcomer_is_spoken_to_in_his_language(
    site: Site, locale: str, person: str, lobby: str, hint: str
) -> None:
    page = await site.open("/chat", locale=locale)
    await expect(page.get_by_role("button", name=lobby)).to_be_visible()
    await expect(page.get_by_text(hint)).to_be_visible()
    await expect(page.locator(".who-name")).to_have_text(person)
    assert await page.evaluate("document.documentElement.lang") == locale.split("-US")[0]


async def test_another_language_can_be_chosen_and_the_bot_hears_of_it(site: Site) -> None:
    page = await site.chat("lin", "lobby")
    await page.get_by_role("button", name="设置").click()
    await page.get_by_role("button", name="繁體中文").click()
    await expect(page.get_by_role("heading", name="大廳", level=1)).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="大廳", level=1)).to_be_visible()
    words = [getattr(event, "word", "") for event in site.bot.events]
    assert words == ["lang"]


# -- who may come in ------------------------------------------------------------------------------------------------


async def test_without_a_link_the_page_says_how_to_come_in(chromium: Browser, sqlite_url: str) -> None:
    async with house(sqlite_url, ManualClock(), demo=False, populate=people) as made:
        context = await chromium.new_context(base_url=made.url, locale="zh-CN")
        page = await context.new_page()
        await page.goto("/chat")
        await expect(page.get_by_text("需要您专属的链接才能进入。")).to_be_visible()
        await page.goto(made.adapter.sign_in_link("lin"))
        await expect(page.get_by_role("heading", name="客服部", level=1)).to_be_visible()
        assert "key=" not in page.url, "the key does not stay in the address"
        await page.reload()
        await expect(page.get_by_role("heading", name="客服部", level=1)).to_be_visible()
        await page.get_by_role("button", name="设置").click()
        await page.get_by_role("button", name="退出登录").click()
        await expect(page.get_by_text("需要您专属的链接才能进入。")).to_be_visible()
        await context.close()
