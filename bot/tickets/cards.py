"""Tickets as people see them: the living card, short lists, the home page. Data in, views out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.chat.text import Span, Text, bold, head, link, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Choice, Control, DatePicker, Menu, Row, Section
from bot.language.catalogue import Words
from bot.people.rules import Person, Team
from bot.tickets.rules import Priority, Status, Ticket

BODY_LIMIT = 600
MARKS = {Priority.LOW: "⚪", Priority.NORMAL: "🔵", Priority.HIGH: "🟠", Priority.URGENT: "🔴"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card tells besides the ticket itself: names, who could own it, who of them is off duty until when, and
    what is `due` when, which departments could be asked, the requests to some that it waits for, and which
    kinds of tickets there are."""

    requester: str
    assignee: str
    team: Team
    candidates: tuple[Person, ...] = ()
    links: tuple[tuple[str, int], ...] = ()
    away: Mapping[int, datetime | None] = field(default_factory=dict)
    due: tuple[Callable[[Words], Sequence[Row]], ...] = ()
    departments: tuple[Team, ...] = ()
    waits_for: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


def headline(ticket: Ticket) -> str:
    """Reference, priority and title in one line."""
    return f"{MARKS[ticket.priority]} {ticket.reference} · {ticket.title}"


def ticket_card(ticket: Ticket, shown: Shown, words: Words) -> Card:
    """The living card in a team's room, with every lever on it."""
    return Card(
        headline(ticket),
        body=_description(ticket, words),
        rows=_rows(ticket, shown, words),
        controls=_controls(ticket, shown, words),
        footer=words("card.footer", reference=ticket.reference, at=ticket.updated_at),
    )


def _description(ticket: Ticket, words: Words) -> Text:
    """The words of the ticket, unless the title says them all, and the way to the message that they stand in."""
    bare = all(span == Span(span.text) for span in ticket.description)
    said = bare and plain(ticket.description).strip() == ticket.title
    body = () if said else head(ticket.description, BODY_LIMIT)
    if not ticket.link:
        return body
    return spans(body, "\n" if body else "", link(words("card.original"), ticket.link))


def _rows(ticket: Ticket, shown: Shown, words: Words) -> tuple[Row, ...]:
    rows = [
        ("card.status", _standing(ticket, words)),
        ("card.priority", f"{MARKS[ticket.priority]} {words(f'priority.{ticket.priority.value}')}"),
        ("card.assignee", shown.assignee or words("card.nobody")),
        ("card.requester", shown.requester),
        ("card.team", shown.team.name),
        ("card.due", ticket.due_on),
        ("card.waits_for", words.joined(list(shown.waits_for))),
        ("card.type", ticket.type),
        ("card.tags", " ".join(f"#{tag}" for tag in ticket.tags)),
        ("card.linked", words.joined([f"{words(f'linked.{kind}')} T-{number}" for kind, number in shown.links])),
    ]
    found = [Row(words(label), spans(value)) for label, value in rows if value]
    found += [row for told in shown.due for row in told(words)]
    if ticket.last_reply and ticket.last_reply_at:
        seen = words("card.seen_at", words=shortened(ticket.last_reply, 160), at=ticket.last_reply_at)
        found.append(Row(words("card.customer_saw"), spans(seen)))
    return tuple(found)


def _controls(ticket: Ticket, shown: Shown, words: Words) -> tuple[Control, ...]:
    number = ticket.id
    if ticket.merged_into:
        return ()
    if not ticket.status.live:
        reopen = Button(words("button.reopen"), "ticket.reopen", number)
        close = Button(words("button.close"), "ticket.close", number)
        note = Button(words("button.note"), "ticket.note", number)
        learn = Button(words("kb.button.write_down"), "kb.from_ticket", number)
        return (reopen, note, learn) if ticket.status is Status.CLOSED else (reopen, close, note, learn)
    take = () if ticket.assignee else (Button(words("button.take"), "ticket.take", number, style="primary"),)
    return (
        *take,
        Button(words("button.reply"), "ticket.reply", number, style="" if take else "primary"),
        Button(words("button.note"), "ticket.note", number),
        Button(words("button.solve"), "ticket.solve", number),
        *_asking(ticket, shown, words),
        assign_menu(ticket, shown, words),
        priority_menu(ticket, words),
        status_menu(ticket, words),
        *_kinds(ticket, shown, words),
        DatePicker(words("button.due"), "ticket.due", number, ticket.due_on),
    )


def _asking(ticket: Ticket, shown: Shown, words: Words) -> tuple[Menu, ...]:
    """Which department to ask for help, where there are others."""
    choices = tuple(Choice(str(team.id), team.name) for team in shown.departments)
    return (Menu(words("button.collab"), "collab.ask", ticket.id, choices),) if choices else ()


