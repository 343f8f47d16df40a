"""The clocks of collaboration requests: from the moment they are put to their team until they come back."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.text import text
from bot.clocks.rules import Clock
from bot.collab.facts import (
    CollabAccepted,
    CollabAnswered,
    CollabAskedBack,
    CollabDone,
    CollabReopened,
    CollabResent,
    CollabReturned,
    CollabStarted,
    CollabWithdrawn,
)
from bot.tickets.facts import NoteAdded
from bot.tickets.rules import Message, Side
from bot.unit import Unit
from tests.clocks.desk import Desk, desk, policy, since_start

POLICIES = {
    "answer": policy("collab.response", "30m", ("10m",)),
    "work": policy("collab.completion", "4h", ("target",), teams=["tech"], pauses=["customer", "colleague"]),
    "bugs": policy("collab.completion", "1h", types=["BUG"], teams=["tech"]),
}


@pytest.fixture
async def at(database_url: str) -> AsyncIterator[Desk]:
    """T-1 of 客服部 with the request C-1 to 技术部."""
    async with desk(database_url) as opened:
        await opened.configure(POLICIES)
        await opened.open()
        await opened.request()
        await opened.record(CollabStarted(1, request=1))
        await opened.sweep()
        yield opened


async def both(at: Desk) -> dict[str, Clock]:
    """The latest clocks of C-1 by what they measure."""
    return {clock.measure: clock for clock in await at.clocks() if clock.request == 1}


def outcomes(clocks: dict[str, Clock]) -> tuple[str, str]:
    """How the response and the completion ended ("" still running)."""
    return clocks["collab.response"].outcome, clocks["collab.completion"].outcome


async def test_both_begin_when_it_is_put_to_its_team(at: Desk) -> None:
    """Covers U13, U25: with who is asked, and by when."""
    clocks = await both(at)
    assert {name: clock.target for name, clock in clocks.items()} == {
        "collab.response": since_start(minutes=30),
        "collab.completion": since_start(hours=4),
    }
    await at.pass_time(minutes=10)
    assert await at.fired() == [(0, 0, 0)]


async def test_accepted_it_is_answered_and_done_it_is_done(at: Desk) -> None:
    """Covers U13."""
    await at.pass_time(minutes=5)
    await at.record(CollabAccepted(1, request=1, person=3))
    assert outcomes(await both(at)) == ("met", "")
    await at.pass_time(hours=5)
    await at.record(CollabDone(1, request=1))
    assert outcomes(await both(at)) == ("met", "late")
    assert await at.due(2) is None


async def test_the_first_words_of_the_asked_team_are_an_answer(at: Desk) -> None:
    async def says(side: Side, request: int) -> None:
        def work(unit: Unit) -> None:
            message = Message(0, 1, 3, side, False, text("看着呢"), unit.now, request=request)
            unit.record(NoteAdded(1, message=unit.tickets.add_message(message).id))

        await at.database.write(work)

    await says(Side.TEAM, 1)
    await says(Side.HELPER, 2)
    assert outcomes(await both(at)) == ("", "")
    await says(Side.HELPER, 1)
    assert outcomes(await both(at)) == ("met", "")


async def test_returned_and_sent_again_it_begins_anew(at: Desk) -> None:
    """Covers U25: the repaired request has its whole time."""
    await at.pass_time(hours=1)
    await at.record(CollabReturned(1, request=1, reason="missing", returns=1))
    assert outcomes(await both(at)) == ("late", "met")
    await at.pass_time(hours=1)
    await at.record(CollabResent(1, request=1))
    assert (await both(at))["collab.completion"].target == since_start(hours=6)


async def test_asked_back_it_waits_for_the_asker(at: Desk) -> None:
    """Covers U15: asking is an answer; the time until the asker's own is not the department's."""
    await at.pass_time(minutes=20)
    await at.record(CollabAskedBack(1, request=1))
    assert outcomes(await both(at)) == ("met", "")
    await at.pass_time(hours=10)
    assert await at.fired() == [(0, 0, 0)]
    await at.record(CollabAnswered(1, request=1))
    assert (await both(at))["collab.completion"].target == since_start(hours=14)


async def test_not_needed_any_more_nobody_hears_of_it(at: Desk) -> None:
    await at.record(CollabWithdrawn(1, request=1))
    assert outcomes(await both(at)) == ("cancelled", "cancelled")
    await at.pass_time(hours=9)
    assert await at.fired() == []


async def test_what_was_not_done_after_all_goes_on(at: Desk) -> None:
    await at.record(CollabDone(1, request=1))
    await at.pass_time(hours=3)
    await at.record(CollabReopened(1, request=1))
    clock = (await both(at))["collab.completion"]
    assert (clock.running, clock.target) == (True, since_start(hours=7))


async def test_the_type_of_the_request_chooses_its_policy(at: Desk) -> None:
    """Covers U25: goals per department and type; the more specific one."""
    await at.request(kind="BUG")
    await at.record(CollabStarted(1, request=2))
    (clock,) = [one for one in await at.clocks() if one.request == 2 and one.measure == "collab.completion"]
    assert (clock.policy.key, clock.target) == ("bugs", since_start(hours=1))
    assert clock.because == ("teams", "types")
