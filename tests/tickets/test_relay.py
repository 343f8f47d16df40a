"""What people say, carried between platforms: looks, mentions, links, emoji, files, edits; and nothing active."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.slack import Message
from tests.fakes.telegram import User
from tests.tickets.stage import Stage, open_stage

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
MEGABYTE = 1_000_000


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Stage]:
    """Slack for the staff, Telegram for the customer."""
    async with open_stage(tmp_path, telegram=True) as opened:
        yield opened


async def customer(stage: Stage, text: str = "打印机坏了", **how: Any) -> User:
    """Cem, who has written to the bot on Telegram."""
    assert stage.telegram is not None
    cem = stage.telegram.user(2001, "Cem", language_code="zh-hans")
    await stage.telegram.starts(cem)
    await says(stage, cem, text, **how)
    return cem


async def says(stage: Stage, cem: User, text: str = "", **how: Any) -> Any:
    """The customer writes."""
    assert stage.telegram is not None
    message = await stage.telegram.says(cem, text=text, **how)
    await stage.telegram.settled()
    await stage.baton.settle()
    return message


def seen_by(stage: Stage, cem: User) -> list[Any]:
    """What the bot sent the customer."""
    assert stage.telegram is not None
    return stage.telegram.sent(cem)


async def writes_blocks(stage: Stage, elements: list[dict[str, Any]], under: Message) -> None:
    """林晓 writes with Slack's formatting, which only blocks carry."""
    event = {
        "type": "message", "channel": stage.support.id, "user": "U0LIN", "ts": stage.slack.workspace.fresh_ts(),
        "thread_ts": under.ts, "channel_type": "channel", "text": "…",
        "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}],
    }  # fmt: skip
    await stage.slack.send_event(None, event)
    await stage.baton.settle()


async def test_looks_links_and_emoji_are_carried_to_the_customer(both: Stage) -> None:
    """Covers B4, U20: as Telegram shows them."""
    cem = await customer(both)
    await writes_blocks(both, [
        {"type": "text", "text": "回复 请先"},
        {"type": "text", "text": "关机", "style": {"bold": True}},
        {"type": "text", "text": "，见 "},
        {"type": "link", "url": "https://example.com/help?a=1&b=2", "text": "说明"},
        {"type": "emoji", "name": "smile", "unicode": "1f604"},
        {"type": "text", "text": "reset --all", "style": {"code": True}},
    ], both.card())  # fmt: skip
    await both.later()
    reply = seen_by(both, cem)[-1]
    assert "请先关机，见 说明" in reply.text
    assert "😄" in reply.text
    looks = {entity["type"] for entity in reply.entities}
    assert {"bold", "text_link", "code"} <= looks
    assert next(e["url"] for e in reply.entities if e["type"] == "text_link") == "https://example.com/help?a=1&b=2"


async def test_looks_are_carried_to_the_team(both: Stage) -> None:
    """Covers B4, U20: as Slack shows them."""
    cem = await customer(both)
    await says(both, cem, html='<b>急</b> <i>真的</i> <a href="https://example.com/x">订单</a> <code>E-203</code> 😀')
    copy = both.slack.messages(both.support, both.card())[-1]
    elements = [
        e for block in copy.blocks if block["type"] == "rich_text" for s in block["elements"] for e in s["elements"]
    ]
    styles = {element.get("text"): element.get("style", {}) for element in elements}
    assert styles["急"] == {"bold": True}
    assert styles["真的"] == {"italic": True}
    assert styles["E-203"] == {"code": True}
    assert any(element.get("url") == "https://example.com/x" for element in elements)
    assert "😀" in both.read(copy)


async def test_a_mention_leads_to_the_same_person_there_or_is_his_name(both: Stage) -> None:
    """Covers B4, B5: 林晓 has a Telegram account, 何静 has none."""
    cem = await customer(both)
    await both.say("wang", both.support, "回复 请找 <@U0LIN> 或 <@U0ANA>", under=both.card())
    await both.later()
    reply = seen_by(both, cem)[-1]
    assert "@林晓" in reply.text
    assert "@何静" in reply.text
    mentions = [entity for entity in reply.entities if entity["type"] == "text_mention"]
    assert [entity["user"]["id"] for entity in mentions] in ([1001], [])
    assert "U0LIN" not in reply.text


async def test_files_go_both_ways_and_are_stored_once(both: Stage) -> None:
    """Covers B8: a photo of the customer, a document of the agent."""
    cem = await customer(both)
    assert both.telegram is not None
    await says(both, cem, "就是这个", photo=PNG)
    assert any("就是这个" in text for text in both.thread())
    posted = [file for message in both.slack.messages(both.support, both.card()) for file in message.files]
    assert [file.content for file in posted] == [PNG]
    manual = both.slack.file("manual.txt", b"turn it off", mimetype="text/plain")
    await both.say("lin", both.support, "回复 说明书", under=both.card(), files=[manual])
    await both.later()
    assert both.telegram.file(seen_by(both, cem)[-1]) == b"turn it off"
    await both.say("lin", both.support, "回复 再发一次", under=both.card(), files=[manual])
    await both.later()
    first, second = (entry.files for entry in (await both.conversation())[-2:])
    assert first == second


