"""A holiday rush: customers and 客服部 on Slack, on Telegram and in the built-in chat, one knowledge base for all.

The clock is moved; the database is a real one, and a second replica may stand beside the first.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.knowledge.chores import Chores
from bot.knowledge.gaps import SETTLED
from bot.knowledge.rules import Article, Content
from bot.unit import Unit
from tests.clock import ManualClock
from tests.fakes.slack import SlackFake
from tests.fakes.telegram import TelegramFake
from tests.harness import World, world
from tests.stories.seats import AtPage, AtSlack, AtTelegram, Page, Seat

GROUP = -1001500000777
TEAM_FILE = f"""
[workspace]
name = "Aurora"
locale = "zh-CN"
timezone = "Asia/Shanghai"
default_team = "support"

[[teams]]
key = "support"
name = "客服部"
lead = "wang"
slack_channel = "C0SUPPORT"
telegram_chat = "{GROUP}"
web_room = "support"

[[people]]
key = "lin"
name = "林晓"
role = "agent"
teams = ["support"]
slack = "U0LIN"
web = ""

[[people]]
key = "chen"
name = "陈曦"
role = "agent"
teams = ["support"]
telegram = "1002"
web = ""

[[people]]
key = "wu"
name = "吴敏"
role = "agent"
teams = ["support"]

[[people]]
key = "zhou"
name = "周强"
role = "agent"
teams = ["support"]
slack = "U0ZHOU"
web = ""

[[people]]
key = "sun"
name = "孙丽"
role = "agent"
teams = ["support"]
telegram = "1004"
web = ""

[[people]]
key = "zheng"
name = "郑洁"
role = "agent"
teams = ["support"]

[[people]]
key = "wang"
name = "王芳"
role = "supervisor"
teams = ["support"]
slack = "U0WANG"
web = ""

[[people]]
key = "mei"
name = "张美"
role = "customer"
"""


@dataclass
class Rush:
    """One Baton and everybody around it: a customer, an agent and an article's owner on each platform."""

    baton: World
    url: str
    folder: Path
    customers: dict[str, Seat]
    agents: dict[str, Seat]
    owners: dict[str, Seat]

    async def stock(self, *contents: Content, owner: str = "") -> None:
        """Articles that stand there already; `owner` is the key of who looks after them."""

        def add(unit: Unit) -> None:
            person = unit.people.by_key(owner) if owner else None
            number, team = person.id if person else 0, unit.people.teams()[0].id
            articles = [Article(0, content, unit.now, unit.now, owner=number, team=team) for content in contents]
            unit.knowledge.add(articles, 0)

        await self.baton.baton.database.write(add)
        await self.baton.baton.librarian.look()

    async def passes(self, seconds: float) -> None:
        """Time passes, and what falls due in it happens."""
        await self.baton.pass_time(seconds)

    async def read_up(self) -> None:
        """A second after an article was written."""
        await self.passes(1)
        await self.baton.baton.librarian.look()

    async def gathered(self) -> None:
        """What was asked in vain has been grouped."""
        await self.passes(SETTLED.total_seconds())
        baton = self.baton.baton
        chores = Chores(baton.router, baton.librarian.library)
        while await baton.database.write(chores.round):
            pass

    @contextlib.asynccontextmanager
    async def replica(self) -> AsyncIterator[Page]:
        """A second Baton on the same database (PostgreSQL), at work until the block ends, and 吴敏's page at it."""
        file, clock = self.folder / "baton.toml", self.baton.clock
        async with world(self.url, file, clock, BATON_LOCAL_CHAT="on") as other, _page(other, "wu") as page:
            yield page


@contextlib.asynccontextmanager
async def _page(baton: World, key: str) -> AsyncIterator[Page]:
    """Somebody signs in by the link that `baton chat link` prints."""
    async with httpx.AsyncClient(base_url=baton.url, headers={"x-baton": "chat"}, timeout=10) as client:
        adapter: Any = baton.baton.adapters["web"]
        link = adapter.sign_in_link(key)
        came = await client.get("/chat" + link.partition("/chat")[2], follow_redirects=True)
        assert came.status_code == 200, came.text
        yield Page(client)


@contextlib.asynccontextmanager
async def rush(folder: Path, url: str = "", more: str = "") -> AsyncIterator[Rush]:
    """Everything at work until the block ends; then no platform may have found fault with anything it was sent."""
    clock = ManualClock()
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackFake(clock=clock))
        telegram = await stack.enter_async_context(TelegramFake(clock=clock))
        members = [slack.user(id, name=name, locale="zh-CN") for id, name in SLACK.items()]
        channel = slack.channel("C0SUPPORT", members=members[1:])
        people = [telegram.user(id, name, language_code="zh-hans") for id, name in TELEGRAM.items()]
        group = telegram.group("客服部", members=people[1:], bot="administrator", id=GROUP)
        file = folder / "baton.toml"
        file.write_text(TEAM_FILE + more, "utf-8")
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url, "TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url,
            "BATON_LOCAL_CHAT": "on",
        }  # fmt: skip
        url = url or f"sqlite:///{folder}/baton.db"
        baton = await stack.enter_async_context(world(url, file, clock, **environment))
        slack.request_url = f"{baton.url}/slack/events"
        await telegram.connected()

        async def settle() -> None:
            await telegram.settled()
            await baton.settle(PATIENCE)

        for person in people:
            await telegram.starts(person)
        await settle()
        seats: list[dict[str, Seat]] = []
        for at, key in enumerate(("mei", "wu", "zheng")):
            seats.append({
                "slack": AtSlack(members[at].name, settle, slack, members[at], channel if at else None),
                "telegram": AtTelegram(people[at].first_name, settle, telegram, people[at], group if at else None),
                "web": AtPage(key, settle, await stack.enter_async_context(_page(baton, key)), "support" if at else ""),
            })  # fmt: skip
        yield Rush(baton, url, folder, *seats)
        assert slack.violations == []
        assert telegram.violations == []


PATIENCE = 9.0
"""Seconds that pass by themselves, for the limits of platforms: one short of a held reply."""

SLACK = {"U0ANN": "Ann", "U0LIN": "林晓", "U0ZHOU": "周强", "U0WANG": "王芳"}
TELEGRAM = {2001: "安安", 1002: "陈曦", 1004: "孙丽"}
"""A customer, an agent and an owner on each."""
