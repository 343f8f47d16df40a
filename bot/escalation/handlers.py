"""The words and buttons that answer an alert; each is one unit of work."""

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, FormSubmitted
from bot.chat.text import plain
from bot.chat.views import Choice, Field, Form, OpenForm, Reply
from bot.durations import Duration
from bot.errors import Conflict, Invalid, NotFound
from bot.escalation import access, answering
from bot.escalation.cards import reassign_menu, snooze_menu
from bot.escalation.describing import candidates
from bot.escalation.handing import hand_over
from bot.escalation.lengths import length_in
from bot.escalation.rules import Alert
from bot.escalation.subjects import subject_of
from bot.people.permissions import Right, may
from bot.tickets import arguments, living

_SNOOZE = "30m"
_LONGEST_SNOOZE = Duration.parse("1d").length
_REASON_LIMIT = 500


def ack_pressed(context: Context) -> Reply | None:
    """*I am on it* on an alert."""
    alert = access.pressed(context)
    _demand_free(context, alert)
    return _acknowledged(context, [alert])


def ack(context: Context) -> Reply | None:
    """The word, in the thread or with the reference first: everything about it that nobody has taken on."""
    return _acknowledged(context, _meant(context))


def _meant(context: Context) -> list[Alert]:
    """What is named, else what the thread or the message replied to is about, else the one thing he was told last."""
    last = access.told_last(context)
    if last:
        return last
    ticket, request = access.about(context)
    alerts = access.unanswered(context, ticket, request)
    if not alerts:
        raise NotFound("alert.none", reference=f"C-{request}" if request else ticket.reference)
    return alerts


def _demand_free(context: Context, alert: Alert) -> None:
    """Two who are on it may be one too few: the second is told who the first is."""
    if alert.taken_on(context.unit.now) and alert.answered_by != context.who.id:
        name = context.unit.people.person(alert.answered_by).name
        raise Conflict("alert.taken", reference=alert.reference, name=name)


def _acknowledged(context: Context, alerts: list[Alert]) -> Reply | None:
    until = max(answering.acknowledge(context, alert) for alert in alerts)
    return context.tell("alert.you_are_on_it", reference=alerts[0].reference, until=until)


def snooze_pressed(context: Context) -> Reply | None:
    """A length was chosen."""
    event = context.event
    alert = access.pressed(context)
    return _snoozed(context, [alert], event.value if isinstance(event, ButtonPressed) else "")


def snooze(context: Context) -> Reply | None:
    """`snooze 15m`."""
    return _snoozed(context, _meant(context), plain(context.text))


def _snoozed(context: Context, alerts: list[Alert], said: str) -> Reply | None:
    length = _length(said.strip() or _SNOOZE)
    until = max(answering.snooze(context, alert, length) for alert in alerts)
    return context.tell("alert.snoozed", reference=alerts[0].reference, until=until)


def _length(said: str, field: str = "") -> Duration:
    try:
        length = length_in(said)
    except ValueError:
        raise Invalid("alert.length_which", field=field, said=said[:40]) from None
    if not length.amount or (not field and length.length > _LONGEST_SNOOZE):
        raise Invalid("alert.length_which", field=field, said=said[:40])
    return length


def choose_snooze(context: Context, number: int) -> tuple[str, tuple[Choice, ...]]:
    """For how long, where there are only buttons."""
    alert = _of(context, number)
    menu = snooze_menu(alert.id, context.words)
    return context.words("menu.question", reference=alert.reference, label=menu.label), menu.choices


def choose_reassign(context: Context, number: int) -> tuple[str, tuple[Choice, ...]]:
    """To whom, where there are only buttons."""
    alert = _of(context, number)
    subject = subject_of(context.unit, alert.ticket, alert.request)
    menu = reassign_menu(alert.id, candidates(context.unit, subject), context.words)
    return context.words("menu.question", reference=alert.reference, label=menu.label), menu.choices


def _of(context: Context, number: int) -> Alert:
    alert = context.unit.alerts.get(number)
    access.demand(context, alert)
    return alert


def reassign(context: Context) -> Reply | None:
    """Somebody else has it from now on; he has as long as one who is on it."""
    event = context.event
    alert = access.pressed(context)
    person = arguments.colleague(context, event.value if isinstance(event, ButtonPressed) else "")
    subject = subject_of(context.unit, alert.ticket, alert.request)
    if person.id not in {each.id for each in candidates(context.unit, subject)}:
        raise Invalid("person.not_in_team", name=person.name, team=subject.team.name)
    hand_over(context, subject, person)
    answering.handed(context, alert)
    return context.tell("alert.reassigned", reference=alert.reference, name=person.name)


def extend_form(context: Context) -> Reply | None:
    """By how long, and why."""
    alert, words = access.pressed(context), context.words
    fields = (
        Field("by", words("form.extend_by"), value="1h", hint=words("form.extend_by_hint"), limit=20),
        Field("reason", words("form.extend_reason"), "text", limit=_REASON_LIMIT),
    )
    title = words("form.extend_title", reference=alert.reference)
    return OpenForm(Form("alert.extend", title, words("form.extend_submit"), fields, alert.id))


def extended(context: Context, event: FormSubmitted) -> Reply | None:
    """The form came back."""
    alert = access.pressed(context)
    by = _length(event.values.get("by", "").strip(), "by")
    reason = event.values.get("reason", "").strip()
    if not reason:
        raise Invalid("alert.reason_missing", field="reason")
    due = answering.extend(context, alert, by, reason[:_REASON_LIMIT])
    return context.tell("alert.extended", reference=alert.reference, due=due or "")


def show(context: Context) -> Reply | None:
    """The card of what an alert is about, where its thread has no address."""
    alert = access.named(context)
    ticket = context.unit.tickets.get(alert.ticket)
    if not may(context.who, Right.READ, ticket):
        return context.tell("alert.ask_there", reference=alert.reference)
    context.answer_inside(living.shown_to(context, context.who, ticket), ticket=ticket.id)
    return None
