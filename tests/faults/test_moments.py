"""Deadlines at odd moments: clocks that are set, nights that are longer or shorter, leap days, and all at once.

Covers G1, G2, U12.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import open_database
from tests.clock import ManualClock
from tests.clocks.desk import desk as clock_desk
from tests.clocks.desk import policy
from tests.faults.forms import rounds

OFFICE_HOURS = {day: ["09:00-12:00", "13:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}

# Two hours of business time from one in real time before closing: due after an hour of the next morning, whatever
# the night between was like. Zone, the evening, and how long that night's clock time and real time differ.
ODD_NIGHTS = {
    "clocks go forward in Berlin": ("Europe/Berlin", datetime(2026, 3, 28, 17), -1),
    "clocks go back in Berlin": ("Europe/Berlin", datetime(2026, 10, 24, 17), 1),
    "clocks go forward in New York": ("America/New_York", datetime(2026, 3, 7, 17), -1),
    "clocks go back in New York": ("America/New_York", datetime(2026, 10, 31, 17), 1),
    "clocks go back by half an hour on Lord Howe Island": ("Australia/Lord_Howe", datetime(2026, 4, 4, 17), 0.5),
    "a leap day begins": ("Asia/Shanghai", datetime(2028, 2, 28, 17), 0),
    "a leap day ends": ("Asia/Shanghai", datetime(2028, 2, 29, 17), 0),
    "no leap day in 2026": ("Asia/Taipei", datetime(2026, 2, 28, 17), 0),
    "a year ends": ("Asia/Shanghai", datetime(2026, 12, 31, 17), 0),
}


@pytest.mark.parametrize("night", ODD_NIGHTS)
async def test_a_deadline_over_an_odd_night_falls_due_once_and_when_it_should(database_url: str, night: str) -> None:
    """Fault T3: swept every quarter of an hour, through the change; once, at ten in the morning by the wall."""
    zone, evening, differ = ODD_NIGHTS[night]
    start = evening.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    async with clock_desk(database_url, ManualClock(start)) as at:
        calendars = {"office": {"timezone": zone, "hours": OFFICE_HOURS}}
        await at.configure({"p": policy(target="2h biz", steps=("target",))}, calendars)
        await at.open()
        due = await at.due()
        assert due is not None
        assert due == start + timedelta(hours=17 + differ)
        assert due.astimezone(ZoneInfo(zone)).hour == 10
        for _ in range(20 * 4):
            await at.pass_time(minutes=15)
        assert await at.fired() == [(0, 0, 0)]


@pytest.mark.parametrize("step", [3600, -3600])
async def test_clocks_set_while_deadlines_run(database_url: str, step: int) -> None:
    """Fault T2: an hour forward or back and right again; each step fires once, never again."""
    clock = ManualClock()
    async with clock_desk(database_url, clock) as at:
        await at.configure({"p": policy(target="3h", steps=("1h", "2h", "target"))})
        await at.open()
        await at.pass_time(minutes=90)
        _set(clock, step)
        await at.sweep()
        await at.pass_time(minutes=5)
        _set(clock, -step)
        for _ in range(30):
            await at.pass_time(minutes=5)
        told = [(number, skipped) for number, skipped, _ in await at.fired()]
        assert sorted(number for number, _ in told) == [0, 1, 2]


def _set(clock: ManualClock, seconds: float) -> None:
    """Somebody sets the wall clock; the monotonic one knows nothing of it."""
    clock._now += timedelta(seconds=seconds)


@pytest.mark.parametrize("count", [pytest.param(rounds(60, 10_000), id="many")])
async def test_many_that_fall_due_in_the_same_second(database_url: str, count: int) -> None:
    """Fault T6: each is done once; ten thousand in the long form."""
    clock = ManualClock()
    async with clock_desk(database_url, clock) as at:
        await at.configure({"p": policy(target="1h", steps=("target",))})
        tickets = [await at.open() for _ in range(count)]
        other = open_database(database_url, clock=clock, reactions=at.router.reactions, mode="visit")
        await other.start()
        clock.advance(3600)
        try:
            one, two = at.sweeper(), at.sweeper(other)
            while sum([(await sweeper.sweep()).taken for sweeper in (one, two)]):
                pass
        finally:
            await other.close()
        fired = Counter([len(await at.fired(number)) for number in tickets])
        assert fired == {1: count}
