"""Answering the customer on purpose, taking an answer back, and never by accident."""

from pathlib import Path

import pytest

from tests.tickets.stage import Stage, open_stage

PRINTER = "打印机坏了，一直卡纸"


@pytest.fixture
async def opened(stage: Stage) -> Stage:
    """Ann's ticket T-1 waits in 客服部."""
    await stage.say("ann", None, PRINTER)
    return stage


async def reply_by_form(stage: Stage, words: str) -> None:
    """By the button on the card."""
    await stage.press("lin", stage.card(), "回复客户")
    assert await stage.submit("lin", {"客户将看到的内容": words}) == {}


async def reply_in_thread(stage: Stage, words: str) -> None:
    """By the word in the thread."""
    await stage.say("lin", stage.support, f"回复 {words}", under=stage.card())


async def reply_in_english(stage: Stage, words: str) -> None:
    """The same in English."""
    await stage.say("lin", stage.support, f"Reply: {words}", under=stage.card())


async def reply_by_mention(stage: Stage, words: str) -> None:
    """By speaking to the bot in the thread."""
    await stage.mention("lin", stage.support, f"reply {words}", under=stage.card())


async def reply_by_command(stage: Stage, words: str) -> None:
    """From anywhere, with the number."""
    assert "T-1" in await stage.command("lin", stage.general, "/baton", f"回复 T-1 {words}")


WAYS = [reply_by_form, reply_in_thread, reply_in_english, reply_by_mention, reply_by_command]


@pytest.mark.parametrize("way", WAYS)
async def test_a_reply_leaves_after_ten_seconds(opened: Stage, way: object) -> None:
    """Covers U20, U32: every way on purpose; the card shows what the customer saw, the thread that he got it."""
    await way(opened, "请先关机再开机")  # type: ignore[operator]
    assert not any("关机" in text for text in opened.direct("ann"))
    assert any("10" in text and "关机" in text for text in opened.thread())
    await opened.later()
    (reply,) = [text for text in opened.direct("ann") if "关机" in text]
    assert "林晓" in reply
    assert "回复" not in reply
    assert "reply" not in reply.casefold()
    assert "请先关机再开机" in opened.read(opened.card())
    assert await opened.owner() == "林晓"
    assert not any("10 秒" in text for text in opened.thread())


async def test_taken_back_in_time_the_customer_sees_nothing(anywhere: Stage) -> None:
    """Covers U32: by its author, or by a supervisor; nothing is left of it on the customer's side."""
    stage = anywhere
    await stage.say("ann", None, PRINTER)
    await stage.command("wang", stage.support, "/baton", "T-1 take")
    for who in ("lin", "wang"):
        await reply_in_thread(stage, "你这个笨蛋")
        notice = stage.slack.messages(stage.support, stage.card())[-1]
        await stage.press(who, notice, "撤回")
        await stage.later()
        assert "撤回" in stage.read(notice)
        assert stage.slack.buttons(stage.slack.message(notice.ts)) == []
    assert "笨蛋" not in stage.shown_to_customer("ann")
    assert "笨蛋" not in stage.read(stage.card())
    await stage.command("ann", None, "/baton", "history T-1")
    assert "笨蛋" not in stage.shown_to_customer("ann")


async def test_too_late_is_said_so(opened: Stage) -> None:
    """Covers U32: the button is gone when the reply has left; one that is still on a screen says so."""
    await reply_in_thread(opened, "请稍等")
    notice = opened.slack.messages(opened.support, opened.card())[-1]
    await opened.later()
    assert opened.slack.buttons(opened.slack.message(notice.ts)) == []
    (_, reply) = await opened.conversation()
    assert "来不及" in await opened.forge("lin", notice, "reply.take_back", reply.id)
    assert any("请稍等" in text for text in opened.direct("ann"))


async def test_a_colleague_does_not_take_back_what_another_wrote(opened: Stage) -> None:
    """Covers T8: its author and supervisors may; a colleague of the same team is told so."""
    await opened.press("wang", opened.card(), "回复客户")
    await opened.submit("wang", {"客户将看到的内容": "您好"})
    notice = opened.slack.messages(opened.support, opened.card())[-1]
    opened.support.members.append(opened["zhao"].id)
    for who in ("chen", "zhao"):
        assert "主管" in await opened.press(who, notice, "撤回")
    await opened.later()
    assert any("您好" in text for text in opened.direct("ann"))


async def test_a_reply_can_be_changed_before_and_after_it_left(opened: Stage) -> None:
    """Covers B7: the customer reads the newest words; the record keeps how it read."""
    said = await opened.say("lin", opened.support, "回复 请关机", under=opened.card())
    await opened.edit("lin", said, "回复 请重启")
    await opened.later()
    assert [text for text in opened.direct("ann") if "请" in text and "机" in text] == []
    assert "请重启" in opened.direct("ann")[-1]
    await opened.edit("lin", said, "回复 请重启两次")
    assert "请重启两次" in opened.direct("ann")[-1]
    assert "已编辑" in opened.direct("ann")[-1]
    assert "请重启两次" in opened.read(opened.card())
    assert "请重启" in await opened.command("lin", opened.support, "/baton", "history T-1")


