"""The stage of the ticket stories: one Slack workspace at work with Baton, customers and staff in it.

Ann is a customer who writes simplified Chinese, Bo one who writes English, 華 one who writes traditional Chinese. The
staff is that of `tests.factories`. `say`, `press`, `choose`, `command`, `react` return when Baton has handled the act
and everything that it caused has been shown.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.errors import NotFound
from bot.tickets.rules import Message as Entry
from bot.tickets.rules import Ticket
from bot.unit import Unit
from tests.clock import ManualClock
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import Channel, Delivery, File, Message, SlackFake, User, View
from tests.fakes.slack.forms import content_of
from tests.fakes.telegram import TelegramFake
from tests.harness import World, world

TAKE_BACK = 11.0
STAFF = {"lin": "林晓", "chen": "陈曦", "wang": "王芳", "zhao": "赵磊", "ana": "何静", "root": "管理员"}
CUSTOMERS = {"ann": ("Ann", "zh-CN"), "bo": ("Bo", "en-US"), "hua": ("華", "zh-TW")}


@dataclass
class Stage:
    """Slack (perhaps Telegram beside it) and one Baton. Persons are found by name: `stage["lin"]`."""

    slack: SlackFake
    baton: World
    telegram: TelegramFake | None = None
    people: dict[str, User] = field(default_factory=dict)

    def __getitem__(self, name: str) -> User:
        return self.people[name]

    @property
    def support(self) -> Channel:
        """The room of 客服部: its own people are in it."""
        return self.slack.workspace.channels["C0SUPPORT"]

    @property
    def tech(self) -> Channel:
        """The room of 技术部."""
        return self.slack.workspace.channels["C0TECH"]

    @property
    def help(self) -> Channel:
        """Where every message is a ticket for 客服部; everybody is in it."""
        return self.slack.workspace.channels["C0HELP"]

    @property
    def general(self) -> Channel:
        """A channel that means nothing to Baton; everybody is in it."""
        return self.slack.workspace.channels["C0GENERAL"]

    # -- acting ---------------------------------------------------------------------------------------------------

    async def say(self, who: str, where: Channel | None, text: str = "", *, under: Message | str | None = None,
                  files: Iterable[File] = ()) -> Message:  # fmt: skip
        """Somebody writes; `where` None is his conversation with the bot, `under` a thread."""
        room = where or self.slack.dm(self[who])
        message = await self.slack.says(self[who], room, text, thread_ts=under, files=files)
        await self.baton.settle()
        return message

    async def mention(self, who: str, where: Channel, text: str, *, under: Message | None = None) -> Message:
        """Somebody speaks to the bot."""
        return await self.say(who, where, f"{self.slack.bot_mention} {text}", under=under)

    async def edit(self, who: str, message: Message, text: str) -> None:
        """Somebody changes his message."""
        await self.slack.edits(self[who], message, text)
        await self.baton.settle()

    async def delete(self, who: str, message: Message) -> None:
        """Somebody deletes his message."""
        await self.slack.deletes(self[who], message)
        await self.baton.settle()

    async def react(self, who: str, message: Message, emoji: str = "ticket") -> None:
        """Somebody puts an emoji on a message."""
        await self.slack.reacts(self[who], message, emoji)
        await self.baton.settle()

    async def press(self, who: str, where: Message | View | str, label: str, **more: Any) -> str:
        """Somebody presses a button; what he alone is told ("" for nothing)."""
        return await self._told(who, lambda: self.slack.presses(self[who], where, label, **more))

    async def forge(self, who: str, where: Message, action: str, subject: int, value: str = "") -> str:
        """Somebody sends a press that is not (or no longer) on his screen; what he alone is told."""
        pressed = {"type": "button", "block_id": "forged", "action_id": f"{action}:{subject}#0", "value": value}
        return await self._told(who, lambda: self.slack.send_block_action(None, self[who], where, pressed))

    async def choose(self, who: str, where: Message | View | str, control: str, choice: Any) -> str:
        """Somebody chooses in a menu or date picker; what he alone is told."""
        return await self._told(who, lambda: self.slack.chooses(self[who], where, control, choice))

    async def command(self, who: str, where: Channel | None, name: str, text: str = "") -> str:
        """Somebody types a slash command; what he alone is told."""
        return await self._told(
            who, lambda: self.slack.command(self[who], where or self.slack.dm(self[who]), name, text)
        )

    async def shortcut(self, who: str, message: Message, callback: str = "ticket_open") -> str:
        """Somebody uses the message shortcut; what he alone is told."""
        return await self._told(who, lambda: self.slack.shortcut(self[who], message, callback))

    async def submit(self, who: str, values: dict[str, Any] | None = None) -> dict[str, str]:
        """Somebody sends the open form in; the errors at its fields ({} when it was taken)."""
        submission = await self.slack.submits(self[who], values)
        await self.baton.settle()
        assert submission.errors or submission.accepted
        return submission.errors

    async def _told(self, who: str, act: Callable[[], Any]) -> str:
        before = len(self.slack.ephemeral(self[who]))
        delivery: Delivery = await act()
        assert delivery.ok, delivery
        await self.baton.settle()
        told = self.slack.ephemeral(self[who])[before:]
        return "\n".join(self.slack.visible_text(message) for message in told)

    async def later(self, seconds: float = TAKE_BACK) -> None:
        """Time passes; by default so much that a held reply leaves."""
        await self.baton.pass_time(seconds)

    # -- reading --------------------------------------------------------------------------------------------------

    def card(self, number: int = 1, room: Channel | None = None) -> Message:
        """The living card of a ticket."""
        sent = self.slack.sent(room or self.support)
        cards = [message for message in sent if f" T-{number} ·" in self.slack.visible_text(message)]
        assert cards, f"no card of T-{number}; there are {[self.slack.visible_text(one) for one in sent]}"
        return cards[0]

    def form(self, who: str) -> dict[str, str]:
        """What stands in the form on somebody's screen, by the labels of its fields."""
        view = self.slack.modal(self[who])
        assert view is not None, f"{who} has no form open"
        inputs = [block for block in view.blocks if block["type"] == "input"]
        return {block["label"]["text"]: _content(view.values[block["block_id"]]) for block in inputs}

    def read(self, message: Message) -> str:
        """What stands on a message now."""
        return self.slack.visible_text(self.slack.message(message.ts))

    def thread(self, number: int = 1, room: Channel | None = None) -> list[str]:
        """What stands under a ticket's card."""
        return self.under(self.card(number, room))

    def under(self, message: Message) -> list[str]:
        """What stands in the thread under a message."""
        return [self.slack.visible_text(one) for one in self.slack.messages(message.channel, message)]

    def direct(self, who: str) -> list[str]:
        """What the bot shows somebody in their own conversation."""
        return [self.slack.visible_text(message) for message in self.slack.sent(self.slack.dm(self[who]))]

    def shown_to_customer(self, who: str) -> str:
        """Everything that Baton ever let a customer see: his conversation, whispers, the rooms he is in."""
        rooms = [room for room in self.slack.workspace.channels.values() if self[who].id in room.members]
        shown = [message for room in rooms for message in self.slack.sent(room)]
        return "\n".join(self.slack.visible_text(one) for one in [*shown, *self.slack.ephemeral(self[who])])

    async def ticket(self, number: int = 1) -> Ticket:
        """A ticket as it is stored."""
        found: Ticket = await self.baton.read(lambda unit: unit.tickets.get(number))
        return found

    async def count(self) -> int:
        """How many tickets there are."""

        def look(unit: Unit) -> int:
            number = 0
            with contextlib.suppress(NotFound):
                while unit.tickets.get(number + 1):
                    number += 1
            return number

        found: int = await self.baton.read(look)
        return found

    async def conversation(self, number: int = 1) -> list[Entry]:
        """What was said in a ticket, oldest first."""
        found: list[Entry] = await self.baton.read(lambda unit: unit.tickets.conversation(number))
        return found

    async def person(self, number: int) -> str:
        """The name of a person."""
        found: str = await self.baton.read(lambda unit: unit.people.person(number).name)
        return found

    async def requester(self, number: int = 1) -> str:
        """The name of a ticket's customer."""
        return await self.person((await self.ticket(number)).requester)

    async def owner(self, number: int = 1) -> str:
        """The name of a ticket's owner, "" for nobody."""

        ticket = await self.ticket(number)
        return await self.person(ticket.assignee) if ticket.assignee else ""


