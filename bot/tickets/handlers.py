"""The words and buttons by which a ticket is worked; each is one unit of work."""

from collections.abc import Callable
from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import Attachment, ButtonPressed, CommandGiven, MessageReceived, Quoted, ShortcutUsed
from bot.chat.text import plain
from bot.chat.text import text as spans
from bot.chat.views import OpenForm, Reply
from bot.chat.words import reference_in, unmarked
from bot.errors import Invalid, NotFound
from bot.people.permissions import Right, knows_of, may
from bot.people.rules import Person
from bot.tickets import arguments, forms, living, replies, work
from bot.tickets.finding import by_reference, demand, meant, where
from bot.tickets.offering import open_from_message
from bot.tickets.opening import Request, known_from, open_from_quoted, open_ticket, own_place, request_from, team_for
from bot.tickets.recording import Written
from bot.tickets.rules import Side, Thread, Ticket


def pressed_value(context: Context) -> str:
    """What was chosen in a menu or a date picker ("" for a plain button or a command)."""
    return context.event.value if isinstance(context.event, ButtonPressed) else ""


def said(context: Context) -> str:
    """What was chosen, or else what followed the command, without the mark that ends the sentence."""
    return pressed_value(context) or unmarked(plain(context.text))


def _attached(context: Context) -> tuple[Attachment, ...]:
    event = context.event
    return event.attachments if isinstance(event, MessageReceived | CommandGiven) else ()


def ticket(context: Context) -> Reply | None:
    """`ticket TEXT` opens one; `ticket` in reply to a message makes it one; `ticket` alone brings the form."""
    event = context.event
    text = plain(context.text).strip()
    if not text and not _attached(context):
        if context.reference:
            return show(context)
        quoted = event.quoted if isinstance(event, MessageReceived | CommandGiven) else None
        return OpenForm(forms.opening_form(context)) if quoted is None else _from_quoted(context, quoted)
    if context.reference:  # it is no ticket to be shown, but the first word of what was said
        context = context.saying("", spans(f"{context.reference} ", *context.text))
    request = _from_command(context)
    made, new = open_ticket(context, request)
    if context.private or not new or request.place.whole != event.place.whole:
        return context.tell("ticket.opened" if new else "ticket.exists", reference=made.reference)
    return None  # the requester is told the number where he wrote


def _from_quoted(context: Context, quoted: Quoted) -> Reply | None:
    known = known_from(context.unit, quoted.place, quoted.message)
    if known is not None and not knows_of(context.who, known):
        raise NotFound("ticket.which_one")
    return open_from_quoted(context, quoted, by="command")


def _from_command(context: Context) -> Request:
    event, team = context.event, team_for(context, context.event.place)
    if isinstance(event, MessageReceived | CommandGiven) and event.message and not context.private:
        return replace(request_from(context, event, team, by="command"), text=context.text)
    place = event.place if event.direct else own_place(context)
    return Request("command", context.who, team, context.text, place, origin=f"command:{event.event_id}",
                   attachments=_attached(context))  # fmt: skip


def open_form(context: Context) -> Reply | None:
    """The button that brings the opening form."""
    return OpenForm(forms.opening_form(context))


def shortcut(context: Context, event: ShortcutUsed) -> Reply | None:
    """The platform's menu entry: the form, filled in from the message it was used on."""
    quoted = event.quoted
    known = known_from(context.unit, quoted.place, quoted.message) if quoted else None
    if known is not None and knows_of(context.who, known):
        return context.tell("ticket.exists", reference=known.reference)
    return OpenForm(forms.opening_form(context, quoted=quoted))


def from_message(context: Context) -> Reply | None:
    """The button under Baton's answer to words it did not know."""
    return open_from_message(context, pressed_value(context))


def show(context: Context) -> Reply | None:
    """The card, as the person may see it, where he asked."""
    found = meant(context, Right.READ)
    context.answer_inside(living.shown_to(context, context.who, found), ticket=found.id)
    return None


def _confirm(context: Context, found: Ticket, key: str, **values: str) -> Reply | None:
    """Tell the person that it is done, unless he sees it anyway: the ticket's thread has just been told."""
    return _confirm_at(context, found, _thread_here(context, found), key, **values)


def _confirm_at(context: Context, found: Ticket, here: Thread | None, key: str, **values: str) -> Reply | None:
    inside = here is not None and here.side is Side.TEAM
    return None if inside else context.tell(key, reference=found.reference, **values)


def _thread_here(context: Context, found: Ticket) -> Thread | None:
    """The ticket's own thread in which the command was typed for all to see; None if it was typed elsewhere."""
    event = context.event
    if context.private or not isinstance(event, MessageReceived | CommandGiven):
        return None
    here = where(context.unit, event.place, event.reply_to)
    return here.thread if here is not None and here.ticket.id == found.id else None


def take(context: Context) -> Reply | None:
    """It is mine now, unless it is somebody else's."""
    found = meant(context, Right.TAKE)
    if found.assignee == context.who.id:
        return context.tell("ticket.yours_already", reference=found.reference)
    work.take(context, found, context.who)
    return _confirm(context, found, "ticket.taken")


def assign(context: Context) -> Reply | None:
    """It is a colleague's now, or nobody's."""
    found = meant(context, Right.ASSIGN)
    wanted = said(context)
    if not wanted:
        raise Invalid("person.whom")
    if arguments.nothing(wanted):
        work.assign(context, found, None)
        return _confirm(context, found, "ticket.unassigned")
    person = arguments.colleague(context, pressed_value(context))
    if not may(person, Right.TAKE, found):
        raise _unfit(context, person, found)
    work.assign(context, found, person)
    return _confirm(context, found, "ticket.assigned", name=person.name)