def _kinds(ticket: Ticket, shown: Shown, words: Words) -> tuple[Menu, ...]:
    """Of which kind it is, where kinds are told apart."""
    choices = tuple(Choice(kind, kind) for kind in shown.types)
    return (Menu(words("button.type"), "ticket.type", ticket.id, choices, ticket.type),) if choices else ()


def assign_menu(ticket: Ticket, shown: Shown, words: Words) -> Menu:
    """Who is to own it; of those off duty it says when they are back, which stays true however long the card stands."""
    choices = tuple(Choice(str(person.id), _available(person, shown.away, words)) for person in shown.candidates)
    return Menu(words("button.assign"), "ticket.assign", ticket.id, choices, str(ticket.assignee or ""))


def _available(person: Person, away: Mapping[int, datetime | None], words: Words) -> str:
    if person.id not in away:
        return person.name
    back = away[person.id]
    return words("duty.option", name=person.name, at=back) if back else words("duty.option_open", name=person.name)


def priority_menu(ticket: Ticket, words: Words) -> Menu:
    """How much it matters."""
    choices = tuple(Choice(level.value, words(f"priority.{level.value}")) for level in reversed(Priority))
    return Menu(words("button.priority"), "ticket.priority", ticket.id, choices, ticket.priority.value)


def status_menu(ticket: Ticket, words: Words) -> Menu:
    """Where it stands."""
    choices = tuple(Choice(status.value, words(f"status.{status.value}")) for status in Status)
    return Menu(words("button.status"), "ticket.status", ticket.id, choices, ticket.status.value)


def customer_card(ticket: Ticket, words: Words) -> Card:
    """What a customer sees of his ticket: nothing of the inside."""
    rows = [
        Row(words("card.status"), spans(words(f"status_customer.{ticket.status.value}"))),
        Row(words("card.opened"), spans(words.moment(ticket.created_at))),
    ]
    if ticket.last_reply and ticket.last_reply_at:
        rows.append(Row(words("card.last_reply"), spans(shortened(ticket.last_reply, 300))))
    live = ticket.status.live
    button = Button(words("button.solved_thanks" if live else "button.not_solved"),
                    "ticket.solve" if live else "ticket.reopen", ticket.id)  # fmt: skip
    controls = () if ticket.status is Status.CLOSED else (button,)
    title = f"{ticket.reference} · {ticket.title}"
    return Card(title, _description(replace(ticket, link=""), words), tuple(rows), controls=controls)


def line(ticket: Ticket, words: Words, now: datetime, names: Mapping[int, str]) -> Text:
    """A ticket in one line of a list: reference, title, where it stands, whose it is, how old."""
    owner = names.get(ticket.assignee, "") if ticket.assignee else words("card.nobody")
    tail = words("list.tail", status=_standing(ticket, words), owner=owner, age=age(ticket, now))
    return spans(MARKS[ticket.priority], " ", bold(ticket.reference), " ", ticket.title, Span(tail))


def _standing(ticket: Ticket, words: Words) -> str:
    """The status; of a ticket that was answered by an article alone, that nobody has to do anything yet."""
    if ticket.waits_on_answer:
        return words("answer.waits", article=ticket.answered_with)
    return words(f"status.{ticket.status.value}")


def own_line(ticket: Ticket, words: Words, now: datetime) -> Text:
    """The same for the customer whose ticket it is: nothing of the inside."""
    status = words(f"status_customer.{ticket.status.value}")
    return spans(bold(ticket.reference), " ", ticket.title, words("list.own_tail", status=status, age=age(ticket, now)))


def age(ticket: Ticket, now: datetime) -> timedelta:
    """How long ago it was opened."""
    return max(now - ticket.created_at, timedelta())


def listing(title: str, empty: str, tickets: Sequence[Ticket], words: Words, now: datetime,
            names: Mapping[int, str], *, staff: bool = True) -> Card:  # fmt: skip
    """A list of tickets, each with the buttons that fit it."""
    if not tickets:
        return Card(title, spans(empty))
    sections = [
        Section(
            body=line(ticket, words, now, names) if staff else own_line(ticket, words, now),
            controls=_list_controls(ticket, words, staff),
        )
        for ticket in tickets[:20]
    ]
    more = len(tickets) - len(sections)
    return Card(title, sections=tuple(sections), footer=words("list.more", count=more) if more > 0 else "")


def _list_controls(ticket: Ticket, words: Words, staff: bool) -> tuple[Control, ...]:
    see = Button(words("button.show"), "ticket.show", ticket.id)
    if staff and not ticket.assignee and ticket.status.live:
        return (Button(words("button.take"), "ticket.take", ticket.id, style="primary"), see)
    return (see,)
