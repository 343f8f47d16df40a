"""What is said around tickets: messages that open or continue one, and what becomes of edits and deletions.

Who speaks where decides: a customer's words go to the team, the team's words stay inside unless sent on purpose.
"""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import MessageEdited, MessageReceived, MessageRemoved, ReactionAdded
from bot.chat.text import after, cleaned, head, plain
from bot.chat.views import Reply
from bot.chat.words import is_pleasantry
from bot.people.identity import identify_other
from bot.people.permissions import Right, may
from bot.people.rules import Team, Visibility
from bot.tickets import relay, replies, work
from bot.tickets.facts import CustomerWrote, MessageChanged, MessageTakenAway
from bot.tickets.finding import Where, where
from bot.tickets.offering import offered
from bot.tickets.opening import Request, answer_place, open_ticket, origin_of, team_for
from bot.tickets.rules import JOIN_WINDOW, TEXT_LIMIT, Fate, Message, Side, Status, Ticket
from bot.tickets.speech import reply_word


def heard(context: Context, event: MessageReceived) -> Reply | None:
    """A message that is no command: continues the ticket it stands in, opens one where that is the custom, or is
    none of Baton's business."""
    found = where(context.unit, event.place, event.reply_to)
    if found is not None and event.direct and context.who.role.staff and found.ticket.requester != context.who.id:
        return _said_by_team(context, event, Where(found.ticket, Side.TEAM, None))
    if found is not None:
        return _said_in(context, event, found)
    if event.direct:
        return offered(context) if context.who.role.staff else _said_directly(context, event)
    team = context.unit.people.team_of_intake(event.place)
    if team is None or (event.place.thread and context.house.can(event.place.platform).threads):
        return None
    return _said_at_intake(context, event, team)


def mentioned(context: Context) -> Reply | None:
    """The bot was spoken to with words that are no command: where customers speak they are a customer's words, else
    the nearest commands are offered, and a ticket made from exactly this message."""
    event = context.event
    if isinstance(event, MessageReceived) and not context.who.role.staff:
        found = where(context.unit, event.place, event.reply_to)
        at_intake = context.unit.people.team_of_intake(event.place) is not None
        if at_intake or (found is not None and found.side is Side.CUSTOMER):
            return heard(context, event)
    return offered(context)


