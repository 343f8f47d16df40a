"""Lists of tickets: mine, my team's queue, the board, and the home page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.boards.rules import BoardColumn
from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import HomeOpened, Place
from bot.chat.router import Sections
from bot.chat.text import bold
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Reply, Section
from bot.errors import NotAllowed
from bot.language.catalogue import Words, chosen
from bot.people.permissions import Reach, Right, reach
from bot.people.rules import Person, Role
from bot.tickets import cards
from bot.tickets.facts import StatusChanged, TicketAssigned
from bot.tickets.ports import Column
from bot.tickets.rules import Status, Ticket
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, Workspace

PRESSING = 3


def names_of(unit: Unit, tickets: Sequence[Ticket]) -> dict[int, str]:
    """The names of all assignees, by id."""
    people = unit.people.persons(sorted({ticket.assignee for ticket in tickets if ticket.assignee}))
    return {id: person.name for id, person in people.items()}


def mine_card(unit: Unit, who: Person, words: Words, sections: Sequence[Sections] = ()) -> Card:
    """What waits for this person: a member of the staff's assigned tickets, else the ones he asked for; and what others
    add of theirs."""
    staff = who.role.staff
    tickets = unit.tickets.assigned_to(who.id) if staff else unit.tickets.requested_by(who.id)
    card = cards.listing(
        words("list.mine"), words("list.mine_empty"), tickets, words, unit.now, names_of(unit, tickets), staff=staff
    )
    return _with(card, unit, who, words, sections)


def _with(card: Card, unit: Unit, who: Person, words: Words, sections: Sequence[Sections]) -> Card:
    """The card with what others add; where they do, it does not say that nothing is there."""
    more = tuple(section for look in sections for section in look(unit, who, words))
    if not more:
        return card
    return replace(card, body=() if not card.sections else card.body, sections=(*card.sections, *more))


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists to which other capabilities add: `sections` to a person's own items, `queues` to what waits for takers."""

    sections: Sequence[Sections]
    queues: Sequence[Sections]

    def mine(self, context: Context) -> Reply | None:
        """My open items."""
        context.confide(mine_card(context.unit, context.who, context.words, self.sections))
        return None

    def queue(self, context: Context) -> Reply | None:
        """What nobody in my teams has taken."""
        card = queue_card(context)
        context.confide(_with(card, context.unit, context.who, context.words, self.queues))
        return None

    def home_opened(self, context: Context, event: HomeOpened) -> Reply | None:
        """Somebody looks at his page: it is brought up to date."""
        card = home_card(context.unit, context.who, context.words, self.sections)
        context.unit.outbox.put(Order("home", event.place, card, user=event.user))
        return None


def queue_card(context: Context) -> Card:
    """The tickets that nobody in this person's teams has taken. Raises `NotAllowed` for those who take none."""
    if reach(context.who, Right.QUEUE) is Reach.NONE:
        raise NotAllowed("ticket.role_may_not", role=context.words(f"role.{context.who.role.value}"))
    unit, words = context.unit, context.words
    tickets = unit.tickets.unassigned(_teams_of(context))
    return cards.listing(words("list.queue"), words("list.queue_empty"), tickets, words, unit.now, {})


def _teams_of(context: Context) -> list[int]:
    if reach(context.who, Right.QUEUE) is Reach.ALL:
        return [team.id for team in context.unit.people.teams()]
    return sorted(context.who.teams)


def board(context: Context) -> Reply | None:
    """The columns with counts and the oldest age, and the tickets that need a hand, as one message."""
    who, words = context.who, context.words
    granted = reach(who, Right.FIGURES)
    if granted is Reach.NONE:
        raise NotAllowed("ticket.role_may_not", role=words(f"role.{who.role.value}"))
    teams = None if granted is Reach.ALL else sorted(who.teams)
    groups = [column.statuses for column in BoardColumn.board(context.workspace.columns)]
    found = context.unit.tickets.columns(teams, groups, PRESSING)
    context.answer_inside(board_card(context, found, names=who.role is not Role.ANALYST))
    return None


def board_card(context: Context, found: Sequence[Column], *, names: bool) -> Card:
    """The board as a card; without `names` figures only (an analyst's view)."""
    unit, words = context.unit, context.words
    owners = names_of(unit, [ticket for column in found for ticket in column.tickets])
    sections: list[Section] = []
    for shape, column in zip(BoardColumn.board(context.workspace.columns), found, strict=True):
        oldest = words("board.oldest", age=unit.now - column.oldest) if column.oldest else ""
        count = words("board.count", count=column.count)
        sections.append(Section(shape.name or words(shape.key), spans(count, oldest)))
        if names and Status.SOLVED not in shape.statuses:
            sections += [
                Section(body=cards.line(ticket, words, unit.now, owners), controls=_hand(ticket, words))
                for ticket in column.tickets
            ]
    return Card(words("board.title"), sections=tuple(sections), footer=words("board.footer", at=unit.now))


def _hand(ticket: Ticket, words: Words) -> tuple[Button, ...]:
    see = Button(words("button.show"), "ticket.show", ticket.id)
    if ticket.assignee:
        return (see,)
    return (Button(words("button.take"), "ticket.take", ticket.id, style="primary"), see)


def home_card(unit: Unit, who: Person, words: Words, sections: Sequence[Sections] = ()) -> Card:
    """A person's own page: what he can start here, and his open items."""
    listing = mine_card(unit, who, words, sections)
    buttons = [Button(words("button.new_ticket"), "ticket.open", 0, style="primary")]
    if reach(who, Right.QUEUE):
        buttons.append(Button(words("button.queue"), "queue", 0))
    if reach(who, Right.FIGURES):
        buttons.append(Button(words("button.board"), "board", 0))
    buttons.append(Button(words("button.help"), "help", 0))
    heading = Section(listing.title, listing.body)
    return Card(
        words("home.title", name=who.name),
        spans(bold(words("home.welcome"))),
        sections=(heading, *listing.sections),
        controls=tuple(buttons),
        footer=listing.footer,
    )


class HomeKeeper:
    """Brings the pages of those concerned up to date when responsibility moves."""

    def __init__(self, homes: frozenset[str], sections: Sequence[Sections] = ()) -> None:
        """`homes`: the platforms on which persons have a page; `sections` are what others add to it."""
        self._homes = homes
        self._sections = sections

    def assigned(self, unit: Unit, fact: TicketAssigned) -> None:
        """Both the former and the new owner see it at once."""
        for number in sorted({fact.before, fact.after} - {0}):
            self._bring_up_to_date(unit, number)

    def moved(self, unit: Unit, fact: StatusChanged) -> None:
        """What is done leaves the owner's page, what comes back returns to it."""
        if fact.because == "taken":  # that it has an owner is a fact of its own
            return
        owner = unit.tickets.get(fact.ticket).assignee
        if owner:
            self._bring_up_to_date(unit, owner)

    def _bring_up_to_date(self, unit: Unit, number: int) -> None:
        homes = [account for account in unit.people.accounts(number) if account.platform in self._homes]
        if not homes:
            return
        person, workspace = unit.people.person(number), Workspace.read(unit.keys.get(CONFIG_KEY))
        card = home_card(unit, person, Words(chosen(person.locale, workspace.locale), workspace.zone),
                         self._sections)  # fmt: skip
        for account in homes:
            place = Place(account.platform, account.room or account.user)
            unit.outbox.put(Order("home", place, card, user=account.user))
