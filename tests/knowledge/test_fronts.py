"""The fronts of the knowledge base: the search box of the built-in chat, and "write it down" everywhere.

Covers U7, U8, U19, G6, T10.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.web import limits
from adapters.web.turnstile import Turnstile
from bot.knowledge.rules import Article, Audience, Content, Outcome, Question
from bot.unit import Unit
from tests.adapters.web.house import Browser
from tests.clock import ManualClock
from tests.factories import team_file
from tests.harness import World, world
from tests.knowledge.stage import Reading

SEARCH = "/chat/api/search"
CUSTOMER = """
[[people]]
key = "ann"
name = "Ann"
role = "customer"

[knowledge]
answer_customers = false
"""
ROOMS = 'web_room = "support"\nintake = ["web:help"]'
SCRIPT = "<script>alert(1)</script>"


class Box:
    """The built-in chat with a few articles, and programs in place of two browsers."""

    def __init__(self, chat: World, client: httpx.AsyncClient) -> None:
        self.chat = chat
        self.lin, self.ann = Browser(client, "lin"), Browser(client, "ann")

    async def store(self, *contents: Content) -> None:
        """Articles that stand there."""

        def add(unit: Unit) -> None:
            unit.knowledge.add([Article(0, content, unit.now, unit.now) for content in contents], 0)

        await self.chat.baton.database.write(add)
        await self.chat.baton.librarian.look()

    async def look(self, browser: Browser, said: str, **more: Any) -> list[dict[str, Any]]:
        """What appears while somebody types."""
        answer = await browser.get(SEARCH, q=said, **{"lang": "zh-CN"} | more)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["found"])

    async def choose(self, browser: Browser, room: str, article: int, said: str, thread: str = "") -> dict[str, Any]:
        """Somebody chooses an article; the card that appears."""
        chosen = {"room": room, "thread": thread, "subject": article, "said": said}
        answer = await browser.post(f"{SEARCH}/chosen", chosen)
        assert answer.status_code == 200, answer.text
        await self.chat.settle()
        return (await browser.timeline(room, thread))[-1]

    async def press(self, browser: Browser, card: dict[str, Any], label: str) -> dict[str, Any]:
        """Somebody presses a button of a card; the immediate answer."""
        controls = card["body"]["controls"]
        button = next(each for each in controls if each["label"] == label)
        pressed = {name: button[name] for name in ("action", "subject", "value")} | {"message": str(card["id"])}
        answer = await browser.post("/chat/api/press", pressed, lang="zh-CN")
        await self.chat.settle()
        return dict(answer.json())

    async def questions(self) -> list[Question]:
        """What was asked."""

        def read(unit: Unit) -> list[Question]:
            found = [unit.knowledge.question(number) for number in range(1, 20)]
            return [each for each in found if each is not None]

        asked: list[Question] = await self.chat.read(read)
        return asked


@pytest.fixture
async def box(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Box]:
    """Baton with nothing but its own chat, an agent and a customer in it."""
    async with (
        world(sqlite_url, team_file(tmp_path, support=ROOMS, more=CUSTOMER)) as chat,
        httpx.AsyncClient(base_url=chat.url, headers={"x-baton": "chat"}, timeout=10) as client,
    ):
        made = Box(chat, client)
        await made.store(
            Content("怎么退款", f"打开**订单**，点“退款”，三天到账。{SCRIPT}", aliases=("退钱",)),
            Content("退款内部口径", "超过五百元要主管同意", audience=Audience.STAFF),
            Content("营业时间", "九点到六点"),
        )
        yield made


# The search box


async def test_articles_appear_while_one_types(box: Box) -> None:
    """Covers G6: as on a card: title, the passage with what matched marked, why; half a word is no question."""
    for typed in ("退", "退款", "tuikuan", "退款多久"):
        found = await box.look(box.lin, typed)
        assert "K-1 · 怎么退款" in [one["title"] for one in found], typed
    best = next(one for one in found if one["subject"] == 1)
    assert any("退款" in span["t"] and span.get("s") == ["bold"] for span in best["passage"])
    assert SCRIPT in "".join(span["t"] for span in best["passage"])
    assert best["why"]
    assert await box.questions() == []
    assert await box.look(box.lin, " ") == []


async def test_customers_see_what_is_for_them(box: Box) -> None:
    """Covers T10: neither while typing nor by choosing."""
    assert {one["subject"] for one in await box.look(box.lin, "退款")} == {1, 2}
    assert {one["subject"] for one in await box.look(box.ann, "退款")} == {1}
    refused = await box.ann.post(f"{SEARCH}/chosen", {"room": "ann", "subject": 2, "said": "退款"})
    await box.chat.settle()
    assert "主管同意" not in str(refused.json()) + str(await box.ann.timeline("ann"))
    assert (await box.ann.post(f"{SEARCH}/chosen", {"room": "support", "subject": 1, "said": "x"})).status_code == 404


async def test_what_was_chosen_is_shown_and_judged(box: Box) -> None:
    """Covers U9, G6: to the one who chose alone; his question is remembered with what helped him."""
    card = await box.choose(box.lin, "support", 1, "退款多久")
    assert card["body"]["title"] == "K-1 · 怎么退款"
    assert SCRIPT in "".join(span["t"] for span in card["body"]["text"])
    assert card["whisper"]
    assert "K-1" in (await box.press(box.lin, card, "👍 有用"))["toast"]
    (asked,) = await box.questions()
    assert (asked.said, asked.articles[0], asked.outcome) == ("退款多久", 1, Outcome.HELPED)
    assert [each["label"] for each in card["body"]["controls"]][:3] == ["👍 有用", "👎 没用", "⚠️ 有误或过时"]


async def test_in_a_tickets_thread_it_is_sent_to_the_customer(box: Box) -> None:
    """Covers U8, G6: from the box to the customer in two presses."""
    await box.ann.say("ann", "我要退钱")
    await box.chat.settle()
    card = (await box.lin.timeline("support"))[-1]
    chosen = await box.choose(box.lin, "support", 1, "退钱", str(card["id"]))
    assert "K-1" in (await box.press(box.lin, chosen, "发给客户"))["toast"]
    await box.chat.pass_time(11)
    assert "三天到账" in str(await box.ann.timeline("ann"))
    assert [one.ticket for one in await box.questions()][-1] == 1


async def test_the_same_choice_sent_twice_is_one(box: Box) -> None:
    """Covers C3: a page that had no answer sends it again."""
    act = {"id": "same-act-1", "room": "support", "subject": 1, "said": "退款"}
    for _ in range(2):
        assert (await box.lin.post(f"{SEARCH}/chosen", act)).status_code == 200
    await box.chat.settle()
    assert len(await box.questions()) == 1


@pytest.mark.parametrize(
    "said",
    ["退", "😀😀", "' OR 1=1; DROP TABLE articles; --", "<img src=x onerror=alert(1)>", "%00\x00\u202e", "退k款tui歀",
     "a" * 1000, "{}[]()\\^$.|?*+", "\ud7ff\uffff"],
)  # fmt: skip
async def test_whatever_is_typed_is_answered(box: Box, said: str) -> None:
    """Covers G6: one character, emoji, SQL, markup, mixed scripts, a thousand characters."""
    await box.look(box.lin, said)
    assert await box.chat.read(lambda unit: unit.knowledge.number())


async def test_the_word_answers_whatever_is_typed_after_it(box: Box) -> None:
    """Covers G6: the same as a command, ten thousand characters included; the card never grows with the question."""
    for said in ("退" * 10_000, "😀🎉", "?", "'; DROP TABLE x; --", f"{SCRIPT} *_~`", "退kuan τι сколько 환불"):
        for browser, room in ((box.lin, "support"), (box.ann, "ann")):
            given = {"room": room, "word": "kb", "text": said}
            assert (await browser.post("/chat/api/command", given)).status_code == 200
            await box.chat.settle()
            card = (await browser.timeline(room))[-1]["body"]
            assert (card["kind"], len(card["title"]) < 200) == ("card", True), said[:40]


async def test_too_much_and_too_often_are_refused_in_words(box: Box) -> None:
    """Covers G6: the page's box takes a thousand characters; who asks too often is told to wait."""
    long = await box.lin.get(SEARCH, q="x" * 1001)
    assert (long.status_code, "problem" in long.json()) == (422, True)
    answers = await asyncio.gather(*(box.lin.get(SEARCH, q="退款") for _ in range(2 * limits.SEARCHES_AT_ONCE)))
    refused = [each for each in answers if each.status_code == 429]
    assert refused
    assert "wait" in refused[0].json()["problem"]
    assert (await box.ann.get(SEARCH, q="退款")).status_code == 200


