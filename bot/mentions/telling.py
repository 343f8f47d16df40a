"""Telling somebody that he was called: by direct message, on one of his platforms after the other.

Whoever is on duty is told at once. One who is off duty is told when his next duty begins, unless the ticket is urgent:
then it is at once, and so it is where nobody knows when he is back. Who called him is told so in the thread.
"""

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.text import Text
from bot.duty import roster
from bot.escalation.ports import Timer
from bot.mentions import cards, notices
from bot.mentions.rules import Mention, State
from bot.people.permissions import Right, may
from bot.people.reaching import direct_place
from bot.people.rules import Account, Person
from bot.tickets.relay import translated
from bot.tickets.rules import Message, Priority, Ticket
from bot.unit import Unit
from bot.workspace import House

TIMER = "mention"
KEY = "mention"
# How much of what was said before somebody reads who is called into a conversation.
BEFORE = 2
_LOOKED_BACK = 30


def message_key(mention: int, platform: str) -> str:
    """The name of the direct message; the number of the mention can be read from it."""
    return f"{KEY}:{mention}@{platform}"


def mention_in(key: str) -> int:
    """The number of the mention that a message with this name is about (0: it is none)."""
    kind, _, rest = key.partition(":")
    number = rest.partition("@")[0]
    return int(number) if kind == KEY and number.isdecimal() else 0


def call(unit: Unit, house: House, mention: Mention, *, rung: bool) -> State:
    """Tell the person, now or when his duty begins; gives what was decided, which is stored.

    `rung`: his platform tells him by itself where he was called, so a direct message would be the second noise.
    """
    person = unit.people.person(mention.person)
    away = not roster.on_duty(unit, person, unit.now)
    back = roster.next_on_duty(unit, person, unit.now) if away else None
    if rung:
        state = State.SPARED
    elif back and ticket_of(unit, mention).priority is not Priority.URGENT:
        state = State.HELD
        unit.timers.set(TIMER, mention.id, back)
    else:
        state = tell(unit, house, mention)
    if away:
        notices.off_duty(unit, house, mention, person, back, state)
    return state


def ticket_of(unit: Unit, mention: Mention) -> Ticket:
    """Where the words stand now in which he was called: tickets are merged."""
    return unit.tickets.get(unit.tickets.message(mention.message).ticket)


def release(unit: Unit, house: House, ticket: int) -> None:
    """The ticket can't wait any more: what was kept for its people's next duty is told now."""
    for mention in unit.mentions.held_of(ticket):
        unit.timers.clear(TIMER, mention.id)
        notices.save_state(unit, mention, tell(unit, house, mention, late=True))


def fell_due(unit: Unit, house: House, timer: Timer) -> None:
    """His duty begins: he is told now, unless he is away after all, or what was said has been deleted since."""
    mention = unit.mentions.get(timer.subject)
    unit.timers.clear(TIMER, mention.id)
    message = unit.tickets.message(mention.message)
    person = unit.people.person(mention.person)
    if mention.state is not State.HELD or message.removed_at is not None or not person.active:
        return
    back = roster.next_on_duty(unit, person, unit.now)
    if back and back > unit.now:
        unit.timers.set(TIMER, mention.id, back)
        return
    notices.save_state(unit, mention, tell(unit, house, mention, late=True))


def tell(unit: Unit, house: House, mention: Mention, *, refused: str = "", late: bool = False) -> State:
    """Queue the direct message on the best of his platforms, the next one after that which `refused`; where none is
    left the thread is told how to mend that."""
    person = unit.people.person(mention.person)
    platforms = list(dict.fromkeys(account.platform for account in accounts_of(unit, house, person)))
    tried = platforms[: platforms.index(refused) + 1] if refused in platforms else []
    left = [each for each in accounts_of(unit, house, person) if each.reachable and each.platform not in tried]
    if not left:
        notices.unreachable(unit, house, mention, person)
        return State.UNREACHABLE
    _send(unit, house, mention, person, left[0], late=late)
    return State.TOLD


def accounts_of(unit: Unit, house: House, person: Person) -> list[Account]:
    """His accounts on the platforms that are on, first those where his own department works; that the bot is shut out
    of one does not change their order."""
    own = [team for team in unit.people.teams() if team.id in person.teams]
    preferred = next((room.platform for team in own for room in team.rooms if room.platform in house.platforms), "")
    accounts = [each for each in unit.people.accounts(person.id) if each.platform in house.platforms]
    return sorted(accounts, key=lambda account: account.platform != preferred)


def _send(unit: Unit, house: House, mention: Mention, person: Person, account: Account, *, late: bool) -> None:
    place = direct_place(account)
    words = Context.background(unit, house, place).words_for(person, place)
    ticket, message = ticket_of(unit, mention), unit.tickets.message(mention.message)
    earlier = [_said(unit, each, place) for each in _before(unit, message)]
    view = cards.mention_post(
        mention, ticket, _said(unit, message, place), earlier, words,
        readable=may(person, Right.READ, ticket), late=late, address=_address(house, message),
    )  # fmt: skip
    key = message_key(mention.id, account.platform)
    unit.outbox.put(Order("show", place, view, key=key, user=account.user, anchor=True), ticket=ticket.id)


def _address(house: House, message: Message) -> str:
    """The way to the message in which he was called, where its platform has one."""
    link = house.links.get(message.place.platform) if message.place and message.ref else None
    return link(message.place, message.ref) if link and message.place else ""


def _said(unit: Unit, message: Message, place: Place) -> cards.Said:
    source = message.place.platform if message.place else ""
    words: Text = translated(unit, message.text, source, place.platform)
    return cards.Said(unit.people.person(message.author).name, words)


def _before(unit: Unit, message: Message) -> list[Message]:
    """The last words before it, of the same matter: nobody reads of a request what he was not called into."""
    said = unit.tickets.conversation(message.ticket, limit=_LOOKED_BACK)
    known = [each for each in said if each.id < message.id and each.removed_at is None]
    return [each for each in known if each.request == message.request][-BEFORE:]
