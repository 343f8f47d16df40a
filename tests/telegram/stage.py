"""The stage of the Telegram stories: the customers Ann and Bo, the agents 林晓 and 陈曦, their supervisor 王芳.

Ann writes simplified Chinese, Bo English. The agents' accounts are those of the team file of `tests.factories`. `say`,
`press` and `start` return when Baton has handled the act and everything that it caused has been shown.
"""

import contextlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from bot.errors import NotFound
from tests.clock import ManualClock
from tests.factories import team_file
from tests.fakes.slack import Channel, SlackFake
from tests.fakes.slack import User as SlackUser
from tests.fakes.telegram import Chat, Message, TelegramFake, Topic, User
from tests.harness import World, world

TEAM_ROOM = -1001500000777
HELP_ROOM = -1001500000888
PUBLIC_URL = "https://baton.example"
TAKE_BACK = 11.0
# Seconds that `settle` lets pass by itself, for Telegram's limits of a group: one short of a held reply.
PATIENCE = 9.0

Where = Chat | Topic | User | None


@dataclass(repr=False)
class Stage:
    """Telegram, perhaps Slack beside it, and one Baton; `play` starts it, `restart` another one on the same data."""

    folder: Path
    database_url: str
    telegram: TelegramFake
    clock: ManualClock
    slack: SlackFake | None = None
    environment: dict[str, str] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    _running: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    _baton: World | None = None
    _others: list[World] = field(default_factory=list)

    @property
    def ann(self) -> User:
        """A customer whose Telegram speaks simplified Chinese."""
        return self.people["ann"]

    @property
    def bo(self) -> User:
        """A customer whose Telegram speaks English."""
        return self.people["bo"]

    @property
    def lin(self) -> User:
        """林晓, an agent."""
        return self.people["lin"]

    @property
    def chen(self) -> User:
        """陈曦, an agent."""
        return self.people["chen"]

    @property
    def wang(self) -> User:
        """王芳, the supervisor."""
        return self.people["wang"]

    @property
    def baton(self) -> World:
        """The Baton that runs now."""
        assert self._baton is not None, "nothing runs: call play() first"
        return self._baton

    async def play(self, file: Path, **environment: str) -> None:
        """Start Baton with this team file."""
        self.environment |= {"TELEGRAM_BOT_TOKEN": self.telegram.token, "TELEGRAM_API_URL": self.telegram.url}
        if self.slack is not None:
            self.environment |= {
                "SLACK_BOT_TOKEN": self.slack.bot_token,
                "SLACK_SIGNING_SECRET": self.slack.signing_secret,
                "SLACK_API_URL": self.slack.api_url,
            }
        self.environment |= environment
        self._baton = await self._running.enter_async_context(
            world(self.database_url, file, self.clock, **self.environment)
        )
        await self._listen()

    async def _listen(self) -> None:
        if self.slack is not None:
            self.slack.request_url = f"{self.baton.url}/slack/events"
        if self.environment.get("TELEGRAM_MODE") == "webhook":
            self.deliver_to(self.baton)
        await self.telegram.connected()

    async def stop(self) -> None:
        """Stop Baton in good order."""
        await self._running.aclose()
        self._running, self._baton = contextlib.AsyncExitStack(), None

    async def restart(self) -> None:
        """Stop Baton and start another on the same database and team file."""
        await self.stop()
        await self.play(self.folder / "baton.toml")

    @contextlib.asynccontextmanager
    async def replica(self) -> AsyncIterator[World]:
        """A second Baton on the same database, at work until the block ends."""
        async with world(self.database_url, self.folder / "baton.toml", self.clock, **self.environment) as other:
            self._others.append(other)
            try:
                yield other
            finally:
                self._others.remove(other)

    def deliver_to(self, baton: World) -> None:
        """From now on the webhook's public address leads to this replica."""
        self.telegram.reverse_proxy(PUBLIC_URL, baton.url)

    async def settle(self) -> None:
        """Until everything that was said has been handled and shown."""
        await self.telegram.settled()
        for baton in (self.baton, *self._others):
            await baton.settle(PATIENCE)

    async def say(self, user: User, where: Where = None, text: str = "", **how: Any) -> Message:
        """`user` writes; see `TelegramFake.says`."""
        message = await self.telegram.says(user, where, text, **how)
        await self.settle()
        return message

    async def start(self, user: User, payload: str | None = None) -> Message:
        """`user` presses Start."""
        message = await self.telegram.starts(user, payload)
        await self.settle()
        return message

    async def press(self, user: User, message: Message, label: str) -> str:
        """`user` presses a button; the toast that he sees ("" for none)."""
        query = await self.telegram.presses(user, message, label)
        await self.telegram.answered(query)
        await self.settle()
        return query.text

    async def later(self, seconds: float = TAKE_BACK) -> None:
        """Let time pass; by default so much that a held reply leaves."""
        await self.baton.pass_time(seconds)

    def shown(self, where: Chat | Topic | User) -> list[str]:
        """What Baton shows there now, oldest first."""
        return [self.telegram.visible_text(message) for message in self.telegram.sent(where)]

    def last(self, where: Chat | Topic | User, words: str = "") -> Message:
        """Baton's newest message there that has these words."""
        found = [m for m in self.telegram.sent(where) if words in self.telegram.visible_text(m)]
        assert found, f"nothing with {words!r}; shown: {self.shown(where)}"
        return found[-1]

    def card(self, where: Chat | Topic, number: int = 1) -> Message:
        """The card of a ticket."""
        cards = [m for m in self.telegram.sent(where) if f"T-{number} ·" in self.telegram.visible_text(m)]
        assert cards, f"no card of T-{number}; shown: {self.shown(where)}"
        return cards[0]

    def sees(self, where: Chat | Topic | User, words: str) -> bool:
        """Whether Baton shows these words there."""
        return any(words in text for text in self.shown(where))

    def __repr__(self) -> str:
        """What everybody sees, so that a failed test tells."""
        chats = self.telegram.world.chats.values()
        return "\n".join(f"{chat.title or chat.id}: {self.shown(chat)}" for chat in chats if self.shown(chat))

    async def ticket(self, number: int = 1) -> Any:
        """A ticket as it is stored."""
        return await self.baton.read(lambda unit: unit.tickets.get(number))

    async def tickets(self) -> list[Any]:
        """All tickets, oldest first."""

        def look(unit: Any) -> list[Any]:
            found = []
            for number in range(1, 100):
                try:
                    found.append(unit.tickets.get(number))
                except NotFound:
                    break
            return found

        return await self.baton.read(look)  # type: ignore[no-any-return]

    async def conversation(self, number: int = 1) -> list[Any]:
        """What was said in a ticket, oldest first."""
        return await self.baton.read(lambda unit: unit.tickets.conversation(number))  # type: ignore[no-any-return]

    def team_room(self, **how: Any) -> Chat:
        """A group of the support team, in which the bot sees everything."""
        return self.telegram.group(
            "客服部", members=[self.wang, self.lin, self.chen], id=TEAM_ROOM, **{"bot": "administrator"} | how
        )

    def help_room(self, **how: Any) -> Chat:
        """A group in which customers ask, in which the bot sees everything."""
        members = [self.wang, self.lin, self.ann, self.bo]
        return self.telegram.group("客户交流群", members=members, id=HELP_ROOM, **{"bot": "administrator"} | how)

    def slack_room(self) -> tuple[Channel, SlackUser]:
        """The support team's channel on Slack, and 林晓 in it."""
        assert self.slack is not None
        lin = self.slack.user("U0LIN", name="林晓", locale="zh-CN")
        for other in ("U0CHEN", "U0WANG", "U0ZHAO", "U0ANA", "U0ROOT"):
            self.slack.user(other, name=other)
        self.slack.channel("C0TECH", members=[])
        return self.slack.channel("C0SUPPORT", members=[lin]), lin


