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