async def test_a_file_alone_is_a_ticket_too(both: Stage) -> None:
    """Covers B8, W6: named after the file."""
    assert both.telegram is not None
    cem = both.telegram.user(2001, "Cem", language_code="zh-hans")
    await both.telegram.starts(cem)
    await says(both, cem, document=("订单.pdf", b"%PDF-1.4"))
    assert "订单.pdf" in (await both.ticket()).title


@pytest.mark.parametrize(("name", "size", "why"), [("film.mp4", 21 * MEGABYTE, "20"), ("setup.exe", 10, "exe")])
async def test_a_file_that_is_not_carried_is_told_to_its_sender(stage: Stage, name: str, size: int, why: str) -> None:
    """Covers B8, W6: and the words are carried all the same."""
    await stage.say("ann", None, "打印机坏了")
    big = stage.slack.file(name, b"0" * size)
    await stage.say("ann", None, "请看附件", files=[big])
    assert name in stage.direct("ann")[-1]
    assert why in stage.direct("ann")[-1]
    assert any("请看附件" in text for text in stage.thread())
    assert all(not message.files for message in stage.slack.messages(stage.support, stage.card()))


async def test_an_edit_and_a_deletion_of_the_customer_reach_the_team(stage: Stage) -> None:
    """Covers B7: the copy reads as the original does now; the record keeps how it was."""
    first = await stage.say("ann", stage.help, "打印机坏了")
    said = await stage.say("ann", stage.help, "型号 X-100", under=first)
    await stage.edit("ann", said, "型号 X-200")
    (copy,) = [text for text in stage.thread() if "X-" in text]
    assert "X-200" in copy
    assert "已编辑" in copy
    await stage.edit("ann", first, "打印机和扫描仪坏了")
    assert (await stage.ticket()).title == "打印机和扫描仪坏了"
    assert "打印机和扫描仪坏了" in stage.read(stage.card())
    await stage.delete("ann", said)
    assert not any("X-200" in text for text in stage.thread())
    told = await stage.command("lin", stage.support, "/baton", "history T-1")
    assert "X-100" in told


async def test_somebody_elses_edit_changes_nothing(stage: Stage) -> None:
    """Covers B7: an edit that the platform reports for another author is not his."""
    said = await stage.say("ann", stage.help, "打印机坏了")
    event = {
        "type": "message", "subtype": "message_changed", "channel": stage.help.id,
        "ts": stage.slack.workspace.fresh_ts(),
        "message": {"type": "message", "user": "U0BO", "ts": said.ts, "text": "hacked"},
        "previous_message": {"type": "message", "user": "U0ANN", "ts": said.ts, "text": "打印机坏了"},
    }  # fmt: skip
    await stage.slack.send_event(None, event)
    await stage.baton.settle()
    assert (await stage.ticket()).title == "打印机坏了"


HOSTILE = [
    "<!channel> 快看 <!here> @channel @everyone",
    "<script>alert(1)</script> <b>粗</b> &amp; <https://evil.example|银行>",
    "*a* _b_ ~c~ `d` ```e``` > f [g](https://evil.example)",
    "\u202egnp.exe\u202c \u2066x\u2069 a\u200bb\u200d c\ufeff",
    "a\x00b\x07c",
    "۱۲۳ مرحبا بالعالم שלום",
    "👨‍👩‍👧‍👦 🇨🇳 " + "é" + "e\u0301" * 20,
    "T-1 " * 50,
    "{title} %s {0} {{}}",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_words_are_shown_as_words(both: Stage, words: str) -> None:
    """Covers W6: on both platforms; the fakes fail the test for mass mentions, active markup and refused messages."""
    cem = await customer(both, words)
    await says(both, cem, words)
    await both.say("bo", both.help, words)
    await both.press("lin", both.card(), "回复客户")
    await both.submit("lin", {"客户将看到的内容": words})
    await both.later()
    assert await both.count() == 2
    shown = seen_by(both, cem)[-1].text
    assert "\u202e" not in shown
    assert "\u200b" not in shown
    assert not any(ord(mark) < 32 and mark != "\n" for mark in both.read(both.card()))


async def test_forty_thousand_characters_are_carried_whole(both: Stage) -> None:
    """Covers W6: split at sentences, in order, none lost; the card shows the beginning."""
    assert both.telegram is not None
    story = "".join(f"第{number}句话在这里。" for number in range(4400))[:39990]
    said = await both.say("ann", both.help, "说来话长")
    await both.say("ann", both.help, story, under=said)
    copies = both.slack.messages(both.support, both.card())
    shown = "".join(both.read(copy) for copy in copies)
    assert story in shown.replace("\n", "")
    assert len((await both.ticket()).title) <= 120
    cem = await customer(both)
    await both.command("lin", both.support, "/baton", "reply T-2 " + story[:9000])
    for _ in range(4):
        await both.later(30)
    texts = "".join(message.text for message in seen_by(both, cem))
    assert story[:9000].rstrip("。")[-12:] in texts
    assert max(len(message.text) for message in seen_by(both, cem)) <= 4096


async def test_what_is_too_long_is_cut_and_kept_readable(stage: Stage) -> None:
    """Covers W6: a reply beyond the limit is refused with the numbers, a title is made of the first line."""
    await stage.say("ann", None, "字" * 3000)
    assert len((await stage.ticket()).title) == 120
    told = await stage.command("lin", stage.support, "/baton", "reply T-1 " + "长" * 40_100)
    assert "40,000" in told
    assert len(await stage.conversation()) == 1