def _content(states: dict[str, Any]) -> str:
    content = content_of(next(iter(states.values())))
    return content["text"]["text"] if isinstance(content, dict) else str(content or "")


def furnish(slack: SlackFake) -> dict[str, User]:
    """Everybody and the rooms."""
    people = {key: slack.user(f"U0{key.upper()}", name=name, locale="zh-CN") for key, name in STAFF.items()}
    people |= {key: slack.user(f"U0{key.upper()}", name=name, locale=tag) for key, (name, tag) in CUSTOMERS.items()}
    slack.channel("C0SUPPORT", members=[people["lin"], people["chen"], people["wang"]])
    slack.channel("C0TECH", members=[people["zhao"]])
    slack.channel("C0HELP", members=people.values())
    slack.channel("C0GENERAL", members=people.values())
    return people


@contextlib.asynccontextmanager
async def open_stage(
    folder: Path, *, database_url: str = "", telegram: bool = False, support: str = "", more: str = ""
) -> AsyncIterator[Stage]:
    """The whole at work until the block ends; then no platform may have found fault with anything it was sent.

    `support` and `more` are further lines of the team file: about 客服部, and at its end.
    """
    clock = ManualClock()
    manifest = yaml.safe_load((Path(__file__).parents[2] / "manifests" / "slack.yaml").read_text("utf-8"))
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackFake(clock=clock, manifest=manifest))
        people = furnish(slack)
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        beside = await stack.enter_async_context(TelegramFake(clock=clock)) if telegram else None
        if beside is not None:
            environment |= {"TELEGRAM_BOT_TOKEN": beside.token, "TELEGRAM_API_URL": beside.url}
        file = team_file(folder, support=f"{SLACK_ROOMS['support']}\n{support}", tech=SLACK_ROOMS["tech"], more=more)
        url = database_url or f"sqlite:///{folder}/baton.db"
        baton = await stack.enter_async_context(world(url, file, clock, **environment))
        slack.request_url = f"{baton.url}/slack/events"
        if beside is not None:
            await beside.connected()
        yield Stage(slack, baton, beside, people)
        assert slack.violations == []
        assert beside is None or beside.violations == []
