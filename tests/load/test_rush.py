"""A small rush with its verdict, as `make rush` plays the large one. Covers C4, G2, G3, U12."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench.load.plan import Conversation, Kind, conversations
from bench.load.probes import Database
from bench.load.sides import Orders, Seen
from bench.load.verdict import SHOWN, Verdict, judged, place
from bench.rush import rushed
from tests.faults.forms import long_form

ORDERS = Orders("", messages=300, seed=7, rate=40.0, at_once=100, telegram=0.2)


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("name", "replicas"), [pytest.param("sqlite", 1, marks=long_form), ("postgresql", 2)])
async def test_a_small_rush_loses_nothing_and_doubles_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, name: str, replicas: int
) -> None:
    """Faults I5, I7: 300 messages as fast as two cores play them, on Slack and Telegram; counted outside."""
    url = f"sqlite:///{tmp_path}/baton.db" if name == "sqlite" else request.getfixturevalue("postgres_url")
    figures, verdict = await rushed(name, url, replicas, replace(ORDERS, folder=str(tmp_path)))
    assert verdict.lines() == []
    assert figures.rate > 1
    assert figures.peak.shown
    assert figures.waits.count("|") == 9


def test_the_same_seed_is_the_same_rush() -> None:
    """All processes know all of it; it has about as many messages as wanted, a fifth from Telegram."""
    plan = conversations(5000, 1)
    assert plan == conversations(5000, 1)
    assert plan != conversations(5000, 2)
    numbers = [act.number for each in plan for act in each.acts]
    assert numbers == list(range(1, len(numbers) + 1))
    assert 5000 <= len(numbers) < 5020
    assert 0.15 < sum(each.telegram for each in plan) / len(plan) < 0.25
    assert {act.kind for each in plan for act in each.acts} == set(Kind)


class Stored(Database):
    """A database in which everything of a plan stands, but for what a test takes away or adds."""

    def __init__(self, plan: Sequence[Conversation]) -> None:
        super().__init__("")
        self.titles = [(f"words {each.asked.mark}",) for each in plan]
        kept = (Kind.ADD, Kind.NOTE, Kind.REPLY)
        self.said = [(act.mark,) for each in plan for act in each.acts if act.kind in kept]
        self.counts = [len(plan), len(plan), *(sum(bool(each.of(kind)) for each in plan) for kind in
                       (Kind.SOLVE, Kind.COLLAB, Kind.DONE)), 0, 0]  # fmt: skip

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """What the verdict asks for, in its order."""
        if "count(*)" in statement:
            return [(self.counts.pop(0),)]
        return list(self.titles if "title" in statement else self.said)


def world() -> tuple[list[Conversation], Seen]:
    """A plan, and what its platforms see when all is well."""
    plan, seen = conversations(300, 3), Seen()
    for each in plan:
        for act in each.acts:
            if act.kind in SHOWN:
                where = place(act, each).replace("thread", "1764554400.000100")
                seen.shown[act.number] = [(where, float(act.number))]
    return plan, seen


def verdict_of(plan: list[Conversation], seen: Seen, stored: Stored | None = None) -> Verdict:
    """What is judged."""
    return judged(plan, [seen], stored or Stored(plan))


def test_all_well_is_all_well() -> None:
    plan, seen = world()
    assert verdict_of(plan, seen).lines() == []


def test_what_is_lost_doubled_or_out_of_order_on_the_wire_is_found() -> None:
    """The verdict can fail: one message gone, one twice, one at the wrong place, two the wrong way round."""
    plan, seen = world()
    added = [act for each in plan for act in each.of(Kind.ADD)]
    asked = plan[0].asked
    del seen.shown[added[0].number]
    seen.shown[added[1].number] *= 2
    seen.shown[asked.number] = [("C0ELSEWHERE:", 1.0)]
    two = next(each.of(Kind.ADD) for each in plan[5:] if len(each.of(Kind.ADD)) > 1)
    one, other = seen.shown[two[0].number], seen.shown[two[1].number]
    seen.shown[two[0].number], seen.shown[two[1].number] = [(one[0][0], other[0][1])], [(other[0][0], one[0][1])]
    found = verdict_of(plan, seen)
    assert found.lost == [f"ask {asked.mark} on the wire", f"add {added[0].mark} on the wire"]
    assert found.doubled == [f"add {added[1].mark} on the wire, 2 times"]
    assert f"{two[1].mark} before {two[0].mark}" in found.disordered


def test_what_is_lost_or_doubled_in_the_database_is_found() -> None:
    """And there: a ticket twice, an entry gone, a number that does not agree, a delivery never taken."""
    plan, seen = world()
    stored = Stored(plan)
    stored.titles.append(stored.titles[0])
    gone = stored.said.pop()
    stored.counts[-1] = 3
    seen.given_up = 1
    found = verdict_of(plan, seen, stored)
    assert found.doubled == [f"ask {plan[0].asked.mark} in the database, 2 times"]
    assert [line.split()[1] for line in found.lost] == [gone[0]]
    assert len(found.others) == 2
    assert not found.clean
