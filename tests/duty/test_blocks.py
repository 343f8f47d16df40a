"""Stretches in which somebody is not to be had, and how they are joined."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.duty.blocks import end_away, keep_away
from bot.duty.rules import Block, Kind, away_until, joined, next_away
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import START
from tests.contracts.storage.samples import person

HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    """So many hours after the start."""
    return START + hours * HOUR


def block(begins: float, ends: float, kind: Kind = Kind.REST, owner: int = 1, id: int = 0, note: str = "") -> Block:
    return Block(id, owner, at(begins), at(ends), kind, note)


BLOCKS = st.lists(
    st.builds(
        lambda begins, length, kind, owner: block(begins, begins + length, kind, owner),
        st.integers(0, 30),
        st.integers(1, 6),
        st.sampled_from(Kind),
        st.integers(1, 2),
    ),
    max_size=12,
)


@given(BLOCKS)
def test_joining_changes_no_moment_of_anybody(blocks: list[Block]) -> None:
    """Covers B6: half hour by half hour, each person is away for the same reasons before and after."""
    whole = joined(blocks)
    for half in range(80):
        moment = at(half / 2)
        covered = {(one.person, one.kind) for one in blocks if one.covers(moment)}
        assert {(one.person, one.kind) for one in whole if one.covers(moment)} == covered


@given(BLOCKS)
def test_joined_blocks_lie_apart_and_stay_as_they_are(blocks: list[Block]) -> None:
    """Covers B6: as few as possible, whatever order they came in."""
    whole = joined(blocks)
    for one in whole:
        for other in whole:
            same = one is not other and (one.person, one.kind) == (other.person, other.kind)
            assert not same or one.ends_at < other.starts_at or other.ends_at < one.starts_at
    assert joined(whole) == whole
    assert joined(reversed(blocks)) == whole


@given(BLOCKS, st.integers(0, 40))
def test_who_is_away_is_back_when_no_block_covers_him_any_more(blocks: list[Block], hours: int) -> None:
    """Covers B6: leave that follows on rest counts as one absence; being busy is none."""
    own = [one for one in blocks if one.person == 1]
    away = [one for one in own if one.kind.away]
    back = away_until(own, at(hours))
    assert (back is None) == (not any(one.covers(at(hours)) for one in away))
    if back is not None:
        assert not any(one.covers(back) for one in away)
        moment = at(hours)
        while moment < back:
            assert any(one.covers(moment) for one in away)
            moment += HOUR / 2


def test_the_next_absence_is_told() -> None:
    """Covers B6."""
    blocks = [block(5, 6), block(2, 3), block(1, 9, Kind.BUSY)]
    assert next_away(blocks, at(0)) == at(2)
    assert next_away(blocks, at(2)) == at(5)
    assert next_away(blocks, at(5)) is None


def test_a_joined_block_keeps_its_number_and_each_note() -> None:
    """What was said of it is not lost."""
    parts = [block(0, 2, note="a"), block(1, 3, id=7, note="b"), block(3, 4, id=9, note="a")]
    assert joined(parts) == [block(0, 4, id=7, note="a; b")]


async def test_stretches_that_overlap_or_touch_are_stored_as_one(database: SqlDatabase) -> None:
    """Covers B6."""

    def work(unit: Unit) -> list[Block]:
        who = person(unit).id
        keep_away(unit, who, Kind.REST, at(1), at(2))
        keep_away(unit, who, Kind.REST, at(4), at(5))
        keep_away(unit, who, Kind.LEAVE, at(1), at(30), "家里有事")
        keep_away(unit, person(unit, "other").id, Kind.REST, at(0), at(9))
        keep_away(unit, who, Kind.REST, at(2), at(4.5), "牙医")
        return unit.duty.of(who, START)

    stored = await database.write(work)
    seen = [(one.kind, one.starts_at, one.ends_at, one.note) for one in stored]
    assert sorted(seen) == [
        (Kind.LEAVE, at(1), at(30), "家里有事"),
        (Kind.REST, at(1), at(5), "牙医"),
    ]


async def test_only_what_is_left_of_a_stretch_is_taken_back(database: SqlDatabase) -> None:
    """Covers B6: that somebody was away this morning stays true."""

    def work(unit: Unit) -> tuple[list[Block], list[Block]]:
        who = person(unit).id
        keep_away(unit, who, Kind.REST, at(-1), at(2))
        keep_away(unit, who, Kind.LEAVE, at(24), at(48))
        end_away(unit, who, Kind.REST, Kind.LEAVE)
        return unit.duty.of(who, at(-2)), unit.duty.of(who, START)

    before, left = await database.write(work)
    assert [(one.starts_at, one.ends_at) for one in before] == [(at(-1), at(0))]
    assert left == []


async def test_a_person_who_proves_to_be_another_takes_his_absences_along(database: SqlDatabase) -> None:
    """Covers P1: merging persons leaves nothing behind."""

    def work(unit: Unit) -> tuple[list[Block], list[Block]]:
        kept, gone = person(unit, "kept").id, person(unit, "gone").id
        keep_away(unit, gone, Kind.REST, at(1), at(2))
        unit.people.merge_person(kept, gone)
        return unit.duty.of(kept, START), unit.duty.of(gone, START)

    of_kept, of_gone = await database.write(work)
    assert [one.starts_at for one in of_kept] == [at(1)]
    assert of_gone == []


async def test_absences_of_many_are_read_at_once(database: SqlDatabase) -> None:
    """A department is one question to the database."""

    def work(unit: Unit) -> tuple[list[int], dict[int, list[Block]]]:
        several = [person(unit, name).id for name in "abc"]
        for number in several[:2]:
            keep_away(unit, number, Kind.REST, at(3), at(4))
            keep_away(unit, number, Kind.BUSY, at(1), at(2))
        keep_away(unit, several[2], Kind.REST, at(-3), at(-2))
        return several, unit.duty.of_all(several, START)

    several, found = await database.write(work)
    assert {who: [one.kind for one in blocks] for who, blocks in found.items()} == {
        who: [Kind.BUSY, Kind.REST] for who in several[:2]
    }
