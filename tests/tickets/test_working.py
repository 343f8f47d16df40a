"""Working a ticket: taking, giving away, priority, status, closing and coming back, by words and by controls."""

import asyncio

import pytest

from bot.tickets.rules import Status
from tests.tickets.stage import Stage

PRINTER = "打印机坏了，一直卡纸"


@pytest.fixture
async def opened(stage: Stage) -> Stage:
    """Ann's ticket T-1 waits in 客服部."""
    await stage.say("ann", None, PRINTER)
    return stage


async def test_of_two_who_take_at_once_one_wins_and_the_other_is_told_who(anywhere: Stage) -> None:
    """Covers C13: exactly one owner, whoever was faster."""
    stage = anywhere
    await stage.say("ann", None, PRINTER)
    card = stage.card()
    await asyncio.gather(*(stage.slack.presses(stage[who], card, "领取") for who in ("lin", "chen")))
    await stage.baton.settle()
    winner, loser = ("lin", "chen") if await stage.owner() == "林晓" else ("chen", "lin")
    (told,) = stage.slack.ephemeral(stage[loser])
    assert await stage.owner() in stage.read(told)
    assert await stage.owner() in stage.read(card)
    assert "领取" not in stage.slack.buttons(stage.slack.message(card.ts))
    assert "T-1" in stage.read(stage.slack.ephemeral(stage[winner])[0])


async def test_the_card_is_one_message_that_changes_in_place(opened: Stage) -> None:
    """Covers B1, T1: in the team's room stands the ticket as it is now, and nothing else at the top level."""
    card = opened.card()
    await opened.press("lin", card, "领取")
    await opened.choose("lin", card, "优先级", "紧急")
    await opened.choose("lin", card, "期限", "2026-12-24")
    await opened.choose("lin", card, "状态", "等待同事")
    shown = opened.read(card)
    assert all(words in shown for words in ("林晓", "紧急", "2026-12-24", "等待同事"))
    assert opened.slack.messages(opened.support) == [opened.slack.message(card.ts)]


async def test_controls_and_words_do_the_same(opened: Stage) -> None:
    """Covers C9, C11: each lever by its control, by a word in the thread, and by a command with the number."""
    card = opened.card()
    assert "林晓" in await opened.choose("wang", card, "指派", "林晓")
    assert await opened.owner() == "林晓"
    await opened.mention("wang", opened.support, "指派 @陈曦", under=card)
    assert await opened.owner() == "陈曦"
    assert "林晓" in await opened.command("wang", opened.general, "/baton", "assign T-1 lin")
    assert await opened.owner() == "林晓"
    await opened.mention("lin", opened.support, "priority urgent", under=card)
    assert (await opened.ticket()).priority.value == "urgent"
    await opened.command("lin", opened.support, "/baton", "T-1 优先级 低")
    assert (await opened.ticket()).priority.value == "low"
    await opened.mention("lin", opened.support, "狀態 等待客戶", under=card)
    assert (await opened.ticket()).status.value == "pending"
    await opened.mention("lin", opened.support, "期限 明天", under=card)
    assert (await opened.ticket()).due_on == "2026-12-02"
    assert "2026-12-02" in await opened.command("lin", opened.support, "/baton", "期限 T-1")
    await opened.command("lin", opened.support, "/baton", "期限 T-1 无")
    assert (await opened.ticket()).due_on == ""
    await opened.mention("lin", opened.support, "标签 打印机，#三楼", under=card)
    await opened.mention("lin", opened.support, "tag 三楼 vip", under=card)
    assert (await opened.ticket()).tags == ("打印机", "三楼", "vip")
    await opened.command("wang", opened.general, "/baton", "assign T-1 无")
    assert await opened.owner() == ""


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("期限：2026/12/05", "2026-12-05"),
        ("due 12-05", "2026-12-05"),
        ("期限 11月5日。", "2027-11-05"),
        ("due 2.30", ""),
    ],
)
async def test_a_day_may_be_written_in_many_ways(opened: Stage, said: str, due: str) -> None:
    """Covers C9: without a year the next such day is meant."""
    await opened.mention("lin", opened.support, said, under=opened.card())
    assert (await opened.ticket()).due_on == due


async def test_a_sentence_may_end_with_a_mark(opened: Stage) -> None:
    """Covers W6: half-width and full-width."""
    card = opened.card()
    await opened.mention("lin", opened.support, "優先級 緊急！", under=card)
    assert (await opened.ticket()).priority.value == "urgent"
    await opened.mention("lin", opened.support, "指派 陈曦。", under=card)
    assert await opened.owner() == "陈曦"
    await opened.say("bo", None, "Me too")
    await opened.mention("lin", opened.support, "合并 ｔ－2。", under=card)
    assert (await opened.ticket(2)).merged_into == 1


async def test_a_number_that_is_none_is_never_taken_for_the_ticket_at_hand(opened: Stage) -> None:
    """Covers W6."""
    await opened.mention("lin", opened.support, "take T-99999999999999", under=opened.card())
    assert await opened.owner() == ""


