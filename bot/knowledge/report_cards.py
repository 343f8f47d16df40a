"""The report about the knowledge base as people see it. Data in, views out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Row, Section
from bot.knowledge.ports import Activity, Condition
from bot.language.catalogue import Words

_TIMES = ("", "30d", "90d")
"""What the buttons under the report offer: this week, a month, a quarter."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody's figures."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of a period [since, until) beside the one before it; `written` is how the period is typed ("" this
    week). `asked` counts questions by week, the oldest first; `taught` what was written and what was of use."""

    since: datetime
    until: datetime
    written: str
    now: Activity
    before: Activity
    condition: Condition
    asked: tuple[Named, ...] = ()
    taught: tuple[Named, ...] = ()


def report_card(report: Report, whose: str, team: int, words: Words) -> Card:
    """One card that can be read on a phone: figures beside those of the time before, how it stands, who asked and who
    taught, and buttons for longer times."""
    first, last = (
        moment.astimezone(words.timezone).date() for moment in (report.since, report.until - timedelta(microseconds=1))
    )
    period = words("kb.report.days", first=first.isoformat(), last=last.isoformat())
    title = words("kb.report.title_of", whose=whose) if whose else words("kb.report.title")
    rows = (*_happened(report.now, report.before, words), *_stands(report.condition, words))
    return Card(title, spans(period), rows, _people(report, words), _times(report.written, team, words))


def _happened(now: Activity, before: Activity, words: Words) -> tuple[Row, ...]:
    figures = [
        ("asked", now.asked, before.asked),
        ("sure", _share(now.sure, now.asked), _share(before.sure, before.asked)),
        ("first", now.first, before.first),
        ("helped", now.helped, before.helped),
        ("quiet", now.quiet, before.quiet),
        ("person", now.person, before.person),
        ("useful", _useful(now), _useful(before)),
        ("missing", now.missing, before.missing),
        ("filled", now.filled, before.filled),
    ]
    return tuple(
        Row(words(f"kb.report.{name}"), spans(words("kb.report.beside", now=value, before=earlier)))
        for name, value, earlier in figures
    )


def _useful(activity: Activity) -> str:
    return _share(activity.useful, activity.useful + activity.useless + activity.wrong)


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)}% ({part}/{whole})" if whole else "–"


def _stands(condition: Condition, words: Words) -> tuple[Row, ...]:
    stale = words("kb.report.stale_parts", overdue=condition.overdue, unused=condition.unused, wrong=condition.wrong)
    return (
        Row(words("kb.report.gaps"), spans(words("digest.figure", value=condition.gaps))),
        Row(words("kb.report.stale"), spans(stale)),
    )


def _people(report: Report, words: Words) -> tuple[Section, ...]:
    asked = [
        words("kb.report.asked_line", name=one.name, weeks=" → ".join(map(str, one.counts))) for one in report.asked
    ]
    taught = [
        words("kb.report.taught_line", name=one.name, written=one.counts[0], used=one.counts[1])
        for one in report.taught
    ]
    return (*_lines("kb.report.who_asked", asked, words), *_lines("kb.report.who_taught", taught, words))


def _lines(key: str, lines: Sequence[str], words: Words) -> tuple[Section, ...]:
    return (Section(words(key), spans("\n".join(lines))),) if lines else ()


def _times(written: str, team: int, words: Words) -> tuple[Button, ...]:
    labels = (words("kb.report.week"), words("kb.report.month"), words("kb.report.quarter"))
    return tuple(
        Button(label, "report.knowledge", team, time)
        for label, time in zip(labels, _TIMES, strict=True)
        if time != written
    )
