"""`duty`, `rest`, `busy`, `leave`: who works now, and when somebody does not."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.chat.context import Context
from bot.chat.events import ButtonPressed
from bot.chat.text import plain
from bot.chat.views import Reply
from bot.duty import arguments, blocks, cards, roster
from bot.duty.rules import Kind
from bot.errors import Invalid, NotAllowed
from bot.language.catalogue import Words
from bot.people.rules import Team
from bot.tickets.arguments import team as team_named


def duty(context: Context) -> Reply | None:
    """Who of my teams, or of the one that was named, is on duty now, until when, and who comes next."""
    _demand_staff(context)
    named = plain(context.text).strip()
    teams = [team_named(context, named)] if named else _teams(context)
    if not teams:
        raise Invalid("team.none")
    shown = [_on_duty(context, team) for team in teams]
    context.answer_inside(cards.duty_card(shown, context.words))
    return None


def _demand_staff(context: Context) -> None:
    if not context.who.role.staff:
        raise NotAllowed("ticket.staff_only")


def _teams(context: Context) -> list[Team]:
    """Those he belongs to or leads; all, for somebody who belongs to none."""
    teams = context.unit.people.teams()
    own = [team for team in teams if team.id in context.who.teams or team.lead == context.who.id]
    return own or teams


def _on_duty(context: Context, team: Team) -> cards.OnDuty:
    found = roster.presence(context.unit, team, context.unit.now)
    lead = context.unit.people.persons([team.lead]).get(team.lead) if team.lead else None
    return cards.OnDuty(
        team,
        tuple((person.name, until) for person, until in found.present),
        tuple((person.name, at) for person, at in found.coming),
        lead.name if lead else "",
    )


def rest(context: Context) -> Reply | None:
    """`rest 30m`, `rest until 14:00`, `rest off`: off duty for a while."""
    return _while(context, Kind.REST)


def busy(context: Context) -> Reply | None:
    """`busy 1h`, `busy off`: on duty, but others are asked first."""
    return _while(context, Kind.BUSY)


def _while(context: Context, kind: Kind) -> Reply | None:
    _demand_staff(context)
    said, unit = _said(context), context.unit
    if not said:
        return _ask(context, kind)
    if arguments.off(said):
        return _back(context, kind)
    end = arguments.ends_at(said, unit.now, _zone(context))
    blocks.end_away(unit, context.who.id, kind, first_only=True)
    return _set(context, kind, unit.now, end)


def leave(context: Context) -> Reply | None:
    """`leave 2026-12-01 2026-12-05`, `leave tomorrow`, `leave off`: off duty for whole days."""
    _demand_staff(context)
    said = _said(context)
    if not said:
        return _ask(context, Kind.LEAVE)
    if arguments.off(said):
        return _back(context, Kind.LEAVE)
    zone = _zone(context)
    first, last, note = arguments.days(context, said, context.unit.now, zone)
    return _set(context, Kind.LEAVE, *arguments.stretch(first, last, zone), note)


def _said(context: Context) -> str:
    return context.event.value if isinstance(context.event, ButtonPressed) else plain(context.text).strip()


def _zone(context: Context) -> ZoneInfo:
    return roster.person_calendar(context.unit, context.who).zone


def _words(context: Context) -> Words:
    """The catalogue with the clock that hangs where he works."""
    return Words(context.words.locale, _zone(context))


def _ask(context: Context, kind: Kind) -> Reply | None:
    stretches = context.unit.duty.of(context.who.id, context.unit.now)
    context.whisper(cards.asked_how_long(kind, stretches, _words(context)))
    return None


def _back(context: Context, kind: Kind) -> Reply | None:
    ended = blocks.end_away(context.unit, context.who.id, kind, first_only=True)
    if not ended:
        raise Invalid(f"duty.none.{kind.value}")
    return context.tell(f"duty.back.{kind.value}")


def _set(context: Context, kind: Kind, start: datetime, end: datetime, note: str = "") -> Reply | None:
    block = blocks.keep_away(context.unit, context.who.id, kind, start, end, note)
    moment = max(block.starts_at, context.unit.now)
    context.whisper(cards.away_post(block, _others(context, moment), _words(context)))
    return None


def _others(context: Context, at: datetime) -> Sequence[str]:
    """Who is there while he is not."""
    teams = [team for team in context.unit.people.teams() if team.id in context.who.teams]
    found = [person for team in teams for person in roster.on_duty_of(context.unit, team, at)]
    return list(dict.fromkeys(person.name for person in found if person.id != context.who.id))
