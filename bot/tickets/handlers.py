"""The words and buttons by which a ticket is worked; each is one unit of work."""

from collections.abc import Callable

from bot.chat.context import Context
from bot.chat.dialogs import days
from bot.chat.events import Attachment, ButtonPressed, CommandGiven, MessageReceived, ShortcutUsed
from bot.chat.text import plain
from bot.chat.views import Choice, OpenForm, Reply
from bot.errors import Invalid
from bot.people.permissions import Right, may
from bot.tickets import arguments, forms, living, replies, work
from bot.tickets.cards import assign_menu, priority_menu, status_menu
from bot.tickets.finding import by_reference, demand, meant, where
from bot.tickets.offering import open_from_message, open_from_quoted
from bot.tickets.opening import Request, open_ticket, origin_of, team_for
from bot.tickets.rules import Ticket


def pressed_value(context: Context) -> str:
    """What was chosen in a menu or a date picker ("" for a plain button or a command)."""
    return context.event.value if isinstance(context.event, ButtonPressed) else ""


def said(context: Context) -> str:
    """What was chosen, or else what followed the command."""
    return pressed_value(context) or plain(context.text).strip()


def ticket(context: Context) -> Reply | None:
    """`ticket TEXT` opens one; `ticket` in reply to a message makes it one; `ticket` alone brings the form."""
    event = context.event
    quoted = event.quoted if isinstance(event, MessageReceived | CommandGiven) else None
    if quoted is not None and not plain(context.text).strip():
        return open_from_quoted(context, quoted, by="command")
    if context.reference:
        return show(context)
    if not plain(context.text).strip() and not (
        isinstance(event, MessageReceived | CommandGiven) and event.attachments
    ):
        return OpenForm(forms.opening_form(context))
    made, _ = open_ticket(context, _from_command(context))
    if context.private or not event.direct:
        return context.tell("ticket.opened", reference=made.reference)
    return None


def _from_command(context: Context) -> Request:
    event = context.event
    message = context.message
    attachments = event.attachments if isinstance(event, MessageReceived | CommandGiven) else ()
    link = event.link if isinstance(event, MessageReceived | CommandGiven) else ""
    place, reply_to = event.place, ""
    if context.private or not message:
        place = forms.own_place(context) if not event.direct else event.place
    elif not event.direct:
        threads = context.house.can(place.platform).threads
        reply_to = "" if threads else message
        place = place if place.thread or not threads else type(place)(place.platform, place.room, message)
    origin = origin_of(event.place, message) if message else f"command:{event.event_id}"
    return Request("command", context.who, team_for(context, event.place), context.text, place,
                   written_at=event.place if message else None, ref=message, reply_to=reply_to, origin=origin,
                   link=link, attachments=attachments)  # fmt: skip


def open_form(context: Context) -> Reply | None:
    """The button that brings the opening form."""
    return OpenForm(forms.opening_form(context))


def shortcut(context: Context, event: ShortcutUsed) -> Reply | None:
    """The platform's menu entry: the form, filled in from the message it was used on."""
    return OpenForm(forms.opening_form(context, quoted=event.quoted))


def from_message(context: Context) -> Reply | None:
    """The button under Baton's answer to words it did not know."""
    return open_from_message(context, pressed_value(context))


def show(context: Context) -> Reply | None:
    """The card, as the person may see it, where he asked."""
    found = meant(context, Right.READ)
    card = living.shown_to(context, context.who, found)
    context.answer(card, ticket=found.id)
    return None


def take(context: Context) -> Reply | None:
    """It is mine now, unless it is somebody else's."""
    found = meant(context, Right.TAKE)
    if found.assignee == context.who.id:
        return context.tell("ticket.yours_already", reference=found.reference)
    work.take(context, found, context.who)
    return context.tell("ticket.taken", reference=found.reference)


def assign(context: Context) -> Reply | None:
    """It is a colleague's now."""
    found = meant(context, Right.ASSIGN)
    if not said(context):
        raise Invalid("person.whom")
    person = arguments.colleague(context, pressed_value(context))
    if not may(person, Right.TAKE, found) and found.team not in person.teams:
        team = context.unit.people.team(found.team)
        raise Invalid("person.not_in_team", name=person.name, team=team.name)
    work.assign(context, found, person)
    return context.tell("ticket.assigned", reference=found.reference, name=person.name)


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
    """The day by which it should be done."""
    found = meant(context, Right.EDIT)
    day = arguments.day(context, said(context))
    work.set_due(context, found, day)
    return context.tell("ticket.due_set" if day else "ticket.due_cleared", reference=found.reference, day=day)


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
    return context.tell("ticket.transferred", reference=found.reference, team=other.name)