async def test_a_mention_of_the_person_assigns(opened: Stage) -> None:
    """Covers C9, C10: and the new owner is told alone, in his own conversation, with a way to the ticket."""
    await opened.mention("wang", opened.support, "assign <@U0CHEN>", under=opened.card())
    assert await opened.owner() == "陈曦"
    (told,) = opened.slack.sent(opened.slack.dm(opened["chen"]))
    assert "王芳" in opened.read(told)
    assert PRINTER in opened.read(told)
    await opened.press("chen", told, "查看")
    assert "负责人" in opened.direct("chen")[-1]


async def test_who_may_not_own_it_is_not_given_it(opened: Stage) -> None:
    """Covers T8: a colleague of another team, an analyst, nobody at all; the nearest names are offered."""
    card = opened.card()
    for said, why in (("赵磊", "客服部"), ("何静", "数据分析"), ("林小", "林晓"), ("某某某", "某某某"), ("", "指派")):
        told = await opened.command("wang", opened.support, "/baton", f"T-1 assign {said}")
        assert why in told, told
    assert await opened.owner() == ""
    assert "无人负责" in opened.read(card)


async def test_words_that_mean_nothing_are_answered_with_what_is_possible(opened: Stage) -> None:
    """Covers T1, W6."""
    for said, offered in (
        ("priority 特别高", "紧急"),
        ("status fertig", "等待客户"),
        ("due 32.13.", "2026-12-04"),
        ("team 月球部", "技术部"),
        ("merge", "T-9"),
        ("merge T-1", "T-1"),
        ("merge T-404", "T-404"),
        ("tag " + "长" * 31, "30"),
    ):
        told = await opened.command("lin", opened.support, "/baton", f"T-1 {said}")
        assert offered in told, (said, told)


@pytest.mark.parametrize(
    "said", ["take", "show", "solve T-404", "T-404", "assign T-404 林晓", "T-404 reply hi", "history T-999999999999"]
)
async def test_a_ticket_that_does_not_exist_is_said_so(stage: Stage, said: str) -> None:
    """Covers W6: with the number, or with how to name one."""
    told = await stage.command("lin", stage.general, "/baton", said)
    assert "T-404" in told or "T-12" in told or "T-999999999999" in told


async def test_another_teams_ticket_is_left_to_that_team(opened: Stage) -> None:
    """Covers T8, T9."""
    for said in ("take", "note 看看", "solve", "reply 好", "show", "history"):
        assert "客服部" in await opened.command("zhao", opened.tech, "/baton", f"T-1 {said}")
    assert (await opened.ticket()).status.value == "new"
    assert await opened.conversation() != []
    assert opened.thread() == []


async def test_solving_tells_the_customer_how_to_come_back(opened: Stage) -> None:
    """Covers B1: by the button, and by just writing again; the owner stays."""
    card = opened.card()
    await opened.press("lin", card, "解决")
    ticket = await opened.ticket()
    assert (ticket.status.value, await opened.owner()) == ("solved", "林晓")
    (_, solved) = opened.slack.sent(opened.slack.dm(opened["ann"]))
    assert "T-1" in opened.read(solved)
    await opened.press("ann", solved, "还没解决")
    assert (await opened.ticket()).status.value == "open"
    assert await opened.owner() == "林晓"

    await opened.mention("lin", opened.support, "解决", under=card)
    assert len(opened.slack.sent(opened.slack.dm(opened["ann"]))) == 3
    await opened.say("ann", None, "还是卡纸")
    assert (await opened.ticket()).status.value == "open"
    assert any("Ann" in text and "重新打开" in text for text in opened.thread())


async def test_thanks_for_a_solved_ticket_leave_it_solved(opened: Stage) -> None:
    """Covers W6: the team reads them all the same."""
    await opened.press("lin", opened.card(), "解决")
    await opened.say("ann", None, "谢谢！太好了👍")
    await opened.say("ann", None, "谢谢啦👍")
    assert (await opened.ticket()).status.value == "open"
    await opened.press("lin", opened.card(), "解决")
    await opened.say("ann", None, "多谢，辛苦了")
    assert (await opened.ticket()).status.value == "solved"
    assert "多谢" in opened.thread()[-1]


async def test_the_customer_solves_his_own_ticket(opened: Stage) -> None:
    """Covers T8: what he may do, on the card that he is shown."""
    await opened.command("ann", None, "/baton", "show T-1")
    (_, card) = opened.slack.sent(opened.slack.dm(opened["ann"]))
    await opened.press("ann", card, "已解决，谢谢")
    assert (await opened.ticket()).status.value == "solved"


async def test_a_waiting_ticket_is_open_again_when_the_customer_writes(opened: Stage) -> None:
    """Covers B1: `pending` waits for him, `on hold` for a colleague."""
    await opened.press("lin", opened.card(), "领取")
    for status, after in (("等待客户", "open"), ("等待同事", "on_hold")):
        await opened.choose("lin", opened.card(), "状态", status)
        await opened.say("ann", None, "型号是 X-200")
        assert (await opened.ticket()).status.value == after


