"""What can be done to a ticket. Each function makes one change, records it, and refreshes the card.

Permissions are the caller's business; rules of the ticket itself are kept here.
"""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.text import bold
from bot.chat.text import text as spans
from bot.chat.views import Button, Post
from bot.errors import Conflict, Invalid
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Person, Team
from bot.tickets import copies, living, relay
from bot.tickets.customers import customer_at, own_reference
from bot.tickets.facts import (
    DueChanged,
    PriorityChanged,
    StatusChanged,
    TagsChanged,
    TeamChanged,
    TicketAbsorbed,
    TicketAssigned,
    TicketMerged,
    TypeChanged,
)
from bot.tickets.rules import Priority, Side, Status, Ticket


def save(context: Context, before: Ticket, after: Ticket) -> Ticket:
    """Store the change and bring the cards up to date; nothing happens where nothing changed."""
    if after == before:
        return before
    saved = context.unit.tickets.save(replace(after, updated_at=context.unit.now), context.unit.now)
    living.refresh(context, saved)
    return saved


def take(context: Context, ticket: Ticket, person: Person) -> Ticket:
    """Own it, if nobody does. Raises `Conflict`, naming the owner, if somebody else does."""
    if ticket.assignee == person.id:
        return ticket
    if ticket.assignee:
        owner = context.unit.people.person(ticket.assignee)
        raise Conflict("ticket.taken_already", reference=ticket.reference, name=owner.name)
    return assign(context, ticket, person)


def assign(context: Context, ticket: Ticket, person: Person | None) -> Ticket:
    """Move the responsibility (None: to nobody, back to the queue); the new owner is told unless he did it himself."""
    _demand_live(ticket)
    after = ticket.taken_by(person.id, context.unit.now) if person else replace(ticket, assignee=0)
    if after.assignee == ticket.assignee:
        return ticket
    saved = save(context, ticket, after)
    context.unit.record(TicketAssigned(ticket.id, before=ticket.assignee, after=saved.assignee))
    if saved.status is not ticket.status:
        context.unit.record(StatusChanged(ticket.id, ticket.status.value, saved.status.value, because="taken"))
    if person is None:
        living.say_in_team(context, saved, "ticket.back_in_queue", name=context.who.name)
        return saved
    living.say_in_team(context, saved, "ticket.now_with", name=person.name)
    if person.id != context.who.id:
        _tell_person(context, saved, person, "ticket.assigned_to_you", by=context.who.name)
    return saved


def _tell_person(context: Context, ticket: Ticket, person: Person, key: str, **values: object) -> None:
    """A direct message about a ticket, with a button that shows it; on the team's platform if he is there."""
    unit = context.unit
    rooms = unit.tickets.threads(ticket.id, Side.TEAM)
    preferred = rooms[0].place.platform if rooms else context.event.place.platform
    accounts = reachable(unit, context.house, person, preferred)
    if not accounts:
        return
    account, place = accounts[0], direct_place(accounts[0])
    words = context.words_for(person, place)
    body = spans(bold(f"{ticket.reference} {ticket.title}"), "\n", words(key, **values))
    view = Post(body, controls=(Button(words("button.show"), "ticket.show", ticket.id),))
    name = f"told:{ticket.id}:{person.id}:{context.event.event_id or ticket.version}"
    order = Order("show", place, view, user=account.user, key=name)
    unit.outbox.put(order, author=context.who.id, ticket=ticket.id)


def set_status(context: Context, ticket: Ticket, status: Status, because: str = "") -> Ticket:
    """Move it to another status; a solved or closed one that comes back is reopened."""
    if ticket.merged_into:
        raise Invalid("ticket.merged_away", reference=ticket.reference, into=f"T-{ticket.merged_into}")
    if status is ticket.status:
        return ticket
    if status is Status.NEW and ticket.assignee:
        raise Invalid("ticket.not_new_again", reference=ticket.reference)
    saved = save(context, ticket, ticket.with_status(status, context.unit.now))
    context.unit.record(StatusChanged(ticket.id, ticket.status.value, status.value, because=because))
    return saved


def solve(context: Context, ticket: Ticket) -> Ticket:
    """Solved: the customer is told, and how to come back; whoever solved an ownerless ticket owns it."""
    if not ticket.status.live:
        raise Conflict("ticket.solved_already", reference=ticket.reference)
    if not ticket.assignee and context.who.role.staff and context.who.id != ticket.requester:
        ticket = assign(context, ticket, context.who)
    saved = set_status(context, ticket, Status.SOLVED)
    living.say_in_team(context, saved, "ticket.solved_by", name=context.who.name)
    if context.who.id != saved.requester:
        _tell_customers(context, saved, "ticket.solved_for_you")
    return saved


def close(context: Context, ticket: Ticket) -> Ticket:
    """Closed: nothing more is expected; another message of the customer opens a follow-up."""
    if ticket.status is Status.CLOSED:
        raise Conflict("ticket.closed_already", reference=ticket.reference)
    saved = set_status(context, ticket, Status.CLOSED)
    living.say_in_team(context, saved, "ticket.closed_by", name=context.who.name)
    return saved


def reopen(context: Context, ticket: Ticket, because: str = "") -> Ticket:
    """Back to work, with the owner that it had."""
    if ticket.status.live:
        raise Conflict("ticket.open_already", reference=ticket.reference)
    status = Status.OPEN if ticket.assignee else Status.NEW
    saved = set_status(context, ticket, status, because=because or "reopened")
    living.say_in_team(context, saved, "ticket.reopened_by", name=context.who.name)
    return saved