def reply(context: Context) -> Reply | None:
    """Answer the customer: with the text that was typed, else with the form."""
    found = meant(context, Right.REPLY)
    event = context.event
    attachments = event.attachments if isinstance(event, MessageReceived | CommandGiven) else ()
    if isinstance(event, ButtonPressed) or not (plain(context.text).strip() or attachments):
        return OpenForm(forms.reply_form(context, found))
    replies.write_reply(context, found, context.text, _written(context, found, attachments))
    return context.tell("reply.queued", reference=found.reference) if context.private else None


def note(context: Context) -> Reply | None:
    """Something for the house alone: the text that was typed, else the form."""
    found = meant(context, Right.NOTE)
    event = context.event
    attachments = event.attachments if isinstance(event, MessageReceived | CommandGiven) else ()
    if isinstance(event, ButtonPressed) or not (plain(context.text).strip() or attachments):
        return OpenForm(forms.note_form(context, found))
    replies.write_note(context, found, context.text, _written(context, found, attachments))
    return context.tell("note.kept", reference=found.reference)


def _written(context: Context, found: Ticket, attachments: tuple[Attachment, ...]) -> replies.Written:
    """Where a typed reply or note stands, and whether that is one of the ticket's own threads."""
    if not context.message or context.private:
        return replies.Written(attachments=attachments)
    event = context.event
    here = where(context.unit, event.place, event.reply_to if isinstance(event, MessageReceived | CommandGiven) else "")
    joined = here.thread.id if here and here.thread and here.ticket.id == found.id else 0
    return replies.Written(event.place, context.message, joined, attachments)


def solve(context: Context) -> Reply | None:
    """Solved."""
    found = meant(context, Right.SOLVE)
    work.solve(context, found)
    return context.tell("ticket.solved", reference=found.reference)


def close(context: Context) -> Reply | None:
    """Closed."""
    found = meant(context, Right.CLOSE)
    work.close(context, found)
    return context.tell("ticket.closed", reference=found.reference)


def reopen(context: Context) -> Reply | None:
    """Back to work."""
    found = meant(context, Right.REOPEN)
    work.reopen(context, found)
    return context.tell("ticket.reopened", reference=found.reference)


def merge(context: Context) -> Reply | None:
    """`merge T-9`: T-9 goes on in this ticket."""
    kept = meant(context, Right.MERGE)
    other = plain(context.text).strip().split()
    if not other:
        raise Invalid("ticket.merge_which", reference=kept.reference)
    gone = by_reference(context.unit, context.who, other[0])
    demand(context, Right.MERGE, gone)
    work.merge(context, kept, gone)
    return context.tell("ticket.merged", kept=kept.reference, gone=gone.reference)


def take_back(context: Context) -> Reply | None:
    """A reply that has not left yet is withdrawn."""
    event = context.event
    number = event.subject if isinstance(event, ButtonPressed) else 0
    replies.take_back(context, number)
    return context.tell("reply.back")


def _chooser(kind: str) -> Callable[[Context, int], tuple[str, tuple[Choice, ...]]]:
    def choose(context: Context, number: int) -> tuple[str, tuple[Choice, ...]]:
        found = by_reference(context.unit, context.who, f"T-{number}")
        words = context.words
        menus = {
            "assign": lambda: assign_menu(found, living.described(context.unit, found).candidates, words),
            "priority": lambda: priority_menu(found, words),
            "status": lambda: status_menu(found, words),
        }
        menu = menus[kind]()
        return words("menu.question", reference=found.reference, label=menu.label), menu.choices

    return choose


choose_assignee = _chooser("assign")
choose_priority = _chooser("priority")
choose_status = _chooser("status")


def choose_due(context: Context, number: int) -> tuple[str, tuple[Choice, ...]]:
    """The next days, where there is no date picker."""
    found = by_reference(context.unit, context.who, f"T-{number}")
    label = context.words("button.due")
    return context.words("menu.question", reference=found.reference, label=label), days(context)
