"""What a machine does to a process: it kills it, stops it as it starts, starves it of memory, sets its clock.

Covers C4, W6, G2. Processes are real; what Slack believes delivered and what people see is the verdict.
"""

import asyncio
import contextlib
import resource
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.failpoints import NAMES
from tests.fakes.slack import Message
from tests.faults.forms import chance, long_form, rounds
from tests.replicas.desk import Desk, desk


async def judge(here: Desk, asked: dict[int, Message], *, answers: int = 1) -> None:
    """Each question has one card, and one answer."""
    for message in asked.values():
        await here.insist(message)
    await here.until(lambda: all(here.cards(number) and here.answers(asked[number]) for number in asked))
    shown = {number: (len(here.cards(number)), len(here.answers(asked[number]))) for number in asked}
    assert shown == dict.fromkeys(asked, (1, answers))
    assert here.slack.violations == []


async def test_killed_while_slack_answers_it_looks_whether_it_stands_there(tmp_path: Path) -> None:
    """Fault K1: between the request and its answer; Slack has the message, Baton does not know, and asks."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        victim = await here.start(hurried=True)
        slow = here.slack.hang("chat.postMessage", accept=True)
        asked = {1: await here.asks(1)}
        await asyncio.wait_for(slow.begun.wait(), 20)
        await victim.kill()
        slow.release()
        await here.start(hurried=True)
        await judge(here, asked)


@pytest.mark.parametrize("turn", range(rounds(1, 6)))
async def test_killed_at_random_again_and_again(tmp_path: Path, turn: int) -> None:
    """Faults K1, K2: SIGKILL at whatever instant while customers write; the next process goes on with it all."""
    luck = chance()
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        asked: dict[int, Message] = {}
        for life in range(rounds(2, 6)):
            process = await here.start(hurried=True)
            writing = [asyncio.create_task(here.asks(number)) for number in range(life * 5, life * 5 + 5)]
            await asyncio.sleep(luck.uniform(0.0, 1.0))
            await process.kill()
            said = await asyncio.gather(*writing)
            asked |= dict(zip(range(life * 5, life * 5 + 5), said, strict=True))
        await here.start(hurried=True)
        await judge(here, asked)


@long_form
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("hit", [1, 2, 3])
@pytest.mark.parametrize("place", NAMES)
async def test_a_death_at_each_place_at_the_first_to_third_hit(
    tmp_path: Path, postgres_url: str, place: str, hit: int, kind: str
) -> None:
    """Fault K1 on both databases: three questions, a death at the n-th passage, and all is as if nothing had been."""
    url = f"sqlite:///{tmp_path}/baton.db" if kind == "sqlite" else postgres_url
    async with desk(tmp_path, url) as here:
        victim = await here.start(failpoint=f"{place}:kill@{hit}", hurried=True, ready=False)
        asked = {}
        if await victim.ready_or_dead():
            asked = {number: await here.asks(number) for number in range(3)}
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(victim.running.wait(), 5.0)
        await victim.kill()  # where it does not come by that often, at this instant
        await here.start(hurried=True)
        await judge(here, asked)


async def test_stopped_while_it_starts(tmp_path: Path) -> None:
    """Fault K3: SIGTERM at whatever moment of a start, and once more; it ends, and the next start is like any other."""
    luck = chance()
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        for _ in range(rounds(2, 10)):
            process = await here.start(hurried=True, ready=False)
            await asyncio.sleep(luck.uniform(0.2, 2.0))
            process.send(signal.SIGTERM)
            await asyncio.sleep(0.1)
            if process.running.returncode is None:
                process.send(signal.SIGTERM)
            await process.ended()
            assert not [line for line in process.lines if "Traceback" in line]
        await here.start(hurried=True)
        await judge(here, {1: await here.asks(1)})


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux alone")
async def test_short_of_memory_it_refuses_what_is_too_large_and_goes_on(tmp_path: Path) -> None:
    """Fault K5: 40 MB more than it has in use now, and deliveries of 64 MB; what is in reason is handled as ever."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        process = await here.start(hurried=True)
        asked = {1: await here.asks(1)}
        await here.until(lambda: bool(here.cards(1)))
        used = in_use(process.running.pid)
        resource.prlimit(process.running.pid, resource.RLIMIT_AS, (used + 40_000_000, resource.RLIM_INFINITY))
        huge = b'{"token": "' + b"x" * 64_000_000 + b'"}'
        async with aiohttp.ClientSession() as session:
            for path in ("/slack/events", "/telegram/webhook"):
                with contextlib.suppress(aiohttp.ClientError):  # it may hang up in the middle
                    async with session.post(process.url + path, data=huge) as answer:
                        assert answer.status in (401, 403, 404, 413)
        asked[2] = await here.asks(2)
        await judge(here, asked)
        assert process.running.returncode is None


def in_use(process: int) -> int:
    """The bytes of address space that it has."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


async def test_a_loop_that_stands_still_longer_than_its_leases(tmp_path: Path, postgres_url: str) -> None:
    """Fault K7: four seconds in which nothing moves, right after a send; the other replica takes over, asks Slack, and
    nothing is shown twice when the sleeper comes to.
    """
    async with desk(tmp_path, postgres_url) as here:
        await here.start(hurried=True, failpoint="out.delivered:sleep=4@1")
        asked = {1: await here.asks(1)}
        await here.start(hurried=True)
        asked[2] = await here.asks(2)
        await judge(here, asked)
        await asyncio.sleep(2)
        await judge(here, asked)


async def test_a_handler_slower_than_slacks_patience(tmp_path: Path) -> None:
    """Fault I3: four seconds before the commit; Slack delivers again and again meanwhile, and it is one ticket."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        await here.start(hurried=True, failpoint="work.before_commit:sleep=4@1")
        asked = {1: await here.asks(1), 2: await here.asks(2)}
        for message in asked.values():
            await here.slack.redeliver(here.delivery_of(message))
        await judge(here, asked)


@pytest.mark.parametrize("hours", [6, pytest.param(-6, marks=long_form), pytest.param(1, marks=long_form), -1])
async def test_somebody_sets_the_clock(tmp_path: Path, hours: int) -> None:
    """Fault T2: while it runs, and right again; what comes in and goes out is not held up, lost or doubled."""
    offset = tmp_path / "offset"
    offset.write_text("0")
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db", CLOCK_OFFSET=str(offset)) as here:
        process = await here.start(module="tests.faults.skewed")
        asked = {1: await here.asks(1)}
        await here.until(lambda: bool(here.cards(1)))
        _set(offset, hours * 3600)
        asked[2] = await here.asks(2)
        await judge(here, asked)
        _set(offset, 0)
        asked[3] = await here.asks(3)
        await judge(here, asked)
        assert (await process.asked("/healthz"))[0] == 200


def _set(offset: Path, seconds: int) -> None:
    new = offset.with_suffix(".new")
    new.write_text(str(seconds))
    new.replace(offset)
