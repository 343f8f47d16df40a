"""What happens to a ticket, at random: taken, answered, put off, solved, opened again, or left alone."""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.fakes.slack import Message, User
from tests.replicas.pair import SNOOZE, STAFF, Pair

_LEFT_ALONE = 0.25
_LONGEST = 5
_SEEN_WITHIN = 3.0
_PRIORITIES = ("low", "normal", "high", "urgent")
_STATUSES = ("pending", "on hold", "open")
_ACK = re.compile(r"alert\.ack:\d+")


@dataclass
class History:
    """One customer, his question, and what is done about it; every choice follows from the seed and the number."""

    pair: Pair
    number: int
    chance: random.Random
    question: Message | None = None
    card: Message | None = None

    @property
    def words(self) -> str:
        """What he asks."""
        return f"question {self.number}"

    async def live(self, within: float) -> None:
        """He asks some time within so many seconds; then this and that happens."""
        await asyncio.sleep(self.chance.uniform(0, within))
        customer = self.pair.customer(self.number)
        self.question = await self.pair.slack.says(customer, self.pair.help, self.words)
        await self.pair.insist(self.question.deliveries)
        if self.chance.random() < _LEFT_ALONE:
            return
        self.card = await self.pair.card(self.number)
        for _ in range(self.chance.randint(1, _LONGEST)):
            await asyncio.sleep(self.chance.uniform(0.1, 2.0))
            await self.chance.choices(_ACTS, _WEIGHTS)[0](self)

    @property
    def ticket(self) -> str:
        """Its number as people see it."""
        assert self.card is not None
        found = re.search(r"T-\d+", self.pair.slack.visible_text(self.card))
        assert found is not None
        return found[0]

    def _somebody(self) -> User:
        return self.pair.colleague(self.chance.choice(list(STAFF)))

    async def _command(self, words: str) -> None:
        """Somebody of the team speaks to the bot in the ticket's thread."""
        assert self.card is not None
        slack = self.pair.slack
        said = await slack.says(
            self._somebody(), self.pair.support, f"{slack.bot_mention} {words}", thread_ts=self.card
        )
        await self.pair.insist(said.deliveries)

    async def take(self) -> None:
        """Somebody takes it."""
        await self._command("take")

    async def prioritise(self) -> None:
        """It matters more, or less."""
        await self._command(f"priority {self.chance.choice(_PRIORITIES)}")

    async def wait(self) -> None:
        """It waits for somebody, or does not any more."""
        await self._command(f"status {self.chance.choice(_STATUSES)}")

    async def reply(self) -> None:
        """The customer is answered."""
        await self._command("reply 请再试一次")

    async def solve(self) -> None:
        """It is done."""
        await self._command("solve")

    async def reopen(self) -> None:
        """It was not."""
        await self._command("reopen")

    async def reassign(self) -> None:
        """Somebody else has it."""
        await self._command(f"assign {STAFF[self.chance.choice(list(STAFF))]}")

    async def snooze(self) -> None:
        """Nobody wants to hear of it now."""
        await self._command(f"snooze {SNOOZE}")

    async def write(self) -> None:
        """The customer asks once more."""
        customer = self.pair.customer(self.number)
        said = await self.pair.slack.says(customer, self.pair.help, "还是不行", thread_ts=self.question)
        await self.pair.insist(said.deliveries)

    async def acknowledge(self) -> None:
        """Whoever sees an alert about it presses its button; if none comes soon, nobody does."""
        for _ in range(int(_SEEN_WITHIN / 0.2)):
            for key in STAFF:
                person = self.pair.colleague(key)
                for message in reversed(self.pair.slack.sent(self.pair.slack.dm(person))):
                    button = _button(message, self.ticket)
                    if button:
                        await self.pair.insist([await self.pair.slack.presses(person, message, button)])
                        return
            await asyncio.sleep(0.2)


def _button(message: Message, ticket: str) -> str:
    """The button by which somebody takes on what this message tells of a ticket ("" if there is none)."""
    about = ""
    for block in message.blocks:
        written = str(block)
        named = re.search(r"\bT-\d+", written)
        about = named[0] if named else about
        pressed = _ACK.search(written)
        if pressed and about == ticket:
            elements = [*block.get("elements", []), block.get("accessory") or {}]
            return next(str(each["action_id"]) for each in elements if _ACK.match(str(each.get("action_id"))))
    return ""


_ACTS: tuple[Callable[[History], Awaitable[None]], ...] = (
    History.take, History.prioritise, History.wait, History.reply, History.solve, History.reopen, History.reassign,
    History.snooze, History.write, History.acknowledge,
)  # fmt: skip
_WEIGHTS = (3, 3, 2, 3, 2, 2, 1, 2, 3, 4)


def histories(pair: Pair, count: int, seed: int) -> list[History]:
    """So many, each with a chance of its own."""
    return [History(pair, number, random.Random(f"{seed}/{number}")) for number in range(1, count + 1)]
