"""Everything that reads what people type, as one function of some bytes: what fuzzers call. Pure, quick, and small.

It raises where a promise is broken: another exception than the one that is documented, words that were not said, a time
that is over, text that is lost.
"""

import contextlib
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from adapters.slack import mrkdwn
from adapters.web.markup import spans, spans_json, typed
from bot.chat.text import Text, clean, file_name, first_line, plain, text
from bot.chat.words import COMMANDS, is_pleasantry, leading_reference, named, nearest, parse, reference_in, unmarked
from bot.collab.arguments import order
from bot.collab.arguments import reason as returned_for
from bot.collab.times import is_time, moment_in
from bot.durations import Duration, Moment
from bot.duty.arguments import ends_at, off
from bot.errors import Invalid
from bot.language.numerals import arabic
from bot.tickets.arguments import tags

NOW = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
# Clocks that were set back and forward, and one that never is.
ZONES = tuple(ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Apia"))
EVERY = frozenset(COMMANDS)
NAMES = {"林晓": "lin", "ana": "ana", "ana maria": "am"}


def understood(data: bytes) -> None:
    """Read these bytes as every kind of thing that somebody may have typed."""
    said = data.decode("utf-8", "surrogatepass" if len(data) % 7 == 0 else "replace") if _is_text(data) else ""
    _commands(said)
    _times(said)
    _lengths(said)
    _markup(said)


def _is_text(data: bytes) -> bool:
    with contextlib.suppress(UnicodeDecodeError):
        data.decode("utf-8", "surrogatepass" if len(data) % 7 == 0 else "replace")
        return True
    return False


def _commands(said: str) -> None:
    for joined in (False, True):
        found = parse(text(said), joined=joined)
        if found is not None:
            assert found.word in COMMANDS
            assert plain(found.rest) in said
    head, _, rest = said.partition(" ")
    named(head, text(rest))
    nearest(said, EVERY)
    is_pleasantry(said)
    _, end = leading_reference(said, 0)
    assert 0 <= end <= len(said)
    reference_in(said)
    unmarked(said)
    order(text(said))
    returned_for(said)
    tags(said)


def _times(said: str) -> None:
    arabic(said)
    off(said)
    for zone in ZONES:
        with contextlib.suppress(Invalid):
            assert moment_in(said, NOW, zone, lambda day: None if day.weekday() > 4 else time(18)) > NOW
        is_time(said, NOW, zone)
        with contextlib.suppress(Invalid):
            assert ends_at(said, NOW, zone) > NOW


def _lengths(said: str) -> None:
    for kind in (Duration, Moment):
        with contextlib.suppress(ValueError):
            read = kind.parse(said)
            assert kind.parse(str(read)) == read


def _markup(said: str) -> None:
    first_line(said, 80)
    assert file_name(said) == clean(file_name(said))
    shown = typed(said, NAMES)
    assert spans(spans_json(shown)) == _without_dead_links(shown)
    assert "<!" not in mrkdwn.from_spans(shown)
    mrkdwn.to_spans(said)


def _without_dead_links(shown: Text) -> Text:
    assert all(not span.link or span.link.startswith(("http://", "https://")) for span in shown)
    return shown
