"""Forms about tickets: opening one, answering the customer, leaving a note."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import FormSubmitted, Quoted
from bot.chat.text import Text, first_line, plain
from bot.chat.text import text as spans
from bot.chat.views import Choice, Field, Form, Reply
from bot.errors import Invalid
from bot.people.permissions import Right, may
from bot.people.rules import Team
from bot.tickets import replies, work
from bot.tickets.finding import meant
from bot.tickets.keeping import keep, kept
from bot.tickets.opening import Request, open_ticket, own_place, request_quoted, team_for
from bot.tickets.recording import Written
from bot.tickets.rules import TEXT_LIMIT, TITLE_LIMIT, Priority, Status, Ticket, titled

# What the strictest platform takes in a field; of a longer message the ticket gets all unless the words are changed.
FIELD_LIMIT = 3000


def opening_form(context: Context, *, quoted: Quoted | None = None) -> Form:
    """The form that opens a ticket, filled in from a message where there is one."""
    words, teams = context.words, context.unit.people.teams()
    team = team_for(context, quoted.place if quoted else context.event.place)
    said = plain(quoted.text) if quoted else ""
    fields = (
        Field("title", words("form.title"), value=first_line(said, TITLE_LIMIT), limit=TITLE_LIMIT,
              hint=words("form.title_hint")),
        Field("description", words("form.description"), "text", required=False, value=said[:FIELD_LIMIT],
              limit=FIELD_LIMIT),
        Field("team", words("form.team"), "choice", value=team.key,
              choices=tuple(Choice(each.key, each.name) for each in teams)),
        Field("priority", words("form.priority"), "choice", value=Priority.NORMAL.value,
              choices=tuple(Choice(level.value, words(f"priority.{level.value}")) for level in Priority)),
    )  # fmt: skip
    state = keep(context, quoted) if quoted else ""
    return Form("ticket.open", words("form.open_title"), words("form.open_submit"), fields, state=state)


def opened(context: Context, event: FormSubmitted) -> Reply | None:
    """The opening form came back."""
    quoted = kept(context.unit, event.state) if event.state else None
    request = request_quoted(context, quoted, by="shortcut") if quoted else _from_form(context, event)
    title = titled(event.values.get("title", ""))
    filled_in = replace(
        request,
        title=title,
        text=_description(event, quoted) or spans(title),
        team=_team(context, event.values.get("team", "")),
        priority=_priority(event.values.get("priority", "")),
    )
    ticket, new = open_ticket(context, filled_in)
    return context.tell("ticket.opened" if new else "ticket.exists", reference=ticket.reference)


def _from_form(context: Context, event: FormSubmitted) -> Request:
    """Answered where it was filled in: alone, or (asked in words in a group) in reply to the last of them."""
    in_words = bool(event.message)
    place = event.place if event.direct or in_words else own_place(context)
    return Request(
        "form", context.who, team_for(context, event.place), (), place, reply_to="" if event.direct else event.message,
        attachments=event.attachments, origin=f"form:{event.event_id}",
    )  # fmt: skip


def _description(event: FormSubmitted, quoted: Quoted | None) -> Text:
    """What was typed; where it was left as it was filled in, the message itself, whole and with its looks."""
    typed = event.values.get("description", "").strip()
    if len(typed) > TEXT_LIMIT:
        raise Invalid("ticket.text_too_long", field="description", limit=TEXT_LIMIT, length=len(typed))
    untouched = quoted is not None and typed.split() == plain(quoted.text)[:FIELD_LIMIT].split()
    return quoted.text if quoted is not None and untouched else spans(typed)


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
    fields = [Field("text", words("form.reply_text"), "text", hint=words("form.reply_hint"))]
    if may(context.who, Right.EDIT, ticket):
        outcomes = (Choice(Status.PENDING.value, words("form.then_pending")),
                    Choice(Status.SOLVED.value, words("form.then_solved")))  # fmt: skip
        fields.append(Field("then", words("form.then"), "choice", required=False, choices=outcomes))
    return Form("ticket.reply", words("form.reply_title", reference=ticket.reference), words("form.reply_submit"),
                tuple(fields), ticket.id)  # fmt: skip


def replied(context: Context, event: FormSubmitted) -> Reply | None:
    """The reply form came back."""
    ticket = meant(context, Right.REPLY)
    written = Written(attachments=event.attachments)
    replies.write_reply(context, ticket, spans(event.values.get("text", "").strip()), written)
    ticket = context.unit.tickets.get(ticket.id)
    then = event.values.get("then", "") if ticket.status.live and may(context.who, Right.EDIT, ticket) else ""
    if then == Status.SOLVED.value:
        work.solve(context, ticket)
    elif then == Status.PENDING.value:
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
    written = Written(attachments=event.attachments)
    replies.write_note(context, ticket, spans(event.values.get("text", "").strip()), written)
    return context.tell("note.kept", reference=ticket.reference)
