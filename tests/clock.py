"""A clock that only tests move."""

import asyncio
from datetime import UTC, datetime, timedelta

# A Tuesday morning in Shanghai, well inside business hours.
START = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until `advance`; whoever sleeps or waits with a time limit goes on when its moment has come."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, asyncio.Event]] = []

    def now(self) -> datetime:
        """The instant that tests have reached."""
        return self._now

    def monotonic(self) -> float:
        """Seconds that tests let pass."""
        return self._elapsed

    @property
    def waited_by(self) -> int:
        """How many wait for some moment to come."""
        return len(self._sleepers)

    def advance(self, seconds: float) -> None:
        """Let this much time pass."""
        self._now += timedelta(seconds=seconds)
        self._elapsed += seconds
        for moment, awake in self._sleepers:
            if moment <= self._elapsed:
                awake.set()
        self._sleepers = [(moment, awake) for moment, awake in self._sleepers if moment > self._elapsed]

    async def sleep(self, seconds: float) -> None:
        """Wait until tests have let `seconds` pass."""
        if seconds > 0:
            await self._alarm(seconds).wait()

    async def wait(self, signal: asyncio.Event, seconds: float) -> bool:
        """Wait until `signal` is set or tests have let `seconds` pass; True when it was set."""
        if signal.is_set():
            return True
        if seconds <= 0:
            await asyncio.sleep(0)
            return signal.is_set()
        alarm = self._alarm(seconds)
        waiting = [asyncio.create_task(signal.wait()), asyncio.create_task(alarm.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
            self._sleepers = [(moment, awake) for moment, awake in self._sleepers if awake is not alarm]
        return signal.is_set()

    def _alarm(self, seconds: float) -> asyncio.Event:
        alarm = asyncio.Event()
        self._sleepers.append((self._elapsed + seconds, alarm))
        return alarm
