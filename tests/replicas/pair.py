"""Two replicas on one PostgreSQL, of which now this one and now that one dies; customers and staff go on meanwhile.

Slack is in front of them, and Telegram, where one colleague is told; policies count in seconds, in real time.
"""

import asyncio
import contextlib
import os
import random
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.failpoints import NAMES
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import Channel, Delivery, Message, SlackFake, User, block_kit
from tests.fakes.telegram import TelegramFake
from tests.replicas.nursery import Nursery, nursery
from tests.replicas.process import Process, processes

PATIENCE = 60.0
LOOK_AGAIN = 0.1
STAFF = {"lin": "林晓", "chen": "陈曦", "wang": "王芳"}
LEASES = 3.5
"""Seconds: longer than any lease of a hurried replica."""

SNOOZE = "3s"

SUN = 1005
"""The colleague who is on Telegram alone."""

_QUESTION = re.compile(r"question (\d+)")

POLICIES = """
[[people]]
key = "sun"
name = "孙悦"
role = "technician"
teams = ["tech"]
telegram = "1005"

[[policies]]
key = "first"
on = "ticket.first_response"
target = "5s"
ack = "3s"
steps = [
  { at = "2s", notify = ["assignee"], via = ["dm"] },
  { at = "target-1s", notify = ["team-lead"], via = ["thread"] },
  { at = "target", notify = ["supervisors"], via = ["dm"] },
  { at = "target+2s", notify = ["person:sun"], via = ["dm"] },
]

[[policies]]
key = "first-urgent"
on = "ticket.first_response"
priorities = ["high", "urgent"]
target = "3s"
ack = "2s"
steps = [
  { at = "1s", notify = ["on-duty"], via = ["dm"] },
  { at = "target", notify = ["supervisors", "person:sun"], via = ["dm", "thread"] },
]

[[policies]]
key = "next"
on = "ticket.next_response"
target = "4s"
ack = "3s"
steps = [
  { at = "2s", notify = ["assignee"], via = ["dm"] },
  { at = "target", notify = ["team-lead"], via = ["thread"] },
]

[[policies]]
key = "resolution"
on = "ticket.resolution"
target = "8s"
ack = "3s"
pauses = ["customer", "colleague"]
steps = [
  { at = "target-3s", notify = ["assignee"], via = ["thread"] },
  { at = "target", notify = ["person:sun"], via = ["dm"] },
  { at = "target+2s", notify = ["supervisors"], via = ["dm"] },
]

[[policies]]
key = "resolution-urgent"
on = "ticket.resolution"
priorities = ["high", "urgent"]
target = "5s"
ack = "3s"
steps = [{ at = "target", notify = ["on-duty"], via = ["dm"] }]
"""


def seed() -> int:
    """Whatever `BATON_TEST_SEED` says, else a new one; a test that fails names it."""
    return int(os.environ.get("BATON_TEST_SEED") or random.SystemRandom().randrange(1 << 31))