async def test_what_is_written_to_a_closed_ticket_opens_a_follow_up(anywhere: Stage) -> None:
    """Covers B9: linked with the first; mere thanks open none."""
    stage = anywhere
    said = await stage.say("ann", stage.help, PRINTER)
    await stage.mention("lin", stage.support, "close", under=stage.card())
    assert (await stage.ticket()).status.value == "closed"
    assert stage.slack.buttons(stage.slack.message(stage.card().ts)) == ["重开", "备注", "📖 写进知识库"]
    await stage.say("ann", stage.help, "谢谢", under=said)
    assert await stage.count() == 1
    await stage.say("ann", stage.help, "又坏了", under=said)
    follow_up = await stage.ticket(2)
    assert (follow_up.title, follow_up.follows) == ("又坏了", 1)
    assert "T-1" in stage.read(stage.card(2))
    assert any("T-2" in text for text in stage.under(said))
    await stage.say("ann", stage.help, "灯也不亮", under=said)
    assert await stage.count() == 2
    assert any("灯也不亮" in text for text in stage.thread(2))


async def test_a_closed_ticket_is_reopened_by_the_team(opened: Stage) -> None:
    """Covers C11: until then nothing can be done to it, and that is said."""
    await opened.command("lin", opened.support, "/baton", "T-1 close")
    assert "重" in await opened.command("lin", opened.support, "/baton", "T-1 take")
    assert "重" in await opened.command("lin", opened.support, "/baton", "T-1 reply 您好")
    await opened.press("lin", opened.card(), "重开")
    assert (await opened.ticket()).status.value == "new"
    assert "T-1" in await opened.command("lin", opened.support, "/baton", "T-1 take")


async def test_what_has_been_done_already_is_said_so(opened: Stage) -> None:
    """Covers W6: nothing happens twice."""
    for said in ("take", "solve", "close", "reopen"):
        await opened.command("lin", opened.support, "/baton", f"T-1 {said}")
        version = (await opened.ticket()).version
        assert "T-1" in await opened.command("lin", opened.support, "/baton", f"T-1 {said}")
        assert (await opened.ticket()).version == version


async def test_a_note_stays_in_the_house(opened: Stage) -> None:
    """Covers B4, C11, G2: by button, by word, and by simply talking in the thread."""
    card = opened.card()
    await opened.press("lin", card, "备注")
    await opened.submit("lin", {"备注": "客户很急"})
    await opened.mention("chen", opened.support, "note 库存没有了", under=card)
    await opened.say("wang", opened.support, "先借一台给他", under=card)
    notes = [entry for entry in await opened.conversation() if not entry.public]
    assert ["".join(span.text for span in note.text) for note in notes] == ["客户很急", "库存没有了", "先借一台给他"]
    await opened.later()
    seen = opened.shown_to_customer("ann")
    assert not any(words in seen for words in ("很急", "库存", "借一台"))
    assert any("客户很急" in text for text in opened.thread())


async def test_a_transfer_brings_the_ticket_and_what_was_said_to_the_other_team(opened: Stage) -> None:
    """Covers C13: nobody owns it until somebody there takes it."""
    await opened.press("lin", opened.card(), "领取")
    await opened.say("lin", opened.support, "像是驱动问题", under=opened.card())
    await opened.say("ann", None, "重启过了")
    await opened.mention("lin", opened.support, "转部门 技术部", under=opened.card())
    assert await opened.owner() == ""
    there = "\n".join(opened.thread(room=opened.tech))
    assert all(words in there for words in ("像是驱动问题", "重启过了", "技术部"))
    await opened.press("zhao", opened.card(room=opened.tech), "领取")
    assert await opened.owner() == "赵磊"
    assert "赵磊" in opened.read(opened.card())
    await opened.say("ann", None, "现在呢")
    assert any("现在呢" in text for text in opened.thread(room=opened.tech))
    assert any("现在呢" in text for text in opened.thread())
    assert "赵磊" not in opened.shown_to_customer("ann")


async def test_an_emoji_on_the_card_moves_the_ticket(stage: Stage) -> None:
    """Covers T2: 👀 takes it, ✅ solves it; by those who may, and once."""
    await stage.say("ann", stage.help, "打印机坏了")
    await stage.slack.joins(stage["zhao"], stage.support)
    await stage.react("zhao", stage.card(), "eyes")
    assert await stage.owner() == ""
    await stage.react("lin", stage.card(), "eyes")
    assert await stage.owner() == "林晓"
    await stage.react("chen", stage.card(), "eyes")
    assert await stage.owner() == "林晓"
    await stage.react("chen", stage.card(), "white_check_mark")
    assert (await stage.ticket()).status is Status.SOLVED
    await stage.react("wang", stage.card(), "white_check_mark")
    assert (await stage.ticket()).status is Status.SOLVED
    assert await stage.count() == 1
