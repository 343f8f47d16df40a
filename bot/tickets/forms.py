"""Forms about tickets: opening one, answering the customer, leaving a note."""

import json
from typing import Any

from bot.chat.context import Context
from bot.chat.events import FormSubmitted, Place, Quoted
from bot.chat.text import Span, first_line, plain
from bot.chat.text import text as spans
from bot.chat.views import Choice, Field, Form, Reply
from bot.errors import Invalid
from bot.people.identity import identify_other
from bot.people.permissions import Right, may
from bot.people.rules import Person, Team
from bot.tickets import replies, work
from bot.tickets.finding import meant
from bot.tickets.opening import Request, answer_place, direct_place, open_ticket, origin_of, team_for
from bot.tickets.rules import TEXT_LIMIT, TITLE_LIMIT, Priority, Status, Ticket, titled

# A modal's own state is limited to 3,000 characters on the strictest platform; the words themselves are in the fields.
STATE_TEXT_LIMIT = 1200


def opening_form(context: Context, *, quoted: Quoted | None = None, text: str = "") -> Form:
    """The form that opens a ticket, filled in from a message where there is one."""
    words, teams = context.words, context.unit.people.teams()
    place = quoted.place if quoted else context.event.place
    team = team_for(context, place)
    said = plain(quoted.text) if quoted else text
    fields = (
        Field("title", words("form.title"), value=first_line(said, TITLE_LIMIT), limit=TITLE_LIMIT,
              hint=words("form.title_hint")),
        Field("description", words("form.description"), "text", required=False, value=said[:3000]),
        Field("team", words("form.team"), "choice", value=team.key,
              choices=tuple(Choice(each.key, each.name) for each in teams)),
        Field("priority", words("form.priority"), "choice", value=Priority.NORMAL.value,
              choices=tuple(Choice(level.value, words(f"priority.{level.value}")) for level in Priority)),
    )  # fmt: skip
    return Form("ticket.open", words("form.open_title"), words("form.open_submit"), fields, state=_packed(quoted))


def _packed(quoted: Quoted | None) -> str:
    if quoted is None:
        return ""
    return json.dumps(
        {"place": str(quoted.place), "message": quoted.message, "user": quoted.user, "link": quoted.link,
         "name": quoted.profile.name},
        ensure_ascii=False, separators=(",", ":"),
    )  # fmt: skip


def _unpacked(state: str) -> dict[str, Any]:
    try:
        value = json.loads(state) if state else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def opened(context: Context, event: FormSubmitted) -> Reply | None:
    """The opening form came back."""
    team = _team(context, event.values.get("team", ""))
    title = titled(event.values.get("title", ""))
    description = event.values.get("description", "").strip() or title
    if len(description) > TEXT_LIMIT:
        raise Invalid("ticket.text_too_long", field="description", limit=TEXT_LIMIT, length=len(description))
    priority = _priority(event.values.get("priority", ""))
    request = _sourced(context, event, team, title, spans(description), priority)
    ticket, new = open_ticket(context, request)
    return context.tell("ticket.opened" if new else "ticket.exists", reference=ticket.reference)


def _sourced(context: Context, event: FormSubmitted, team: Team, title: str, text: tuple[Span, ...],
             priority: Priority) -> Request:  # fmt: skip
    source = _unpacked(event.state)
    if not source:
        place = event.place if event.direct else own_place(context)
        return Request("form", context.who, team, text, place, title=title, attachments=event.attachments,
                       priority=priority, origin=f"form:{event.event_id}")  # fmt: skip
    quoted = Quoted(Place.parse(source["place"]), source["message"], source["user"], link=source.get("link", ""))
    requester: Person = identify_other(context.unit, quoted.place.platform, quoted.user, source.get("name", ""))
    place, reply_to = answer_place(context, quoted)
    return Request("shortcut", requester, team, text, place, written_at=quoted.place, ref=quoted.message,
                   reply_to=reply_to, title=title, link=quoted.link, attachments=event.attachments, priority=priority,
                   origin=origin_of(quoted.place, quoted.message))  # fmt: skip


def own_place(context: Context) -> Place:
    """Where the person who fills in a form is answered: alone, on the platform he used."""
    direct = direct_place(context.unit, context.who, context.event.place.platform)
    return direct or Place(context.event.place.platform, context.event.user)


def _team(context: Context, key: str) -> Team:
    for team in context.unit.people.teams():
        if team.key == key or team.called(key):
            return team
    raise Invalid("team.unknown_name", field="team", name=key)


def _priority(value: str) -> Priority:
    try:
        return Priority(value or Priority.NORMAL.value)
    except ValueError:
        raise Invalid("ticket.priority_unknown", field="priority", value=value) from None


def reply_form(context: Context, ticket: Ticket) -> Form:
    """Answer the customer, and say in one go what the ticket waits for then."""
    words = context.words
    outcomes = [Choice("", words("form.then_keep"))]
    if may(context.who, Right.EDIT, ticket):
        outcomes += [Choice(Status.PENDING.value, words("form.then_pending")),
                     Choice(Status.SOLVED.value, words("form.then_solved"))]  # fmt: skip
    fields = (
        Field("text", words("form.reply_text"), "text", hint=words("form.reply_hint")),
        Field("then", words("form.then"), "choice", required=False, choices=tuple(outcomes[1:])),
    )
    return Form("ticket.reply", words("form.reply_title", reference=ticket.reference), words("form.reply_submit"),
                fields, ticket.id)  # fmt: skip


def replied(context: Context, event: FormSubmitted) -> Reply | None:
    """The reply form came back."""
    ticket = meant(context, Right.REPLY)
    written = replies.Written(attachments=event.attachments)
    replies.write_reply(context, ticket, spans(event.values.get("text", "").strip()), written)
    then = event.values.get("then", "")
    if then:
        ticket = context.unit.tickets.get(ticket.id)
        if then == Status.SOLVED.value and ticket.status.live:
            work.solve(context, ticket)
        elif then == Status.PENDING.value and ticket.status.live:
            work.set_status(context, ticket, Status.PENDING, because="replied")
    return context.tell("reply.queued", reference=ticket.reference)


def note_form(context: Context, ticket: Ticket) -> Form:
    """Something for the house alone."""
    words = context.words
    fields = (Field("text", words("form.note_text"), "text", hint=words("form.note_hint")),)
    return Form("ticket.note", words("form.note_title", reference=ticket.reference), words("form.note_submit"),
                fields, ticket.id)  # fmt: skip


def noted(context: Context, event: FormSubmitted) -> Reply | None:
    """The note form came back."""
    ticket = meant(context, Right.NOTE)
    written = replies.Written(attachments=event.attachments)
    replies.write_note(context, ticket, spans(event.values.get("text", "").strip()), written)
    return context.tell("note.kept", reference=ticket.reference)
