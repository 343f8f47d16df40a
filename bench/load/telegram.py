"""Telegram and the customers on it, as a process of its own; updates are posted to a webhook, forty at once.

python -m bench.load.telegram ORDERS      # started by `bench.load.stage`
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

from bench.load.plan import Conversation, conversations, marks, words
from bench.load.sides import Orders, Round, Seen, played, processor, said, told
from tests.fakes.telegram import TelegramFake
from tests.fakes.telegram.webhook import ANSWER_WITHIN, Delivery, Webhook

FIRST_CUSTOMER = 5_000_000
PUBLIC = "https://baton.example.com"


class ManyAtOnce(Webhook):
    """As Telegram's own: those of one chat one after the other, up to forty chats at once, each to the next replica."""

    round: Round
    seen: Seen

    async def _work(self) -> None:
        lines: list[asyncio.Queue[dict[str, Any]]] = [asyncio.Queue() for _ in range(40)]
        async with (
            aiohttp.ClientSession(timeout=ANSWER_WITHIN, connector=aiohttp.TCPConnector(limit=0)) as session,
            asyncio.TaskGroup() as group,
        ):
            for line in lines:
                group.create_task(self._posted(session, line))
            while True:
                if not self.url or not self._queue.pending:
                    await self._signal.wait()
                    continue
                update = self._queue.pending.pop(0)
                lines[_chat(update) % len(lines)].put_nowait(update)

    async def _posted(self, session: aiohttp.ClientSession, line: "asyncio.Queue[dict[str, Any]]") -> None:
        while True:
            update = await line.get()
            while not await self._taken(session, update):  # noqa: ASYNC110 - it is tried again, nobody tells
                await asyncio.sleep(0.5)

    async def _taken(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        began = time.time()
        delivery: Delivery = await self._post(session, update)
        message = update.get("message") or {}
        for number in marks(str(message.get("text", ""))):
            self.seen.keys[f"{update['update_id']}:{message['date']}"] = number
            self.seen.arrived.setdefault(number, began)
            if delivery.ok:
                self.seen.accepted.setdefault(number, time.time())
        self.seen.refused += not delivery.ok and delivery.attempt == 1
        return delivery.ok

    def _address(self) -> str:
        return self.round.next() + self.url.removeprefix(PUBLIC)


def _chat(update: dict[str, Any]) -> int:
    return int(((update.get("message") or {}).get("chat") or {}).get("id") or 0)


class People:
    """Everybody on Telegram."""

    def __init__(self, fake: TelegramFake, seen: Seen, plan: list[Conversation]) -> None:
        self.telegram = fake
        self.seen = seen
        self.customers = {
            each.number: fake.user(FIRST_CUSTOMER + each.number, f"Customer {each.number}", language_code="zh-hans")
            for each in plan
        }
        for customer in self.customers.values():
            customer.started = True

    async def play(self, conversation: Conversation, pause: float) -> None:
        """What the customer says; his agents are on Slack."""
        for act in conversation.acts:
            await asyncio.sleep(act.pause * pause)
            if act.by_customer:
                await self.telegram.says(self.customers[conversation.number], text=words(act, conversation))
                while act.number not in self.seen.accepted:  # noqa: ASYNC110 - another's note sets no event here
                    await asyncio.sleep(0.02)

    def noted(self) -> None:
        """Where and when what Baton sent was shown."""
        for call in self.telegram.calls("sendMessage"):
            if call.ok and call.at is not None:
                for number in marks(call.text("text")):
                    at = (f"{call.parameters['chat_id']}:", call.at.timestamp())
                    self.seen.shown.setdefault(number, []).append(at)
        self.seen.violations = self.telegram.violations[:20]


async def main(orders: Orders) -> None:
    """Be Telegram until told to end."""
    seen = Seen()
    plan = conversations(orders.messages, orders.seed, telegram=orders.telegram)
    mine = [each for each in plan if each.telegram]
    fake = TelegramFake()
    hook = ManyAtOnce(fake.queue, fake._signal, local_server=True)
    hook.seen, fake.webhook, fake.world.webhook = seen, hook, hook
    async with fake:
        people = People(fake, seen, mine)
        said(hello=fake.url, token=fake.token, secret=PUBLIC, processor=processor())
        async for line in told():
            if "begin" in line:
                hook.round = Round(line["begin"])
                await fake.connected()
                await played(orders, mine, len(mine) / max(1, len(plan)), seen, people.play)
                said(over=True)
            if "end" in line:
                people.noted()
                seen.write(Path(orders.folder) / "telegram.json")
                said(written=True, processor=processor())


if __name__ == "__main__":
    asyncio.run(main(Orders(**json.loads(sys.argv[1]))))
