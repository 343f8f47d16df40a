"""The slow model: business time counted minute by minute, by the clock on the wall and by nothing else."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.calendars.rules import Intervals

MINUTE = timedelta(minutes=1)
LONG = 40 * 1440

Hours = Callable[[date], Intervals]


class MinuteModel:
    """A calendar that looks at the wall clock every minute. Instants must be whole minutes."""

    def __init__(self, zone: ZoneInfo, hours: Hours) -> None:
        self.zone = zone
        self.hours = hours

    def is_open(self, at: datetime) -> bool:
        """Whether the wall clock stands in an interval of its date."""
        local = at.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.hours(local.date()))

    def next_open(self, at: datetime) -> datetime:
        """The first open minute."""
        for _ in range(LONG):
            if self.is_open(at):
                return at
            at += MINUTE
        raise AssertionError("closed for too long to be counted")

    def add(self, at: datetime, minutes: int) -> datetime:
        """Walk on until so many open minutes have passed."""
        for _ in range(LONG):
            if not minutes:
                return at
            minutes -= self.is_open(at)
            at += MINUTE
        raise AssertionError("closed for too long to be counted")

    def subtract(self, at: datetime, minutes: int) -> datetime:
        """Walk back until so many open minutes have passed."""
        for _ in range(LONG):
            if not minutes:
                return at
            at -= MINUTE
            minutes -= self.is_open(at)
        raise AssertionError("closed for too long to be counted")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The open minutes from start until end."""
        minutes = (end - start) // MINUTE
        return sum(self.is_open(start + number * MINUTE) for number in range(minutes)) * MINUTE


def utc(written: str) -> datetime:
    """`2026-03-29 01:30` in UTC."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def local(written: str, zone: str, *, fold: int = 0) -> datetime:
    """A time on the wall of a zone; `fold` 1 is the second of two equal ones."""
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)
