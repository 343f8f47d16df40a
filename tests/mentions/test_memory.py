"""Who was called is remembered once, whatever becomes of it."""

from dataclasses import replace

import pytest

from bot.errors import NotFound
from bot.mentions.rules import Mention, State
from bot.people.rules import Person
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.contracts.storage.samples import message, person, ticket


def mention_of(unit: Unit, who: Person, number: int = 0) -> Mention:
    """A mention of this person, in a new message unless one is named."""
    where = unit.tickets.message(number) if number else message(unit, ticket(unit))
    return Mention(0, where.ticket, where.id, who.id, unit.now)


async def test_a_person_is_called_once_in_a_message(database: SqlDatabase) -> None:
    """Covers U4: edits and repeats change nothing."""

    def work(unit: Unit) -> tuple[Mention | None, Mention | None, list[Mention]]:
        first = unit.mentions.add(mention_of(unit, person(unit, "a")))
        assert first is not None
        again = unit.mentions.add(replace(first, id=0, state=State.HELD))
        other = unit.mentions.add(mention_of(unit, person(unit, "b"), first.message))
        assert other is not None
        return first, again, unit.mentions.of_message(first.message)

    first, again, found = await database.write(work)
    assert again is None
    assert first is not None
    assert found[0].person == first.person
    assert len(found) == 2


async def test_what_became_of_it_is_kept(database: SqlDatabase) -> None:
    """Covers U4."""

    def work(unit: Unit) -> tuple[Mention, Mention]:
        made = unit.mentions.add(mention_of(unit, person(unit)))
        assert made is not None
        changed = replace(made, state=State.ANSWERED)
        unit.mentions.save(changed)
        return changed, unit.mentions.get(made.id)

    changed, read = await database.write(work)
    assert read == changed


@pytest.mark.parametrize("number", [404, 0, -1, 10**30])
async def test_one_that_is_none_is_said_so(database: SqlDatabase, number: int) -> None:
    """Whatever number a button carries."""
    with pytest.raises(NotFound) as problem:
        await database.read(lambda unit: unit.mentions.get(number))
    assert problem.value.key == "mention.unknown"


async def test_two_persons_who_are_one_were_called_once(database: SqlDatabase) -> None:
    """Covers P1: both were called in one message; one mention is left, and it is his."""

    def work(unit: Unit) -> tuple[int, list[Mention]]:
        kept, gone = person(unit, "kept"), person(unit, "gone")
        first = unit.mentions.add(mention_of(unit, kept))
        assert first is not None
        unit.mentions.add(mention_of(unit, gone, first.message))
        elsewhere = unit.mentions.add(mention_of(unit, gone))
        assert elsewhere is not None
        unit.people.merge_person(kept.id, gone.id)
        return kept.id, unit.mentions.of_message(first.message) + unit.mentions.of_message(elsewhere.message)

    kept, found = await database.write(work)
    assert [each.person for each in found] == [kept, kept]
