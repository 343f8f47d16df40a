"""The words and buttons by which departments are asked, and answer; each is one unit of work."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import Attachment, ButtonPressed, CommandGiven, MessageReceived
from bot.chat.text import Span, plain
from bot.chat.views import Choice, OpenForm, Reply
from bot.collab import arguments, asking, cards, finding, forms, living, work
from bot.collab.drafts import Draft, kept
from bot.collab.permissions import may_answer, may_steer
from bot.collab.rules import CollabRequest, State
from bot.collab.submitting import demand_ask, send, with_items
from bot.collab.templates import of_team
from bot.errors import Conflict, Invalid
from bot.people.permissions import Right
from bot.people.rules import Team
from bot.tickets import finding as ticket_finding
from bot.tickets import relay
from bot.tickets.arguments import colleague
from bot.tickets.recording import Written
from bot.tickets.rules import Ticket


def _value(context: Context) -> str:
    return context.event.value if isinstance(context.event, ButtonPressed) else ""


def _attached(context: Context) -> tuple[Attachment, ...]:
    event = context.event
    return event.attachments if isinstance(event, MessageReceived | CommandGiven) else ()


def collab(context: Context) -> Reply | None:
    """`collab TEAM TEXT`: asks another department; what its template misses is asked for."""
    ticket = ticket_finding.meant(context, Right.NOTE)
    demand_ask(context, ticket)
    if not plain(context.text).strip():
        return OpenForm(forms.ask_form(context, ticket, Draft(ticket.id, 0, messages=_pointed_at(context, ticket))))
    team, said = arguments.team(context, context.text)
    said, after = arguments.order(said)
    type_, said = arguments.type_first(of_team(context.unit, team), said)
    files = relay.accept_files(context, context.event.place.platform, _attached(context))
    draft = Draft(ticket.id, team.id, said, type_, messages=_pointed_at(context, ticket), files=files, after=after)
    sent = send(context, ticket, with_items(context, draft))
    return sent if isinstance(sent, OpenForm) else _confirm(context, sent, "collab.asked", team=team.name)


def _pointed_at(context: Context, ticket: Ticket) -> tuple[int, ...]:
    """The message of the ticket that the command answers."""
    event = context.event
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else ""
    if not reply_to:
        return ()
    posted = context.unit.posted.at(event.place, reply_to)
    known = context.unit.tickets.message_at(event.place, reply_to) if posted is None else None
    number = known.id if known else posted.message if posted else 0
    if not number:
        return ()
    message = context.unit.tickets.message(number)
    return (number,) if message.ticket == ticket.id and not message.request else ()


def _confirm(context: Context, request: CollabRequest, key: str, **values: object) -> Reply | None:
    """Tell the person that it is done, unless he sees it anyway: its threads have just been told."""
    event = context.event
    if not context.private and isinstance(event, MessageReceived | CommandGiven):
        here = ticket_finding.where(context.unit, event.place, event.reply_to)
        if here is not None and here.thread is not None and here.ticket.id == request.ticket:
            return None
    return context.tell(key, reference=request.reference, **values)


def open_form(context: Context) -> Reply | None:
    """The button or menu on the ticket's card: its value is a department, or a draft that goes on."""
    value = _value(context)
    if value.startswith("d"):
        draft = kept(context.unit, value)
        ticket = context.unit.tickets.get(draft.ticket)
    else:
        ticket = ticket_finding.meant(context, Right.NOTE)
        draft = Draft(ticket.id, int(value) if value.isdecimal() and len(value) <= 12 else 0)
        draft = with_items(context, draft) if draft.team else draft
    demand_ask(context, ticket)
    return OpenForm(forms.ask_form(context, ticket, draft))


def accept(context: Context) -> Reply | None:
    """`accept [ETA]`: it is mine."""
    request = finding.to_answer(context)
    said = "" if isinstance(context.event, ButtonPressed) else plain(context.text).strip()
    eta = arguments.moment(context, request, said) if said else None
    saved = work.accept(context, request, eta)
    return _confirm(context, saved, "collab.accepted")


def eta(context: Context) -> Reply | None:
    """`eta TIME`, or one of the usual lengths: when it will be done."""
    request = finding.to_answer(context)
    said = _value(context) or ("" if isinstance(context.event, ButtonPressed) else plain(context.text).strip())
    if not said or said == "-":
        return OpenForm(forms.one_field_form(context, request, "eta", line=True))
    moment = arguments.moment(context, request, said)
    work.expect(context, request, moment)
    return _confirm(context, request, "collab.eta_set", eta=moment)


def send_back(context: Context) -> Reply | None:
    """`return REASON`: not done, and why."""
    request = finding.to_answer(context)
    said = plain(context.text).strip()
    if isinstance(context.event, ButtonPressed) or not said:
        return OpenForm(forms.return_form(context, request))
    reason, remark = arguments.reason(said)
    work.send_back(context, request, reason, remark)
    return _confirm(context, request, "collab.returned")


def done(context: Context) -> Reply | None:
    """`done RESULT`."""
    request = finding.to_answer(context)
    result = plain(context.text).strip() or ", ".join(each.name for each in _attached(context))
    if isinstance(context.event, ButtonPressed) or not result:
        return OpenForm(forms.one_field_form(context, request, "done"))
    work.finish(context, request, result, _written(context, request))
    return _confirm(context, request, "collab.done")


