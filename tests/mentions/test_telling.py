"""Whoever is called in a ticket's thread hears of it where he is, and answers from there."""

import pytest

from bot.mentions.rules import State
from bot.unit import Unit
from tests.fakes.telegram import User as TelegramUser
from tests.tickets.stage import Stage

HOUR = 3600


async def states(stage: Stage) -> list[tuple[str, State]]:
    """Who was called, and what became of it."""

    def look(unit: Unit) -> list[tuple[str, State]]:
        said = unit.tickets.conversation(1)
        found = [mention for message in said for mention in unit.mentions.of_message(message.id)]
        return [(unit.people.person(mention.person).name, mention.state) for mention in found]

    found: list[tuple[str, State]] = await stage.baton.read(look)
    return found


async def opened(stage: Stage, text: str = "打印机坏了") -> None:
    """Ann has a ticket."""
    await stage.say("ann", stage.help, text)


async def sun(stage: Stage, *, started: bool = True) -> TelegramUser:
    """孙悦 on Telegram; she has pressed Start unless told otherwise."""
    assert stage.telegram is not None
    user = stage.telegram.user(1005, "孙悦", language_code="zh-hans")
    if started:
        await stage.telegram.starts(user)
        await stage.telegram.settled()
        await stage.baton.settle()
    return user


def told(stage: Stage, user: TelegramUser) -> list[str]:
    """What the bot wrote to somebody on Telegram."""
    assert stage.telegram is not None
    return [stage.telegram.visible_text(message) for message in stage.telegram.sent(user)]


@pytest.mark.parametrize("words", ["<@U0ZHAO> 能看一下吗？", "请@赵磊看一下", "问问 @zhao 吧", "＠趙磊 麻煩了"])
async def test_a_colleague_of_another_department_is_told_at_once_with_the_context(stage: Stage, words: str) -> None:
    """Covers U4, B5: which ticket, who called, with what words, and what was said before."""
    await opened(stage)
    await stage.say("lin", stage.support, words, under=stage.card())
    [shown] = stage.direct("zhao")
    assert "T-1 · 打印机坏了" in shown
    assert "普通" in shown
    assert "林晓" in shown
    assert "Ann" in shown
    assert words[-4:] in shown
    assert await states(stage) == [("赵磊", State.TOLD)]


async def test_the_answer_lands_in_the_thread_and_not_with_the_customer(stage: Stage) -> None:
    """Covers U4, B5, P2: a reply under the direct message is a note with his name, though the ticket is not his
    team's."""
    await opened(stage)
    await stage.say("lin", stage.support, "<@U0ZHAO> 能看一下吗？", under=stage.card())
    message = stage.slack.sent(stage.slack.dm(stage["zhao"]))[0]
    await stage.say("zhao", None, "是定影器，明天换", under=message)
    assert any("赵磊" in line and "是定影器，明天换" in line for line in stage.thread())
    await stage.later()
    assert "定影器" not in stage.shown_to_customer("ann")
    assert await states(stage) == [("赵磊", State.ANSWERED)]
    assert any("T-1" in line and "林晓" in line for line in stage.direct("zhao")[1:])
    [*_, note] = await stage.conversation()
    assert not note.public


async def test_the_button_answers_as_well(stage: Stage) -> None:
    """Covers U4, T8: nobody has to know how."""
    await opened(stage)
    await stage.say("lin", stage.support, "<@U0ZHAO> 能看一下吗？", under=stage.card())
    message = stage.slack.sent(stage.slack.dm(stage["zhao"]))[0]
    await stage.press("zhao", message, "回答")
    assert await stage.submit("zhao", {"您的回答": "明天换"}) == {}
    assert any("赵磊" in line and "明天换" in line for line in stage.thread())


async def test_nobody_answers_for_another(stage: Stage) -> None:
    """Covers P2: a press that was made up is refused."""
    await opened(stage)
    await stage.say("lin", stage.support, "<@U0ZHAO> 能看一下吗？", under=stage.card())
    message = stage.slack.sent(stage.slack.dm(stage["zhao"]))[0]
    assert "isn't yours" in await stage.forge("bo", message, "mention.answer", 1)


