"""SIGKILL at every boundary: what was acknowledged is handled once, what was committed is shown once.

Covers K1, K2, P1 to P4 and G1: the platform is asked, Baton's own log is believed in nothing.
"""

import signal
from pathlib import Path

import pytest

from bot.failpoints import NAMES
from tests.fakes.slack import Message
from tests.replicas.desk import desk


@pytest.mark.parametrize("places", [NAMES[:5], NAMES[5:]], ids=["inside", "outside"])
async def test_a_death_at_any_instant_loses_nothing_and_doubles_nothing(
    tmp_path: Path, places: tuple[str, ...]
) -> None:
    """Fault K1. One after the other dies at the next failpoint, over a question of its own; the next goes on."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        asked: dict[int, Message] = {}
        for number, place in enumerate(places):
            victim = await here.start(failpoint=f"{place}:kill", ready=False)
            if await victim.ready_or_dead():  # else it died at its start, over what the one before left behind
                asked[number] = await here.asks(number)
            assert await victim.ended() == -signal.SIGKILL, f"{place}: nobody died"
        await here.start()
        for message in asked.values():
            await here.insist(message)
        await here.until(lambda: all(here.cards(number) and here.answers(asked[number]) for number in asked))
        assert {places[number]: len(here.cards(number)) for number in asked} == {places[n]: 1 for n in asked}
        assert {places[number]: len(here.answers(asked[number])) for number in asked} == {places[n]: 1 for n in asked}
        assert here.slack.violations == []


@pytest.mark.parametrize("place", ["work.before_commit", "out.sending_committed", "out.delivered"])
async def test_another_replica_goes_on_where_one_died(tmp_path: Path, postgres_url: str, place: str) -> None:
    """Faults K1, K2. The one that is left takes over when the leases of the dead one have run out."""
    async with desk(tmp_path, postgres_url) as here:
        heir = await here.start(hurried=True)
        victim = await here.start(hurried=True, failpoint=f"{place}:kill")
        asked = await here.asks(1)
        if place == "work.before_commit":
            await victim.ended()
        here.slack.request_url = f"{heir.url}/slack/events"
        await here.insist(asked)
        await here.until(lambda: bool(here.cards(1) and here.answers(asked)))
        assert (len(here.cards(1)), len(here.answers(asked))) == (1, 1)


async def test_killed_under_load_nothing_is_lost(tmp_path: Path, postgres_url: str) -> None:
    """Fault K2: forty customers ask, and twice in between whoever is at work is killed and another one started."""
    async with desk(tmp_path, postgres_url) as here:
        worker = await here.start(hurried=True)
        asked = []
        for number in range(40):
            asked.append(await here.asks(number))
            if number in (12, 25):
                await worker.kill()
                worker = await here.start(hurried=True)
        for message in asked:
            await here.insist(message)
        await here.until(lambda: all(here.cards(number) and here.answers(asked[number]) for number in range(40)))
        assert [len(here.cards(number)) for number in range(40)] == [1] * 40
        assert [len(here.answers(message)) for message in asked] == [1] * 40