def _written(context: Context, request: CollabRequest) -> Written:
    """Where something that was typed stands."""
    event = context.event
    if context.private or not context.message or not isinstance(event, MessageReceived | CommandGiven):
        return Written(attachments=_attached(context))
    here = ticket_finding.where(context.unit, event.place, event.reply_to)
    thread = here.thread if here is not None and here.ticket.id == request.ticket else None
    return Written(event.place, context.message, thread.id if thread else 0, _attached(context))


def ask_back(context: Context) -> Reply | None:
    """`ask TEXT`: what does the asker's side say?"""
    request = finding.to_answer(context)
    if isinstance(context.event, ButtonPressed) or not plain(context.text).strip():
        return OpenForm(forms.one_field_form(context, request, "ask_back"))
    work.ask_back(context, request, context.text, _written(context, request))
    return _confirm(context, request, "collab.question_sent")


def hand(context: Context) -> Reply | None:
    """`hand @P`: a colleague of the asked department is to do it."""
    request = finding.to_answer(context)
    if not (_value(context) or plain(context.text).strip()):
        raise Invalid("collab.whom")
    person = colleague(context, _value(context))
    team = context.unit.people.team(request.team)
    if not may_answer(person, request, team):
        raise Invalid("person.not_in_team", name=person.name, team=team.name)
    work.hand(context, request, person)
    return _confirm(context, request, "collab.handed", name=person.name)


def withdraw(context: Context) -> Reply | None:
    """`withdraw`: not needed any more."""
    request = finding.to_steer(context)
    said = "" if isinstance(context.event, ButtonPressed) else plain(context.text).strip()
    work.withdraw(context, request, said)
    return _confirm(context, request, "collab.withdrawn")


def repair(context: Context) -> Reply | None:
    """The form of a request that came back, filled in as it was."""
    request = finding.to_steer(context)
    if request.state not in (State.RETURNED, State.BLOCKED):
        raise Conflict(f"collab.now.{request.state.value}", reference=request.reference)
    draft = Draft(request.ticket, request.team, request.problem, request.type, request.items, request.messages,
                  request.files, request.after, request.id)  # fmt: skip
    return OpenForm(forms.ask_form(context, context.unit.tickets.get(request.ticket), draft))


def resend(context: Context) -> Reply | None:
    """`resend [TEXT]`: the same once more; words are added to the problem."""
    request = finding.to_steer(context)
    said = () if isinstance(context.event, ButtonPressed) else context.text
    if plain(said).strip():
        request = context.unit.collab.save(
            replace(request, problem=(*request.problem, Span("\n"), *living.neutral(context, said))),
            context.unit.now,
        )
    sent = asking.resend(context, request)
    return _confirm(context, sent, "collab.resent")


def skip(context: Context) -> Reply | None:
    """`skip REASON`: a step of a flow is left out."""
    request = finding.to_steer(context)
    said = plain(context.text).strip()
    if isinstance(context.event, ButtonPressed) or not said:
        return OpenForm(forms.one_field_form(context, request, "skip"))
    work.skip(context, request, said)
    return _confirm(context, request, "collab.skipped")


def reopen(context: Context) -> Reply | None:
    """What was thought done was not."""
    request = finding.to_steer(context)
    work.reopen(context, request)
    return _confirm(context, request, "collab.reopened")


def show(context: Context) -> Reply | None:
    """The request, with the levers that are the person's."""
    request = finding.readable(context)
    unit, who = context.unit, context.who
    shown = living.described(context, request)
    answers = may_answer(who, request, unit.people.team(request.team))
    steers = may_steer(who, request, shown.ticket)
    card = cards.reading_card(request, shown, context.words, answers=answers, steers=steers)
    context.answer_inside(card, ticket=request.ticket)
    return None


def tell_customer(context: Context) -> Reply | None:
    """The result, in the form that answers the customer."""
    request = finding.meant(context)
    ticket = ticket_finding.by_reference(context, f"T-{request.ticket}")
    ticket_finding.demand(context, Right.REPLY, ticket)
    return OpenForm(forms.tell_customer_form(context, ticket, request.result))


def choose_hand(context: Context, number: int) -> tuple[str, tuple[Choice, ...]]:
    """Who is to do it, where a platform has no menus."""
    request = finding.to_answer(context.saying(f"C-{number}", ()))
    menu = cards.hand_menu(request, living.described(context, request).candidates, context.words)
    return context.words("menu.question", reference=request.reference, label=menu.label), menu.choices


def choose_eta(context: Context, number: int) -> tuple[str, tuple[Choice, ...]]:
    """By when, where a platform has no menus."""
    request = finding.to_answer(context.saying(f"C-{number}", ()))
    menu = cards.eta_menu(request, context.words)
    return context.words("menu.question", reference=request.reference, label=menu.label), menu.choices


def choose_team(context: Context, number: int) -> tuple[str, tuple[Choice, ...]]:
    """Whom to ask, where a platform has no menus."""
    ticket = ticket_finding.by_reference(context, f"T-{number}")
    demand_ask(context, ticket)
    choices = tuple(Choice(str(team.id), team.name) for team in _others(context, ticket))
    label = context.words("button.collab")
    return context.words("menu.question", reference=ticket.reference, label=label), choices


def _others(context: Context, ticket: Ticket) -> list[Team]:
    return [team for team in context.unit.people.teams() if team.id != ticket.team]