@contextlib.asynccontextmanager
async def open_stage(
    folder: Path, *, database_url: str = "", slack: bool = False, enforce_limits: bool = False
) -> AsyncIterator[Stage]:
    """A stage without a Baton yet. At its end neither platform may have found fault with anything it was sent."""
    clock = ManualClock()
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(TelegramFake(clock=clock, enforce_limits=enforce_limits))
        neighbour = await stack.enter_async_context(SlackFake(clock=clock)) if slack else None
        stage = Stage(folder, database_url or f"sqlite:///{folder}/baton.db", telegram, clock, neighbour)
        stage.people = {
            "ann": telegram.user(2001, "Ann", username="ann_li", language_code="zh-hans"),
            "bo": telegram.user(2002, "Bo", language_code="en"),
            "lin": telegram.user(1001, "林晓", username="linxiao", language_code="zh-hans"),
            "chen": telegram.user(1002, "陈曦", language_code="zh-hans"),
            "wang": telegram.user(1003, "王芳", language_code="zh-hans"),
        }
        try:
            yield stage
            assert telegram.violations == []
            assert neighbour is None or neighbour.violations == []
        finally:
            await stage.stop()


def telegram_team(folder: Path, lines: str = "", more: str = "") -> Path:
    """A team file whose support team works in `TEAM_ROOM` on Telegram."""
    return team_file(folder, support=f'telegram_chat = "{TEAM_ROOM}"\n{lines}', more=more)


def picture(shade: int) -> bytes:
    """A small picture, grey as told (0 to 255), that Telegram takes for a photo."""
    written = io.BytesIO()
    Image.new("L", (8, 8), shade).save(written, "PNG")
    return written.getvalue()
