"""Baton between Slack and Telegram that misbehave; orders are queued directly, verdicts are read off the platforms."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.unit import Unit
from tests.clock import ManualClock
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import Channel, SlackFake
from tests.fakes.telegram import Chat, TelegramFake, User
from tests.harness import World, world

# What a patient person waits for: longer than any backoff of the first tries, shorter than any order is worth.
PATIENCE = 200.0


@dataclass
class Stage:
    """Both platforms and what stands between. `ann` is a customer on Telegram, `room` the team's room on Slack."""

    slack: SlackFake
    telegram: TelegramFake
    baton: World
    room: Channel
    ann: User

    async def put(self, words: str, place: Place, *, key: str = "", author: int = 0) -> None:
        """Queue a message."""
        order = Order("show", place, Post(spans(words)), key=key)
        await self.baton.baton.database.write(partial(_put, order, author))

    async def to_slack(self, words: str, *, key: str = "", author: int = 0) -> None:
        """Queue a message for the team's room."""
        await self.put(words, Place("slack", self.room.id), key=key, author=author)

    async def to_telegram(self, words: str, chat: Chat | User | None = None, *, key: str = "", author: int = 0) -> None:
        """Queue a message for Ann, or another chat."""
        await self.put(words, Place("telegram", str((chat or self.ann).id)), key=key, author=author)

    async def settle(self, patience: float = PATIENCE) -> None:
        """Let time pass until everything has been said."""
        await self.baton.settle(patience)

    async def pass_minutes(self, count: int) -> None:
        """Let time pass, minute by minute, and everything that falls due in it happen."""
        for _ in range(count):
            self.baton.clock.advance(60)
            await asyncio.sleep(0.002)
        await self.settle()

    async def until(self, condition: Callable[[], bool], hours: float) -> None:
        """Let time pass until it is so, so many hours at most; then everything that is due happens."""
        for _ in range(int(hours * 120)):
            if condition():
                break
            self.baton.clock.advance(30)
            await asyncio.sleep(0.02)
        assert condition(), "it did not happen"
        await self.settle()

    async def rate_limited(self) -> None:
        """Slack says that it holds events back."""
        told = {"type": "app_rate_limited", "team_id": "T0AURORA", "minute_rate_limited": 1518467820}
        await self.slack.send_payload(None, "event", told | {"api_app_id": "A0BATON"})

    def on_slack(self, room: Channel | None = None) -> list[str]:
        """What stands in the team's room, or another."""
        return [self.slack.visible_text(message) for message in self.slack.sent(room or self.room)]

    def on_telegram(self, chat: Chat | User | None = None) -> list[str]:
        """What stands in Ann's chat, or another."""
        return [self.telegram.visible_text(message) for message in self.telegram.sent(chat or self.ann)]

    async def ana(self) -> int:
        """何静 of the staff, whom only Slack knows."""
        person = await self.baton.read(lambda unit: unit.people.by_key("ana"))
        number: int = person.id
        return number

    def told_ana(self) -> list[str]:
        """What Baton wrote to 何静 alone."""
        direct = self.slack.dm(self.slack.workspace.users["U0ANA"])
        return [self.slack.visible_text(message) for message in self.slack.sent(direct)]

    async def failures(self) -> list[tuple[str, str]]:
        """Orders that will never be sent: state and reason."""
        found = await self.baton.read(lambda unit: unit.outbox.failures())
        return [(state, error.partition(":")[0]) for _, state, error in found]

    async def dead(self) -> int:
        """How many deliveries were given up."""
        found = await self.baton.read(lambda unit: unit.inbox.dead())
        return len(found)

    async def pending(self) -> tuple[int, datetime | None]:
        """What waits."""
        found: tuple[int, datetime | None] = await self.baton.read(lambda unit: unit.outbox.backlog())
        return found


def _put(order: Order, author: int, unit: Unit) -> None:
    unit.outbox.put(order, author=author)


@contextlib.asynccontextmanager
async def stage(
    folder: Path, *, database_url: str = "", enforce_limits: bool = False, send_within: float = 0.0
) -> AsyncIterator[Stage]:
    """Everything at work until the block ends. `send_within`: for how many (real) seconds a send is waited for."""
    clock = ManualClock()
    async with (
        SlackFake(clock=clock, enforce_limits=enforce_limits) as slack,
        TelegramFake(clock=clock, enforce_limits=enforce_limits) as telegram,
    ):
        lin = slack.user("U0LIN", name="林晓", locale="zh-CN")
        for other in ("U0CHEN", "U0WANG", "U0ZHAO", "U0ANA"):
            slack.user(other, name=other)
        room = slack.channel("C0SUPPORT", members=[lin])
        slack.channel("C0HELP", members=[lin])
        slack.channel("C0TECH", members=[])
        ann = telegram.user(2001, "Ann", language_code="zh-hans")
        async with world(
            database_url or f"sqlite:///{folder}/baton.db",
            team_file(folder, **SLACK_ROOMS),
            clock,
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_SIGNING_SECRET=slack.signing_secret,
            SLACK_API_URL=slack.api_url,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.url,
        ) as baton:
            if send_within:
                baton.baton.outbox.courier.send_within = send_within
            slack.request_url = f"{baton.url}/slack/events"
            await telegram.connected()
            await telegram.starts(ann)
            await telegram.settled()
            await baton.settle()
            yield Stage(slack, telegram, baton, room, ann)
