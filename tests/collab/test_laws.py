"""Laws of the request's states and of the order of steps, whatever is done in whatever order."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.text import text
from bot.collab import rules
from bot.collab.rules import REASONS, CollabRequest, Item, State, circle
from bot.collab.steps import demand_no_circle, in_order, startable, waits_for
from bot.errors import Conflict, UserError

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
FRESH = CollabRequest(1, 1, 2, 1, 10, text("x"), NOW, NOW, state=State.BLOCKED, flow="f")

Act = Callable[[CollabRequest], CollabRequest]
ACTS: dict[str, Act] = {
    "start": lambda request: rules.started(request, NOW),
    "accept": lambda request: rules.accepted(request, 11, NOW + timedelta(hours=1), NOW),
    "accept by another": lambda request: rules.accepted(request, 12, None, NOW),
    "hand": lambda request: rules.handed(request, 12),
    "expect": lambda request: rules.expected(request, NOW + timedelta(hours=2)),
    "ask back": lambda request: rules.asking_back(request, waiting=True),
    "answer": lambda request: rules.asking_back(request, waiting=False),
    "return": lambda request: rules.returned(request, "missing", "no code"),
    "resend": lambda request: rules.resent(request, NOW),
    "done": lambda request: rules.done(request, 11, "replaced", NOW),
    "withdraw": lambda request: rules.withdrawn(request, "", NOW),
    "skip": lambda request: rules.skipped(request, "not needed", NOW),
    "reopen": lambda request: rules.reopened(request, NOW),
}
ENDED = {State.DONE, State.WITHDRAWN, State.SKIPPED}


def played(acts: Sequence[str]) -> list[CollabRequest]:
    """All states that a request goes through; what can't be done changes nothing."""
    seen = [FRESH]
    for act in acts:
        try:
            seen.append(ACTS[act](seen[-1]))
        except UserError:
            seen.append(seen[-1])
    return seen


@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=30))
def test_whatever_is_done_a_request_makes_sense(acts: list[str]) -> None:
    """Covers A2, U5: an owner where it is accepted, a reason where it came back, a result where it is done."""
    states = played(acts)
    for before, after in itertools.pairwise(states):
        if after.state is State.ACCEPTED:
            assert after.owner
        if after.state is State.RETURNED:
            assert after.reason in REASONS
            assert after.remark
        if after.state is State.DONE:
            assert after.result
        assert (after.ended_at is not None) == (after.state in ENDED)
        assert not after.asked_back or after.state.with_team
        assert after.started_at is not None or after.state in (State.BLOCKED, State.WITHDRAWN, State.SKIPPED)
        assert after.returns - before.returns == (after.state is State.RETURNED and before.state is not State.RETURNED)


@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=30))
def test_what_ended_stays_so_but_for_reopening(acts: list[str]) -> None:
    """Covers A2."""
    states = played(acts)
    for act, before, after in zip(acts, states, states[1:], strict=False):
        if before.state in ENDED and after.state != before.state:
            assert (act, before.state) == ("reopen", State.DONE)


@given(st.sampled_from(list(State)), st.sampled_from(sorted(ACTS)))
def test_what_can_not_be_done_says_where_it_stands(state: State, act: str) -> None:
    """Covers U13: the refusal names the state, or who has it."""
    request = replace(FRESH, state=state, owner=11)
    told: str | None = None
    try:
        ACTS[act](request)
    except Conflict as refused:
        told = refused.key
    assert told in (None, f"collab.now.{state.value}", "collab.accepted_already")


def test_nothing_is_resent_while_an_item_is_missing() -> None:
    """Covers M11."""
    request = replace(FRESH, state=State.RETURNED, items=(Item("log"),))
    with pytest.raises(UserError, match="items_missing"):
        rules.resent(request, NOW)
    assert rules.resent(replace(request, items=(Item("log", "x"),)), NOW).state is State.ASKED


graphs = st.integers(2, 7).flatmap(
    lambda size: st.fixed_dictionaries(
        {number: st.lists(st.integers(0, size - 1), max_size=3, unique=True) for number in range(size)}
    )
)


def reaches(graph: dict[int, list[int]], start: int, goal: int) -> bool:
    """Whether a way leads there, looked for the plain way."""
    seen: set[int] = set()
    ahead = list(graph[start])
    while ahead:
        at = ahead.pop()
        if at == goal:
            return True
        if at not in seen:
            seen.add(at)
            ahead += graph[at]
    return False


@given(graphs)
def test_a_circle_is_found_exactly_where_there_is_one(graph: dict[int, list[int]]) -> None:
    """Covers A3: and it is one."""
    found = circle(graph)
    assert bool(found) == any(reaches(graph, number, number) for number in graph)
    if found:
        assert found[0] == found[-1]
        assert all(after in graph[before] for before, after in itertools.pairwise(found))


@given(graphs)
def test_steps_are_all_done_in_the_end_and_never_before_their_turn(graph: dict[int, list[int]]) -> None:
    """Covers A3: without a circle, doing what may start ends with everything done, each after what it comes after."""
    after = {number: tuple(each for each in before if each < number) for number, before in graph.items()}
    requests = {number: replace(FRESH, id=number, after=before) for number, before in after.items()}
    done: list[int] = []
    while ready := startable(list(requests.values())):
        for request in ready:
            assert not waits_for(request, requests.values())
            assert set(request.after) <= set(done)
            requests[request.id] = replace(request, state=State.DONE)
            done.append(request.id)
    assert sorted(done) == sorted(graph)
    placed = [each.id for each in in_order(list(requests.values()))]
    assert sorted(placed) == sorted(graph)
    assert all(placed.index(before) < placed.index(number) for number in graph for before in after[number])


@given(graphs, st.data())
def test_what_would_close_a_circle_is_refused(graph: dict[int, list[int]], data: st.DataObject) -> None:
    """Covers A3."""
    acyclic = {number: tuple(each for each in before if each < number) for number, before in graph.items()}
    requests = [replace(FRESH, id=number, after=before) for number, before in acyclic.items()]
    changed = data.draw(st.sampled_from(sorted(graph)))
    wanted = data.draw(st.lists(st.sampled_from(sorted(graph)), unique=True, max_size=2))
    new = {**{number: list(before) for number, before in acyclic.items()}, changed: wanted}
    if any(reaches(new, number, number) for number in new):
        with pytest.raises(Conflict, match="circle"):
            demand_no_circle(requests, changed, wanted)
    else:
        demand_no_circle(requests, changed, wanted)