@dataclass
class Pair:
    """`help` is where customers ask, `support` the room of their team, `sun` a colleague who is on Telegram alone."""

    slack: SlackFake
    telegram: TelegramFake
    folder: Path
    environment: dict[str, str]
    chance: random.Random
    help: Channel
    support: Channel
    nursery: Nursery
    started: list[Process]
    alive: list[Process] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    cards: dict[int, Message] = field(default_factory=dict)
    _looked: int = 0

    # -- processes --------------------------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Two replicas at work, and the colleague on Telegram has said hello."""
        for _ in range(2):
            self.alive.append(await self._new())
        self._front(self.alive[0])
        sun = self.telegram.user(SUN, "孙悦", language_code="zh-hans")
        await self.telegram.connected()
        await self.telegram.starts(sun)
        await self.telegram.settled()

    async def torment(self) -> None:
        """Until cancelled: one of the two dies, by `SIGKILL` or at a failpoint, and another takes its place.

        The other one is always left alone until then, so that one lives at any time.
        """
        fated: Process | None = None
        while True:
            await asyncio.sleep(self.chance.uniform(0.7, 2.0))
            victim = fated or self.chance.choice(self.alive)
            how = "failpoint" if victim.running.returncode is not None else "killed"
            self.alive.remove(victim)
            self._front(self.alive[0])
            await victim.kill()
            place = self.chance.choice(NAMES) if self.chance.random() < 0.6 else ""
            born = await self._new(f"{place}:kill@{self.chance.randint(1, 25)}" if place else "")
            self.deaths.append(how)
            self.alive.append(born)
            fated = born if place else None
            if born.running.returncode is None:
                self._front(self.chance.choice([born, *self.alive]))

    async def freeze(self) -> None:
        """One of the two is stopped for longer than its leases, and goes on as if nothing had been."""
        victim = self.chance.choice(self.alive)
        self._front(next(each for each in self.alive if each is not victim))
        victim.send(signal.SIGSTOP)
        try:
            await asyncio.sleep(LEASES)
        finally:
            victim.send(signal.SIGCONT)
        self._front(self.chance.choice(self.alive))

    async def recover(self) -> None:
        """Both are well at the end; whoever has a failpoint left, or died of it, is replaced."""
        for each in list(self.alive):
            self.alive.remove(each)
            await each.kill()
            self.alive.append(await self._new())
            self._front(self.alive[-1])

    async def _new(self, failpoint: str = "") -> Process:
        while True:
            process = await self.nursery.start(self.folder, self.environment, failpoint=failpoint)
            self.started.append(process)
            if await process.ready_or_dead() or failpoint:
                return process
            said = process.log.read_text("utf-8")
            assert "BATON_PORT" in said, f"it ended:\n{said}"  # else somebody was quicker to take the free port

    def _front(self, process: Process) -> None:
        """Slack delivers to this one from now on."""
        self.slack.request_url = f"{process.url}/slack/events"

    def said(self, words: str) -> list[str]:
        """The lines of any replica's log that have these words in them."""
        return [line for process in self.started for line in process.lines if words in line]

    # -- people -----------------------------------------------------------------------------------------------------

    def customer(self, number: int) -> User:
        """One of many."""
        id = f"U1C{number:04d}"
        if id not in self.slack.workspace.users:
            self.slack.user(id, name=f"Customer {number}")
            self.help.members.append(id)
        return self.slack.workspace.users[id]

    def colleague(self, key: str) -> User:
        """One of the staff."""
        return self.slack.workspace.users[f"U0{key.upper()}"]

    async def insist(self, deliveries: Iterable[Delivery]) -> None:
        """Deliver again whatever nobody has acknowledged: Slack does, and so do people whose press had no effect."""
        async with asyncio.timeout(PATIENCE):
            for delivery in deliveries:
                while not delivery.ok:
                    await asyncio.sleep(LOOK_AGAIN)
                    await self.slack.redeliver(delivery)

    async def card(self, number: int) -> Message:
        """The card about this question in the team's room, when it is shown."""
        await self.until(lambda: self._found(number))
        return self.cards[number]

    def _found(self, number: int) -> bool:
        sent = self.slack.sent(self.support)
        for message in sent[self._looked :]:
            asked = None if message.thread_ts else _QUESTION.search(self.slack.visible_text(message))
            if asked:
                self.cards.setdefault(int(asked[1]), message)
        self._looked = len(sent)
        return number in self.cards

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is shown."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - what other processes do sets no event here
                await asyncio.sleep(LOOK_AGAIN)


def _team_file(folder: Path) -> Path:
    """The policies; nobody has an hourly budget, since all of an hour's alerts come within half a minute."""
    path = team_file(folder, **SLACK_ROOMS, more=POLICIES)
    path.write_text(path.read_text("utf-8").replace("[workspace]", "[workspace]\nalerts_per_hour = 1000"), "utf-8")
    return path


@contextlib.contextmanager
def _no_schema() -> Iterator[None]:
    """Blocks are held to the table of limits only: the JSON Schema takes 30 ms a message, and has tests of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BATON_SHARED", os.devnull)
        block_kit.forget_schema()
        block_kit.message_problems([{"type": "divider"}])
    try:
        yield
    finally:
        block_kit.forget_schema()


@contextlib.asynccontextmanager
async def pair(folder: Path, database_url: str, number: int) -> AsyncIterator[Pair]:
    """Two replicas at work until the block ends; `number` is the seed of all that is left to chance."""
    sys.stderr.write(f"BATON_TEST_SEED={number}\n")
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(_no_schema())
        slack, telegram = await stack.enter_async_context(SlackFake()), await stack.enter_async_context(TelegramFake())
        bearing, started = await stack.enter_async_context(nursery()), await stack.enter_async_context(processes())
        staff = [slack.user(f"U0{key.upper()}", name=name, locale="zh-CN") for key, name in STAFF.items()]
        slack.user("U0ZHAO", name="赵磊")
        support = slack.channel("C0SUPPORT", members=staff)
        questions = slack.channel("C0HELP", members=staff)
        slack.channel("C0TECH", members=[])
        environment = {
            "BATON_DATABASE_URL": database_url,
            "BATON_CONFIG": str(_team_file(folder)),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
        }
        here = Pair(slack, telegram, folder, environment, random.Random(number), questions, support, bearing, started)
        await here.begin()
        yield here
        assert slack.violations == [], f"seed {number}"
        assert telegram.violations == [], f"seed {number}"