async def test_whom_the_platform_tells_is_not_told_twice(stage: Stage) -> None:
    """Covers U4: a member of the room in which he is mentioned; a bare name rings nobody, so he is told."""
    await opened(stage)
    await stage.say("lin", stage.support, "<@U0CHEN> 你来？", under=stage.card())
    assert stage.direct("chen") == []
    await stage.say("lin", stage.support, "@陈曦 你来？", under=stage.card())
    assert len(stage.direct("chen")) == 1
    assert await states(stage) == [("陈曦", State.SPARED), ("陈曦", State.TOLD)]


async def test_an_edit_that_names_somebody_counts_once(stage: Stage) -> None:
    """Covers U4: however often it is changed afterwards."""
    await opened(stage)
    note = await stage.say("lin", stage.support, "谁能看一下？", under=stage.card())
    for words in ("<@U0ZHAO> 能看一下吗？", "<@U0ZHAO> 能看一下吗，今天？", "@赵磊 今天？"):
        await stage.edit("lin", note, words)
    assert len(stage.direct("zhao")) == 1


async def test_who_is_off_duty_hears_of_it_when_his_duty_begins(stage: Stage) -> None:
    """Covers B6, U4: the thread says until when she is away and who is there; at nine she reads it."""
    user = await sun(stage)
    await stage.later(9 * HOUR)  # seven in the evening
    await opened(stage)
    before = len(told(stage, user))
    await stage.say("lin", stage.support, "@孙悦 能看一下吗？", under=stage.card())
    [line] = [line for line in stage.thread() if "返岗" in line]
    assert "孙悦 不在班，2026/12/2 09:00 返岗。" in line
    assert "技术部现在值班：赵磊、钱宁。" in line or "技术部现在值班：钱宁、赵磊。" in line
    assert "返岗时送达" in line
    assert told(stage, user)[before:] == []
    await stage.later(14 * HOUR)
    await stage.later(1)
    [shown] = told(stage, user)[before:]
    assert "您不在班时，林晓 提到了您" in shown
    assert await states(stage) == [("孙悦", State.TOLD)]


async def test_an_urgent_ticket_does_not_wait_for_the_morning(stage: Stage) -> None:
    """Covers B6, U4: she is told at once, and the thread says that she is off duty."""
    user = await sun(stage)
    await stage.later(9 * HOUR)
    await opened(stage)
    await stage.say("lin", None, "priority T-1 urgent")
    await stage.say("lin", stage.support, "@孙悦 全线停了", under=stage.card())
    assert any("全线停了" in line for line in told(stage, user))
    assert any("不在班" in line and "仍已立即发出" in line for line in stage.thread())


async def test_what_waits_is_told_at_once_when_the_ticket_becomes_urgent(stage: Stage) -> None:
    """Covers B6, U4: as the thread promised; and not a second time in the morning."""
    user = await sun(stage)
    await stage.later(9 * HOUR)
    await opened(stage)
    await stage.say("lin", stage.support, "@孙悦 能看一下吗？", under=stage.card())
    assert not any("能看一下吗" in line for line in told(stage, user))
    await stage.say("lin", None, "priority T-1 urgent")
    await stage.later(14 * HOUR)
    await stage.later(1)
    assert sum("能看一下吗" in line for line in told(stage, user)) == 1
    assert await states(stage) == [("孙悦", State.TOLD)]


async def test_what_was_deleted_meanwhile_is_not_told(stage: Stage) -> None:
    """Covers U4: nobody reads in the morning what its author has taken back."""
    user = await sun(stage)
    await stage.later(9 * HOUR)
    await opened(stage)
    note = await stage.say("lin", stage.support, "@孙悦 能看一下吗？", under=stage.card())
    await stage.delete("lin", note)
    await stage.later(14 * HOUR)
    await stage.later(1)
    assert not any("能看一下吗" in line for line in told(stage, user))


