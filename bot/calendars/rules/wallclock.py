"""The clock on the wall against the time line: instants as whole microseconds since 1970, pieces of one offset."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 1440 * MINUTE

Span = tuple[int, int]
"""From an instant until before another one."""

Piece = tuple[int, int, int]
"""A span in which the local clock runs on by one offset: from, until, and local time minus UTC."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Microseconds since 1970 in UTC. Raises TypeError for an instant that does not know its zone."""
    return (at - _EPOCH) // MICROSECOND


def instant(at: int) -> datetime:
    """What `micros` made a number of, in UTC."""
    return _EPOCH + timedelta(microseconds=at)


def offset(zone: ZoneInfo, at: int) -> int:
    """Local time minus UTC, in microseconds."""
    ahead = datetime.fromtimestamp(at // SECOND, zone).utcoffset()
    return (ahead or timedelta()) // MICROSECOND


def pieces(zone: ZoneInfo, start: int, end: int) -> tuple[Piece, ...]:
    """The pieces of a span of whole seconds that is short enough (days) to have one change of the clock at most."""
    before, after = offset(zone, start), offset(zone, end)
    if before == after:
        return ((start, end, before),)
    low, high = start, end
    while high - low > SECOND:
        middle = (low + high) // 2 // SECOND * SECOND
        low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
    return ((start, high, before), (high, end, after))


def shown(zone: ZoneInfo, at: int) -> int:
    """What the clock shows, in microseconds of local time; when it is put back, it stands until it has caught up.

    So a later instant never shows an earlier time.
    """
    second = at // SECOND * SECOND
    if datetime.fromtimestamp(at // SECOND, zone).fold:
        _, put_back, before = pieces(zone, second - DAY, second)[0]
        return put_back + before
    return at + offset(zone, at)


def joined(spans: Iterable[Span]) -> Iterator[Span]:
    """The same spans, those that touch made one."""
    last: Span | None = None
    for start, end in spans:
        if last and last[1] == start:
            last = (last[0], end)
        else:
            if last:
                yield last
            last = (start, end)
    if last:
        yield last


def first_from(spans: list[Piece], wall: int) -> int:
    """The first open instant of a day at which the clock shows `wall` or later, or the day's last closing."""
    return next((max(start, wall - offset) for start, end, offset in spans if wall - offset < end), spans[-1][1])


def last_until(spans: list[Piece], wall: int) -> int:
    """The last instant of a day's open time, its ends included, at which the clock shows at most `wall`."""
    return next(
        (min(end, wall - offset) for start, end, offset in reversed(spans) if wall - offset >= start), spans[0][0]
    )
