"""`report knowledge`: what was asked and answered, what is missing and stale, who asked and who taught."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.context import Context
from bot.chat.events import ButtonPressed
from bot.chat.text import plain
from bot.chat.views import Reply
from bot.durations import Duration
from bot.errors import Invalid, NotAllowed
from bot.knowledge.mending import WEEK, monday_of
from bot.knowledge.ports import Whose
from bot.knowledge.report_cards import Named, Report, report_card
from bot.people.rules import Role, Team
from bot.tickets.arguments import team as team_named

UNUSED = timedelta(days=90)
"""An article that nobody has sent or found useful for so long is not used."""

WEEKS = 6
"""Weeks for which it is told who asked how often."""

LONGEST = timedelta(days=366)
_PEOPLE = 10
_NEXT = timedelta(microseconds=1)  # what has happened this very moment counts
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LENGTH = re.compile(r"\d{1,3}\s*d")


@dataclass(frozen=True, slots=True)
class Period:
    """The time that is told of, and the one before it, with which it is compared. `written` says it again."""

    since: datetime
    until: datetime
    before: datetime
    written: str


def show(context: Context) -> Reply | None:
    """`report knowledge [TEAM] [30d | FIRST-DAY LAST-DAY]`: this week beside the one before, unless another time is
    named.

    Supervisors and leads see their teams, administrators everything, analysts everything without names, everybody else
    of the staff his own figures. Raises `NotAllowed`, `NotFound` for a team that is none.
    """
    if not context.who.role.staff:
        raise NotAllowed("report.staff_only")
    said, team = _asked(context)
    period, named = _period(context, said)
    whose, title = _whose(context, team_named(context, named) if named else _team(context, team))
    chosen = team_named(context, named).id if named else team
    report = _counted(context, whose, period)
    context.answer_inside(report_card(report, title, chosen, context.words))
    return None


def _asked(context: Context) -> tuple[str, int]:
    """What was typed after the name of the report, or what a button carries: the period, and the team as subject."""
    event = context.event
    return (event.value, event.subject) if isinstance(event, ButtonPressed) else (plain(context.text).strip(), 0)


def _team(context: Context, number: int) -> Team | None:
    return next((team for team in context.unit.people.teams() if team.id == number), None)


def _whose(context: Context, team: Team | None) -> tuple[Whose, str]:
    """Whose figures this person may see, and what they are called. Raises `NotAllowed` for a team that is not his."""
    who = context.who
    if who.role in (Role.ADMIN, Role.ANALYST):
        return Whose((team.id,) if team else None), team.name if team else ""
    teams = context.unit.people.teams()
    his = [each for each in teams if each.lead == who.id or (who.role is Role.SUPERVISOR and each.id in who.teams)]
    if team is not None and team not in his:
        names = context.words.joined([each.name for each in his]) or "–"
        raise NotAllowed("report.not_your_team", team=team.name, names=names)
    if not his:
        return Whose(person=who.id), who.name
    shown = [team] if team else his
    return Whose(tuple(each.id for each in shown)), context.words.joined([each.name for each in shown])


# The time


def _period(context: Context, said: str) -> tuple[Period, str]:
    """The time that was named, and what else was said: a team. Raises `Invalid` for days in the wrong order."""
    zone, now = context.workspace.zone, context.unit.now + _NEXT
    days, length = _DAY.findall(said), _LENGTH.search(said)
    if days:
        since, until = _midnight(days[0], zone), _midnight(days[-1], zone) + timedelta(days=1)
        if not timedelta(0) < until - since <= LONGEST:
            raise Invalid("report.days", first=days[0], last=days[-1])
        return Period(since, until, since - (until - since), " ".join(days)), _DAY.sub("", said).strip()
    if length:
        long = min(Duration.parse(length[0]).length or WEEK, LONGEST)
        return Period(now - long, now, now - 2 * long, length[0]), _LENGTH.sub("", said).strip()
    monday = monday_of(now, zone)
    return Period(monday, now, monday - WEEK, ""), said


def _midnight(written: str, zone: ZoneInfo) -> datetime:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=zone)
    except ValueError:
        raise Invalid("dialog.not_a_day") from None


# The figures


def _counted(context: Context, whose: Whose, period: Period) -> Report:
    unit, figures = context.unit, context.unit.knowledge_figures
    today = unit.now.astimezone(context.workspace.zone).date()
    weeks = monday_of(period.until - _NEXT, context.workspace.zone) - (WEEKS - 1) * WEEK
    asked = figures.askers(whose, weeks, WEEKS)
    taught = figures.teachers(whose, period.since, period.until)
    named = context.who.role is not Role.ANALYST
    numbers = sorted({*asked, *(one.person for one in taught)}) if named else []
    names = {id: person.name for id, person in unit.people.persons(numbers).items()} if numbers else {}
    most = sorted(asked, key=lambda person: (-sum(asked[person]), person))
    return Report(
        period.since, period.until, period.written,
        figures.activity(whose, period.since, period.until),
        figures.activity(whose, period.before, period.since),
        figures.condition(whose, today, unit.now - UNUSED),
        _named([(person, asked[person]) for person in most], names),
        _named([(one.person, (one.written, one.used)) for one in taught], names),
    )  # fmt: skip


def _named(counted: Sequence[tuple[int, tuple[int, ...]]], names: dict[int, str]) -> tuple[Named, ...]:
    """The first ten, with the names that may be known; the others are numbered."""
    return tuple(
        Named(names.get(person, f"#{at}"), counts) for at, (person, counts) in enumerate(counted[:_PEOPLE], start=1)
    )
