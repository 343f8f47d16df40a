"""Minutes of 429, of 5xx, of silence and of nonsense, on one method and on all, on both platforms.

Covers U12, U16, T10, G2: everything arrives, once, in the order of its conversation, and nothing else waits for it.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.chat.events import Place
from tests.faults.forms import chance, rounds
from tests.faults.stage import Stage, stage

PLACES, WORDS = 6, 4


class Flood:
    """Messages for several places on both platforms, in a known order in each."""

    def __init__(self, here: Stage) -> None:
        self.here = here
        self.rooms = [here.slack.channel(f"C1ROOM{number}", members=[]) for number in range(PLACES)]
        self.people = [here.telegram.user(3000 + number, f"P{number}") for number in range(PLACES)]

    async def begin(self) -> None:
        """Everybody on Telegram says hello."""
        for person in self.people:
            await self.here.telegram.starts(person)
        await self.here.telegram.settled()
        await self.here.settle()

    async def pour(self, *, slack: bool = True, telegram: bool = True) -> None:
        """Queue everything."""
        for number in range(WORDS):
            for room in self.rooms if slack else ():
                await self.here.put(f"word {number}", Place("slack", room.id))
            for person in self.people if telegram else ():
                await self.here.to_telegram(f"word {number}", person)

    def on_slack(self) -> list[list[str]]:
        """What stands in each room."""
        return [self.here.on_slack(room) for room in self.rooms]

    def on_telegram(self) -> list[list[str]]:
        """What stands in each chat, of the flood."""
        return [
            [words for words in self.here.on_telegram(person) if words.startswith("word")] for person in self.people
        ]


ALL = [[f"word {number}" for number in range(WORDS)]] * PLACES

Strike = Callable[[Stage, int], object]

ON_SLACK: dict[str, Strike] = {
    "429 on one method": lambda here, times: here.slack.fail_next(
        "chat.postMessage", "ratelimited", retry_after=30, times=times
    ),
    "429 on all": lambda here, times: here.slack.fail_next("*", "ratelimited", retry_after=30, times=times),
    "500": lambda here, times: here.slack.fail_next("*", 500, times=times),
    "503": lambda here, times: here.slack.fail_next("chat.postMessage", 503, times=times),
    "not JSON": lambda here, times: [here.slack.answer_garbage("chat.postMessage") for _ in range(times)],
    "reset before it was accepted": lambda here, times: [
        here.slack.break_connection_before_accept("chat.postMessage") for _ in range(times)
    ],
    "reset after it was accepted": lambda here, times: [
        here.slack.break_connection_after_accept("chat.postMessage") for _ in range(times)
    ],
}
ON_TELEGRAM: dict[str, Strike] = {
    "429 on one method": lambda here, times: here.telegram.fail_next(
        "sendMessage", 429, "Too Many Requests: retry after 30", retry_after=30, times=times
    ),
    "429 on all": lambda here, times: here.telegram.fail_next(
        "*", 429, "Too Many Requests: retry after 30", retry_after=30, times=times
    ),
    "500": lambda here, times: here.telegram.fail_next("*", 500, "Internal Server Error", times=times),
    "502": lambda here, times: here.telegram.fail_next("sendMessage", 502, "Bad Gateway", times=times),
    "not JSON": lambda here, times: here.telegram.answer_garbage("sendMessage", times, status=502),
    "reset before it was accepted": lambda here, times: here.telegram.break_connection("sendMessage", times),
}


@pytest.mark.parametrize("storm", ON_SLACK)
async def test_a_storm_over_slack(tmp_path: Path, storm: str) -> None:
    """Faults O1, O2, O3: what is for Telegram is not kept waiting; on Slack all stands once, in order, afterwards."""
    async with stage(tmp_path) as here:
        flood = Flood(here)
        await flood.begin()
        ON_SLACK[storm](here, 12)
        await flood.pour()
        await here.settle(patience=8)
        assert flood.on_telegram() == ALL
        await here.settle(patience=2500)
        assert flood.on_slack() == ALL
        assert await here.failures() == []


@pytest.mark.parametrize("storm", ON_TELEGRAM)
async def test_a_storm_over_telegram(tmp_path: Path, storm: str) -> None:
    """Faults O1, O2, O3: the same the other way round; what Telegram surely did not take is not doubled."""
    async with stage(tmp_path) as here:
        flood = Flood(here)
        await flood.begin()
        ON_TELEGRAM[storm](here, 12)
        await flood.pour()
        await here.settle(patience=8)
        assert flood.on_slack() == ALL
        await here.settle(patience=2500)
        assert flood.on_telegram() == ALL
        assert await here.failures() == []


async def test_taken_and_cut_off_on_telegram_is_doubled_at_most_once_for_each(tmp_path: Path) -> None:
    """Faults O1, K1: Telegram can't be asked; one repeat for each answer that was lost, never more, order as ever."""
    async with stage(tmp_path) as here:
        flood = Flood(here)
        await flood.begin()
        here.telegram.break_connection_after_accept("sendMessage", 7)
        await flood.pour(slack=False)
        await here.settle(patience=400)
        shown = flood.on_telegram()
        assert [list(dict.fromkeys(words)) for words in shown] == ALL
        assert sum(len(words) - WORDS for words in shown) == 7


async def test_ten_minutes_of_429_cost_a_call_for_each_wait(tmp_path: Path) -> None:
    """Fault O2: `Retry-After` of 1 to 120 seconds, as Slack likes; nobody knocks before it is over."""
    async with stage(tmp_path) as here:
        flood, luck = Flood(here), chance()
        await flood.begin()
        waits = [luck.randint(1, 120) for _ in range(rounds(8, 40))]
        for wait in waits:
            here.slack.fail_next("chat.postMessage", "ratelimited", retry_after=wait)
        await flood.pour(telegram=False)
        await here.settle(patience=sum(waits) + 2500)
        assert flood.on_slack() == ALL
        calls = here.slack.calls("chat.postMessage")
        assert len(calls) == len(waits) + PLACES * WORDS
        assert sum(not call.ok for call in calls) == len(waits)


async def test_an_answer_that_comes_byte_by_byte(tmp_path: Path) -> None:
    """Fault O3: slower than anybody waits; it stands there once, and the platform next door is not kept waiting."""
    async with stage(tmp_path, send_within=0.5) as here:
        dawdling = here.slack.hang("chat.postMessage", accept=True)
        await here.to_slack("once")
        await here.to_telegram("!")
        await here.telegram.until(lambda: here.on_telegram()[-1] == "!")
        await here.settle()
        dawdling.release()
        await here.settle()
        assert here.on_slack() == ["once"]
