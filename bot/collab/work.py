"""What can be done to a request. Each function makes one change, records it, tells both sides and refreshes the cards.

Permissions are the caller's business; the rules of the request itself are in `rules`.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.chat.context import Context
from bot.chat.text import Text, plain
from bot.chat.text import text as spans
from bot.collab import asking, cards, handing_back, living, rules
from bot.collab.facts import (
    CollabAccepted,
    CollabAnswered,
    CollabAskedBack,
    CollabDone,
    CollabHanded,
    CollabReopened,
    CollabReturned,
    CollabSkipped,
    CollabWithdrawn,
    EtaChanged,
)
from bot.collab.rules import CollabRequest, State
from bot.errors import Conflict, Invalid
from bot.people.rules import Person
from bot.tickets import replies
from bot.tickets.recording import Written
from bot.tickets.rules import Side


def _save(context: Context, request: CollabRequest) -> CollabRequest:
    return context.unit.collab.save(request, context.unit.now)


def _told(eta: datetime | None) -> str:
    return eta.isoformat() if eta else ""


def _shown(context: Context, request: CollabRequest) -> CollabRequest:
    living.refresh(context, request)
    living.refresh_ticket(context, request)
    return request


def accept(context: Context, request: CollabRequest, eta: datetime | None = None) -> CollabRequest:
    """Whoever acts has it; `eta` is when he expects to be done. Raises `Conflict`, naming who has it already."""
    who = context.who
    if request.state is State.ACCEPTED and request.owner not in (0, who.id):
        owner = context.unit.people.person(request.owner)
        raise Conflict("collab.accepted_by", reference=request.reference, name=owner.name)
    if request.state is State.ACCEPTED and eta in (None, request.eta):
        return request  # it is his already, and everybody knows
    if request.state is State.ASKED and request.owner != who.id:
        request = replace(request, owner=0)
    saved = _save(context, rules.accepted(request, who.id, eta, context.unit.now))
    context.unit.record(CollabAccepted(saved.ticket, request=saved.id, person=who.id, eta=_told(saved.eta)))
    key = "collab.told.accepted_eta" if saved.eta else "collab.told.accepted"
    _tell_both(context, saved, key, name=who.name, eta=saved.eta or "")
    return _shown(context, saved)


def _tell_both(context: Context, request: CollabRequest, key: str, **values: Any) -> None:
    living.tell_asking(context, request, key, **values)
    living.tell_helpers(context, request, key, **values)


def expect(context: Context, request: CollabRequest, eta: datetime) -> CollabRequest:
    """When it will be done; said of what nobody has yet, it accepts it."""
    if request.state is State.ASKED:
        return accept(context, request, eta)
    saved = _save(context, rules.expected(request, eta))
    context.unit.record(EtaChanged(saved.ticket, request=saved.id, before=_told(request.eta), after=_told(eta)))
    _tell_both(context, saved, "collab.told.eta", name=context.who.name, eta=eta)
    return _shown(context, saved)


def hand(context: Context, request: CollabRequest, person: Person) -> CollabRequest:
    """A colleague is to do it; he is told."""
    if person.id == request.owner:
        return request
    saved = _save(context, rules.handed(request, person.id))
    context.unit.record(CollabHanded(saved.ticket, request=saved.id, before=request.owner, after=person.id))
    _tell_both(context, saved, "collab.told.handed", name=person.name, by=context.who.name)
    living.tell_person(context, saved, person, "collab.told.handed_to_you", of=cards.accept_button, by=context.who.name)
    return _shown(context, saved)


def ask_back(context: Context, request: CollabRequest, text: Text, written: Written) -> CollabRequest:
    """Its team wants to know something of the asker, who is told at once; until he answers it waits for him."""
    if not plain(text).strip():
        raise Invalid("collab.question_empty", field="text")
    asked = rules.asking_back(request, waiting=True)
    ticket = context.unit.tickets.get(request.ticket)
    said = replace(written, request=request.id)
    message = replies.write_note(context, ticket, text, said, side=Side.HELPER)
    saved = _save(context, asked)
    number = message.id if message else 0
    context.unit.record(CollabAskedBack(saved.ticket, request=saved.id, message=number))
    asker = handing_back.responsible(context.unit, saved, ticket)
    living.tell_agent(context, saved, asker, "collab.told.asked_back", words_of=living.neutral(context, text),
                      name=context.who.name)  # fmt: skip
    return _shown(context, saved)


def answered(context: Context, request: CollabRequest, message: int) -> CollabRequest:
    """The asker's side said something to what it was asked back."""
    saved = _save(context, rules.asking_back(request, waiting=False))
    context.unit.record(CollabAnswered(saved.ticket, request=saved.id, message=message))
    living.refresh(context, saved)
    return saved