def _unfit(context: Context, person: Person, found: Ticket) -> Invalid:
    if not may(person, Right.TAKE):
        role = context.words(f"role.{person.role.value}")
        return Invalid("ticket.not_for_role", name=person.name, role=role)
    team = context.unit.people.team(found.team)
    return Invalid("person.not_in_team", name=person.name, team=team.name)


def priority(context: Context) -> Reply | None:
    """How much it matters."""
    found = meant(context, Right.EDIT)
    level = arguments.priority(context, said(context))
    work.set_priority(context, found, level)
    return context.tell(
        "ticket.priority_set", reference=found.reference, priority=context.words(f"priority.{level.value}")
    )


def status(context: Context) -> Reply | None:
    """Where it stands; solving, closing and reopening go their own ways."""
    found = meant(context, Right.EDIT)
    wanted = arguments.status(context, said(context))
    by_name: dict[str, Callable[[Context], Reply | None]] = {"solved": solve, "closed": close}
    if wanted.value in by_name and wanted is not found.status:
        return by_name[wanted.value](context.saying(found.reference, ()))
    if not found.status.live and wanted.live:
        demand(context, Right.REOPEN, found)
        found = work.reopen(context, found)
    work.set_status(context, found, wanted)
    return context.tell("ticket.status_set", reference=found.reference, status=context.words(f"status.{wanted.value}"))


def due(context: Context) -> Reply | None:
    """The day by which it should be done; without one, which it is."""
    found = meant(context, Right.EDIT)
    day = found.due_on
    if said(context):
        day = arguments.day(context, said(context))
        work.set_due(context, found, day)
    return context.tell("ticket.due_set" if day else "ticket.due_cleared", reference=found.reference, day=day)


def type_(context: Context) -> Reply | None:
    """Of which kind it is; without a word, which it is."""
    found = meant(context, Right.EDIT)
    if said(context):
        found = work.set_type(context, found, arguments.kind(context, said(context)))
    kind = found.type or context.words("card.none")
    return context.tell("ticket.type_is", reference=found.reference, type=kind)


def tag(context: Context) -> Reply | None:
    """More tags; without any, which there are."""
    found = meant(context, Right.EDIT)
    more = arguments.tags(said(context))
    if more:
        found = work.set_tags(context, found, (*found.tags, *more))
    shown = " ".join(f"#{each}" for each in found.tags) or context.words("card.none")
    return context.tell("ticket.tags_are", reference=found.reference, tags=shown)


def team(context: Context) -> Reply | None:
    """To another department."""
    found = meant(context, Right.TRANSFER)
    other = arguments.team(context, said(context))
    work.transfer(context, found, other)
    return _confirm(context, found, "ticket.transferred", team=other.name)


def reply(context: Context) -> Reply | None:
    """Answer the customer: with the text that was typed, else with the form."""
    found = meant(context, Right.REPLY)
    if not _typed(context):
        return OpenForm(forms.reply_form(context, found))
    here = _thread_here(context, found)
    replies.write_reply(context, found, context.text, _written(context, here), worded=True)
    return _confirm_at(context, found, here, "reply.queued")


def note(context: Context) -> Reply | None:
    """Something for the house alone: the text that was typed, else the form."""
    found = meant(context, Right.NOTE)
    if not _typed(context):
        return OpenForm(forms.note_form(context, found))
    here = _thread_here(context, found)
    marked = here is not None and bool(getattr(context.event, "reply_to", ""))
    replies.write_note(context, found, context.text, _written(context, here), marked=marked)
    return _confirm_at(context, found, here, "note.kept")


def _typed(context: Context) -> bool:
    """Whether the words came with the command; a button brings none."""
    if isinstance(context.event, ButtonPressed):
        return False
    return bool(plain(context.text).strip() or _attached(context))


def _written(context: Context, here: Thread | None) -> Written:
    """Where a typed reply or note stands."""
    if context.private or not context.message:
        return Written(attachments=_attached(context))
    return Written(context.event.place, context.message, here.id if here else 0, _attached(context))


def solve(context: Context) -> Reply | None:
    """Solved."""
    found = meant(context, Right.SOLVE)
    work.solve(context, found)
    return _confirm(context, found, "ticket.solved")


def close(context: Context) -> Reply | None:
    """Closed."""
    found = meant(context, Right.CLOSE)
    work.close(context, found)
    return _confirm(context, found, "ticket.closed")


def reopen(context: Context) -> Reply | None:
    """Back to work."""
    found = meant(context, Right.REOPEN)
    work.reopen(context, found)
    return _confirm(context, found, "ticket.reopened")


def merge(context: Context) -> Reply | None:
    """`merge T-9`: T-9 goes on in this ticket."""
    kept = meant(context, Right.MERGE)
    other = said(context).split()
    if not other:
        raise Invalid("ticket.merge_which", reference=kept.reference)
    gone = by_reference(context, f"T-{other[0]}" if other[0].isdecimal() else reference_in(other[0]))
    demand(context, Right.MERGE, gone)
    work.merge(context, kept, gone)
    return _confirm(context, kept, "ticket.merged", kept=kept.reference, gone=gone.reference)


def take_back(context: Context) -> Reply | None:
    """A reply that has not left yet is withdrawn."""
    event = context.event
    number = event.subject if isinstance(event, ButtonPressed) else 0
    replies.take_back(context, number)
    return context.tell("reply.back")
