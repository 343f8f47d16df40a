"""Who may answer an alert, and which alerts a command is about."""

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, CommandGiven, FormSubmitted, MessageReceived
from bot.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.escalation.rules import Alert, Stage
from bot.escalation.subjects import Subject, subject_of
from bot.people.permissions import Right, knows_of, may
from bot.people.rules import Person, Role
from bot.tickets.finding import where
from bot.tickets.rules import Ticket
from bot.unit import Unit


def pressed(context: Context) -> Alert:
    """The alert whose button or form this is, if the person may answer it and there is still something to answer.

    Raises `NotAllowed`; `Conflict` where it is settled, or somebody else is on it.
    """
    alert = named(context)
    if alert.over or not context.unit.clocks.get(alert.clock).running:
        raise Conflict("alert.settled", reference=alert.reference)
    return alert


def named(context: Context) -> Alert:
    """The alert whose button or form this is. Raises `NotFound` and `NotAllowed`."""
    event = context.event
    number = event.subject if isinstance(event, ButtonPressed | FormSubmitted) else 0
    alert = context.unit.alerts.get(number)
    demand(context, alert)
    return alert


def demand(context: Context, alert: Alert) -> None:
    """Raise unless he was told, works in the team whose turn it is (or whose ticket it is), or is an admin."""
    who, unit = context.who, context.unit
    if not who.role.staff:
        raise NotFound("alert.unknown")
    subject = subject_of(unit, alert.ticket, alert.request)
    if not (may_answer(who, subject) or _was_told(unit, who, alert)):
        raise NotAllowed("alert.not_yours", reference=alert.reference, team=subject.team.name)


def may_answer(who: Person, subject: Subject) -> bool:
    """Whether it is his to answer by his role and team."""
    if not who.active or not who.role.staff:
        return False
    if who.role is Role.ADMIN or who.id in (subject.owner, subject.asker):
        return True
    return who.role is not Role.ANALYST and bool({subject.team.id, subject.ticket.team} & who.teams)


def _was_told(unit: Unit, who: Person, alert: Alert) -> bool:
    family = unit.alerts.of_clock(alert.clock) if alert.clock else [alert]
    return any(who.id in (each.person, *each.naming) and each.stage is Stage.TOLD for each in family)


def about(context: Context) -> tuple[Ticket, int | None]:
    """The ticket that a command is about, and the request (None: the ticket with all its requests).

    Raises `NotFound` for none, and for one that is not his to know of; `NotAllowed` for customers.
    """
    unit, reference = context.unit, context.reference.upper()
    if not context.who.role.staff:
        raise NotAllowed("ticket.staff_only")
    kind, _, number = reference.partition("-")
    if reference and (kind not in ("T", "C") or not number.isdecimal() or len(number) > 12):
        raise Invalid("ticket.not_a_reference", reference=reference[:40])
    if kind == "C":
        asked = unit.collab.get(int(number))
        return _known(context, unit.tickets.get(asked.ticket)), asked.id
    if kind == "T":
        return _known(context, unit.tickets.get(int(number))), None
    event = context.event
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else ""
    found = where(unit, event.place, reply_to)
    if found is None:
        raise NotFound("ticket.which_one")
    request = found.thread.request if found.thread and found.thread.request else None
    return _known(context, found.ticket), request


def told_last(context: Context) -> list[Alert]:
    """The alert that somebody answers who just writes to the bot alone, if his last message was that one alert."""
    event = context.event
    pointing = context.reference or (isinstance(event, MessageReceived | CommandGiven) and event.reply_to)
    if pointing or not event.direct:
        return []
    told = context.unit.alerts.last_told(context.who.id)
    fresh = [alert for alert in told if alert.open and not alert.taken_on(context.unit.now)]
    running = [alert for alert in fresh if context.unit.clocks.get(alert.clock).running]
    return running if len(told) == 1 else []


def _known(context: Context, ticket: Ticket) -> Ticket:
    if not (context.who.role.staff and knows_of(context.who, ticket)):
        raise NotFound("ticket.unknown", reference=ticket.reference)
    return ticket


def unanswered(context: Context, ticket: Ticket, request: int | None) -> list[Alert]:
    """The latest alert of each clock of it that still runs, and on which nobody is; those that he may answer."""
    unit = context.unit
    running = {clock.id for clock in unit.clocks.running(ticket.id, request)}
    latest = {
        alert.clock: alert
        for alert in unit.alerts.of_ticket(ticket.id)
        if alert.clock in running and alert.open and not alert.taken_on(unit.now)
    }
    for alert in latest.values():
        demand(context, alert)
    return list(latest.values())


def may_read(context: Context, ticket: Ticket, request: int | None) -> bool:
    """Whether he may see who was told what about it: whoever may read the ticket, or answer the request."""
    if not context.who.role.staff:
        return False
    asked = may_answer(context.who, subject_of(context.unit, ticket.id, request)) if request else False
    return asked or may(context.who, Right.READ, ticket)
