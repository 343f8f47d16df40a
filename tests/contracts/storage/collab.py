"""What storage promises about collaboration requests."""

from dataclasses import fields, replace

import pytest

from bot.chat.text import text
from bot.collab.rules import CollabRequest, Item, State
from bot.errors import NotFound, StaleWrite
from bot.people.rules import Person, Role
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.contracts.storage.samples import RICH, moment, ticket


def request(unit: Unit, number: int = 0, **more: object) -> CollabRequest:
    """A new request of a ticket to the ticket's own team, by its requester."""
    about = unit.tickets.get(number) if number else ticket(unit)
    made = CollabRequest(0, about.id, about.team, about.team, about.requester, text("help"), moment(1), moment(1))
    return unit.collab.add(replace(made, **more))  # type: ignore[arg-type]


class CollabContract:
    """Requests."""

    async def test_one_comes_back_as_it_was_stored(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            stored = request(
                unit, problem=RICH, state=State.ACCEPTED, type="BUG",
                items=(Item("log", "E-203"), Item("shot", files=(4, 2))), messages=(3, 1), files=(9,), eta=moment(9),
                asked_back=True, returns=2, reason="missing", remark="no code", result="done", after=(7, 5), flow="f",
                step="s", limit="2h", started_at=moment(2), accepted_at=moment(3), ended_at=moment(4),
            )  # fmt: skip
            stored = replace(stored, owner=stored.asker)
            stored = unit.collab.save(stored, moment(5))
            assert not {field.name for field in fields(CollabRequest) if not getattr(stored, field.name)}
            assert unit.collab.get(stored.id) == stored
            assert stored.version == 2

        await database.write(work)

    async def test_one_that_is_not_there(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            for number in (0, 99, 10**30):
                with pytest.raises(NotFound, match=r"collab\.unknown"):
                    unit.collab.get(number)

        await database.write(work)

    async def test_who_saves_second_is_told(self, database: SqlDatabase) -> None:
        stored: CollabRequest = await database.write(lambda unit: request(unit))
        await database.write(lambda unit: unit.collab.save(replace(stored, type="BUG"), moment(2)))
        with pytest.raises(StaleWrite):
            await database.write(lambda unit: unit.collab.save(replace(stored, type="x"), moment(3)))

    async def test_lists(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            first = request(unit)
            about, team, me = first.ticket, first.team, first.asker
            other = unit.people.add_person(Person(0, "Z", Role.TECHNICIAN))
            blocked = request(unit, about, state=State.BLOCKED, after=(first.id,))
            owned = request(unit, about, state=State.ACCEPTED, owner=other.id)
            done = request(unit, about, state=State.DONE, owner=other.id)
            ids = [each.id for each in (first, blocked, owned, done)]
            assert [each.id for each in unit.collab.of_ticket(about)] == ids
            assert [each.id for each in unit.collab.blocked_on(first.id)] == [blocked.id]
            assert unit.collab.blocked_on(owned.id) == []
            assert [each.id for each in unit.collab.open_for([team])] == [first.id, owned.id]
            assert unit.collab.open_for([]) == []
            assert [each.id for each in unit.collab.open_for([team], limit=1)] == [first.id]
            assert [each.id for each in unit.collab.owned_by(other.id)] == [owned.id]
            assert [each.id for each in unit.collab.asked_by(me)] == [first.id, blocked.id, owned.id]

        await database.write(work)

    async def test_they_move_with_their_ticket_and_follow_persons_who_are_one(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            first, second = request(unit), ticket(unit, origin="x#2")
            twin = unit.people.add_person(Person(0, "Z", Role.TECHNICIAN))
            unit.collab.save(replace(first, owner=twin.id), moment(2))
            unit.collab.move(first.ticket, second.id)
            assert unit.collab.of_ticket(first.ticket) == []
            unit.people.merge_person(first.asker, twin.id)
            moved = unit.collab.get(first.id)
            assert (moved.ticket, moved.owner, moved.asker) == (second.id, first.asker, first.asker)

        await database.write(work)