def _said_in(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    if found.side is Side.TEAM:
        return _said_by_team(context, event, found)
    if context.who.id != found.ticket.requester and may(context.who, Right.REPLY, found.ticket):
        return _answered_openly(context, event, found)
    if context.who.id == found.ticket.requester or not event.direct:
        return customer_says(context, event, found)
    return None


def customer_says(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """The customer went on: shown to the team; a waiting ticket is open again, a solved one reopened, a closed one
    followed up."""
    ticket, unit = found.ticket, context.unit
    if ticket.status is Status.CLOSED:
        if is_pleasantry(plain(event.text)) and not event.attachments:
            return None
        return _follow_up(context, event, ticket)
    thanks = is_pleasantry(plain(event.text)) and not event.attachments
    files = relay.accept_files(context, event.place.platform, event.attachments)
    message = unit.tickets.add_message(
        Message(0, ticket.id, context.who.id, Side.CUSTOMER, True, head(cleaned(event.text), TEXT_LIMIT), unit.now,
                event.place, event.message, found.thread.id if found.thread else 0, files)
    )  # fmt: skip
    if message.at != unit.now:
        return None
    if found.thread is not None and found.thread.reply_to:
        unit.tickets.save_thread(replace(found.thread, reply_to=event.message))
    relay.show(context, ticket, message)
    unit.record(CustomerWrote(ticket.id, message=message.id))
    if ticket.status is Status.SOLVED and not thanks:
        ticket = work.reopen(context, ticket, because="customer_wrote")
    elif ticket.status is Status.PENDING:
        ticket = work.set_status(context, ticket, Status.OPEN, because="customer_wrote")
    unit.tickets.save(replace(ticket, customer_spoke_at=unit.now, updated_at=unit.now), unit.now)
    return None


def _follow_up(context: Context, event: MessageReceived, closed: Ticket) -> Reply | None:
    request = _request(context, event, context.unit.people.team(closed.team), by="follow_up")
    open_ticket(context, replace(request, follows=closed.id))
    return None


def _answered_openly(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """Somebody of the house wrote where the customer reads: it is a reply already, nothing can be held back."""
    unit, ticket = context.unit, found.ticket
    files = relay.accept_files(context, event.place.platform, event.attachments)
    message = unit.tickets.add_message(
        Message(0, ticket.id, context.who.id, Side.TEAM, True, head(cleaned(event.text), TEXT_LIMIT), unit.now,
                event.place, event.message, found.thread.id if found.thread else 0, files)
    )  # fmt: skip
    if message.at == unit.now:
        relay.show(context, ticket, message)
        replies.seen_openly(context, ticket, message)
    return None


def _said_by_team(context: Context, event: MessageReceived, found: Where) -> Reply | None:
    """In the team's thread: inside, unless it answers the customer's own words, or the team chose otherwise."""
    ticket, unit = found.ticket, context.unit
    if not may(context.who, Right.NOTE, ticket):
        return None
    thread = found.thread.id if found.thread else 0
    posted = unit.posted.at(event.place, event.reply_to) if event.reply_to else None
    to_customer = posted is not None and posted.message and unit.tickets.message(posted.message).side is Side.CUSTOMER
    by_custom = unit.people.team(ticket.team).audience is Visibility.PUBLIC
    written = replies.Written(event.place, event.message, thread, event.attachments)
    if (to_customer or by_custom) and may(context.who, Right.REPLY, ticket):
        replies.write_reply(context, ticket, event.text, written)
    else:
        replies.write_note(context, ticket, event.text, written)
    return None


def _said_directly(context: Context, event: MessageReceived) -> Reply | None:
    """A customer's direct message: goes on with his latest ticket here, or opens one; a mere greeting is greeted."""
    if is_pleasantry(plain(event.text)) and not event.attachments:
        return context.tell("ticket.greeting", name=context.who.name)
    _open_or_join(context, event, team_for(context, event.place), by="message")
    return None


def _said_at_intake(context: Context, event: MessageReceived, team: Team) -> Reply | None:
    """A top-level message where every one is a ticket; the team's own people are not their customers."""
    if team.id in context.who.teams or (is_pleasantry(plain(event.text)) and not event.attachments):
        return None
    _open_or_join(context, event, team, by="intake")
    return None


def _open_or_join(context: Context, event: MessageReceived, team: Team, *, by: str) -> None:
    unit = context.unit
    latest = unit.tickets.latest_from(context.who.id, event.place, unit.now - JOIN_WINDOW)
    if latest is not None and latest.status is not Status.CLOSED and not latest.merged_into:
        threads = unit.tickets.threads(latest.id, Side.CUSTOMER)
        here = next((thread for thread in threads if thread.place.whole == event.place.whole), None)
        customer_says(context, event, Where(latest, Side.CUSTOMER, here))
        return
    open_ticket(context, _request(context, event, team, by=by))


def _request(context: Context, event: MessageReceived, team: Team, *, by: str) -> Request:
    place = event.place
    if not event.direct and not place.thread and context.house.can(place.platform).threads:
        place = replace(place, thread=event.message)
    return Request(
        by, context.who, team, event.text, place, written_at=event.place, ref=event.message,
        reply_to="" if event.direct or context.house.can(place.platform).threads else event.message,
        origin=origin_of(event.place, event.message), link=event.link, attachments=event.attachments,
    )  # fmt: skip


def edited(context: Context, event: MessageEdited) -> Reply | None:
    """A message of a conversation reads differently now: so do its copies."""
    unit = context.unit
    message = unit.tickets.message_at(event.place, event.message)
    if message is None or message.author != context.who.id or message.fate is Fate.TAKEN_BACK:
        return None
    ticket = unit.tickets.get(message.ticket)
    text = head(cleaned(event.text), TEXT_LIMIT)
    if message.side is Side.TEAM and message.public:
        text = after(text, reply_word(plain(text)))
    if plain(text) == plain(message.text):
        return None
    changed = replace(message, text=text, edited_at=unit.now)
    unit.tickets.save_message(changed)
    unit.record(MessageChanged(ticket.id, message=message.id, before=plain(message.text)[:500]))
    relay.show(context, ticket, changed)
    if plain(ticket.description) == plain(message.text):
        work.save(context, ticket, replace(ticket, description=text))
    return None


def removed(context: Context, event: MessageRemoved) -> Reply | None:
    """A message of a conversation was deleted: its copies go; the record keeps that it was there."""
    unit = context.unit
    message = unit.tickets.message_at(event.place, event.message)
    if message is None or message.removed_at is not None:
        return None
    unit.tickets.save_message(replace(message, removed_at=unit.now))
    unit.record(MessageTakenAway(message.ticket, message=message.id))
    relay.take_away(unit, message)
    return None


def reacted(context: Context, event: ReactionAdded) -> Reply | None:
    """The workspace's emoji on a message makes it a ticket, with its author as the requester."""
    if event.emoji != context.workspace.reaction or event.quoted is None or (not context.who.role.staff and (
        event.quoted.user != event.user
    )):  # fmt: skip
        return None
    quoted = event.quoted
    if where(context.unit, quoted.place) is not None:
        return None
    requester = identify_other(
        context.unit, quoted.place.platform, quoted.user, quoted.profile.name, quoted.profile.handle
    )
    place, reply_to = answer_place(context, quoted)
    open_ticket(
        context,
        Request("reaction", requester, team_for(context, quoted.place), quoted.text, place, written_at=quoted.place,
                ref=quoted.message, reply_to=reply_to, origin=origin_of(quoted.place, quoted.message),
                link=quoted.link, attachments=quoted.attachments),
    )  # fmt: skip
    return None
