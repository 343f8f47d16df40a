"""`delivery T-12`: who was told what by which channel, and what proves it."""

from collections.abc import Sequence

from bot.chat.context import Context
from bot.chat.text import Text, bold
from bot.chat.text import text as spans
from bot.chat.views import Card, Reply, Section
from bot.errors import NotAllowed
from bot.escalation import access
from bot.escalation.cards import remark
from bot.escalation.channels import title_of
from bot.escalation.rules import Alert, Sending, Stage
from bot.language.catalogue import Words
from bot.unit import Unit

_LIMIT = 20


def delivery(context: Context) -> Reply | None:
    """The proof of every alert about a ticket or a request, the latest last."""
    ticket, request = access.about(context)
    if not access.may_read(context, ticket, request):
        raise NotAllowed("ticket.not_your_team", reference=ticket.reference,
                         team=context.unit.people.team(ticket.team).name)  # fmt: skip
    alerts = [
        alert for alert in context.unit.alerts.of_ticket(ticket.id) if request is None or alert.request == request
    ]
    reference = f"C-{request}" if request else ticket.reference
    context.answer_inside(proof_card(context.unit, context.words, reference, alerts), ticket=ticket.id)
    return None


def proof_card(unit: Unit, words: Words, reference: str, alerts: Sequence[Alert]) -> Card:
    """The ledger as a card: a section an alert, a line a channel."""
    title = words("delivery.title", reference=reference)
    if not alerts:
        return Card(title, spans(words("delivery.none")))
    latest = alerts[-_LIMIT:]
    entries: dict[int, list[Sending]] = {}
    for sending in unit.alerts.sendings([alert.id for alert in latest]):
        entries.setdefault(sending.alert, []).append(sending)
    numbers = {number for alert in latest for number in (alert.person, alert.answered_by, *alert.naming) if number}
    names = {number: person.name for number, person in unit.people.persons(sorted(numbers)).items()}
    sections = [
        Section(body=_alert(unit, alert, entries.get(alert.id, ()), names, words)) for alert in latest
    ]  # fmt: skip
    more = len(alerts) - len(latest)
    return Card(title, sections=tuple(sections), footer=words("delivery.more", count=more) if more > 0 else "")


def _alert(unit: Unit, alert: Alert, entries: Sequence[Sending], names: dict[int, str], words: Words) -> Text:
    lines = [_line(each, words) for each in entries]
    if alert.stage in (Stage.SPARED, Stage.LOST):
        lines.append(words(f"delivery.{alert.stage.value}"))
    elif alert.stage is Stage.WAITING:
        lines.append(words("delivery.held", until=alert.not_before) if alert.not_before else words("delivery.waits"))
    if alert.answered_by:
        name = names.get(alert.answered_by, "")
        lines.append(words(f"alert.answered.{alert.answer}", name=name, at=alert.answered_at, until=alert.until or ""))
    lines += [remark(each, words) for each in alert.remarks]
    return spans(bold(_head(unit, alert, names, words)), *(f"\n{line}" for line in lines))


def _head(unit: Unit, alert: Alert, names: dict[int, str], words: Words) -> str:
    """Which step, whom, when it was due."""
    whom = names.get(alert.person, "") if alert.person or alert.place is None else title_of(unit, alert.place)
    if alert.naming:
        whom = words("delivery.naming", place=whom, names=words.joined([names.get(one, "") for one in alert.naming]))
    what = words("alert.lost", who=alert.lost) if alert.lost else words("delivery.step", step=alert.step + 1)
    return f"{alert.reference} · {what} · {whom} · {words.moment(alert.due_at)}"


def _line(sending: Sending, words: Words) -> str:
    state = words(f"delivery.state.{sending.state.value}")
    if sending.reason:
        key = f"delivery.reason.{sending.reason}"
        reason = words(key) if words.has(key) else words(f"refused.{sending.reason}")
        state = words("delivery.because", state=state, reason=reason)
    if sending.repeat:
        state = words("delivery.repeat", state=state)
    at = sending.proved_at or sending.at
    return words("delivery.line", channel=words(f"delivery.channel.{sending.channel}"), state=state, at=at)
