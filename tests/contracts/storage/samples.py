"""What the suite begins with: a team, persons, a ticket, a few texts that have been trouble elsewhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.text import Text, bold, code, link, mention, text
from bot.chat.views import Post
from bot.facts import Fact
from bot.people.rules import Account, Person, Role, Team
from bot.tickets.rules import Message, Side, Ticket
from bot.unit import Database, Unit

ROOM = Place("slack", "C0SUPPORT")
OTHER_ROOM = Place("telegram", "-1001234", "17")
DIRECT = Place("telegram", "5550001")
LATER = timedelta(seconds=30)

RICH: Text = text(
    "客户说：",
    bold("打不开"),
    " ",
    code("E-1042"),
    link("here", "https://example.com/?a=1&b=2"),
    mention("林晓", "U0LIN"),
)

# Each of these broke a storage somewhere: a NUL, half a surrogate pair, a pair in halves, quotes, directions, emoji.
NASTY = (
    "a\x00b",
    "\ud83d",
    "\udc4d\ud83d",
    "Robert'); DROP TABLE tickets;--",
    "\u202eright to left\u2066",
    "👩‍👩‍👧‍👦 \U0001f1f9\U0001f1fc",
    "\\x00 %s %(name)s :name ? {}",
    "\r\n\t\x1f\x7f\ufeff",
)


def person(unit: Unit, name: str = "林晓", role: Role = Role.AGENT, **more: object) -> Person:
    """Somebody who is stored."""
    return unit.people.add_person(Person(0, name, role, **more))  # type: ignore[arg-type]


def account(unit: Unit, platform: str, user: str, owner: Person, handle: str = "") -> Account:
    """An account of a person, stored."""
    made = Account(platform, user, owner.id, owner.name, handle)
    unit.people.save_account(made)
    return made


def team(unit: Unit, key: str = "support", **more: object) -> Team:
    """A team that is stored."""
    return unit.people.add_team(Team(0, key, key.title(), **more))  # type: ignore[arg-type]


def ticket(unit: Unit, **more: object) -> Ticket:
    """A ticket that is stored; requester and team are made unless they are given."""
    values: dict[str, object] = {
        "title": "登录失败",
        "description": RICH,
        "created_at": unit.now,
        "updated_at": unit.now,
        **more,
    }
    if "requester" not in values:
        values["requester"] = person(unit, "顾客", Role.CUSTOMER).id
    if "team" not in values:
        known = unit.people.teams()
        values["team"] = (known[0] if known else team(unit)).id
    return unit.tickets.add(Ticket(0, **values))  # type: ignore[arg-type]


def message(unit: Unit, about: Ticket, words: str = "还是不行", **more: object) -> Message:
    """An entry of a ticket's conversation, stored."""
    values: dict[str, object] = {
        "side": Side.CUSTOMER,
        "public": True,
        "author": about.requester,
        "at": unit.now,
        **more,
    }
    return unit.tickets.add_message(Message(0, about.id, text=text(words), **values))  # type: ignore[arg-type]


def show(key: str = "", words: str = "hello", place: Place = ROOM, **more: object) -> Order:
    """An order to show something."""
    return Order("show", place, Post(text(words)), key=key, **more)  # type: ignore[arg-type]


async def put(database: Database, *orders: Order, **more: Any) -> None:
    """Queue orders, in one unit."""

    def work(unit: Unit) -> None:
        for order in orders:
            unit.outbox.put(order, **more)

    await database.write(work)


async def record(database: Database, fact: Fact, **more: Any) -> None:
    """Record a fact."""

    def work(unit: Unit) -> None:
        unit.record(fact)

    await database.write(work, **more)


def moment(seconds: float = 0.0) -> datetime:
    """An instant of the year in which the suite plays."""
    return datetime(2026, 12, 1, 2, 0, tzinfo=UTC) + timedelta(seconds=seconds)
