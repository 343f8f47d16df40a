"""Two and four replicas share the work; one that is killed is noticed by nobody. Covers C4, W6, G2, G3.

How much each did is read from its own figures; that nothing is lost or doubled is counted on Slack.
"""

import asyncio
import re
import signal
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.slack import Message
from tests.replicas.desk import PATIENCE, Desk, desk
from tests.replicas.hurried import SEND_LEASE
from tests.replicas.process import Process

ASKED = 24
BUSY = 4.0
"""Seconds that a machine with much else to do may add."""

_FIGURE = re.compile(r"^(baton_inbox_handled_total|baton_outbox_outcomes_total)\{([^}]*)\} ([\d.]+)", re.MULTILINE)


async def done(process: Process) -> tuple[int, int]:
    """How many deliveries this replica has handled, and how many orders it has sent."""
    async with aiohttp.ClientSession() as session, session.get(f"{process.url}/metrics") as answer:
        figures = _FIGURE.findall(await answer.text())
    handled = sum(float(count) for name, _, count in figures if name == "baton_inbox_handled_total")
    sent = sum(float(count) for _, labels, count in figures if 'outcome="sent"' in labels)
    return int(handled), int(sent)


async def all_shown(here: Desk, asked: list[Message]) -> None:
    """Until each question has its card and its answer; each once."""
    numbers = range(len(asked))
    await here.until(lambda: all(here.cards(number) and here.answers(asked[number]) for number in numbers))
    assert [len(here.cards(number)) for number in numbers] == [1] * len(asked)
    assert [len(here.answers(message)) for message in asked] == [1] * len(asked)


@pytest.mark.parametrize("count", [2, 4])
async def test_webhooks_and_what_follows_are_shared(tmp_path: Path, postgres_url: str, count: int) -> None:
    """Each replica handles something of what it is given in its turn, and several send what must be shown: who is
    quickest takes more, on a busy machine nearly all."""
    async with desk(tmp_path, postgres_url) as here:
        replicas = [await here.start(hurried=True) for _ in range(count)]
        asked: list[Message] = []
        for number in range(ASKED):
            here.slack.request_url = f"{replicas[number % count].url}/slack/events"
            asked.append(await here.asks(number))
        await all_shown(here, asked)
        parts = [await done(each) for each in replicas]
        assert min(handled for handled, _ in parts) > 0, parts
        assert sum(sent > 0 for _, sent in parts) >= 2, parts
        assert here.slack.violations == []


async def test_socket_mode_connections_are_shared_and_one_that_dies_is_made_up_for(
    tmp_path: Path, postgres_url: str
) -> None:
    """Faults K2, I9. Slack spreads envelopes over connections; what a dead replica did not acknowledge comes again."""
    async with desk(tmp_path, postgres_url, SLACK_APP_TOKEN="xapp-fake-app-token") as here:
        replicas = [await here.start(hurried=True) for _ in range(2)]
        here.slack.request_url = None
        await here.until(lambda: len(here.slack.socket.connections) >= 2)
        asked = [await here.asks(number) for number in range(ASKED // 2)]
        await all_shown(here, asked)
        parts = [await done(each) for each in replicas]
        assert min(handled for handled, _ in parts) > 0, parts
        await replicas[0].kill()
        asked += [await here.asks(number) for number in range(ASKED // 2, ASKED)]
        for message in asked:
            await here.insist(message)
        await all_shown(here, asked)


async def test_what_a_dead_replica_was_sending_is_sent_within_its_lease_and_a_second(
    tmp_path: Path, postgres_url: str
) -> None:
    """Fault K2. Goal: a send is taken over when the lease of the dead one is over, and no later than a second after."""
    async with desk(tmp_path, postgres_url) as here:
        heir = await here.start(hurried=True)
        victim = await here.start(hurried=True)
        heir.send(signal.SIGSTOP)  # so that it is the other one who takes the order
        sending = here.slack.hang("chat.postMessage", accept=False)
        asked = await here.asks(0)
        await asyncio.wait_for(sending.begun.wait(), PATIENCE)
        await victim.kill()
        heir.send(signal.SIGCONT)
        here.slack.request_url = f"{heir.url}/slack/events"
        began = asyncio.get_running_loop().time()
        await all_shown(here, [asked])
        waited = asyncio.get_running_loop().time() - began
        assert waited < SEND_LEASE.total_seconds() + 1.0 + BUSY
