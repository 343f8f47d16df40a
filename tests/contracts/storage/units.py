"""Units of work: whole or not at all, facts dispatched within, one woken after the other."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pytest

from bot.errors import Invalid, StaleWrite, UserError
from bot.facts import Fact, Reactions
from bot.tickets.facts import TicketOpened
from bot.unit import Unit
from storage.engine import TOPICS
from storage.unit import SqlDatabase
from tests.clock import ManualClock
from tests.contracts.storage.samples import person, put, record, show
from tests.databases import Opener


@dataclass(frozen=True, slots=True)
class FirstHappened(Fact):
    """The first fact of a chain."""


@dataclass(frozen=True, slots=True)
class SecondHappened(Fact):
    """What follows from it."""


@dataclass(frozen=True, slots=True)
class ThirdHappened(Fact):
    """What follows from that."""


def mark(unit: Unit, key: str) -> None:
    """Leave something behind."""
    unit.keys.put(key, True)


async def marks(database: SqlDatabase, *keys: str) -> list[str]:
    """Which of these were left behind."""
    return await database.read(lambda unit: [key for key in keys if unit.keys.get(key)])


def commits(woken: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """What was said of commits here. PostgreSQL also says everything at once when it begins to listen."""
    return [topics for topics in woken if tuple(topics) != TOPICS]


class UnitsContract:
    """Covers C9: one transaction, whole or not at all."""

    async def test_a_result_comes_back_and_what_was_done_stays(self, database: SqlDatabase, clock: ManualClock) -> None:
        def work(unit: Unit) -> tuple[int, str, object]:
            mark(unit, "a")
            return unit.actor, unit.source, unit.now

        assert await database.write(work, actor=7, source="slack:C1") == (7, "slack:C1", clock.now())
        assert await marks(database, "a") == ["a"]

    @pytest.mark.parametrize("problem", [Invalid("x"), ValueError("bug"), KeyboardInterrupt()])
    async def test_an_exception_leaves_nothing_behind(self, database: SqlDatabase, problem: BaseException) -> None:
        woken: list[Sequence[str]] = []
        database.on_commit(woken.append)

        def work(unit: Unit) -> None:
            mark(unit, "a")
            who = person(unit)
            unit.outbox.put(show())
            unit.record(TicketOpened(1))
            raise problem if who.id else AssertionError

        with pytest.raises(type(problem)) as raised:
            await database.write(work)
        assert raised.value is problem
        assert await marks(database, "a") == []
        assert await database.read(lambda unit: (unit.people.all_persons(), unit.facts.latest())) == ([], 0)
        assert await database.read(lambda unit: unit.outbox.backlog()) == (0, None)
        assert commits(woken) == []

    async def test_nothing_is_written_while_reading(self, database: SqlDatabase) -> None:
        with pytest.raises(Exception, match=r"read-?only|readonly"):
            await database.read(lambda unit: mark(unit, "a"))
        assert await marks(database, "a") == []

    async def test_a_part_can_fail_alone(self, database: SqlDatabase) -> None:
        def fail(unit: Unit) -> None:
            mark(unit, "inner")
            unit.outbox.put(show("inner"))
            assert unit.outbox.pending("inner")
            unit.outbox.put(show("inner 2"))
            raise Invalid("no")

        def work(unit: Unit) -> None:
            mark(unit, "before")
            unit.outbox.put(show("before"))
            with pytest.raises(Invalid):
                unit.attempt(lambda: fail(unit))
            assert unit.attempt(lambda: mark(unit, "kept")) is None
            mark(unit, "after")
            assert not unit.outbox.pending("inner")

        await database.write(work)
        assert await marks(database, "before", "inner", "kept", "after") == ["before", "kept", "after"]
        pending = await database.read(lambda unit: [unit.outbox.pending(key) for key in ("before", "inner", "inner 2")])
        assert pending == [True, False, False]

    async def test_a_part_of_a_part_can_fail_alone(self, database: SqlDatabase) -> None:
        def fail(unit: Unit) -> None:
            mark(unit, "innermost")
            raise ValueError

        def inner(unit: Unit) -> None:
            mark(unit, "inner")
            with pytest.raises(ValueError):  # noqa: PT011 - it carries no message
                unit.attempt(lambda: fail(unit))

        await database.write(lambda unit: unit.attempt(lambda: inner(unit)))
        assert await marks(database, "inner", "innermost") == ["inner"]

    async def test_a_database_error_in_a_part_does_not_spoil_the_rest(self, database: SqlDatabase) -> None:
        def break_a_rule(unit: Unit) -> None:
            person(unit, key="lin")

        def work(unit: Unit) -> None:
            person(unit, key="lin")
            with pytest.raises(Exception, match=r"(?i)unique"):
                unit.attempt(lambda: break_a_rule(unit))
            mark(unit, "after")

        await database.write(work)
        assert await marks(database, "after") == ["after"]

    async def test_a_stale_write_is_tried_again(self, database: SqlDatabase) -> None:
        tries: list[int] = []

        def work(unit: Unit) -> str:
            mark(unit, f"try {len(tries)}")
            tries.append(1)
            if len(tries) < 3:
                raise StaleWrite
            return "done"

        assert await database.write(work) == "done"
        assert await marks(database, "try 0", "try 1", "try 2") == ["try 2"]

    async def test_of_those_who_name_the_same_one_goes_at_a_time(self, opened: Opener) -> None:
        one, other = await opened(), await opened("visit")

        def count(unit: Unit) -> None:
            unit.serialize("slack:C1")
            unit.keys.put("n", (unit.keys.get("n") or 0) + 1)

        await asyncio.gather(*(database.write(count) for database in (one, other) * 20))
        assert await one.read(lambda unit: unit.keys.get("n")) == 40

    async def test_forty_units_at_once_that_fail_do_not_disturb_the_others(self, database: SqlDatabase) -> None:
        """Covers C9 and C11: group commit must not let one failure take others along."""

        def work(number: int) -> Callable[[Unit], int]:
            def run(unit: Unit) -> int:
                mark(unit, f"u{number}")
                if number % 3 == 0:
                    raise Invalid("x")
                if number % 7 == 0:
                    unit.people.person(404)
                return number

            return run

        results = await asyncio.gather(*(database.write(work(n)) for n in range(80)), return_exceptions=True)
        failed = {n for n in range(80) if n % 3 == 0 or n % 7 == 0}
        for number, result in enumerate(results):
            assert isinstance(result, UserError) if number in failed else result == number
        kept = await marks(database, *(f"u{number}" for number in range(80)))
        assert kept == [f"u{number}" for number in range(80) if number not in failed]


class ReactionsContract:
    """Facts are heard of in the unit that records them."""

    async def test_reactions_run_in_the_unit_and_fall_with_it(self, opened: Opener) -> None:
        reactions = Reactions()
        reactions.on(TicketOpened, lambda unit, fact: mark(unit, f"heard {fact.ticket}"))
        database = await opened(reactions=reactions)
        await record(database, TicketOpened(1))

        def fail(unit: Unit) -> None:
            unit.record(TicketOpened(2))
            raise Invalid("x")

        with pytest.raises(Invalid):
            await database.write(fail)
        assert await marks(database, "heard 1", "heard 2") == ["heard 1"]

    async def test_a_chain_of_reactions_is_heard_to_its_end(self, opened: Opener) -> None:
        reactions = Reactions()
        reactions.on(FirstHappened, lambda unit, fact: unit.record(SecondHappened(fact.ticket)))
        reactions.on(SecondHappened, lambda unit, fact: unit.record(ThirdHappened(fact.ticket)))
        database = await opened(reactions=reactions)
        await record(database, FirstHappened(1))
        history = await database.read(lambda unit: unit.facts.of_ticket(1))
        assert [entry.fact.kind for entry in history] == ["FirstHappened", "SecondHappened", "ThirdHappened"]

    async def test_a_longer_chain_is_refused(self, opened: Opener) -> None:
        reactions = Reactions()
        reactions.on(FirstHappened, lambda unit, fact: unit.record(FirstHappened(fact.ticket)))
        database = await opened(reactions=reactions)
        with pytest.raises(RuntimeError, match="hop 4"):
            await record(database, FirstHappened(1))
        assert await database.read(lambda unit: unit.facts.latest()) == 0


class WakingContract:
    """Who waits hears of it at once."""

    async def test_each_commit_says_what_it_queued(self, database: SqlDatabase) -> None:
        woken: list[Sequence[str]] = []
        database.on_commit(woken.append)
        await database.write(lambda unit: mark(unit, "a"))
        assert commits(woken) == []
        await put(database, show())
        assert commits(woken) == [["outbox"]]
        await record(database, TicketOpened(1))
        assert commits(woken) == [["outbox"], ["facts"]]

    async def test_it_is_said_in_the_event_loop_after_the_commit(self, database: SqlDatabase) -> None:
        seen: list[asyncio.Task[tuple[int, object]]] = []

        def look(topics: Sequence[str]) -> None:
            seen.append(asyncio.ensure_future(database.read(lambda unit: unit.outbox.backlog())))

        database.on_commit(look)
        await put(database, show())
        assert (await seen[-1])[0] == 1


class RestartContract:
    """Covers W6: what was committed is there after a restart."""

    async def test_everything_is_there_after_a_restart(self, opened: Opener) -> None:
        first = await opened()
        await first.write(lambda unit: mark(unit, "a"))
        await put(first, show("k"))
        await first.close()
        second = await opened()
        assert await marks(second, "a") == ["a"]
        assert await second.read(lambda unit: unit.outbox.pending("k"))

    async def test_what_was_handed_in_before_closing_is_finished(self, opened: Opener) -> None:
        database = await opened()
        writing = [asyncio.create_task(database.write(partial(mark, key=f"k{n}"))) for n in range(30)]
        await asyncio.sleep(0)
        await database.close()
        await asyncio.gather(*writing)
        again = await opened()
        assert len(await marks(again, *(f"k{number}" for number in range(30)))) == 30

    async def test_a_closed_database_says_so(self, opened: Opener) -> None:
        database = await opened()
        await database.close()
        with pytest.raises(ConnectionError):
            await database.write(lambda unit: mark(unit, "a"))
        with pytest.raises(ConnectionError):
            await database.read(lambda unit: unit.keys.get("a"))
