"""What storage keeps of gaps, owners and reviews, the same on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import StaleWrite
from bot.knowledge.rules import Article, Content, Gap, Phrasing, Question, State
from bot.people.rules import Person, Role
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import START

TODAY = date(2026, 12, 1)
MINUTE = timedelta(minutes=1)


def persons(unit: Unit) -> tuple[int, int]:
    """Two of the staff."""
    lin, chen = (unit.people.add_person(Person(0, name, Role.AGENT)).id for name in ("林晓", "陈曦"))
    return lin, chen


async def test_how_and_by_whom_a_gap_was_asked(database: SqlDatabase) -> None:
    """Covers U10: the most common way first, then the earliest; who is not known counts for the ways alone."""

    def work(unit: Unit) -> tuple[int, int, int]:
        lin, chen = persons(unit)
        asked = [
            unit.knowledge.ask(Question(0, START + at * MINUTE, who, said, False))
            for at, (who, said) in enumerate(((lin, "发票"), (chen, "开票"), (lin, "开票"), (0, "發票")))
        ]
        gap = unit.knowledge.save_gap(Gap(0, "发票", 4, START, START), [one.id for one in asked])
        return gap.id, lin, chen

    gap, lin, chen = await database.write(work)
    assert await database.read(lambda unit: unit.knowledge.phrasings([gap, 99])) == {
        gap: [
            Phrasing("开票", 2, START + 2 * MINUTE),
            Phrasing("发票", 1, START),
            Phrasing("發票", 1, START + 3 * MINUTE),
        ]
    }
    assert await database.read(lambda unit: unit.knowledge.askers([gap])) == {
        gap: {lin: START + 2 * MINUTE, chen: START + MINUTE}
    }
    assert await database.read(lambda unit: (unit.knowledge.phrasings([]), unit.knowledge.askers([]))) == ({}, {})


async def test_what_is_grouped_is_taken_up_where_it_was_left(database: SqlDatabase) -> None:
    """Covers issue 4 section 2: by number and by time; without either it is everything."""

    def work(unit: Unit) -> list[Question]:
        lin, _ = persons(unit)
        return [unit.knowledge.ask(Question(0, START + at * MINUTE, lin, "x", False)) for at in range(3)]

    first, second, third = await database.write(work)
    for after, until, found in (
        (0, None, [first, second, third]),
        (first.id, None, [second, third]),
        (first.id, second.at, [second]),
        (third.id, None, []),
    ):
        assert await database.read(lambda unit: unit.knowledge.unanswered(after=after, until=until)) == found  # noqa: B023
    assert await database.read(lambda unit: unit.knowledge.unanswered(1)) == [first]


async def test_gaps_with_which_questions_are_compared(database: SqlDatabase) -> None:
    """Covers U10: dropped ones too, as they may come back; those that have their article not."""

    def work(unit: Unit) -> list[Gap]:
        written = unit.knowledge.add([Article(0, Content("发票"), START, START)], 0)[0]
        gaps = [Gap(0, name, 1, START, START + at * MINUTE) for at, name in enumerate("abc")]
        made = [unit.knowledge.save_gap(gap) for gap in gaps]
        unit.knowledge.save_gap(replace(made[2], article=written.id))
        return [made[0], unit.knowledge.save_gap(replace(made[1], dropped=True))]

    older, dropped = await database.write(work)
    assert await database.read(lambda unit: unit.knowledge.latest_gaps(9)) == [dropped, older]
    assert await database.read(lambda unit: unit.knowledge.latest_gaps(1)) == [dropped]
    assert await database.read(lambda unit: unit.knowledge.gap(dropped.id)) == dropped
    for strange in (0, 99, 10**30):
        assert await database.read(lambda unit: unit.knowledge.gap(strange)) is None  # noqa: B023


async def test_reviews_that_are_due(database: SqlDatabase) -> None:
    """Covers issue 4 section 2: the longest overdue first; without a day, in the archive or later: not."""

    def work(unit: Unit) -> list[Article]:
        def made(day: date | None, state: State = State.PUBLISHED) -> Article:
            return Article(0, Content(f"{day}{state}"), START, START, state=state, review_on=day)

        days = [TODAY, TODAY - timedelta(days=1), TODAY + timedelta(days=1), None]
        kept = unit.knowledge.add([made(day) for day in days], 0)
        unit.knowledge.add([made(TODAY, State.ARCHIVED), made(TODAY, State.DRAFT)], 0)
        return [kept[1], kept[0]]

    due = await database.write(work)
    assert await database.read(lambda unit: unit.knowledge.reviews_due(TODAY)) == due
    assert await database.read(lambda unit: unit.knowledge.reviews_due(TODAY, 1)) == due[:1]


async def test_articles_are_given_to_somebody_else(database: SqlDatabase) -> None:
    """Covers C13: what they say stays as it was; whoever read them before can't undo it by saving."""

    def work(unit: Unit) -> tuple[int, int, list[Article]]:
        lin, chen = persons(unit)
        made = [Article(0, Content(name), START, START, owner=lin) for name in "ab"]
        old = Article(0, Content("c"), START, START, owner=lin, state=State.ARCHIVED)
        return lin, chen, unit.knowledge.add([*made, old], 0)

    lin, chen, (first, second, _) = await database.write(work)
    assert await database.read(lambda unit: unit.knowledge.owned(lin)) == [(first.id, 0), (second.id, 0)]
    await database.write(lambda unit: unit.knowledge.give([first.id], chen))
    await database.write(lambda unit: unit.knowledge.give([second.id], 0))
    await database.write(lambda unit: unit.knowledge.give([], chen))
    found = await database.read(lambda unit: unit.knowledge.many([first.id, second.id]))
    assert (found[first.id].owner, found[second.id].owner) == (chen, 0)
    assert found[first.id].content == first.content
    with pytest.raises(StaleWrite):
        await database.write(lambda unit: unit.knowledge.save(replace(first, pinned=True), START))
