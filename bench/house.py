"""A house to measure in: a filled database, and a Baton on it that handles everything and sends nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import Baton
from bot.chat.events import Event, Place
from bot.clock import SystemClock
from bot.settings import Settings
from tests.clock import ManualClock
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import Message, SlackFake, User
from tests.harness import world

TICKETS = 40
STRANGERS = 1000


class SkippingClock(SystemClock):
    """Real time, into which hours can be put."""

    def __init__(self) -> None:
        self.skipped = timedelta()

    def now(self) -> datetime:
        """The machine's time, and what was skipped."""
        return super().now() + self.skipped

    def skip(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self.skipped += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        """The same without steps."""
        return super().monotonic() + self.skipped.total_seconds()


@dataclass
class House:
    """`tickets` are customer, thread and card of each; `strangers` customers who have none."""

    fake: SlackFake
    baton: Baton
    clock: SkippingClock
    tickets: list[tuple[str, str, str]]
    strangers: Iterator[str]


def people(fake: SlackFake) -> None:
    """A team, and everybody else."""
    lin = fake.user("U0LIN", name="林晓", locale="zh-CN")
    staff = [lin, *(fake.user(id, name=id) for id in ("U0CHEN", "U0WANG", "U0ZHAO", "U0ANA", "U0ROOT"))]
    customers = [fake.user(f"U1C{number:04d}", name=f"Customer {number}") for number in range(TICKETS)]
    fake.channel("C0SUPPORT", members=staff)
    fake.channel("C0HELP", members=[*staff, *customers])
    fake.channel("C0TECH", members=[])


async def filled(fake: SlackFake, url: str, folder: Path) -> list[tuple[str, str, str]]:
    """Open the tickets as customers do, with everything shown that follows."""
    clock = ManualClock(SystemClock().now() - timedelta(hours=2))
    environment = _environment(fake, url, folder)
    cards: list[tuple[str, str, str]] = []
    async with world(url, folder / "baton.toml", clock, **environment) as baton:
        fake.request_url = f"{baton.url}/slack/events"
        for number in range(TICKETS):
            customer: User = fake.workspace.users[f"U1C{number:04d}"]
            asked: Message = await fake.says(customer, fake.workspace.channels["C0HELP"], f"Question {number}")
            await baton.settle()
            cards.append((customer.id, asked.ts, fake.sent(fake.workspace.channels["C0SUPPORT"])[-1].ts))
    fake.request_url = ""
    return cards


@contextlib.asynccontextmanager
async def house(url: str, folder: Path) -> AsyncIterator[House]:
    """A filled database at `url`, and a Baton on it without its outbox."""
    team_file(folder, **SLACK_ROOMS)
    async with SlackFake() as fake:
        people(fake)
        tickets = await filled(fake, url, folder)
        clock = SkippingClock()
        settings = Settings(_env_file=None, **_environment(fake, url, folder))
        baton = await Baton.start(settings, clock)
        for task in baton.tasks:
            if task.get_name() == "outbox":
                task.cancel()
        await asyncio.sleep(0.2)
        try:
            yield House(fake, baton, clock, tickets, iter(await _introduced(fake, baton)))
        finally:
            await baton.stop()


async def _introduced(fake: SlackFake, baton: Baton) -> list[str]:
    """Customers who have no ticket, and whose names Baton has asked for before: what Slack takes to answer, which here
    is the fake's work in this very process, is none of its own."""
    strangers = [fake.user(f"U2S{number:05d}", name=f"Stranger {number}").id for number in range(STRANGERS)]
    for user in strangers:
        await baton.adapters["slack"].complete(Event("", Place("slack", "C0HELP"), user, baton.clock.now()))
    return strangers


def _environment(fake: SlackFake, url: str, folder: Path) -> dict[str, Any]:
    return {
        "BATON_DATABASE_URL": url,
        "BATON_CONFIG": str(folder / "baton.toml"),
        "BATON_SECRET_KEY": "k" * 40,
        "SLACK_BOT_TOKEN": fake.bot_token,
        "SLACK_SIGNING_SECRET": fake.signing_secret,
        "SLACK_API_URL": fake.api_url,
    }