async def test_deleting_the_message_takes_the_reply_back(opened: Stage) -> None:
    """Covers U32: before it left it never leaves; after, it is taken away from the customer as well."""
    said = await opened.say("lin", opened.support, "回复 请关机", under=opened.card())
    await opened.delete("lin", said)
    await opened.later()
    assert not any("请关机" in text for text in opened.direct("ann"))
    assert any("撤回" in text for text in opened.thread())
    said = await opened.say("lin", opened.support, "回复 请重启", under=opened.card())
    await opened.later()
    assert any("请重启" in text for text in opened.direct("ann"))
    await opened.delete("lin", said)
    assert not any("请重启" in text for text in opened.direct("ann"))


async def test_a_reply_says_in_one_go_what_comes_next(opened: Stage) -> None:
    """Covers C11: the customer reads the answer first, then that it is solved."""
    await opened.press("lin", opened.card(), "回复客户")
    await opened.submit("lin", {"客户将看到的内容": "换好了", "之后": "已解决"})
    assert (await opened.ticket()).status.value == "solved"
    await opened.later()
    replied, solved = opened.direct("ann")[-2:]
    assert "换好了" in replied
    assert "已为您解决" in solved


async def test_an_empty_or_endless_reply_is_refused_at_its_field(opened: Stage) -> None:
    """Covers W6: nothing was sent, and what was typed is still there."""
    await opened.press("lin", opened.card(), "回复客户")
    errors = await opened.submit("lin", {"客户将看到的内容": "\u200b \u202e"})
    assert set(errors) == {"text"}
    assert await opened.submit("lin", {"客户将看到的内容": "好"}) == {}


async def test_what_is_written_in_the_customers_thread_is_an_answer_already(stage: Stage) -> None:
    """Covers U20: nothing can be held back there; the card shows it as what he saw, and the writer owns the ticket."""
    said = await stage.say("ann", stage.help, PRINTER)
    await stage.say("lin", stage.help, "我马上过来", under=said)
    assert "我马上过来" in stage.read(stage.card())
    assert await stage.owner() == "林晓"
    assert any("我马上过来" in text for text in stage.thread())
    assert [text for text in stage.under(said) if "我马上过来" in text] == ["我马上过来"]


async def test_a_team_may_talk_to_the_customer_by_default(tmp_path: Path) -> None:
    """Covers U32, G2: then every message is marked with who will see it, and `note` keeps one inside."""
    async with open_stage(tmp_path, support='audience = "public"') as stage:
        await stage.say("ann", None, PRINTER)
        card = stage.card()
        await stage.say("lin", stage.support, "您好，请问型号？", under=card)
        assert "您好，请问型号？" in stage.thread()[-1]
        assert "客户" in stage.thread()[-1]
        await stage.say("lin", stage.support, "备注 这个客户很难缠", under=card)
        await stage.say("lin", stage.support, "note: difficult", under=card)
        assert [text for text in stage.thread() if "🔒" in text and "难缠" in text]
        await stage.mention("lin", stage.support, "nota 太难缠了", under=card)
        await stage.say("ann", None, "X-200")
        assert any("客户消息" in text and "X-200" in text for text in stage.thread())
        await stage.later()
        seen = stage.shown_to_customer("ann")
        assert "您好，请问型号？" in seen
        assert "难缠" not in seen
        assert "difficult" not in seen


async def test_a_room_that_takes_nothing_any_more_is_said_so(stage: Stage) -> None:
    """Covers G3: the customer's channel was archived; the team's thread and the author hear of it."""
    await stage.say("ann", stage.help, PRINTER)
    stage.help.archived = True
    await reply_in_thread(stage, "请先关机")
    await stage.later()
    assert any("⚠️" in text and "T-1" in text for text in stage.thread())
    assert any("没有收到" in text for text in stage.thread())
    assert any("⚠️" in text for text in stage.direct("lin"))


async def test_who_blocked_the_bot_can_not_be_answered_and_that_is_said(tmp_path: Path) -> None:
    """Covers G3: the thread and the author are told why, each in their language; the reply is marked."""
    async with open_stage(tmp_path, telegram=True) as stage:
        assert stage.telegram is not None
        ann = stage.telegram.user(2001, "Ann", language_code="zh-hans")
        await stage.telegram.starts(ann)
        await stage.telegram.says(ann, text=PRINTER)
        await stage.telegram.settled()
        await stage.baton.settle()
        await stage.command("lin", None, "/baton", "lang en")
        await stage.telegram.blocks(ann)
        await stage.telegram.settled()
        await reply_in_thread(stage, "请先关机")
        await stage.later()
        assert any("屏蔽" in text for text in stage.thread())
        assert any("没有收到" in text and "请先关机" in text for text in stage.thread())
        assert "blocked" in stage.direct("lin")[-1]
        assert "T-1" in stage.direct("lin")[-1]
        assert "请先关机" not in stage.read(stage.card())
