"""What happens to tickets and requests starts, pauses and stops their clocks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bot.chat.router import Router
from bot.clocks import running, showing
from bot.clocks.facts import ClockChanged
from bot.clocks.rules import Clock, Measure, Outcome
from bot.collab.facts import (
    CollabAccepted,
    CollabAnswered,
    CollabAskedBack,
    CollabDone,
    CollabHanded,
    CollabReopened,
    CollabResent,
    CollabReturned,
    CollabSkipped,
    CollabStarted,
    CollabWithdrawn,
)
from bot.errors import NotFound
from bot.facts import Fact
from bot.tickets.facts import (
    CustomerWrote,
    DeliveryRefused,
    NoteAdded,
    PriorityChanged,
    ReplyTakenBack,
    ReplyWritten,
    StatusChanged,
    TeamChanged,
    TicketMerged,
    TicketOpened,
    TypeChanged,
)
from bot.tickets.rules import Fate, Side, Status, Ticket
from bot.unit import Unit
from bot.workspace import House

Moved = set[int]
"""Whose clocks moved: 0 is the ticket itself, other numbers are its requests. Their cards are shown anew."""

WAITS = {Status.PENDING: "customer", Status.ON_HOLD: "colleague"}
"""For whom a ticket waits in a status."""

# Changes by people's own hand; all others are shown by whoever made them.
_BY_HAND = frozenset({"extended", "acknowledged", "snoozed"})


@dataclass(frozen=True, slots=True)
class Keeper:
    """Hears of everything that moves a clock. `router` leads to the house, so that cards can be refreshed."""

    router: Router

    def listen(self) -> None:
        """Register for the facts of tickets and of collaboration."""
        on = self.router.reactions.on
        on(TicketOpened, _opened)
        for kind, moves in (_TICKET_MOVES | _REQUEST_MOVES).items():
            on(kind, self._shown(moves))
        on(TicketMerged, lambda unit, fact: _merged(unit, self.router.house, fact))
        on(ClockChanged, self._by_hand)

    def _shown(self, moves: Callable[[Unit, Any], Moved]) -> Callable[[Unit, Any], None]:
        """Where any clock moved, the cards show it."""

        def react(unit: Unit, fact: Any) -> None:
            showing.refresh(unit, self.router.house, fact.ticket, moves(unit, fact))

        return react

    def _by_hand(self, unit: Unit, fact: ClockChanged) -> None:
        if fact.because in _BY_HAND:
            showing.refresh(unit, self.router.house, fact.ticket, {fact.request})


def clocks_of(unit: Unit, ticket: int, request: int = 0) -> list[Clock]:
    """The running ones; without a look where no clock has ever run."""
    return unit.clocks.running(ticket, request) if unit.keys.get(running.USED) else []


# -- the ticket's own ------------------------------------------------------------------------------------------------


def _opened(unit: Unit, fact: TicketOpened) -> None:
    """Nobody waits for a person where the knowledge base has answered."""
    if fact.answered:
        return
    ticket = unit.tickets.get(fact.ticket)
    for measure in _OF_OPENING:
        running.start(unit, ticket, measure)


def _begun_at_last(unit: Unit, number: int) -> Moved:
    """What begins with an opened ticket begins now, if an article alone had answered it; the trace says why so late."""
    ticket = unit.tickets.get(number)
    if not ticket.answered_with or ticket.last_reply_at is not None:
        return set()
    if unit.keys.get(running.USED) and any(not clock.request for clock in unit.clocks.of_ticket(number)):
        return set()
    return _begun(*[running.start(unit, ticket, measure, instead="answered_first") for measure in _OF_OPENING])


def _customer_wrote(unit: Unit, fact: CustomerWrote) -> Moved:
    ticket = unit.tickets.get(fact.ticket)
    return _waits_for_answer(unit, ticket) if ticket.status.live else set()


def _waits_for_answer(unit: Unit, ticket: Ticket) -> Moved:
    """Start the clock of the next response, unless the customer waits for an answer already."""
    if any(clock.measure in _RESPONSES for clock in clocks_of(unit, ticket.id)):
        return set()
    clock = running.start(unit, ticket, Measure.NEXT_RESPONSE) if _was_answered(unit, ticket) else None
    if clock is not None and ticket.status is Status.ON_HOLD:
        running.pause(unit, clock, WAITS[ticket.status])
    return _begun(clock)


def _was_answered(unit: Unit, ticket: Ticket) -> bool:
    if ticket.last_reply_at is not None or not unit.keys.get(running.USED):
        return ticket.last_reply_at is not None
    ended = [clock for clock in unit.clocks.of_ticket(ticket.id) if clock.measure == Measure.FIRST_RESPONSE]
    return any(clock.outcome in (Outcome.MET, Outcome.LATE) for clock in ended)


def _answered(unit: Unit, fact: ReplyWritten) -> Moved:
    return _each(
        (clock for clock in clocks_of(unit, fact.ticket) if clock.measure in _RESPONSES),
        lambda clock: running.stop(unit, clock, message=fact.message),
    )


def _taken_back(unit: Unit, fact: ReplyTakenBack) -> Moved:
    return _not_answered(unit, fact.ticket, fact.message, "taken_back")


def _refused(unit: Unit, fact: DeliveryRefused) -> Moved:
    """An answer that will never reach the customer was none."""
    if not fact.message:
        return set()
    message = unit.tickets.message(fact.message)
    gone = message.public and message.side is Side.TEAM and message.fate in (Fate.HELD, Fate.REFUSED)
    return _not_answered(unit, fact.ticket, fact.message, "refused") if gone else set()


def _not_answered(unit: Unit, ticket: int, message: int, because: str) -> Moved:
    """The clock that this answer stopped runs on; one that was begun for the customer's next words is not needed."""
    if not unit.keys.get(running.USED):
        return set()
    known = unit.clocks.of_ticket(ticket)
    stopped = [clock for clock in known if clock.stopped_at is not None and clock.by_message == message]
    if not stopped:
        return set()
    for clock in known:
        if clock.running and clock.measure == Measure.NEXT_RESPONSE:
            running.cancel(unit, clock)
    return _each(stopped, lambda clock: running.run_on(unit, clock, because))


