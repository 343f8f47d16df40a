"""A workspace on Slack in front of real processes of Baton, in real time."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import Channel, Delivery, Message, SlackFake, User
from tests.replicas.process import Process, processes, start

PATIENCE = 30.0


@dataclass
class Desk:
    """`help` is where customers ask, `support` the room of their team."""

    slack: SlackFake
    folder: Path
    environment: dict[str, str]
    help: Channel
    support: Channel
    started: list[Process] = field(default_factory=list)

    async def start(
        self, *, failpoint: str = "", hurried: bool = False, ready: bool = True, module: str = ""
    ) -> Process:
        """One more process; Slack delivers to it from now on."""
        process = await start(
            self.folder, self.environment, failpoint=failpoint, hurried=hurried, ready=False, module=module
        )
        self.started.append(process)
        self.slack.request_url = f"{process.url}/slack/events"
        if ready:
            await process.ready()
        return process

    def customer(self, number: int) -> User:
        """One of many."""
        id = f"U1C{number:04d}"
        if id not in self.slack.workspace.users:
            self.slack.user(id, name=f"Customer {number}")
            self.help.members.append(id)
        return self.slack.workspace.users[id]

    async def asks(self, number: int) -> Message:
        """A customer of his own asks something of his own."""
        return await self.slack.says(self.customer(number), self.help, f"question {number}")

    def delivery_of(self, message: Message) -> Delivery:
        """How Slack told Baton of a message."""
        return next(each for each in self.slack.deliveries if _ts(each) == message.ts)

    async def insist(self, message: Message) -> None:
        """Deliver a message again for as long as nobody acknowledges it, as Slack does for an hour."""
        delivery = self.delivery_of(message)
        async with asyncio.timeout(PATIENCE):
            while not delivery.ok:
                await asyncio.sleep(0.1)
                await self.slack.redeliver(delivery)

    def cards(self, number: int) -> list[Message]:
        """The cards of this question in the team's room."""
        words = re.compile(rf"question {number}\b")
        cards = [message for message in self.slack.sent(self.support) if not message.thread_ts]
        return [card for card in cards if words.search(self.slack.visible_text(card))]

    def answers(self, message: Message) -> list[Message]:
        """What Baton told the customer under his message."""
        return [answer for answer in self.slack.messages(self.help, message) if answer.user == self.slack.bot_user_id]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is shown."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not condition():
            assert asyncio.get_running_loop().time() < deadline, "it did not happen"
            await asyncio.sleep(0.02)


def _ts(delivery: Delivery) -> str:
    return str((delivery.payload.get("event") or {}).get("ts") or "")


@contextlib.asynccontextmanager
async def desk(folder: Path, database_url: str, **more: str) -> AsyncIterator[Desk]:
    """The workspace, and no process yet; `more` goes into their environment."""
    async with SlackFake() as slack, processes() as started:
        lin = slack.user("U0LIN", name="林晓", locale="zh-CN")
        for other in ("U0CHEN", "U0WANG", "U0ZHAO"):
            slack.user(other, name=other)
        support = slack.channel("C0SUPPORT", members=[lin])
        questions = slack.channel("C0HELP", members=[lin])
        slack.channel("C0TECH", members=[])
        environment = {
            "BATON_DATABASE_URL": database_url,
            "BATON_CONFIG": str(team_file(folder, **SLACK_ROOMS)),
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        yield Desk(slack, folder, environment | more, questions, support, started)