def send_back(context: Context, request: CollabRequest, reason: str, remark: str) -> CollabRequest:
    """Undone, with a reason; whoever asked gets it at once, to repair or to resend with one tap."""
    saved = _save(context, rules.returned(request, reason, remark))
    context.unit.record(CollabReturned(saved.ticket, request=saved.id, reason=reason, remark=saved.remark,
                                       returns=saved.returns))  # fmt: skip
    living.refresh(context, saved)
    living.tell_helpers(context, saved, "collab.told.returned", name=context.who.name)
    handing_back.after_return(context, saved)
    return saved


def finish(context: Context, request: CollabRequest, result: str, written: Written) -> CollabRequest:
    """Done: the result goes to those who asked; what waited for it starts; the ticket comes back if it was the last."""
    unit = context.unit
    saved = _save(context, rules.done(request, context.who.id, result, unit.now))
    if written.attachments:
        ticket = unit.tickets.get(saved.ticket)
        replies.write_note(context, ticket, spans(saved.result), replace(written, request=saved.id), side=Side.HELPER)
    unit.record(CollabDone(saved.ticket, request=saved.id, result=saved.result))
    living.refresh(context, saved)
    living.tell_helpers(context, saved, "collab.told.done_there", name=context.who.name)
    handing_back.after_done(context, saved)
    return saved


def withdraw(context: Context, request: CollabRequest, remark: str = "") -> CollabRequest:
    """Not needed any more: the department is told; the ticket comes back if it was the last."""
    saved = _save(context, rules.withdrawn(request, remark, context.unit.now))
    context.unit.record(CollabWithdrawn(saved.ticket, request=saved.id, reason=saved.remark))
    _tell_both(context, saved, "collab.told.withdrawn", name=context.who.name)
    living.refresh(context, saved)
    handing_back.after_end(context, saved)
    return saved


def skip(context: Context, request: CollabRequest, remark: str) -> CollabRequest:
    """A step of a flow is left out, and why; what comes after it goes on."""
    saved = _save(context, rules.skipped(request, remark, context.unit.now))
    context.unit.record(CollabSkipped(saved.ticket, request=saved.id, reason=saved.remark))
    _tell_both(context, saved, "collab.told.skipped", name=context.who.name, reason=saved.remark)
    living.refresh(context, saved)
    handing_back.after_end(context, saved)
    return saved


def reopen(context: Context, request: CollabRequest) -> CollabRequest:
    """What was thought done was not: with its owner again, and the ticket waits again."""
    unit = context.unit
    ticket = unit.tickets.get(request.ticket)
    if not ticket.status.live:
        raise Conflict("ticket.reopen_first", reference=ticket.reference)
    saved = _save(context, rules.reopened(request, unit.now))
    unit.record(CollabReopened(saved.ticket, request=saved.id))
    asking.hold(context, ticket)
    living.refresh(context, saved)
    owner = unit.people.person(saved.owner) if saved.owner else None
    living.tell_helpers(context, saved, "collab.told.reopened", to=owner, name=context.who.name)
    living.tell_asking(context, saved, "collab.told.reopened", name=context.who.name)
    return saved