def _status_changed(unit: Unit, fact: StatusChanged) -> Moved:
    before, after = Status(fact.before), Status(fact.after)
    begun = _begun_at_last(unit, fact.ticket) if after.live and after is not Status.PENDING else set()
    if not unit.keys.get(running.USED):
        return set()
    if not after.live:
        return _over(unit, fact.ticket, solved=after is Status.SOLVED)
    moved = begun | (_again(unit, fact) if not before.live else set())
    for clock in clocks_of(unit, fact.ticket):
        if clock.paused and clock.paused.because != WAITS.get(after):
            clock, moved = running.resume(unit, clock), {0}
        if after in WAITS and running.pause(unit, clock, WAITS[after]) is not clock:
            moved = {0}
    return moved


def _over(unit: Unit, ticket: int, *, solved: bool) -> Moved:
    """Solved is an answer as well: the customer is told. Closed without one, nobody waits for it."""

    def end(clock: Clock) -> Clock:
        answered = solved or clock.measure == Measure.RESOLUTION
        return running.stop(unit, clock) if answered else running.cancel(unit, clock)

    return _each(clocks_of(unit, ticket), end)


def _again(unit: Unit, fact: StatusChanged) -> Moved:
    """Reopened: the same time goes on, without the time in which the ticket was thought to be solved."""
    known = [clock for clock in unit.clocks.of_ticket(fact.ticket) if not clock.request]
    resolutions = [clock for clock in known if clock.measure == Measure.RESOLUTION]
    if resolutions and not resolutions[-1].running:
        running.run_on(unit, resolutions[-1], "reopened", stood="solved")
    if fact.because == "customer_wrote":
        _waits_for_answer(unit, unit.tickets.get(fact.ticket))
    return {0}


def _reconsidered(because: str) -> Callable[[Unit, Fact], Moved]:
    """Something that policies are chosen by has changed."""

    def move(unit: Unit, fact: Fact) -> Moved:
        known = unit.clocks.running(fact.ticket) if unit.keys.get(running.USED) else []
        moved = _each(known, lambda clock: running.reconsider(unit, clock, because))
        return moved | _begun_late(unit, fact.ticket, known)

    return move


def _begun_late(unit: Unit, number: int, known: list[Clock]) -> Moved:
    """A policy that fits only since the change measures from the beginning, as if it always had."""
    ticket, measured = unit.tickets.get(number), {clock.measure for clock in known}
    if not ticket.status.live or ticket.waits_on_answer or Measure.RESOLUTION in measured:
        return set()
    return _begun(running.start(unit, ticket, Measure.RESOLUTION, since=ticket.created_at))


def _merged(unit: Unit, house: House, fact: TicketMerged) -> None:
    """Its clocks end; whoever waits for an answer in it goes on waiting in the other one."""
    if not unit.keys.get(running.USED):
        return
    waited = [running.cancel(unit, clock) for clock in clocks_of(unit, fact.ticket)]
    unit.clocks.move(fact.ticket, fact.into)
    kept = unit.tickets.get(fact.into)
    if kept.status.live and any(clock.measure in _RESPONSES for clock in waited):
        _waits_for_answer(unit, kept)
    showing.refresh(unit, house, fact.into, {clock.request for clock in unit.clocks.running(fact.into)})


# -- requests --------------------------------------------------------------------------------------------------------


