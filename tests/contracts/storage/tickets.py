"""Tickets: numbers, versions, queues, the board, links."""

import asyncio
from dataclasses import fields, replace
from datetime import timedelta
from functools import partial

import pytest

from bot.chat.text import text
from bot.errors import NotFound, StaleWrite
from bot.tickets.ports import Column
from bot.tickets.rules import Priority, Status, Ticket
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage.samples import NASTY, RICH, moment, person, team, ticket
from tests.databases import Opener

FULL = {
    "status": Status.PENDING,
    "priority": Priority.URGENT,
    "tags": ("退款", "vip"),
    "source": "slack:C1",
    "link": "https://example.com/1",
    "origin": "slack:C1:1.1",
    "due_on": "2026-12-24",
    "type": "故障",
    "solved_at": moment(1),
    "closed_at": moment(2.5),
    "customer_spoke_at": moment(3.000001),
    "last_reply": "好的",
    "last_reply_at": moment(4),
}


class TicketsContract:
    """Covers T1 and T2: a ticket with everything that belongs to it, changed by one person at a time."""

    async def test_a_ticket_comes_back_as_it_was_stored(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> tuple[Ticket, Ticket]:
            before = ticket(unit)
            stored = ticket(unit, follows=before.id, assignee=before.requester, merged_into=before.id, **FULL)
            return stored, unit.tickets.get(stored.id)

        stored, read = await database.write(work)
        assert read == stored
        empty = {field.name for field in fields(Ticket) if not getattr(stored, field.name)}
        assert not empty, "the sample must fill every field"

    async def test_forty_thousand_characters_come_back(self, database: SqlDatabase) -> None:
        long = text("字" * 20_000, "\U0001f600" * 20_000)
        stored = await database.write(lambda unit: ticket(unit, description=long))
        assert (await database.read(lambda unit: unit.tickets.get(stored.id))).description == long

    @pytest.mark.parametrize("words", NASTY, ids=range(len(NASTY)))
    async def test_no_text_is_poison(self, database: SqlDatabase, words: str) -> None:
        def work(unit: Unit) -> Ticket:
            return ticket(unit, title=words, description=text(words), tags=(words,), origin=f"o{words}", link=words)

        stored = await database.write(work)
        read = await database.read(lambda unit: unit.tickets.get(stored.id))
        if words.isprintable() and words.isascii():
            assert read == stored
        again = await database.write(lambda unit: ticket(unit, origin=f"o{words}"))
        assert again.id == stored.id

    async def test_numbers_are_given_in_order(self, database: SqlDatabase) -> None:
        stored = await database.write(lambda unit: [ticket(unit).reference for _ in range(3)])
        assert stored == ["T-1", "T-2", "T-3"]

    async def test_the_same_message_makes_one_ticket(self, database: SqlDatabase, clock: ManualClock) -> None:
        first = await database.write(lambda unit: ticket(unit, origin="slack:C1:7"))
        clock.advance(5)
        second = await database.write(lambda unit: ticket(unit, origin="slack:C1:7", title="other"))
        assert second == first
        assert await database.read(lambda unit: unit.tickets.by_origin("slack:C1:7")) == first
        assert await database.read(lambda unit: unit.tickets.by_origin("")) is None

    async def test_an_unknown_ticket_is_named(self, database: SqlDatabase) -> None:
        def look(unit: Unit, number: int) -> Ticket:
            return unit.tickets.get(number)

        for number in (404, 0, -1, 10**30):
            with pytest.raises(NotFound) as problem:
                await database.read(partial(look, number=number))
            assert (problem.value.key, problem.value.values) == ("ticket.unknown", {"reference": f"T-{number}"})

    async def test_saving_gives_a_new_version(self, database: SqlDatabase, clock: ManualClock) -> None:
        def change(unit: Unit) -> Ticket:
            read = unit.tickets.get(stored.id)
            return unit.tickets.save(replace(read, title="neu", description=RICH[:1], priority=Priority.LOW), unit.now)

        stored = await database.write(lambda unit: ticket(unit))
        clock.advance(60)
        saved = await database.write(change)
        assert (saved.version, saved.updated_at, saved.created_at) == (2, clock.now(), stored.created_at)
        assert await database.read(lambda unit: unit.tickets.get(stored.id)) == saved

    async def test_a_save_over_somebody_elses_is_refused(self, database: SqlDatabase) -> None:
        """Covers T9: of two agents who take at once, one wins."""
        read = await database.write(lambda unit: ticket(unit))
        saved = await database.write(lambda unit: unit.tickets.save(replace(read, title="first"), unit.now))
        tries = []

        def late(unit: Unit) -> None:
            tries.append(unit)
            unit.tickets.save(replace(read, title="second"), unit.now)

        with pytest.raises(StaleWrite):
            await database.write(late)
        assert len(tries) == 4, "run again three times"
        assert await database.read(lambda unit: unit.tickets.get(read.id)) == saved

    async def test_the_loser_of_a_race_reads_anew_and_goes_on(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")
        stored = await one.write(lambda unit: ticket(unit))

        async def add_tags(database: SqlDatabase, names: list[str]) -> None:
            for name in names:

                def add(unit: Unit, name: str = name) -> None:
                    read = unit.tickets.get(stored.id)
                    unit.tickets.save(read.tagged((*read.tags, name)), unit.now)

                await database.write(add)

        await asyncio.gather(add_tags(one, ["a", "b", "c"]), add_tags(other, ["d", "e", "f"]))
        read = await one.read(lambda unit: unit.tickets.get(stored.id))
        assert set(read.tags) == set("abcdef")
        assert read.version == 7


class QueuesContract:
    """Covers P5: Who sees which tickets in which order."""

    async def test_queues_are_urgent_first_then_oldest(self, database: SqlDatabase, clock: ManualClock) -> None:
        def work(unit: Unit) -> None:
            me = person(unit)
            for priority in (Priority.LOW, Priority.NORMAL, Priority.URGENT, Priority.HIGH):
                for age in (2, 1):
                    created = unit.now - timedelta(hours=age)
                    ticket(unit, title=f"{priority}{age}", priority=priority, created_at=created, assignee=me.id)
            ticket(unit, title="solved", status=Status.SOLVED, assignee=me.id)
            ticket(unit, title="mine not")
            titles = [found.title for found in unit.tickets.assigned_to(me.id)]
            assert titles == ["urgent2", "urgent1", "high2", "high1", "normal2", "normal1", "low2", "low1"]
            assert [found.title for found in unit.tickets.assigned_to(me.id, limit=1)] == ["urgent2"]

        await database.write(work)

    async def test_a_requester_sees_his_newest_first_without_what_is_over(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            me = person(unit)
            for number, status in enumerate(Status):
                ticket(unit, title=status, status=status, requester=me.id, created_at=unit.now + timedelta(number))
            merged = ticket(unit, requester=me.id)
            unit.tickets.save(replace(merged, merged_into=1, status=Status.SOLVED), unit.now)
            found = [each.title for each in unit.tickets.requested_by(me.id)]
            assert found == ["solved", "on_hold", "pending", "open", "new"]

        await database.write(work)

    async def test_the_unassigned_ones_of_some_teams(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            teams = [team(unit, key) for key in ("a", "b", "c")]
            for one in teams:
                ticket(unit, title=one.key, team=one.id)
                ticket(unit, title=f"{one.key} taken", team=one.id, assignee=person(unit).id)
            found = unit.tickets.unassigned([teams[0].id, teams[2].id])
            assert [each.title for each in found] == ["a", "c"]
            assert unit.tickets.unassigned([]) == []

        await database.write(work)

    async def test_the_board_counts_and_shows_the_most_pressing(self, database: SqlDatabase) -> None:
        """Covers B1: columns with counts, the oldest age, the cards that need a hand."""
        columns = ((Status.NEW,), (Status.OPEN, Status.PENDING, Status.ON_HOLD), (Status.SOLVED,))

        def work(unit: Unit) -> None:
            ours, theirs = team(unit, "ours"), team(unit, "theirs")
            for number, status in enumerate((Status.NEW, Status.NEW, Status.OPEN, Status.PENDING, Status.CLOSED)):
                ticket(unit, title=str(number), status=status, team=ours.id, created_at=moment(number))
            urgent = ticket(unit, status=Status.NEW, team=ours.id, priority=Priority.URGENT, created_at=moment(9))
            ticket(unit, status=Status.NEW, team=theirs.id, created_at=moment(-5))
            merged = ticket(unit, status=Status.SOLVED, team=ours.id)
            unit.tickets.save(replace(merged, merged_into=urgent.id), unit.now)
            new, working, solved = unit.tickets.columns([ours.id], columns, each=2)
            assert (new.statuses, new.count, new.oldest) == ((Status.NEW,), 3, moment(0))
            assert [each.title for each in new.tickets] == [urgent.title, "0"]
            assert (working.count, working.oldest, len(working.tickets)) == (2, moment(2), 2)
            assert solved == Column((Status.SOLVED,), 0, None, ())
            everything = unit.tickets.columns(None, columns, each=1)[0]
            assert (everything.count, everything.oldest) == (4, moment(-5))
            assert unit.tickets.columns([], columns, each=1)[0].count == 0

        await database.write(work)

    async def test_tickets_are_linked_once_in_both_directions(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> None:
            one, two, three = (ticket(unit).id for _ in range(3))
            unit.tickets.link(one, two, "related")
            unit.tickets.link(one, two, "related")
            unit.tickets.link(two, one, "related")
            unit.tickets.link(three, one, "follow_up")
            assert unit.tickets.linked(one) == [("follow_up", three), ("related", two)]
            assert unit.tickets.linked(two) == [("related", one)]

        await database.write(work)