def _tell_customers(context: Context, ticket: Ticket, key: str) -> None:
    unit = context.unit
    for thread in unit.tickets.threads(ticket.id, Side.CUSTOMER):
        customer = customer_at(unit, ticket, thread)
        words = context.words_for(customer, thread.place)
        body = spans(bold(own_reference(unit, ticket, customer)), " ", words(key))
        view = Post(body, controls=(Button(words("button.not_solved"), "ticket.reopen", ticket.id),))
        name = f"solved:{ticket.id}.{ticket.version}@{thread.id}"
        order = Order("show", thread.place, view, reply_to=thread.reply_to, key=name)
        unit.outbox.put(order, ticket=ticket.id)


def set_priority(context: Context, ticket: Ticket, priority: Priority) -> Ticket:
    """More or less pressing."""
    if priority is ticket.priority:
        return ticket
    saved = save(context, ticket, replace(ticket, priority=priority))
    context.unit.record(PriorityChanged(ticket.id, ticket.priority.value, priority.value))
    return saved


def set_due(context: Context, ticket: Ticket, day: str) -> Ticket:
    """The day by which it should be done; "" for none."""
    if day == ticket.due_on:
        return ticket
    saved = save(context, ticket, replace(ticket, due_on=day))
    context.unit.record(DueChanged(ticket.id, ticket.due_on, day))
    return saved


def set_type(context: Context, ticket: Ticket, kind: str) -> Ticket:
    """Of this kind; "" for none."""
    if kind == ticket.type:
        return ticket
    saved = save(context, ticket, replace(ticket, type=kind))
    context.unit.record(TypeChanged(ticket.id, ticket.type, kind))
    return saved


def set_tags(context: Context, ticket: Ticket, tags: tuple[str, ...]) -> Ticket:
    """Exactly these tags."""
    tagged = ticket.tagged(tags)
    if tagged == ticket:
        return ticket
    saved = save(context, ticket, tagged)
    context.unit.record(TagsChanged(ticket.id, ticket.tags, saved.tags))
    return saved


def transfer(context: Context, ticket: Ticket, team: Team) -> Ticket:
    """To another department: its rooms join and read what was said so far; nobody owns it until somebody takes it."""
    _demand_live(ticket)
    if team.id == ticket.team:
        raise Conflict("ticket.team_already", reference=ticket.reference, team=team.name)
    unit = context.unit
    before = {thread.id for thread in unit.tickets.threads(ticket.id, Side.TEAM)}
    living.join(context, ticket, team)
    status = Status.NEW if ticket.waits_on_answer else ticket.status
    saved = save(context, ticket, replace(ticket, team=team.id, assignee=0, status=status))
    if status is not ticket.status:
        unit.record(StatusChanged(ticket.id, ticket.status.value, status.value, because="transferred"))
    unit.record(TeamChanged(ticket.id, ticket.team, team.id))
    if ticket.assignee:
        unit.record(TicketAssigned(ticket.id, before=ticket.assignee, after=0))
    joined = [thread for thread in unit.tickets.threads(ticket.id, Side.TEAM) if thread.id not in before]
    relay.show_again(context, saved, joined)
    living.say_in_team(context, saved, "ticket.moved_to", team=team.name, name=context.who.name)
    return saved


def merge(context: Context, kept: Ticket, gone: Ticket) -> Ticket:
    """`gone` goes on in `kept`: both conversations, both customers' places; its card says where it went."""
    if kept.id == gone.id:
        raise Invalid("ticket.merge_itself", reference=kept.reference)
    _demand_live(kept)
    if gone.merged_into:
        raise Conflict("ticket.merged_away", reference=gone.reference, into=f"T-{gone.merged_into}")
    unit = context.unit
    rooms = unit.tickets.threads(gone.id, Side.TEAM)
    living.tell_threads(context, gone, rooms, "ticket.merged_into", into=kept.reference, name=context.who.name)
    closed = save(context, gone, replace(gone.with_status(Status.CLOSED, unit.now), merged_into=kept.id, assignee=0))
    _join(context, kept, gone)
    unit.record(TicketMerged(closed.id, into=kept.id))
    unit.record(TicketAbsorbed(kept.id, other=gone.id))
    if gone.assignee:
        unit.record(TicketAssigned(gone.id, before=gone.assignee, after=0))
    kept = unit.tickets.get(kept.id)  # whoever heard of it may have changed it
    merged = save(context, kept, replace(kept, tags=tuple(dict.fromkeys((*kept.tags, *gone.tags)))))
    if merged == kept:
        living.refresh(context, merged)
    living.say_in_team(context, merged, "ticket.absorbed", gone=gone.reference, title=gone.title)
    return merged


def _join(context: Context, kept: Ticket, gone: Ticket) -> None:
    """Everything that was said and done in `gone` stands in `kept` as well, and both are connected."""
    tickets = context.unit.tickets
    for going in tickets.threads(gone.id):
        for staying in tickets.threads(kept.id, going.side):
            if going.place == staying.place:
                copies.goes_on_in(context.unit, going, staying)
    tickets.move_messages(gone.id, kept.id)
    tickets.move_threads(gone.id, kept.id)
    context.unit.facts.move(gone.id, kept.id)
    tickets.link(kept.id, gone.id, "duplicate")


def _demand_live(ticket: Ticket) -> None:
    if ticket.merged_into:
        raise Invalid("ticket.merged_away", reference=ticket.reference, into=f"T-{ticket.merged_into}")
    if not ticket.status.live:
        raise Invalid("ticket.reopen_first", reference=ticket.reference)
