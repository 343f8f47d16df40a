"""A request as people see it: the card of the department that was asked, the card of those who asked, lists."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.chat.text import Text, bold, head, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Choice, Control, Menu, Row, Section
from bot.collab.rules import CollabRequest, State
from bot.durations import Duration
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.tickets.rules import Priority, Ticket

BODY_LIMIT = 1500
_LINE = 60
MARKS = {
    State.BLOCKED: "⏸", State.ASKED: "🆕", State.ACCEPTED: "🔧", State.RETURNED: "↩️", State.DONE: "✅",
    State.WITHDRAWN: "🚫", State.SKIPPED: "⏭",
}  # fmt: skip
_PRIORITY = {Priority.LOW: "⚪", Priority.NORMAL: "🔵", Priority.HIGH: "🟠", Priority.URGENT: "🔴"}
QUICK_ETAS = ("30m", "1h", "2h", "today")
"""How long people mostly take, as `times.moment_in` reads it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card tells besides the request itself: the ticket, names, what is `due` when, what it waits for."""

    ticket: Ticket
    asker: str
    asking_team: str
    team: str
    owner: str = ""
    customer: str = ""
    due: tuple[Callable[[Words], Sequence[Row]], ...] = ()
    candidates: tuple[Person, ...] = ()
    before: tuple[CollabRequest, ...] = ()


def headline(request: CollabRequest, shown: Shown) -> str:
    """Reference, kind and first words in one line."""
    kind = f" · {request.type}" if request.type else ""
    said = " ".join(plain(request.problem).split())
    return f"{MARKS[request.state]} {request.reference} · {shown.team}{kind} · {shortened(said, _LINE)}"


def state_of(request: CollabRequest, words: Words) -> str:
    """Where it stands, in words."""
    state = words(f"collab.state.{request.state.value}")
    return words("collab.asked_back_state", state=state) if request.asked_back else state


def helper_card(request: CollabRequest, shown: Shown, words: Words) -> Card:
    """The living card in a room of the department that was asked, with every lever on it."""
    return Card(
        headline(request, shown),
        body=_body(request, words),
        rows=(*_who(request, shown, words), *_rows(request, shown, words)),
        controls=_levers(request, shown, words),
        footer=words("collab.card.footer", reference=request.reference, at=request.updated_at),
    )


def asking_card(request: CollabRequest, shown: Shown, words: Words) -> Card:
    """The same request under the ticket's card, for those who asked."""
    return Card(
        headline(request, shown),
        body=_outcome(request, words),
        rows=_rows(request, shown, words),
        controls=_steering(request, words),
        footer=words("collab.card.footer", reference=request.reference, at=request.updated_at),
    )


def reading_card(request: CollabRequest, shown: Shown, words: Words, *, answers: bool, steers: bool) -> Card:
    """The request for somebody who asks to see it, with the levers that are his."""
    levers = (*(_levers(request, shown, words) if answers else ()), *(_steering(request, words) if steers else ()))
    rows = (*_who(request, shown, words), *_rows(request, shown, words))
    return Card(headline(request, shown), body=_body(request, words), rows=rows, controls=levers)


def _body(request: CollabRequest, words: Words) -> Text:
    outcome = _outcome(request, words)
    return spans(head(request.problem, BODY_LIMIT), "\n" if outcome else "", outcome)


def _outcome(request: CollabRequest, words: Words) -> Text:
    """What became of it, and why."""
    if request.result:
        return spans(bold(words("collab.card.result")), " ", shortened(request.result, BODY_LIMIT))
    if request.state is State.RETURNED:
        reason = words(f"collab.reason.{request.reason}")
        return spans(bold(words("collab.card.returned", reason=reason)), " ", shortened(request.remark, BODY_LIMIT))
    return spans(bold(words("collab.card.why")), " ", request.remark) if request.remark else ()


def _who(request: CollabRequest, shown: Shown, words: Words) -> tuple[Row, ...]:
    ticket = shown.ticket
    said = [
        (words("collab.card.from"), words("collab.card.asker", name=shown.asker, team=shown.asking_team)),
        (
            words("collab.card.ticket"),
            f"{_PRIORITY[ticket.priority]} {ticket.reference} · {shortened(ticket.title, _LINE)}",
        ),
        (words("card.priority"), words(f"priority.{ticket.priority.value}")),
        (words("card.requester"), shown.customer),
    ]
    given = [(item.name, item.value or "📎" * len(item.files)) for item in request.items if item.given]
    return tuple(Row(label, spans(value)) for label, value in (*said, *given) if value)


def _rows(request: CollabRequest, shown: Shown, words: Words) -> tuple[Row, ...]:
    said = [
        (words("card.status"), f"{MARKS[request.state]} {state_of(request, words)}"),
        (words("card.assignee"), shown.owner or (words("card.nobody") if request.state.with_team else "")),
        (words("collab.card.eta"), words.moment(request.eta) if request.eta and request.state.with_team else ""),
        (words("collab.card.limit"), _limit(request.limit, words) if request.state.open else ""),
        (words("collab.card.after"), words.joined([before_line(each, words) for each in shown.before])),
        (words("collab.card.returns"), str(request.returns) if request.returns else ""),
    ]
    clocks = (row for told in shown.due for row in told(words)) if request.state.open else ()
    return (*(Row(label, spans(value)) for label, value in said if value), *clocks)