def _put_to_team(unit: Unit, fact: CollabStarted | CollabResent) -> Moved:
    ticket, request = unit.tickets.get(fact.ticket), unit.collab.get(fact.request)
    for clock in clocks_of(unit, fact.ticket, fact.request):
        running.cancel(unit, clock)
    both = (Measure.COLLAB_RESPONSE, Measure.COLLAB_COMPLETION)
    return _begun(*[running.start(unit, ticket, measure, request) for measure in both])


def _handed(unit: Unit, fact: CollabHanded) -> Moved:
    """Nobody has it any more (who had it is gone): an answer of the department is waited for again."""
    known = clocks_of(unit, fact.ticket, fact.request)
    if fact.after or any(clock.measure == Measure.COLLAB_RESPONSE for clock in known):
        return set()
    ticket, request = unit.tickets.get(fact.ticket), unit.collab.get(fact.request)
    return _begun(running.start(unit, ticket, Measure.COLLAB_RESPONSE, request))


def _responded(unit: Unit, fact: CollabAccepted) -> Moved:
    return _stopped(unit, fact.ticket, fact.request, Measure.COLLAB_RESPONSE)


def _finished(unit: Unit, fact: CollabDone | CollabReturned) -> Moved:
    return _stopped(unit, fact.ticket, fact.request, Measure.COLLAB_RESPONSE, Measure.COLLAB_COMPLETION)


def _stopped(unit: Unit, ticket: int, request: int, *measures: Measure) -> Moved:
    return _each(
        (clock for clock in clocks_of(unit, ticket, request) if clock.measure in measures),
        lambda clock: running.stop(unit, clock),
    )


def _spoke(unit: Unit, fact: NoteAdded) -> Moved:
    """The asked team's first words are a response as well."""
    if not unit.keys.get(running.USED):
        return set()
    try:
        message = unit.tickets.message(fact.message)
    except NotFound:
        return set()
    if not message.request or message.side is not Side.HELPER:
        return set()
    return _stopped(unit, fact.ticket, message.request, Measure.COLLAB_RESPONSE)


def _asked_back(unit: Unit, fact: CollabAskedBack) -> Moved:
    """Asking is a response, and the asker's answer is waited for."""
    moved = _stopped(unit, fact.ticket, fact.request, Measure.COLLAB_RESPONSE)
    for clock in clocks_of(unit, fact.ticket, fact.request):
        moved |= _each([clock], lambda clock: running.pause(unit, clock, "colleague"))
    return moved


def _asker_answered(unit: Unit, fact: CollabAnswered) -> Moved:
    paused = [clock for clock in clocks_of(unit, fact.ticket, fact.request) if clock.paused]
    return _each(paused, lambda clock: running.resume(unit, clock))


def _not_needed(unit: Unit, fact: CollabWithdrawn | CollabSkipped) -> Moved:
    return _each(clocks_of(unit, fact.ticket, fact.request), lambda clock: running.cancel(unit, clock))


def _request_again(unit: Unit, fact: CollabReopened) -> Moved:
    """What was thought done was not: the same time goes on."""
    if not unit.keys.get(running.USED):
        return set()
    known = [clock for clock in unit.clocks.of_ticket(fact.ticket) if clock.request == fact.request]
    last = [clock for clock in known if clock.measure == Measure.COLLAB_COMPLETION][-1:]
    return _each(
        (clock for clock in last if not clock.running),
        lambda clock: running.run_on(unit, clock, "reopened", stood="done"),
    )


def _each(clocks: Iterable[Clock], move: Callable[[Clock], Clock]) -> Moved:
    """Move each; whose moved."""
    return {after.request for clock in clocks if (after := move(clock)) is not clock}


def _begun(*clocks: Clock | None) -> Moved:
    return {clock.request for clock in clocks if clock is not None}


_OF_OPENING = (Measure.FIRST_RESPONSE, Measure.RESOLUTION)
_RESPONSES = frozenset(measure.value for measure in Measure if measure.is_response)

_TICKET_MOVES: dict[type[Fact], Callable[[Unit, Any], Moved]] = {
    CustomerWrote: _customer_wrote,
    ReplyWritten: _answered,
    ReplyTakenBack: _taken_back,
    DeliveryRefused: _refused,
    NoteAdded: _spoke,
    StatusChanged: _status_changed,
    PriorityChanged: _reconsidered("priority"),
    TeamChanged: _reconsidered("team"),
    TypeChanged: _reconsidered("type"),
}
_REQUEST_MOVES: dict[type[Fact], Callable[[Unit, Any], Moved]] = {
    CollabStarted: _put_to_team,
    CollabResent: _put_to_team,
    CollabAccepted: _responded,
    CollabHanded: _handed,
    CollabDone: _finished,
    CollabReturned: _finished,
    CollabAskedBack: _asked_back,
    CollabAnswered: _asker_answered,
    CollabWithdrawn: _not_needed,
    CollabSkipped: _not_needed,
    CollabReopened: _request_again,
}
