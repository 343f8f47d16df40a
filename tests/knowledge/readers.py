"""Libraries and their librarians beside a test's database, and work that writes articles into it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot.knowledge.library import Library
from bot.knowledge.live import Librarian
from bot.knowledge.rules import Article, Content
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import ManualClock


class Reader:
    """A library and its librarian."""

    def __init__(self, database: SqlDatabase, clock: ManualClock, folder: Path | None = None, *, keeps: bool = True):
        self.library = Library()
        self.librarian = Librarian(database, self.library, clock, folder, keeps=keeps)

    async def finds(self, question: str, *, staff: bool = True) -> list[int]:
        """What is found once the librarian has looked."""
        await self.librarian.look()
        return self.at_once(question, staff=staff)

    def at_once(self, question: str, *, staff: bool = True) -> list[int]:
        """What is found now."""
        return [hit.id for hit in self.library.search(question, limit=5, staff=staff).hits]


def add(*titles: str, **more: object) -> Callable[[Unit], list[Article]]:
    """Work that stores articles."""

    def work(unit: Unit) -> list[Article]:
        fresh = [Article(0, Content(title, f"关于{title}"), unit.now, unit.now) for title in titles]
        return unit.knowledge.add([replace(one, **more) for one in fresh], 0)  # type: ignore[arg-type]

    return work


def save(article: Article, **more: object) -> Callable[[Unit], Article]:
    """Work that changes an article."""
    return lambda unit: unit.knowledge.save(replace(article, **more), unit.now)  # type: ignore[arg-type]


async def until(clock: ManualClock, true: Callable[[], bool], *, within: float) -> None:
    """Let time pass, at most so much, until something holds."""
    passed = 0.0
    while not true():
        assert passed <= within, "it took too long"
        for _ in range(50):
            await asyncio.sleep(0.002)
            if true():
                return
        clock.advance(0.1)
        passed += 0.1
