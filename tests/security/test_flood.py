"""A flood from one person or room: nothing is lost, he is told once, nobody else waits for him. Covers W6, T10."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.events import Event, Place
from bot.unit import Database
from bot.workers import fairness, inbox
from bot.workers.fairness import Shares
from tests.clock import ManualClock
from tests.workers.stage import Stage, stage
from tests.workers.wire import AT, said

FLOOD = 400


def event(user: str, room: str = "R1") -> Event:
    """Somebody did something somewhere."""
    return Event("", Place("wire", room), user, AT)


async def flooded(here: Stage, *, count: int = FLOOD, room: str = "") -> None:
    """One person sends so many messages at once; the first of them is held up, so all stay."""
    wire = here.wire
    wire.silence["f0"] = asyncio.Event()
    await here.inbox.take([said(f"f{number}", room or "RF", user="F") for number in range(count)])


async def test_whoever_comes_after_a_flood_goes_before_most_of_it(database: Database, clock: ManualClock) -> None:
    """Three people say something when four hundred messages of one wait: theirs come right after what is in hand."""
    async with stage(database, clock) as here:
        handled: list[str] = []
        here.inbox.watch = lambda row: handled.append(row.key)
        await flooded(here)
        for number, user in enumerate(("A", "B", "C"), 1):
            await here.inbox.take([said(f"{user}0", f"R{number}", user=user)])
        here.wire.silence["f0"].set()
        await here.settle(60)
        assert len(handled) == FLOOD + 3
        assert {"A0", "B0", "C0"} <= set(handled[: 2 * inbox.IN_HAND])
        assert sorted(key for key in handled if key[0] == "f") == sorted(f"f{number}" for number in range(FLOOD))
        kept = [words for words in here.wire.shown("RF") if words[0] == "f"]
        assert kept == [f"f{number}" for number in range(FLOOD)], "his own order is kept"


async def test_he_is_told_once_and_in_his_language(database: Database, clock: ManualClock) -> None:
    """However often he is found to flood; and nobody else is told anything."""
    async with stage(database, clock) as here:
        await flooded(here, count=FLOOD // 2)
        await here.inbox.take([said(f"g{number}", "RF", user="F") for number in range(FLOOD // 2)])
        await here.inbox.take([said("A0", "R1", user="A")])
        here.wire.silence["f0"].set()
        await here.settle(60)
        told = [words for words in here.wire.shown("RF") if words[0] not in "fg"]
        assert told == ["You are sending a lot at once. All of it arrives; I take it up piece by piece, so that others "
                        "do not have to wait."]  # fmt: skip
        assert here.wire.shown("R1") == ["A0"]


async def test_much_at_once_is_no_flood_while_nobody_waits(database: Database, clock: ManualClock) -> None:
    """A person who pastes forty lines is not told anything, and is served as fast as anybody."""
    async with stage(database, clock) as here:
        await here.inbox.take([said(f"p{number}", "R1", user="P") for number in range(40)])
        await here.settle()
        assert here.wire.shown("R1") == [f"p{number}" for number in range(40)]


@pytest.mark.parametrize("more", [1, 10, 1000])
def test_a_person_s_first_goes_before_the_second_of_everybody_else(more: int) -> None:
    shares = Shares()
    marks = [shares.mark(event("F", f"R{number}"), AT) for number in range(more + 1)]
    assert shares.mark(event("A", "RA"), AT) <= marks[0]
    assert all(earlier < later for earlier, later in pairwise(marks[:600]))
    assert max(marks) <= AT, "all of it may be taken up at once"


def test_a_room_has_a_share_as_well() -> None:
    """A hundred accounts that were made to flood one room together are behind a person elsewhere."""
    shares = Shares()
    crowd = [shares.mark(event(f"bot{number}", "RF"), AT) for number in range(100)]
    assert shares.mark(event("A", "RA"), AT) < crowd[1]


def test_whoever_was_quiet_for_a_while_has_his_share_again() -> None:
    shares = Shares()
    for _ in range(100):
        shares.mark(event("F"), AT)
    assert shares.floods(event("F"), AT)
    later = AT + timedelta(minutes=2)
    assert not shares.floods(event("F"), later)
    assert shares.mark(event("F"), later) == later - fairness.HORIZON


def test_no_number_of_accounts_fills_the_memory() -> None:
    shares = Shares()
    for number in range(fairness.KNOWN + 100):
        shares.mark(event(f"U{number}", f"R{number}"), AT)
    assert len(shares._used) <= fairness.KNOWN


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["R1", "R2"]), st.floats(0, 30)), max_size=80))
@settings(max_examples=60, deadline=None)
def test_what_one_says_in_one_place_keeps_its_order_and_never_waits_for_its_mark(
    said_by: list[tuple[str, str, float]],
) -> None:
    shares, now = Shares(), AT
    last: dict[tuple[str, str], object] = {}
    for user, room, pause in said_by:
        now += timedelta(seconds=pause)
        mark = shares.mark(replace(event(user, room), at=now), now)
        assert now - fairness.HORIZON <= mark <= now
        assert last.get((user, room), mark) <= mark  # type: ignore[operator]
        last[user, room] = mark