def test_the_turnstile_forgets() -> None:
    """Covers G6: a little later one may look again, and it counts no more users than it may."""
    clock, turnstile = ManualClock(), Turnstile(limits.SEARCHES_AT_ONCE, limits.SEARCHES_PER_SECOND)
    assert all(turnstile.lets("lin", clock.now()) for _ in range(limits.SEARCHES_AT_ONCE))
    assert not turnstile.lets("lin", clock.now())
    assert turnstile.lets("ann", clock.now())
    later = clock.now() + timedelta(seconds=1 / limits.SEARCHES_PER_SECOND)
    assert turnstile.lets("lin", later)
    for number in range(limits.COUNTED + 5):
        turnstile.lets(f"u{number}", later)
    assert turnstile.lets("lin", later)


async def test_nobody_looks_without_a_session(box: Box) -> None:
    """Covers T10."""
    async with httpx.AsyncClient(base_url=box.chat.url, timeout=10) as stranger:
        assert (await stranger.get(SEARCH, params={"q": "退款", "as": "nobody"})).status_code == 401
        refused = await stranger.post(f"{SEARCH}/chosen?as=lin", json={"id": "12345678", "subject": 1})
        assert refused.status_code == 403


# Write it down


async def test_from_the_menu_of_a_message_in_the_built_in_chat(box: Box) -> None:
    """Covers U7: filled in from it; a customer has no such entry, and is refused if he makes one up."""
    said = await box.lin.say("support", "发票在订单页下载\n要抬头就点“修改”")
    answer = (await box.lin.post(f"/chat/api/messages/{said['id']}/article")).json()
    values = {each["name"]: each["value"] for each in answer["form"]["fields"]}
    assert (values["title"], values["body"]) == ("发票在订单页下载", "发票在订单页下载\n要抬头就点“修改”")
    values["audience"] = "staff"
    await box.lin.post("/chat/api/submit", {"token": answer["form"]["token"], "values": values})
    await box.chat.settle()
    article = await box.chat.read(lambda unit: unit.knowledge.get(4))
    assert (article.title, article.content.audience) == ("发票在订单页下载", Audience.STAFF)
    own = await box.ann.say("ann", "你好")
    refused = await box.ann.post(f"/chat/api/messages/{own['id']}/article")
    assert "form" not in refused.json()


