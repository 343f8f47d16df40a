"""The forms about requests when they come back."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import FormSubmitted
from bot.chat.text import plain
from bot.chat.text import text as spans
from bot.chat.views import FieldErrors, OpenForm, Reply
from bot.collab import arguments, asking, finding, forms, templates, work
from bot.collab.drafts import Draft, kept, spend
from bot.collab.permissions import may_ask
from bot.collab.rules import CollabRequest, Item
from bot.errors import Invalid, NotAllowed, NotFound
from bot.tickets import relay
from bot.tickets.recording import Written
from bot.tickets.rules import Ticket


def demand_ask(context: Context, ticket: Ticket) -> None:
    """Raise `NotAllowed`, naming the team to turn to, unless the person may ask other departments about it."""
    if not context.who.role.staff:
        raise NotAllowed("ticket.staff_only")
    if not may_ask(context.who, ticket):
        team = context.unit.people.team(ticket.team)
        raise NotAllowed("ticket.not_your_team", reference=ticket.reference, team=team.name)


def send(context: Context, ticket: Ticket, draft: Draft) -> CollabRequest | OpenForm:
    """Ask, if nothing is missing; else the form that asks for what is."""
    if not draft.team or forms.types_to_choose(context, draft) or draft.missing() or not plain(draft.problem).strip():
        return OpenForm(forms.ask_form(context, ticket, draft))
    return asking.ask(context, ticket, draft)


def with_items(context: Context, draft: Draft) -> Draft:
    """The draft with the items that its department requires, filled in as far as words and files tell."""
    known = templates.of_team(context.unit, context.unit.people.team(draft.team))
    type_ = draft.type or (templates.types_of(known)[0] if len(known) == 1 and templates.types_of(known) else "")
    if not type_ and templates.types_of(known):
        return draft
    files = (*draft.files, *_files_of(context, draft.messages))
    items = draft.items or templates.items_for(known, type_)
    filled = templates.filled(items, plain(draft.problem), files)
    return replace(draft, type=type_, items=filled, problem=templates.remaining(draft.problem, filled))


def _files_of(context: Context, messages: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(file for number in messages for file in context.unit.tickets.message(number).files)


def asked(context: Context, event: FormSubmitted) -> Reply | None:
    """The form that asks a department."""
    before = kept(context.unit, event.state)
    ticket = context.unit.tickets.get(before.ticket)
    demand_ask(context, ticket)
    draft = _filled_in(context, ticket, before, event)
    complaint = _complaint(context, before, draft)
    if complaint is not None:
        return complaint
    sent = send(context, ticket, draft)
    if isinstance(sent, OpenForm):
        return sent
    spend(context.unit, event.state)
    team = context.unit.people.team(sent.team)
    return context.tell("collab.asked", reference=sent.reference, team=team.name)


def repaired(context: Context, event: FormSubmitted) -> Reply | None:
    """The form that repairs a request: sent again at once."""
    request = finding.to_steer(context)
    before = kept(context.unit, event.state)
    if before.request != request.id:
        raise NotFound("collab.draft_gone")
    draft = _filled_in(context, context.unit.tickets.get(request.ticket), before, event)
    complaint = _complaint(context, before, draft)
    if complaint is not None:
        return complaint
    sent = asking.resend(context, asking.repair(context, request, draft))
    spend(context.unit, event.state)
    return context.tell("collab.resent", reference=sent.reference)


def _filled_in(context: Context, ticket: Ticket, draft: Draft, event: FormSubmitted) -> Draft:
    values = event.values
    team = draft.team or _team(context, values.get("team", ""))
    chosen = values.get("type", "")
    typed = values.get("problem", plain(draft.problem)).strip()
    untouched = typed.split() == plain(draft.problem)[: forms.FIELD_LIMIT].split()
    sent = relay.accept_files(context, event.place.platform, event.attachments)
    fit = {message.id for message in forms.choosable(context, ticket)} | set(draft.messages)
    after = _numbers(values.get("after", "")) if "after" in values else draft.after
    messages = _numbers(values.get("messages", "")) if "messages" in values else draft.messages
    filled = replace(
        draft,
        team=team,
        type="" if chosen == forms.NO_TYPE else chosen or draft.type,
        problem=draft.problem if untouched else spans(typed),
        items=_items(draft.items, values),
        messages=tuple(number for number in messages if number in fit),
        after=after,
    )
    if chosen == forms.NO_TYPE:
        return _with_files(filled, sent)
    return _with_files(with_items(context, filled), sent)


def _team(context: Context, key: str) -> int:
    team = next((team for team in context.unit.people.teams() if team.key == key or team.called(key)), None)
    if team is None:
        raise Invalid("team.unknown_name", field="team", name=key)
    return team.id


def _numbers(said: str) -> tuple[int, ...]:
    return tuple(int(each) for each in said.split(",") if each.strip().isdecimal() and len(each) <= 12)


def _items(items: tuple[Item, ...], values: "dict[str, str] | object") -> tuple[Item, ...]:
    given = values if isinstance(values, dict) else {}
    return tuple(
        replace(item, value=given.get(f"item{number}", item.value).strip()) for number, item in enumerate(items)
    )


def _with_files(draft: Draft, sent: tuple[int, ...]) -> Draft:
    """Files that were sent with the form are for the items that nothing was written for, pictures first."""
    if not sent:
        return draft
    empty = [item for item in draft.items if not item.given]
    wanting = [item for item in empty if templates.takes_file(item.name)] or empty
    if not wanting:
        return replace(draft, files=(*draft.files, *sent))
    share = {item.name: sent[at : at + 1] for at, item in enumerate(wanting[:-1])}
    share[wanting[-1].name] = sent[len(wanting) - 1 :]
    return replace(draft, items=tuple(replace(item, files=share.get(item.name, item.files)) for item in draft.items))


def _complaint(context: Context, before: Draft, draft: Draft) -> Reply | None:
    """What is missing, at the fields of those items that were asked for; the others are asked for next."""
    words = context.words
    errors = []
    for number, item in enumerate(draft.items[: len(before.items)]):
        if not item.given:
            key = "collab.item_file_missing" if templates.takes_file(item.name) else "collab.item_missing"
            errors.append((f"item{number}", words(key, name=item.name)))
    if not errors:
        return None
    if not context.house.can(context.event.place.platform).forms:
        raise Invalid("collab.item_missing", field=errors[0][0], name=draft.missing()[0])
    return FieldErrors(tuple(errors))


def _written(event: FormSubmitted) -> Written:
    return Written(attachments=event.attachments)


def returned(context: Context, event: FormSubmitted) -> Reply | None:
    """The form that gives a request back."""
    request = finding.to_answer(context)
    work.send_back(context, request, event.values.get("reason", ""), event.values.get("remark", ""))
    return context.tell("collab.returned", reference=request.reference)


def finished(context: Context, event: FormSubmitted) -> Reply | None:
    """The form that brings the result."""
    request = finding.to_answer(context)
    result = event.values.get("result", "") or ", ".join(each.name for each in event.attachments)
    work.finish(context, request, result, _written(event))
    return context.tell("collab.done", reference=request.reference)


def asked_back(context: Context, event: FormSubmitted) -> Reply | None:
    """The form that asks the asker."""
    request = finding.to_answer(context)
    work.ask_back(context, request, spans(event.values.get("text", "").strip()), _written(event))
    return context.tell("collab.question_sent", reference=request.reference)


def expected(context: Context, event: FormSubmitted) -> Reply | None:
    """The form for a time in words of one's own."""
    request = finding.to_answer(context)
    eta = arguments.moment(context, request, event.values.get("eta", ""))
    work.expect(context, request, eta)
    return context.tell("collab.eta_set", reference=request.reference, eta=eta)


def skipped(context: Context, event: FormSubmitted) -> Reply | None:
    """The form that asks why a step is left out."""
    request = finding.to_steer(context)
    work.skip(context, request, event.values.get("remark", ""))
    return context.tell("collab.skipped", reference=request.reference)
