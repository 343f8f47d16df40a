"""A department that is named with an @ in a ticket's thread: one tap makes a request of the words."""

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import ButtonPressed
from bot.chat.text import Text, after, plain
from bot.chat.text import text as spans
from bot.chat.views import Button, OpenForm, Post, Reply
from bot.collab import arguments
from bot.collab.drafts import Draft, keep, kept, spend
from bot.collab.submitting import demand_ask, send, with_items
from bot.people.rules import Team
from bot.tickets.rules import Message, Thread, Ticket
from bot.unit import Unit


def department_in(unit: Unit, ticket: Ticket, said: Text) -> tuple[Team, Text] | None:
    """The first other department that is named with an @, and the words without its name if they begin with it."""
    whole = plain(said)
    for at, mark in enumerate(whole):
        spoken_to = mark in "@＠" and not (at and whole[at - 1].isascii() and whole[at - 1].isalnum())
        found = arguments.team_at(unit, whole, at + 1) if spoken_to else None
        if found is not None and found[0].id != ticket.team:
            team, end = found
            return team, after(said, end) if not whole[:at].strip() else said
    return None


def offer(context: Context, ticket: Ticket, message: Message) -> None:
    """Where words name a department, put a button under them that asks it."""
    unit = context.unit
    threads = {thread.id: thread for thread in unit.tickets.threads(ticket.id)}
    thread = threads.get(message.thread)
    found = department_in(unit, ticket, message.text) if thread is not None and ticket.status.live else None
    if thread is None or found is None:
        return
    team, said = found
    draft = Draft(ticket.id, team.id, said, files=message.files)
    unit.outbox.put(_order(context, thread, ticket, message, team, keep(unit, draft)), ticket=ticket.id)


def _order(context: Context, thread: Thread, ticket: Ticket, message: Message, team: Team, token: str) -> Order:
    words = context.words_at(thread.place)
    button = Button(words("collab.button.make"), "collab.make", ticket.id, token, style="primary")
    view = Post(spans(words("collab.offer", team=team.name)), controls=(button,))
    reply_to = "" if context.house.can(thread.place.platform).threads else message.ref
    return Order("show", thread.place, view, key=f"offer:{message.id}@{thread.id}", under=thread.key, reply_to=reply_to)


def made(context: Context) -> Reply | None:
    """The button: a request from the words above it; what its department needs besides is asked for."""
    event = context.event
    draft = kept(context.unit, event.value if isinstance(event, ButtonPressed) else "")
    ticket = context.unit.tickets.get(draft.ticket)
    demand_ask(context, ticket)
    sent = send(context, ticket, with_items(context, draft))
    if isinstance(sent, OpenForm):
        return sent
    spend(context.unit, event.value if isinstance(event, ButtonPressed) else "")
    _serve(context)
    team = context.unit.people.team(sent.team)
    return context.tell("collab.asked", reference=sent.reference, team=team.name)


def _serve(context: Context) -> None:
    """The offer was taken: it goes, so that nobody takes it twice."""
    event = context.event
    posted = context.unit.posted.at(event.place, event.message) if isinstance(event, ButtonPressed) else None
    if posted is not None and posted.key.startswith("offer:"):
        context.unit.outbox.put(Order("remove", posted.place, key=posted.key))
