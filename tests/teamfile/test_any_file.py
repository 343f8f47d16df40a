"""Whatever team files are applied one after the other: each one holds at once, and what is exported changes nothing."""

import random
from typing import Any

import pytest

from bot.language.catalogue import Words
from bot.teamfile.applying import apply
from bot.teamfile.exporting import export
from bot.teamfile.reading import parse
from bot.teamfile.telling import told
from bot.teamfile.writing import toml
from bot.unit import Database

WORDS = Words("en")
STAFF = ("agent", "technician", "supervisor")


class FileMaker:
    """Makes team files at random; ids that only one may have are dealt out anew for each file."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def file(self) -> str:
        """Some of four teams and five persons, each with some of its fields."""
        teams = self.some(["a", "b", "c", "d"])
        people = self.some(["p", "q", "r", "s", "t"])
        self.slack = self.some([f"U0{letter}" for letter in "ABCDEFGH"])
        self.rooms = self.some([f"C0{letter}" for letter in "ABCDEFGH"])
        document: dict[str, Any] = {
            "workspace": self.maybe(name="X", locale="zh-TW", file_limit=self.random.randint(1, 9), refused_types=[]),
            "teams": [self.team(key, people) for key in teams],
            "people": [self.person(key, teams) for key in people],
        }
        return toml(document)

    def team(self, key: str, people: list[str]) -> dict[str, Any]:
        """A team, perhaps led by one of these."""
        row = {"key": key, "name": key.upper() + self.random.choice("12")}
        lead = {"lead": self.random.choice(people)} if people else {}
        return row | self.maybe(
            **lead,
            aliases=[f"{key}x", f"{key}y"],
            slack_channel=self.dealt(self.rooms),
            web_room=self.random.choice(["", f"{key}-room"]),
            intake=[f"slack:{room}9" for room in self.rooms[-1:]] if key == "a" else [],
            audience="public",
            topic_per_ticket=True,
            review_articles=True,
            locale="en",
            **self.exceptions(),
        )

    def person(self, key: str, teams: list[str]) -> dict[str, Any]:
        """A person, perhaps in some of these teams."""
        row = {"key": key, "name": key * 3, "role": self.random.choice(STAFF)}
        return row | self.maybe(
            teams=self.some(teams),
            skills=["k"],
            tier="gold",
            slack=[self.dealt(self.slack)] if self.slack else [],
            web=self.random.choice(["", f"{key}-web"]),
            email="a@example.com",
            locale=self.random.choice(["en", "zh-CN"]),
            active=self.random.random() < 0.8,
            phone="+8613800138000",
            **self.exceptions(),
        )

    def exceptions(self) -> dict[str, Any]:
        """Some to a calendar; without any days at times, which is as good as not saying it."""
        hours = {day: ["10:00-16:00"] for day in self.some(["2026-12-24", "2026-12-26"])}
        return {"closed": self.some(["2026-12-25", "2026-12-31"]), "open": hours, "rest": self.some(["12:00-13:00"])}

    def some(self, items: list[str]) -> list[str]:
        """Some of them, in any order."""
        return self.random.sample(items, self.random.randint(0, len(items)))

    def maybe(self, **fields: Any) -> dict[str, Any]:
        """About half of the fields."""
        return {name: value for name, value in fields.items() if self.random.random() < 0.5}

    def dealt(self, items: list[str]) -> str:
        """One that nobody else gets."""
        return items.pop() if items else ""


async def applied(database: Database, text: str) -> list[str]:
    """Apply a file; what changed."""
    teamfile = parse(text, "baton.toml", WORDS)
    return [told(WORDS, change) for change in await database.write(lambda unit: apply(unit, teamfile))]


@pytest.mark.parametrize("seed", range(6))
async def test_files_one_after_the_other(database: Database, seed: int) -> None:
    maker = FileMaker(seed)
    for _ in range(5):
        text = maker.file()
        await applied(database, text)
        assert await applied(database, text) == []
        if maker.random.random() < 0.6:
            exported = await database.read(export)
            assert await applied(database, exported) == []
            assert await database.read(export) == exported
