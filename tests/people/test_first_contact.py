"""The same stranger in two rooms at once."""

import asyncio
from datetime import UTC, datetime

from bot.chat.events import MessageReceived, Place, Profile
from bot.people.identity import identify
from bot.people.rules import Person
from storage.unit import SqlDatabase
from tests.databases import Opener


async def test_a_stranger_who_speaks_up_in_many_rooms_at_once_is_one_person(
    database: SqlDatabase, opened: Opener
) -> None:
    """Covers G2: one person, one identity, at two replicas too."""
    replicas = [database, await opened(mode="visit")]

    async def meet(number: int) -> Person:
        said = MessageReceived(
            f"e{number}", Place("slack", f"C{number}"), "U0NEW", datetime(2026, 12, 1, tzinfo=UTC), message=str(number),
            profile=Profile("新客户"),
        )  # fmt: skip
        return await replicas[number % len(replicas)].write(lambda unit: identify(unit, said))

    met = await asyncio.gather(*(meet(number) for number in range(16)))
    assert len({person.id for person in met}) == 1
    everybody = await database.read(lambda unit: unit.people.all_persons())
    assert [person.name for person in everybody] == ["新客户"]
