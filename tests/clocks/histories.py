"""Random clocks: policies, pauses, extensions, calendars with hours and holidays of every shape."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.calendars.rules import ALWAYS, BusinessCalendar
from bot.clocks.rules import Clock, Extension, Measure, Pause, Policy, Step
from bot.durations import Duration, Moment

DAY = datetime(2026, 10, 20, tzinfo=UTC)
"""A few days before Europe puts its clocks back."""

OFFICE = ((540, 720), (780, 1080))
WEEK = (OFFICE,) * 5 + ((), ())
CALENDARS = (
    ALWAYS,
    BusinessCalendar("office", ZoneInfo("Asia/Shanghai"), WEEK),
    BusinessCalendar("berlin", ZoneInfo("Europe/Berlin"), (((0, 240), (1200, 1440)),) * 7),
    BusinessCalendar("seldom", ZoneInfo("America/New_York"), ((),) * 6 + (((600, 960),),)),
)

calendars = st.sampled_from(CALENDARS)
lengths = st.builds(Duration, st.integers(1, 300), st.sampled_from("smh"), st.booleans()) | st.builds(
    Duration, st.integers(1, 4), st.just("d"), st.booleans()
)
moments = st.builds(Moment, lengths) | st.just(Moment()) | st.builds(Moment, lengths, st.sampled_from((-1, 1)))
instants = st.integers(0, 20 * 86_400).map(lambda seconds: DAY + timedelta(seconds=seconds))
steps = st.lists(st.builds(Step, moments, st.just(("assignee",)), st.just(("dm",))), max_size=5).map(tuple)
causes = st.sampled_from(("customer", "colleague"))


@st.composite
def pauses(draw: st.DrawFn, since: datetime, open_end: bool = True) -> tuple[Pause, ...]:
    """A few pauses one after the other, the last perhaps still open."""
    found: list[Pause] = []
    at = since
    for _ in range(draw(st.integers(0, 4))):
        at += timedelta(seconds=draw(st.integers(0, 2 * 86_400)))
        until = at + timedelta(seconds=draw(st.integers(0, 2 * 86_400)))
        found.append(Pause(at, until, draw(causes)))
        at = until + timedelta(seconds=1)
    if open_end and draw(st.booleans()):
        found.append(Pause(at + timedelta(seconds=draw(st.integers(0, 86_400))), None, draw(causes)))
    return tuple(found)


@st.composite
def clocks(draw: st.DrawFn, open_end: bool = True) -> Clock:
    """A clock with a history."""
    since = draw(instants)
    policy = Policy("p", Measure.RESOLUTION, draw(lengths), draw(steps))
    later = st.integers(0, 5 * 86_400).map(lambda seconds: since + timedelta(seconds=seconds))
    given = sorted(draw(st.lists(later, max_size=2)))
    extensions = tuple(Extension(at, draw(lengths), "parts are missing") for at in given)
    history = draw(pauses(since, open_end))
    return Clock(1, 1, Measure.RESOLUTION, policy, since, pauses=history, extensions=extensions)