async def test_who_never_pressed_start_is_said_so_in_the_thread(stage: Stage) -> None:
    """Covers C7, U4: there and then, with the link that mends it; nothing of it reaches the customer."""
    await sun(stage, started=False)
    await opened(stage)
    await stage.say("lin", stage.support, "@孙悦 能看一下吗？", under=stage.card())
    [line] = [line for line in stage.thread() if "联系不上" in line]
    assert "孙悦" in line
    assert "Telegram" in line
    assert "https://t.me/" in line
    assert await states(stage) == [("孙悦", State.UNREACHABLE)]
    assert "联系不上" not in stage.shown_to_customer("ann")


async def test_who_has_no_account_is_said_so_in_the_thread(stage: Stage) -> None:
    """Covers C7, C8: what an administrator has to do about it."""
    await opened(stage)
    await stage.say("lin", stage.support, "@钱宁 能看一下吗？", under=stage.card())
    [line] = [line for line in stage.thread() if "联系不上" in line]
    assert "baton.toml" in line


async def test_who_shut_the_bot_out_on_one_platform_is_told_on_the_other(stage: Stage) -> None:
    """Covers C7: 赵磊 has Slack and Telegram; what one refuses the other carries."""
    assert stage.telegram is not None
    user = stage.telegram.user(1004, "赵磊", language_code="zh-hans")
    await stage.telegram.starts(user)
    await stage.baton.settle()
    await opened(stage)
    stage.slack.fail_next("chat.postMessage", "user_disabled")
    await stage.say("lin", stage.support, "@赵磊 能看一下吗？", under=stage.card())
    assert any("能看一下吗" in line for line in told(stage, user))
    assert await states(stage) == [("赵磊", State.TOLD)]


async def test_customers_are_not_called(stage: Stage) -> None:
    """Covers P2: what is said inside about a customer stays inside."""
    await opened(stage)
    await stage.say("lin", stage.support, "<@U0BO> 也遇到过，@Bo 说的", under=stage.card())
    assert stage.direct("bo") == []
    assert await states(stage) == []


async def test_a_reply_on_telegram_lands_in_the_thread_on_slack(stage: Stage) -> None:
    """Covers U4, B5: she is a technician whose only tool is her phone; a word of command in it is still her answer."""
    assert stage.telegram is not None
    user = await sun(stage)
    await opened(stage)
    await stage.say("lin", stage.support, "@孙悦 能看一下吗？", under=stage.card())
    message = next(m for m in stage.telegram.sent(user) if "能看一下吗" in stage.telegram.visible_text(m))
    await stage.telegram.says(user, None, "关闭 电源再开就好", reply_to=message)
    await stage.telegram.settled()
    await stage.baton.settle()
    assert any("孙悦" in line and "关闭 电源再开就好" in line for line in stage.thread())
    assert any("您的回答已写入 T-1" in line for line in told(stage, user))
    await stage.later()
    assert "电源" not in stage.shown_to_customer("ann")


async def test_the_answer_can_be_given_in_words_where_there_are_no_forms(stage: Stage) -> None:
    """Covers U4, T8: the button asks, the next message answers."""
    assert stage.telegram is not None
    user = await sun(stage)
    await opened(stage)
    await stage.say("lin", stage.support, "@孙悦 能看一下吗？", under=stage.card())
    message = next(m for m in stage.telegram.sent(user) if "能看一下吗" in stage.telegram.visible_text(m))
    await stage.telegram.presses(user, message, "回答")
    await stage.telegram.settled()
    await stage.baton.settle()
    await stage.telegram.says(user, None, "下午来看")
    await stage.telegram.settled()
    await stage.baton.settle()
    assert any("孙悦" in line and "下午来看" in line for line in stage.thread())


async def test_several_of_one_name_are_asked_about(stage: Stage) -> None:
    """Covers U4: nobody is told by mistake, and the writer learns why."""

    def namesake(unit: Unit) -> None:
        person = unit.people.by_key("zhao")
        assert person is not None
        unit.people.add_person(type(person)(0, "赵磊", person.role, key="zhao2"))

    await stage.baton.baton.database.write(namesake)
    await opened(stage)
    await stage.say("lin", stage.support, "@赵磊 能看一下吗？", under=stage.card())
    assert stage.direct("zhao") == []
    assert any("几位同事都叫 赵磊" in line for line in stage.thread())
