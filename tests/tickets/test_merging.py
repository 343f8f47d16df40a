"""Merging: two tickets go on as one, and nothing that was or will be said is lost."""

import pytest

from tests.tickets.stage import Stage


@pytest.fixture
async def two(anywhere: Stage) -> Stage:
    """Ann wrote in the intake room, Bo directly: two tickets about one thing."""
    await anywhere.say("ann", anywhere.help, "打印机坏了")
    await anywhere.say("bo", None, "The printer on the third floor is dead")
    await anywhere.say("lin", anywhere.support, "三楼的都坏了", under=anywhere.card(2))
    return anywhere


async def test_both_conversations_and_both_customers_go_on_in_one(two: Stage) -> None:
    """Covers B9, C13: words in either thread land in the survivor; an answer reaches both customers."""
    first, second = two.card(1), two.card(2)
    anns = next(message for message in two.slack.messages(two.help) if message.user == "U0ANN")
    await two.mention("lin", two.support, "merge T-2", under=first)
    said = ["".join(span.text for span in entry.text) for entry in await two.conversation(1)]
    assert {"打印机坏了", "The printer on the third floor is dead", "三楼的都坏了"} <= set(said)
    assert "T-1" in two.under(second)[-1]
    assert two.slack.buttons(two.slack.message(second.ts)) == []
    assert "T-2" in two.read(first)

    await two.say("bo", None, "Any news?")
    assert any("Any news?" in text for text in two.thread(1))
    await two.say("chen", two.support, "配件到了", under=second)
    assert any("配件到了" in text for text in two.thread(1))
    await two.say("lin", two.support, "回复 下午修好", under=first)
    await two.later()
    assert any("下午修好" in text for text in two.direct("bo"))
    assert any("下午修好" in text for text in two.under(anns))
    assert "配件" not in two.shown_to_customer("bo") + two.shown_to_customer("ann")
    told = await two.command("lin", two.general, "/baton", "history T-1")
    assert "Any news?" in told
    assert "T-2" in told


async def test_a_command_in_the_old_thread_is_about_the_survivor(two: Stage) -> None:
    """Covers B9."""
    old = two.card(2)
    await two.command("lin", two.general, "/baton", "T-1 merge T-2")
    await two.mention("lin", two.support, "take", under=old)
    assert await two.owner(1) == "林晓"
    assert "T-1" in await two.command("lin", two.general, "/baton", "T-2 take")
    assert (await two.ticket(2)).merged_into == 1


async def test_the_merged_customer_says_whether_it_is_solved_and_sees_only_his_own_words(two: Stage) -> None:
    """Covers T8: to him it is still his own ticket; the other customer's is none of his business."""
    await two.command("lin", two.general, "/baton", "T-1 merge T-2")
    await two.press("lin", two.card(1), "解决")
    solved = two.slack.sent(two.slack.dm(two["bo"]))[-1]
    assert "T-2" in two.read(solved)
    await two.press("bo", solved, "Not solved yet")
    assert (await two.ticket(1)).status.value == "open"
    await two.command("bo", None, "/baton", "show T-2")
    assert "being worked on" in two.direct("bo")[-1]
    await two.command("bo", None, "/baton", "show T-1")
    assert "打印机坏了" not in two.direct("bo")[-1]


async def test_what_can_not_be_merged_is_said_so(two: Stage) -> None:
    """Covers W6: into itself, twice, into one that is closed, what is not there."""

    async def told(said: str) -> str:
        return await two.command("lin", two.general, "/baton", said)

    assert "T-1" in await told("T-1 merge T-1")
    assert "T-9" in await told("T-1 merge T-9")
    await told("T-1 close")
    assert "T-1" in await told("T-1 merge T-2")
    assert (await two.ticket(2)).merged_into == 0
    await told("T-1 reopen")
    await told("T-1 merge T-2")
    assert (await two.ticket(2)).merged_into == 1
    assert "T-1" in await told("T-1 merge T-2")
    assert "T-1" in await told("T-2 merge T-1")
    assert (await two.ticket(1)).merged_into == 0


async def test_what_was_said_to_one_customer_is_never_told_to_the_other(two: Stage) -> None:
    """Covers T8, B7: neither by an edit after the merge, nor by the history of the survivor."""
    said = await two.say("lin", two.support, "回复 your code is 123", under=two.card(2))
    await two.later()
    await two.command("lin", two.general, "/baton", "T-1 merge T-2")
    await two.edit("lin", said, "回复 your code is 456")
    assert "456" in two.direct("bo")[-1]
    await two.command("ann", None, "/baton", "history T-1")
    await two.command("ann", None, "/baton", "show T-1")
    shown = two.shown_to_customer("ann")
    assert "your code" not in shown
    assert "third floor" not in shown
    await two.say("lin", two.support, "回复 明天修好", under=two.card(1))
    await two.later()
    await two.command("ann", None, "/baton", "history T-1")
    assert "明天修好" in two.direct("ann")[-1]
    assert "打印机坏了" in two.direct("ann")[-1]


@pytest.mark.parametrize("number", [1, 2])
async def test_a_held_reply_can_be_taken_back_after_a_merge(two: Stage, number: int) -> None:
    """Covers U32: whichever of the two it was written in."""
    await two.say("lin", two.support, "回复 机密", under=two.card(number))
    notice = two.slack.messages(two.support, two.card(number))[-1]
    await two.command("lin", two.general, "/baton", "T-1 merge T-2")
    assert "已撤回" in await two.press("lin", notice, "撤回")
    assert two.slack.buttons(two.slack.message(notice.ts)) == []
    await two.later()
    assert "机密" not in two.shown_to_customer("ann") + two.shown_to_customer("bo")


async def test_two_tickets_of_one_conversation_are_still_edited_in_place_when_merged(anywhere: Stage) -> None:
    """Covers B7, U32: their threads become one; what was shown in the one that is gone can be changed and removed."""
    stage = anywhere
    await stage.say("bo", None, "The scanner is dead")
    await stage.command("bo", None, "/ticket", "And so is the printer")
    kept = await stage.say("lin", stage.support, "reply please wait", under=stage.card(2))
    dropped = await stage.say("lin", stage.support, "reply oops", under=stage.card(2))
    await stage.later()
    held = await stage.say("lin", stage.support, "reply secret", under=stage.card(2))
    await stage.command("lin", stage.general, "/baton", "T-1 merge T-2")
    await stage.delete("lin", held)
    await stage.later()
    await stage.edit("lin", kept, "reply please wait a bit")
    await stage.delete("lin", dropped)
    told = stage.direct("bo")
    assert [text for text in told if "please wait" in text] == [told[-1]]
    assert "please wait a bit" in told[-1]
    assert not any("oops" in text or "secret" in text for text in told)