def _limit(written: str, words: Words) -> str:
    """The length that a flow allows for a step, as people say it."""
    if not written:
        return ""
    length = Duration.parse(written)
    said = words(f"length.{length.unit}", count=length.amount)
    return words("length.business", length=said) if length.business else said


def before_line(request: CollabRequest, words: Words) -> str:
    """A request that another one comes after, with where it stands."""
    return f"{request.reference} ({state_of(request, words)})"


def _levers(request: CollabRequest, shown: Shown, words: Words) -> tuple[Control, ...]:
    if not request.state.with_team:
        return ()
    number, asked = request.id, request.state is State.ASKED
    finish = Button(words("collab.button.done"), "collab.done", number, style="" if asked else "primary")
    return (
        *accept_button(request, words),
        eta_menu(request, words),
        finish,
        Button(words("collab.button.ask"), "collab.ask_back", number),
        Button(words("collab.button.return"), "collab.return", number, style="danger"),
        hand_menu(request, shown.candidates, words),
        room_button(request, words),
    )


def room_button(request: CollabRequest, words: Words) -> Button:
    """A room of its own for both departments."""
    return Button(words("rooms.button"), "collab.room", request.id)


def eta_menu(request: CollabRequest, words: Words) -> Menu:
    """By when: the usual lengths, or another moment in words of one's own."""
    asked = request.state is State.ASKED
    label = words("collab.button.accept_eta" if asked else "collab.button.eta")
    choices = (
        *(Choice(each, words(f"collab.eta.{each}")) for each in QUICK_ETAS),
        Choice("-", words("collab.eta.other")),
    )
    return Menu(label, "collab.eta", request.id, choices)


def hand_menu(request: CollabRequest, candidates: Sequence[Person], words: Words) -> Menu:
    """Who is to do it."""
    choices = tuple(Choice(str(person.id), person.name) for person in candidates)
    return Menu(words("collab.button.hand"), "collab.hand", request.id, choices, str(request.owner or ""))


def _steering(request: CollabRequest, words: Words) -> tuple[Control, ...]:
    number = request.id
    skip = (Button(words("collab.button.skip"), "collab.skip", number),) if request.flow else ()
    withdraw = Button(words("collab.button.withdraw"), "collab.withdraw", number, style="danger")
    if request.state is State.RETURNED:
        return (*returned_buttons(request, words), withdraw, *skip)
    if request.state is State.DONE:
        return done_buttons(request, words)
    meet = (room_button(request, words),) if request.state.with_team else ()
    return (*meet, withdraw, *skip) if request.state.open else ()


def returned_buttons(request: CollabRequest, words: Words) -> tuple[Button, ...]:
    """What can be done with a request that came back."""
    return (
        Button(words("collab.button.repair"), "collab.repair", request.id, style="primary"),
        Button(words("collab.button.resend"), "collab.resend", request.id),
    )


def done_buttons(request: CollabRequest, words: Words) -> tuple[Button, ...]:
    """What can be done with a result."""
    return (
        Button(words("collab.button.tell_customer"), "collab.tell_customer", request.id, style="primary"),
        Button(words("collab.button.reopen"), "collab.reopen", request.id),
    )


def accept_button(request: CollabRequest, words: Words) -> tuple[Button, ...]:
    """To take what nobody has accepted yet."""
    accept = Button(words("collab.button.accept"), "collab.accept", request.id, style="primary")
    return (accept,) if request.state is State.ASKED else ()


def line(request: CollabRequest, words: Words, teams: Mapping[int, str], names: Mapping[int, str]) -> Text:
    """A request in one line of a list: whom it is with, what it is, where it stands, until when."""
    said = shortened(" ".join(plain(request.problem).split()), _LINE)
    owner = names.get(request.owner, "")
    told = [teams.get(request.team, ""), state_of(request, words), owner]
    if request.eta:
        told.append(words("collab.until", at=request.eta))
    tail = " · ".join(each for each in told if each)
    return spans(MARKS[request.state], " ", bold(request.reference), " ", said, " · ", tail)


def sections(requests: Sequence[CollabRequest], heading: str, words: Words, teams: Mapping[int, str],
             names: Mapping[int, str]) -> list[Section]:  # fmt: skip
    """Requests in a list of somebody's open items, each with the button that fits it."""
    if not requests:
        return []
    return [
        Section(heading),
        *(Section(body=line(each, words, teams, names), controls=_hand(each, words)) for each in requests),
    ]


def _hand(request: CollabRequest, words: Words) -> tuple[Button, ...]:
    see = Button(words("button.show"), "collab.show", request.id)
    if request.state is State.RETURNED:
        return (Button(words("collab.button.repair"), "collab.repair", request.id, style="primary"), see)
    if request.state is State.ASKED:
        return (*accept_button(request, words), see)
    return (see,)
