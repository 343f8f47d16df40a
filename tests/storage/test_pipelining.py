"""What PostgreSQL's link does without waiting: changes that must touch a row, reads ahead of time, turns."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from sqlalchemy import bindparam, select, update

from bot.errors import Conflict, StaleWrite
from bot.unit import Unit
from storage import open_database
from storage.statements import Link, Statement
from storage.tables.keystore import changes
from storage.unit import SqlDatabase, SqlUnit

NUMBER = Statement(select(changes.c.number).where(changes.c.name == bindparam("name")))
SET = Statement(update(changes).where(changes.c.name == bindparam("name_")).values(number=bindparam("number")))
NAME = Statement(select(changes.c.name).where(changes.c.name == bindparam("name")))
BROKEN = Statement(select(changes.c.number / bindparam("zero", 0)).where(changes.c.name == bindparam("name")))


@pytest.fixture
async def database(migrated_postgres_url: str) -> AsyncIterator[SqlDatabase]:
    """An open database on PostgreSQL in which "here" stands at 1."""
    opened = open_database(migrated_postgres_url)
    await opened.start()
    with psycopg.connect(migrated_postgres_url) as connection:
        connection.execute("INSERT INTO changes (name, number) VALUES ('here', 1)")
    yield opened
    await opened.close()


def linked(work: Callable[[Link], object]) -> Callable[[Unit], object]:
    """Work on the unit's link itself."""

    def run(unit: Unit) -> object:
        assert isinstance(unit, SqlUnit)
        return work(unit._link)

    return run


def demand(link: Link, name: str, failure: Exception, number: int = 2) -> None:
    """Set the number of this row, which has to be there."""
    link.demand(SET, lambda: failure, name_=name, number=number)


async def number(database: SqlDatabase) -> object:
    """What "here" stands at."""
    return await database.read(linked(lambda link: link.value(NUMBER, name="here")))


class TestDemands:
    """A change that touches no row undoes its unit, under the name that its caller gave it."""

    @pytest.mark.parametrize("asked_afterwards", [False, True])
    async def test_it_fails_with_the_callers_error(self, database: SqlDatabase, asked_afterwards: bool) -> None:
        """On commit, or where the next answer is waited for."""

        def work(link: Link) -> None:
            demand(link, "here", Conflict("not this"))
            demand(link, "nowhere", Conflict("this"))
            demand(link, "nowhere", Conflict("nor this, which is behind it"))
            if asked_afterwards:
                link.value(NUMBER, name="here")

        with pytest.raises(Conflict, match=r"^this"):
            await database.write(linked(work))
        assert await number(database) == 1

    async def test_a_stale_one_runs_the_unit_again(self, database: SqlDatabase) -> None:
        """Covers T9."""
        tries: list[int] = []

        def work(link: Link) -> None:
            tries.append(1)
            demand(link, "here" if len(tries) == 3 else "nowhere", StaleWrite("lost"), number=len(tries))

        await database.write(linked(work))
        assert await number(database) == 3

    async def test_one_that_is_broken_itself_says_so(self, database: SqlDatabase) -> None:
        """Other errors of the change are not taken for a row that is missing."""

        def work(link: Link) -> None:
            demand(link, "here", StaleWrite("not this"), number=2**70)

        with pytest.raises(psycopg.errors.NumericValueOutOfRange):
            await database.write(linked(work))

    async def test_within_an_attempt_it_fails_there(self, database: SqlDatabase) -> None:
        """What was done before the attempt holds, and the unit goes on."""

        def work(unit: Unit) -> None:
            assert isinstance(unit, SqlUnit)
            link = unit._link
            demand(link, "here", Conflict("no"), number=7)
            with pytest.raises(Conflict, match="in the attempt"):
                unit.attempt(lambda: demand(link, "nowhere", Conflict("in the attempt")))
            unit.keys.put("went on", True)

        await database.write(work)
        assert await number(database) == 7
        assert await database.read(lambda unit: unit.keys.get("went on"))

    async def test_another_division_by_zero_is_nobodys_demand(self, database: SqlDatabase) -> None:
        """Whether it was demanded before what fails or after it."""

        def work(link: Link) -> None:
            demand(link, "here", Conflict("not this"))
            link.run(BROKEN, name="here")
            demand(link, "here", StaleWrite("nor this"))

        with pytest.raises(psycopg.errors.DivisionByZero):
            await database.write(linked(work))


