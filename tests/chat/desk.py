"""A pipeline at work without a platform: what is said goes in as events, what would be shown comes out as orders.

The database is real; the platform ("pigeon") is only a record of capabilities, so that any can be switched on or off.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import storage
from bot.chat import dialogs
from bot.chat.context import Context
from bot.chat.contract import Capabilities, Order
from bot.chat.events import ButtonPressed, CommandGiven, Event, MessageReceived, Place
from bot.chat.pipeline import Pipeline
from bot.chat.router import Router
from bot.chat.text import plain, text
from bot.chat.views import Button, Post, Reply, View
from bot.chat.words import Spoken, parse
from bot.errors import UserError
from bot.people.identity import identify
from bot.unit import Database, Unit
from bot.workspace import House
from tests.clock import ManualClock

ROOM = Place("pigeon", "loft")
DIRECT = Place("pigeon", "ann")
PLAIN = Capabilities(menus=False, dates=False, forms=False, threads=False, whispers=False)


@dataclass
class Shown:
    """A message that stands somewhere now."""

    ref: str
    order: Order

    @property
    def words(self) -> str:
        """What can be read on it."""
        view = self.order.view
        assert isinstance(view, Post)
        return "\n".join(part for part in (view.label, plain(view.body), view.footer) if part)

    @property
    def buttons(self) -> list[Button]:
        """What can be pressed under it."""
        assert isinstance(self.order.view, Post)
        return [control for control in self.order.view.controls if isinstance(control, Button)]


def _spoken(context: Context, event: MessageReceived) -> Spoken | None:
    return parse(event.text) if event.addressed else None


@dataclass
class Pigeons:
    """The platform and those who use it. `shown` is what stands there now, in the order in which it was sent."""

    database: Database
    clock: ManualClock
    router: Router = field(default_factory=Router)
    can: Capabilities = PLAIN
    shown: list[Shown] = field(default_factory=list)
    _count: int = 0

    @property
    def pipeline(self) -> Pipeline:
        """Wired with what is registered now."""
        return Pipeline(self.router, House({"pigeon": self.can}), identify, _spoken)

    async def say(self, words: str, *, place: Place = DIRECT, user: str = "ann", **more: Any) -> Reply | None:
        """Write a message."""
        self._count += 1
        direct = place == DIRECT
        event = MessageReceived(f"e{self._count}", place, user, self.clock.now(), direct=direct,
                                message=f"u{self._count}", text=text(words), **more)  # fmt: skip
        return await self.happen(event)

    async def command(self, word: str, rest: str = "", *, place: Place = DIRECT, user: str = "ann") -> Reply | None:
        """Give a command of the platform's own."""
        self._count += 1
        event = CommandGiven(f"e{self._count}", place, user, self.clock.now(), direct=place == DIRECT, word=word,
                             text=text(rest), message=f"u{self._count}")  # fmt: skip
        return await self.happen(event)

    async def press(self, label: str, *, on: Shown | None = None, user: str = "ann") -> Reply | None:
        """Press the button with this label under a message (default: the newest)."""
        target = on or self.shown[-1]
        found = [button for button in target.buttons if button.label == label]
        assert found, f"no {label!r} among {[button.label for button in target.buttons]}"
        self._count += 1
        place = target.order.place
        event = ButtonPressed(f"e{self._count}", place, user, self.clock.now(), direct=place == DIRECT,
                              action=found[0].action, subject=found[0].subject, value=found[0].value,
                              message=target.ref)  # fmt: skip
        return await self.happen(event)

    async def happen(self, *events: Event, patient: bool = True) -> Reply | None:
        """Handle the events as the inbox does, and show what is to be shown."""
        pipeline = self.pipeline
        try:
            reply = await self.database.write(lambda unit: pipeline.handle(unit, events, patient=patient))
        except UserError as error:
            refusal = error
            reply = await self.database.write(lambda unit: pipeline.apologise(unit, events, refusal))
        await self.show()
        return reply

    async def show(self) -> None:
        """Send everything that waits."""
        while await self.database.write(self._send_some):
            pass

    def _send_some(self, unit: Unit) -> bool:
        lanes = unit.outbox.claim_lanes(unit.now, "pigeon", unit.now, 10)
        for lane in lanes:
            while row := unit.outbox.next_row(lane, "pigeon", unit.now):
                ref = self._place(unit, row.order)
                unit.outbox.sent(lane, row, unit.now, ref, row.order.place)
            unit.outbox.free_lane(lane, unit.now)
        return bool(lanes)

    def _place(self, unit: Unit, order: Order) -> str:
        """Change, remove or add a message; its reference."""
        standing = unit.posted.by_key(order.key) if order.key else None
        if order.kind == "remove":
            self.shown = [each for each in self.shown if standing is None or each.ref != standing.ref]
            return ""
        if standing is not None:
            self.shown = [replace(each, order=order) if each.ref == standing.ref else each for each in self.shown]
            return standing.ref
        ref = f"b{len(self.shown) + 1}-{self._count}"
        self.shown.append(Shown(ref, order))
        return ref

    def words(self) -> list[str]:
        """Everything that can be read now."""
        return [each.words for each in self.shown]

    async def read(self, look: Callable[[Unit], Any]) -> Any:
        """Look at what is stored."""
        return await self.database.read(look)


async def open_pigeons(folder: Path, clock: ManualClock | None = None) -> Pigeons:
    """The platform on a new database; close `database` in the end."""
    clock = clock or ManualClock()
    router = Router()
    database = storage.open_database(f"sqlite:///{folder}/pigeons.db", clock=clock, reactions=router.reactions)
    await database.start()
    router.command("cancel", dialogs.cancel)
    return Pigeons(database, clock, router)


def says(words: str) -> View:
    """A message of Baton's."""
    return Post(text(words))
