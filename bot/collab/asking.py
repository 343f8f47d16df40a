"""Asking another department: a request comes to be, is put to its team, and repaired when it came back.

Permissions are the caller's business; that a request is whole, and that nothing goes in a circle, is kept here.
"""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.text import Text, cleaned, head, plain
from bot.collab import living, rules
from bot.collab.drafts import Draft
from bot.collab.facts import CollabAsked, CollabResent, CollabStarted
from bot.collab.rules import CollabRequest, State
from bot.collab.steps import demand_no_circle, waits_for
from bot.errors import Conflict, Invalid
from bot.people.permissions import Right, may
from bot.people.rules import Person
from bot.tickets import living as ticket_living
from bot.tickets import relay, work
from bot.tickets.rules import TEXT_LIMIT, Status, Ticket


def ask(context: Context, ticket: Ticket, draft: Draft, *, flow: str = "", step: str = "", limit: str = "",
        asker: Person | None = None) -> CollabRequest:  # fmt: skip
    """Ask; the ticket waits on hold. What comes after others is put to its team when they are done.

    Raises `Invalid` (naming the field) for what is not whole, and `Conflict` for a ticket that ended.
    """
    unit, by = context.unit, asker or context.who
    _demand_live(ticket)
    _demand_whole(context, ticket, draft)
    others = unit.collab.of_ticket(ticket.id)
    _demand_known(draft, others)
    request = unit.collab.add(CollabRequest(
        0, ticket.id, draft.team, ticket.team, by.id, _problem(context, draft), unit.now, unit.now,
        state=State.BLOCKED, type=draft.type, items=draft.items, messages=draft.messages, files=draft.files,
        after=draft.after, flow=flow, step=step, limit=limit,
    ))  # fmt: skip
    blocked = bool(waits_for(request, others))
    unit.record(CollabAsked(ticket.id, request=request.id, team=request.team, asker=by.id, type=request.type,
                            blocked=blocked))  # fmt: skip
    hold(context, ticket)
    if blocked:
        living.refresh(context, request)
        return request
    return start(context, request)


def _demand_live(ticket: Ticket) -> None:
    if ticket.merged_into:
        raise Conflict("ticket.merged_away", reference=ticket.reference, into=f"T-{ticket.merged_into}")
    if not ticket.status.live:
        raise Conflict("ticket.reopen_first", reference=ticket.reference)


def _demand_whole(context: Context, ticket: Ticket, draft: Draft) -> None:
    if draft.team == ticket.team:
        raise Invalid("collab.own_team", field="team", team=context.unit.people.team(draft.team).name)
    living.demand_rooms(context, draft.team)
    if not plain(cleaned(draft.problem)).strip():
        raise Invalid("collab.problem_empty", field="problem")
    if draft.missing():
        names = context.words.joined(list(draft.missing()))
        raise Invalid("collab.items_missing", reference=ticket.reference, names=names)


def _demand_known(draft: Draft, others: list[CollabRequest]) -> None:
    known = {each.id for each in others}
    for number in draft.after:
        if number not in known:
            raise Invalid("collab.after_unknown", field="after", reference=f"C-{number}")
    demand_no_circle(others, draft.request, draft.after)


def _problem(context: Context, draft: Draft) -> Text:
    return head(cleaned(living.neutral(context, draft.problem)), TEXT_LIMIT)


def hold(context: Context, ticket: Ticket) -> None:
    """The ticket waits for colleagues; one that nobody owns becomes that of who asks, so that it has somebody to come
    back to."""
    ticket = context.unit.tickets.get(ticket.id)
    if not ticket.assignee and may(context.who, Right.TAKE, ticket) and context.who.id:
        ticket = work.assign(context, ticket, context.who)
    if ticket.status.live and ticket.status is not Status.ON_HOLD:
        work.set_status(context, ticket, Status.ON_HOLD, because="asked")
    else:
        ticket_living.refresh(context, ticket)


def start(context: Context, request: CollabRequest) -> CollabRequest:
    """Put it to its team: its rooms get the card, the chosen messages and the files; its clocks begin."""
    unit = context.unit
    started = unit.collab.save(rules.started(request, unit.now), unit.now)
    living.join(context, started)
    unit.record(CollabStarted(started.ticket, request=started.id))
    living.refresh(context, started)
    carry(context, started)
    return started


def carry(context: Context, request: CollabRequest) -> None:
    """Show the department what was chosen for it: messages of the ticket, and files; each once."""
    unit = context.unit
    ticket = unit.tickets.get(request.ticket)
    threads = living.helper_threads(unit, request)
    chosen = [unit.tickets.message(number) for number in request.messages]
    for message in chosen:
        if message.ticket == ticket.id and message.removed_at is None and not message.request:
            relay.show_to(context, ticket, message, threads)
    carried = {file for message in chosen for file in message.files}
    own = (*request.files, *(file for item in request.items for file in item.files))
    for file in dict.fromkeys(file for file in own if file not in carried):
        living.show_file(context, request, file, threads)


def repair(context: Context, request: CollabRequest, draft: Draft) -> CollabRequest:
    """What came back reads differently now; it is sent again when `resend` says so."""
    unit = context.unit
    if request.state not in (State.RETURNED, State.BLOCKED):
        raise Conflict(f"collab.now.{request.state.value}", reference=request.reference)
    ticket = unit.tickets.get(request.ticket)
    _demand_whole(context, ticket, draft)
    _demand_known(draft, [each for each in unit.collab.of_ticket(ticket.id) if each.id != request.id])
    changed = replace(request, problem=_problem(context, draft), type=draft.type, items=draft.items,
                      messages=draft.messages, files=draft.files, after=draft.after)  # fmt: skip
    return unit.collab.save(changed, unit.now)


def resend(context: Context, request: CollabRequest) -> CollabRequest:
    """Put a returned request to its team again; its clocks begin anew, the ticket waits again."""
    unit = context.unit
    ticket = unit.tickets.get(request.ticket)
    _demand_live(ticket)
    sent = unit.collab.save(rules.resent(request, unit.now), unit.now)
    living.join(context, sent)
    unit.record(CollabResent(sent.ticket, request=sent.id))
    hold(context, ticket)
    living.refresh(context, sent)
    carry(context, sent)
    owner = unit.people.person(sent.owner) if sent.owner else None
    living.tell_helpers(context, sent, "collab.told.resent", to=owner, name=context.who.name)
    living.tell_asking(context, sent, "collab.told.resent", name=context.who.name)
    return sent