async def test_by_a_book_on_a_message_in_the_built_in_chat(box: Box) -> None:
    """Covers U7: whoever put it there is offered the form, alone."""
    said = await box.lin.say("support", "退货地址在订单详情里")
    await box.lin.post(f"/chat/api/messages/{said['id']}/react", {"emoji": "book", "on": True})
    await box.chat.settle()
    offer = (await box.lin.timeline("support"))[-1]
    assert offer["whisper"]
    answer = await box.press(box.lin, offer, "✍️ 写一篇")
    assert any(each["value"] == "退货地址在订单详情里" for each in answer["form"]["fields"])


async def test_any_length_is_mended_in_the_page(box: Box) -> None:
    """Covers U7: a hundred thousand characters, there and back; one more is refused at the field."""
    body = "\n\n".join("一句话。" * 20 for _ in range(1220))[:100_000].strip()
    await box.store(Content("长文", body))
    answer = await box.lin.post("/chat/api/command", {"room": "support", "word": "kb", "text": "edit K-4"})
    form = answer.json()["form"]
    values = {each["name"]: each["value"] for each in form["fields"]}
    assert values["body"] == body
    too_long = {**values, "body": "长" * 100_001}
    refused = (await box.lin.post("/chat/api/submit", {"token": form["token"], "values": too_long})).json()
    assert set(refused["errors"]) == {"body"}
    mended = {**values, "body": body[:-4] + "改了。"}
    assert (await box.lin.post("/chat/api/submit", {"token": form["token"], "values": mended})).status_code == 200
    await box.chat.settle()
    assert (await box.chat.read(lambda unit: unit.knowledge.get(4))).content.body == mended["body"]


async def test_a_markdown_file_is_an_article_in_the_built_in_chat(box: Box) -> None:
    """Covers U7, C3: written and mended by a message that carries it."""
    for number, (words, text) in enumerate((("kb new 换货流程", "第一步"), ("kb edit K-4", "第一步\n第二步"))):
        file = (await box.lin.upload(f"流程{number}.md", text.encode())).json()["file"]
        await box.lin.say("lin", words, files=[file["ref"]])
        await box.chat.settle()
        article = await box.chat.read(lambda unit: unit.knowledge.get(4))
        assert (article.title, article.content.body) == ("换货流程", text)


async def test_on_slack_by_menu_reaction_ticket_word_and_mention(reading: Reading) -> None:
    """Covers U7: five ways to the same form; what identifies the customer is masked."""
    said = await reading.say("lin", reading.support, "发票在订单页下载")
    await reading.shortcut("chen", said, "kb_write")
    assert reading.form("chen")["答案"] == "发票在订单页下载"
    await reading.react("wang", said, "book")
    offer = reading.slack.ephemeral(reading["wang"])[-1]
    await reading.press("wang", offer, "✍️ 写一篇")
    assert reading.form("wang")["答案"] == "发票在订单页下载"
    await reading.say("ann", reading.help, "我是 Ann，手机 13812345678，怎么退款？")
    await reading.mention("chen", reading.support, "reply 三天到账，打 13812345678 联系您", under=reading.card())
    await reading.later()
    await reading.press("chen", reading.card(), "解决")
    await reading.press("chen", reading.card(), "📖 写进知识库")
    draft = reading.form("chen")["答案"]
    assert "三天到账" in draft
    assert "13812345678" not in draft
    await reading.command("lin", None, "/kb", "new 营业时间")
    assert reading.form("lin")["标题"] == "营业时间"
    await reading.mention("lin", reading.support, "kb new 怎么换货")
    await reading.press("lin", reading.latest(reading.support), "新建文章")
    assert "答案" in reading.form("lin")
