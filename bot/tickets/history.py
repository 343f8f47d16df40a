"""The whole record of a ticket: who did and said what, when, and from where; edits with how it read before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.chat.context import Context
from bot.chat.text import Text, bold, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Card, Reply
from bot.collab.facts import (
    CollabAccepted,
    CollabAnswered,
    CollabAsked,
    CollabAskedBack,
    CollabDone,
    CollabHanded,
    CollabReopened,
    CollabResent,
    CollabReturned,
    CollabSkipped,
    CollabStarted,
    CollabWithdrawn,
    EtaChanged,
)
from bot.facts import Fact, Record
from bot.language.catalogue import Words
from bot.people.permissions import Right, may
from bot.tickets import facts
from bot.tickets.copies import shown_in
from bot.tickets.customers import customer_at
from bot.tickets.finding import meant
from bot.tickets.rules import Message, Priority, Side, Status, Ticket

# A card holds so many lines; of a longer history the latest are shown.
LINES = 40
SAID = 160

COLLAB = (CollabAccepted, CollabAnswered, CollabAsked, CollabAskedBack, CollabDone, CollabHanded, CollabReopened,
          CollabResent, CollabReturned, CollabSkipped, CollabStarted, CollabWithdrawn, EtaChanged)  # fmt: skip
_SAYING = (facts.CustomerWrote, facts.ReplyWritten, facts.NoteAdded, facts.ReplyTakenBack, facts.MessageTakenAway)


def history(context: Context) -> Reply | None:
    """`history T-12`: to the staff everything, to a customer what he said and what he was told."""
    found = meant(context, Right.READ)
    inside = may(context.who, Right.READ_INTERNAL, found)
    context.answer_inside(history_card(context, found, inside=inside), ticket=found.id)
    return None


def history_card(context: Context, ticket: Ticket, *, inside: bool) -> Card:
    """The history as a card; without `inside` only what the customer saw."""
    words = context.words
    lines = _inside(context, ticket) if inside else _outside(context, ticket)
    shown = lines[-LINES:]
    body = tuple(span for at, line in enumerate(shown) for span in (spans("\n") if at else ()) + line)
    footer = words("history.latest", count=LINES) if len(lines) > LINES else ""
    title = words("history.title", reference=ticket.reference, title=ticket.title)
    return Card(title, body or spans(words("history.empty")), footer=footer)


def _inside(context: Context, ticket: Ticket) -> list[Text]:
    unit = context.unit
    records = unit.facts.of_ticket(ticket.id)
    messages = {message.id: message for message in unit.tickets.conversation(ticket.id)}
    names = _names(context, records)
    opening = [message for message in messages.values() if not _mentioned(message, records)][:1]
    said = [_line(context.words, message.at, names.get(message.author, ""), _quote(message)) for message in opening]
    return said + [_recorded(context.words, record, messages, names) for record in records]


def _mentioned(message: Message, records: list[Record]) -> bool:
    return any(getattr(record.fact, "message", 0) == message.id for record in records)


def _outside(context: Context, ticket: Ticket) -> list[Text]:
    unit = context.unit
    messages = _before_his_eyes(context, ticket)
    people = unit.people.persons(sorted({message.author for message in messages}))
    names = {id: person.name for id, person in people.items()}
    return [_line(context.words, message.at, names.get(message.author, ""), _quote(message)) for message in messages]


def _before_his_eyes(context: Context, ticket: Ticket) -> list[Message]:
    """What this customer saw. Where tickets of several were merged, each reads his own words and what he was told."""
    unit, me = context.unit, context.who.id
    seen = [message for message in unit.tickets.conversation(ticket.id, public_only=True) if message.seen]
    if all(message.author == me for message in seen if message.side is Side.CUSTOMER):
        return seen
    threads = unit.tickets.threads(ticket.id, Side.CUSTOMER)
    his = [thread for thread in threads if customer_at(unit, ticket, thread).id == me]
    return [
        message
        for message in seen
        if message.author == me or any(message.thread == thread.id or shown_in(unit, message, thread) for thread in his)
    ]


def _names(context: Context, records: list[Record]) -> dict[int, str]:
    """The names of everybody who acted or was concerned; those of departments by their negative numbers."""
    ids = {record.actor for record in records} | {
        number
        for record in records
        if isinstance(record.fact, facts.TicketAssigned | CollabHanded)
        for number in (record.fact.before, record.fact.after)
    }
    requester = context.unit.tickets.get(records[0].fact.ticket).requester if records else 0
    people = context.unit.people.persons(sorted((ids | {requester}) - {0}))
    teams = {-team.id: team.name for team in context.unit.people.teams()}
    return teams | {id: person.name for id, person in people.items()}


def _line(words: Words, at: Any, name: str, what: str, source: str = "") -> Text:
    return spans(
        words.moment(at), " ", bold(name or words("history.baton")), " ", what, f" · {source}" if source else ""
    )


def _quote(message: Message) -> str:
    return f"“{shortened(plain(message.text).replace(chr(10), ' '), SAID) or '📎'}”"


def _recorded(words: Words, record: Record, messages: Mapping[int, Message], names: Mapping[int, str]) -> Text:
    fact = record.fact
    key = f"fact.{fact.kind}"
    values = _values(words, record, names)
    message = messages.get(getattr(fact, "message", 0))
    quote = f" {_quote(message)}" if message is not None and isinstance(fact, _SAYING) else ""
    what = words(key, **values) if words.has(key) else fact.kind
    return _line(words, record.at, names.get(record.actor, ""), what + quote, record.source.partition(":")[0])


def _values(words: Words, record: Record, names: Mapping[int, str]) -> dict[str, Any]:
    """The fact's values as a person reads them: names for numbers, statuses and priorities in his language."""
    values = record.fact.values()
    shown = {name: _shown(words, record, name, value, names) for name, value in values.items()}
    return {"before": "", "after": "", **shown}


def _of_request(words: Words, fact: Fact, name: str, value: Any, names: Mapping[int, str]) -> str:
    """A value of what happened to a collaboration request."""
    if name == "request":
        return f"C-{value}"
    if isinstance(fact, CollabHanded) and name in ("before", "after"):
        return names.get(value, "") or words("card.nobody")
    if isinstance(fact, CollabAsked) and name == "team":
        return names.get(-value, "")
    if isinstance(fact, CollabReturned) and name == "reason":
        return words(f"collab.reason.{value}")
    if isinstance(fact, EtaChanged) and value:
        return words.moment(datetime.fromisoformat(value))
    return shortened(str(value), SAID) if value != "" else words("card.none")


def _shown(words: Words, record: Record, name: str, value: Any, names: Mapping[int, str]) -> str:
    fact = record.fact
    if isinstance(fact, facts.TicketAssigned) and name in ("before", "after"):
        return names.get(value, "") or words("card.nobody")
    if isinstance(fact, facts.StatusChanged) and value in set(Status):
        return words(f"status.{value}")
    if isinstance(fact, facts.PriorityChanged) and value in set(Priority):
        return words(f"priority.{value}")
    if isinstance(fact, COLLAB):
        return _of_request(words, fact, name, value, names)
    if isinstance(value, list | tuple):
        return " ".join(f"#{each}" for each in value) or words("card.none")
    return str(value) if value != "" else words("card.none")
