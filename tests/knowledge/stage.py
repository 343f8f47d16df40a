"""The stage of the stories about knowledge: that of the ticket stories, with a librarian who is waited for."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.rules import Article, Content, Revision
from bot.unit import Unit
from tests.fakes.slack import Channel, Message
from tests.tickets.stage import Stage, open_stage

REFUND = "打开 **订单**，点“退款”，一般三天到账。"

ANSWERS_FIRST = "[knowledge]\nanswer_customers = true\n"
PEOPLE_FIRST = "[knowledge]\nanswer_customers = false\n"
"""What a team file says whose customers are answered from the knowledge base first, or by people alone."""


@dataclass
class Reading(Stage):
    """The stage, and what stands in the knowledge base."""

    async def read_up(self) -> None:
        """Let the librarian follow what was written."""
        await self.baton.baton.librarian.look()

    async def writes(self, who: str, title: str, body: str = REFUND, **more: str) -> dict[str, str]:
        """Somebody types `/kb new`, fills the form in and sends it; the errors at its fields."""
        await self.command(who, None, "/kb", "new")
        labels = {"title": "标题", "body": "答案", "aliases": "其他问法", "category": "分类", "kind": "类型",
                  "audience": "谁可以看"}  # fmt: skip
        values = {"标题": title, "答案": body, **{labels[name]: value for name, value in more.items()}}
        errors = await self.submit(who, values)
        await self.read_up()
        return errors

    async def article(self, number: int = 1) -> Article:
        """An article as it is stored."""
        found: Article = await self.baton.read(lambda unit: unit.knowledge.get(number))
        return found

    async def revisions(self, number: int = 1) -> list[Revision]:
        """The revisions of an article, newest first."""
        found: list[Revision] = await self.baton.read(lambda unit: unit.knowledge.revisions(number))
        return found

    async def stored(self, *contents: Content, **more: Any) -> list[Article]:
        """Articles that stand there already; nobody wrote them."""

        def add(unit: Unit) -> list[Article]:
            articles = [Article(0, content, unit.now, unit.now, **more) for content in contents]
            return unit.knowledge.add(articles, 0)

        made: list[Article] = await self.baton.baton.database.write(add)
        await self.read_up()
        return made

    def latest(self, room: Channel) -> Message:
        """What the bot posted last in a room or a thread of it."""
        return self.slack.sent(room)[-1]

    def told(self, who: str) -> Message:
        """What the bot showed somebody last, in their own conversation."""
        return self.slack.sent(self.slack.dm(self[who]))[-1]


@contextlib.asynccontextmanager
async def open_reading(folder: Path, *, more: str = "", **others: Any) -> AsyncIterator[Reading]:
    """The whole at work until the block ends; arguments as for `open_stage`. Customers are answered by people first,
    unless `more` has a `[knowledge]` section that does not say so."""
    if "[knowledge]" not in more:
        more += f"\n{PEOPLE_FIRST}"
    async with open_stage(folder, more=more, **others) as stage:
        yield Reading(stage.slack, stage.baton, stage.telegram, stage.people)
