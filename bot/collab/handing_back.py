"""A ticket comes back from the departments that were asked: to the same agent, or to who is on duty instead of him."""

from bot.chat.context import Context
from bot.chat.text import text as spans
from bot.collab import asking, cards, living
from bot.collab.rules import CollabRequest
from bot.collab.steps import startable
from bot.duty.roster import on_duty, stand_in
from bot.people.rules import Person
from bot.tickets import work
from bot.tickets.rules import Status, Ticket
from bot.unit import Unit


def responsible(unit: Unit, request: CollabRequest, ticket: Ticket) -> Person:
    """Whose the ticket is while it waits: its owner's, else who asked."""
    return unit.people.person(ticket.assignee or request.asker)


def after_done(context: Context, request: CollabRequest) -> None:
    """The result into the ticket's thread, with what can be done with it; then as after any end."""
    living.tell_agent(context, request, _agent(context, request), "collab.told.done", of=cards.done_buttons,
                      words_of=spans(request.result), name=context.who.name, team=_team(context, request))  # fmt: skip
    after_end(context, request)


def after_return(context: Context, request: CollabRequest) -> None:
    """The ticket is with its agent at once, whatever else it waits for."""
    agent = _back_to_work(context, request, because="collab_returned")
    living.tell_agent(context, request, agent, "collab.told.came_back", of=cards.returned_buttons,
                      words_of=spans(request.remark), name=context.who.name, team=_team(context, request),
                      reason=living.Term(f"collab.reason.{request.reason}"))  # fmt: skip


def after_end(context: Context, request: CollabRequest) -> None:
    """What waited for this one starts; when nothing is open any more, the ticket is its agent's again."""
    unit = context.unit
    for next_ in startable(unit.collab.of_ticket(request.ticket)):
        begun = asking.start(context, next_)
        living.tell_asking(context, begun, "collab.told.started", team=_team(context, begun))
    if any(each.state.open for each in unit.collab.of_ticket(request.ticket)):
        living.refresh_ticket(context, request)
        return
    _back_to_work(context, request, because="collab_done")


def _team(context: Context, request: CollabRequest) -> str:
    return context.unit.people.team(request.team).name


def _agent(context: Context, request: CollabRequest) -> Person:
    """Who has the ticket next: its agent, or who stands in for him."""
    unit = context.unit
    ticket = unit.tickets.get(request.ticket)
    agent = responsible(unit, request, ticket)
    if agent.active and on_duty(unit, agent, unit.now):
        return agent
    return stand_in(unit, agent, unit.people.team(ticket.team), unit.now) or agent


def _back_to_work(context: Context, request: CollabRequest, because: str) -> Person:
    """Open again, with the same agent; off duty, with the next who is on duty, saying so."""
    unit = context.unit
    ticket = unit.tickets.get(request.ticket)
    agent, same = _agent(context, request), responsible(unit, request, ticket)
    if not ticket.status.live:
        return agent
    if ticket.status is Status.ON_HOLD:
        ticket = work.set_status(context, ticket, Status.OPEN, because=because)
    if not ticket.assignee and ticket.team not in agent.teams:
        living.refresh_ticket(context, request)
        return agent  # it went to another department since, where nobody has taken it yet
    if ticket.assignee != agent.id:
        ticket = work.assign(context, ticket, agent)
    if agent.id != same.id:
        living.tell_asking(context, request, "collab.told.stands_in", name=agent.name, away=same.name)
    elif not (agent.active and on_duty(unit, agent, unit.now)):
        living.tell_asking(context, request, "collab.told.nobody_on_duty", name=agent.name)
    living.refresh_ticket(context, request)
    return agent