class TestAhead:
    """A read ahead of time gives what a read in its place would have given."""

    async def test_its_answer_is_given_once_to_who_asks_the_same(self, database: SqlDatabase) -> None:
        def work(link: Link) -> list[object]:
            link.ahead(NUMBER, name="here")
            other = link.value(NUMBER, name="nowhere")
            link.ahead(NUMBER, name="here")
            return [other, link.arrived(NUMBER, name="nowhere"), link.arrived(NUMBER), link.value(NUMBER, name="here")]

        assert await database.write(linked(work)) == [None, None, None, 1]

    async def test_nobody_is_given_what_the_unit_has_changed_since(self, database: SqlDatabase) -> None:
        def work(link: Link) -> list[object]:
            link.ahead(NUMBER, name="here")
            link.run(SET, name_="here", number=2)
            seen = [link.value(NUMBER, name="here")]
            link.ahead(NUMBER, name="here")
            demand(link, "here", Conflict("no"), number=3)
            return [*seen, link.arrived(NUMBER, name="here"), link.value(NUMBER, name="here")]

        assert await database.write(linked(work)) == [2, None, 3]

    async def test_nobody_is_given_what_a_savepoint_took_back(self, database: SqlDatabase) -> None:
        def work(unit: Unit) -> object:
            assert isinstance(unit, SqlUnit)
            link = unit._link

            def part() -> None:
                link.run(SET, name_="here", number=2)
                link.ahead(NUMBER, name="here")
                raise Conflict("back")

            with pytest.raises(Conflict):
                unit.attempt(part)
            return link.value(NUMBER, name="here")

        assert await database.write(work) == 1

    async def test_it_is_asked_anew_in_a_turn_that_had_to_be_waited_for(self, database: SqlDatabase) -> None:
        """What another replica changed in its turn is seen by whoever comes after it."""
        holding, read = threading.Event(), threading.Event()

        def first(link: Link) -> None:
            link.serialize("turn")
            link.value(NUMBER, name="here")
            holding.set()
            assert read.wait(10)
            link.run(SET, name_="here", number=2)

        def second(link: Link) -> object:
            link.ahead(NUMBER, name="here")
            link.value(NAME, name="here")  # with this answer, the one before it has come
            read.set()
            link.serialize("turn")
            return link.value(NUMBER, name="here")

        holder = asyncio.create_task(database.write(linked(first)))
        await asyncio.to_thread(holding.wait, 10)
        assert await database.write(linked(second)) == 2
        await holder


async def test_a_turn_that_was_taken_in_a_part_that_was_undone_is_taken_again(database: SqlDatabase) -> None:
    """A savepoint that is gone back to lets go of the locks that were got since."""
    undone, tried, taken = threading.Event(), threading.Event(), threading.Event()
    order: list[str] = []

    def first(unit: Unit) -> None:
        def part() -> None:
            unit.serialize("turn")
            raise Conflict("back")

        with pytest.raises(Conflict):
            unit.attempt(part)
        unit.serialize("turn")
        unit.keys.get("settle")
        undone.set()
        assert not taken.wait(0.3), "somebody else has the turn as well"
        order.append("first")

    def second(unit: Unit) -> None:
        tried.set()
        unit.serialize("turn")
        unit.keys.get("settle")
        taken.set()
        order.append("second")

    holder = asyncio.create_task(database.write(first))
    await asyncio.to_thread(undone.wait, 10)
    await database.write(second)
    await holder
    assert order == ["first", "second"]
