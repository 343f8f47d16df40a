"""Slack and everybody on it, as a process of its own: customers, and the agents of all teams.

python -m bench.load.slack ORDERS      # started by `bench.load.stage`
"""

import asyncio
import json
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

import aiohttp

from bench.load import town
from bench.load.plan import TEAMS, Act, Conversation, Kind, agents_of, conversations, marks, words
from bench.load.sides import Orders, Round, Seen, played, processor, said, told
from tests.fakes.slack import Attempt, Call, Delivery, Message, SlackFake, User

TRY_AGAIN = (0.2, 1.0, 3.0, 5.0, 10.0, 20.0, 30.0)
"""Seconds; Slack's own schedule is a moment, a minute, five minutes, and then Baton reads the room."""

CARD_WITHIN = 600.0


class Workspace(SlackFake):
    """The fake with a round of addresses; it notes when and where what was shown, and keeps nothing else of calls."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(retry_schedule=TRY_AGAIN, sleep=asyncio.sleep)
        self.seen = seen
        self.round: Round | None = None
        self.deliveries = deque(maxlen=100)  # type: ignore[assignment]
        self._calls = deque(maxlen=100)  # type: ignore[assignment]
        self._cards: dict[int, asyncio.Future[Message]] = {}

    @property
    def request_url(self) -> str | None:
        """The next replica."""
        return self.round.next() if self.round else None

    @request_url.setter
    def request_url(self, address: str | None) -> None:
        self.round = Round([address]) if address else None

    async def opened(self) -> None:
        """As many connections as Slack likes."""
        if self._session is not None:
            await self._session.close()
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def card(self, act: Act) -> Message:
        """The message that shows a question or a request to a team, when it is there."""
        return await asyncio.wait_for(self._awaited(act.number), CARD_WITHIN)

    async def shown(self, act: Act) -> None:
        """Until it is there, wherever that is."""
        async with asyncio.timeout(CARD_WITHIN):
            while act.number not in self.seen.shown:  # noqa: ASYNC110 - looked at ten times a second, by few
                await asyncio.sleep(0.1)

    def _awaited(self, number: int) -> "asyncio.Future[Message]":
        return self._cards.setdefault(number, asyncio.get_running_loop().create_future())

    def record(self, call: Call) -> None:
        """Note what a post shows."""
        super().record(call)
        posted = call.method == "chat.postMessage" and bool(call.response.get("ok"))
        found = set(marks(_written(call.arguments))) if posted else ()
        for number in found:
            channel, thread = str(call.response["channel"]), str(call.arguments.get("thread_ts") or "")
            self.seen.shown.setdefault(number, []).append((f"{channel}:{thread}", time.time()))
            if not thread:
                card = self._awaited(number)
                if not card.done():
                    card.set_result(Message(channel, str(call.response["ts"]), self.bot_user_id))

    async def _attempt(self, delivery: Delivery, url: str | None, retry_num: int, reason: str) -> Attempt:
        began = time.time()
        attempt = await super()._attempt(delivery, url, retry_num, reason)
        self._noted(delivery, attempt, began, time.time())
        return attempt

    def _noted(self, delivery: Delivery, attempt: Attempt, began: float, ended: float) -> None:
        taken = 200 <= attempt.status < 300
        self.seen.refused += not taken and not attempt.retry_num
        event = delivery.payload.get("event") or {}
        if event.get("type") != "message" or event.get("subtype") or event.get("bot_id"):
            return
        for number in marks(str(event.get("text", ""))):
            self.seen.keys[f"message:{event['channel']}:{event['ts']}"] = number
            self.seen.arrived.setdefault(number, began)
            if taken:
                self.seen.accepted.setdefault(number, ended)


def _written(arguments: dict[str, Any]) -> str:
    blocks = arguments.get("blocks") or ""
    return f"{arguments.get('text') or ''} {blocks if isinstance(blocks, str) else json.dumps(blocks)}"


class People:
    """Everybody on Slack, and what each does in turn."""

    def __init__(self, workspace: Workspace, plan: list[Conversation]) -> None:
        self.slack = workspace
        self.agents: dict[int, User] = {
            number: workspace.user(town.agent(number), name=f"客服{number:03d}", locale="zh-CN")
            for number in town.staff()
        }
        for team in range(TEAMS):
            workspace.channel(town.room(team), members=self.agents.values())
            workspace.channel(town.intake(team), members=[self.agents[number] for number in agents_of(team)])
        for each in plan:
            if not each.telegram:
                workspace.user(town.customer(each.number), name=f"Customer {each.number}")
                workspace.workspace.channels[town.intake(each.team)].members.append(town.customer(each.number))

    async def play(self, conversation: Conversation, pause: float) -> None:
        """A customer's question on Slack, from the beginning to the end."""
        asked: Message | None = None
        for act in conversation.acts:
            await asyncio.sleep(act.pause * pause)
            if act.by_customer:
                said_now = await self._writes(conversation, act, asked)
                asked = asked or said_now
            else:
                await self._acts(conversation, act)

    async def answer(self, conversation: Conversation, pause: float) -> None:
        """The agents' part of a conversation that came from elsewhere: it begins when its card is there."""
        await self.slack.card(conversation.asked)
        for act in conversation.acts:
            if not act.by_customer:
                await asyncio.sleep(act.pause * pause)
                await self._acts(conversation, act)

    async def _writes(self, conversation: Conversation, act: Act, asked: Message | None) -> Message:
        customer = self.slack.workspace.users[town.customer(conversation.number)]
        message = await self.slack.says(
            customer, town.intake(conversation.team), words(act, conversation), thread_ts=asked
        )
        return self._delivered(message)

    async def _acts(self, conversation: Conversation, act: Act) -> None:
        helping = act.kind in (Kind.ACCEPT, Kind.DONE)
        card = await self.slack.card(conversation.of(Kind.COLLAB)[0] if helping else conversation.asked)
        if act.kind is Kind.SOLVE:  # nobody solves what the customer is still talking about
            for added in conversation.of(Kind.ADD):
                await self.slack.shown(added)
        spoken = words(act, conversation)
        text = spoken if act.kind is Kind.NOTE else f"{self.slack.bot_mention} {spoken}"
        self._delivered(await self.slack.says(self.agents[act.agent or 0], card.channel, text, thread_ts=card))

    def _delivered(self, message: Message) -> Message:
        self.slack.seen.given_up += sum(not delivery.ok for delivery in message.deliveries)
        message.deliveries.clear()
        return message


async def main(orders: Orders) -> None:
    """Be Slack until told to end."""
    seen, plan = Seen(), conversations(orders.messages, orders.seed, telegram=orders.telegram)
    async with Workspace(seen) as slack:
        await slack.opened()
        people = People(slack, plan)
        said(hello=slack.api_url, token=slack.bot_token, secret=slack.signing_secret, processor=processor())
        async for line in told():
            if "begin" in line:
                slack.round = Round([f"{address}/slack/events" for address in line["begin"]])
                await _rush(orders, plan, people)
                said(over=True)
            if "begin" in line or "end" in line:
                await slack.settle()
            if "end" in line:
                seen.violations = [str(each) for each in slack.violations[:20]]
                seen.write(Path(orders.folder) / "slack.json")
                said(written=True, processor=processor())


async def _rush(orders: Orders, plan: list[Conversation], people: People) -> None:
    here = [each for each in plan if not each.telegram]
    elsewhere = [people.answer(each, 0.25) for each in plan if each.telegram]
    await asyncio.gather(played(orders, here, len(here) / len(plan), people.slack.seen, people.play), *elsewhere)


if __name__ == "__main__":
    asyncio.run(main(Orders(**json.loads(sys.argv[1]))))
