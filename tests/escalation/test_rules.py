"""The rules: ways, levels, budgets, proof."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.events import Place
from bot.escalation.rules import (
    HOUR,
    Alert,
    Demand,
    Sending,
    State,
    Way,
    above,
    effect,
    free_again,
    ordered,
    route,
)

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
LAW = settings(deadline=None, derandomize=True, max_examples=200)

CHAT, OTHER = Way("dm", Place("slack", "D1"), "U1"), Way("dm", Place("telegram", "1001"), "1001")
MAIL, SMS = Way("mail", Place("mail", "a@example.com")), Way("sms", Place("sms", "+8613800138000"))
WAYS = (CHAT, OTHER, MAIL, SMS)

ways = st.lists(st.sampled_from(WAYS), unique=True)
via = st.lists(st.sampled_from(["dm", "mail", "sms", "louder"]), unique=True)
people = st.lists(st.integers(1, 12), unique=True)


def alert(number: int = 1, **more: object) -> Alert:
    """An alert, due now."""
    values: dict[str, object] = {"ticket": number, "due_at": NOW, "created_at": NOW, **more}
    return Alert(number, f"step:1:0:0:person:{number}", **values)  # type: ignore[arg-type]


@LAW
@given(via, ways)
def test_every_way_is_tried_once_and_then_there_is_none(wanted: list[str], known: list[Way]) -> None:
    """Covers U18: from channel to channel, never the same twice, none left out, and it ends."""
    tried: list[str] = []
    for _ in range(len(known) + 1):
        chosen = route(wanted, known, tried, {})
        assert not {way.name for way in chosen.ways} & set(tried)
        assert bool(chosen.ways) == (len(tried) < len(known))
        tried += [way.name for way in chosen.ways]
    assert sorted(tried) == sorted(way.name for way in known)


@LAW
@given(via, ways)
def test_what_can_be_had_is_used_and_what_can_not_is_said(wanted: list[str], known: list[Way]) -> None:
    """Covers U18: each channel of the policy is used, or the ledger says why not."""
    chosen = route(wanted, known, (), {"sms": "off"})
    used = {way.channel for way in chosen.ways}
    missing = dict(chosen.missing)
    for channel in set(wanted) - {"louder"}:
        assert (channel in used) != (channel in missing)
    assert missing.get("sms", "off") == "off"


def test_louder_is_what_interrupts_most() -> None:
    """Covers U12: SMS, mail, the conversation on another platform, and only then the same one again."""
    for known, expected in (((CHAT, OTHER, MAIL, SMS), SMS), ((CHAT, OTHER, MAIL), MAIL), ((CHAT, OTHER), OTHER),
                            ((CHAT,), CHAT)):  # fmt: skip
        assert route(["louder"], known, (), {}).ways == (expected,)
    assert route(["louder", "sms"], WAYS, (), {}).ways == (SMS,)


@LAW
@given(people, people, people, people)
def test_the_next_level_ends_at_the_admins(
    told: list[int], leads: list[int], supervisors: list[int], admins: list[int]
) -> None:
    """Covers U15: however the levels overlap, it goes up, tells nobody twice, and rests at the admins."""
    known = set(told)
    for _ in range(4):
        level = above(known, leads, supervisors, admins)
        if level == admins:
            break
        assert level
        assert not set(level) & known
        known |= set(level)
    assert above(known, leads, supervisors, admins) == admins or set(admins) <= known


def test_a_lead_who_is_a_supervisor_is_one_level() -> None:
    """林 → 王 (lead and supervisor) → the other supervisor → admins."""
    assert above({1}, [2], [2, 3], [9]) == [2]
    assert above({2}, [2], [2, 3], [9]) == [3]
    assert above({3}, [2], [2, 3], [9]) == [9]
    assert above({9}, [2], [2, 3], [9]) == [9]
    assert above(set(), [], [], [9]) == [9]


@LAW
@given(st.lists(st.integers(0, 200), max_size=60), st.integers(1, 12))
def test_a_budget_delays_and_never_drops(arrivals: list[int], limit: int) -> None:
    """Covers U15: everything is told in the end, and no hour ever has more messages than the budget."""
    waiting = sorted(NOW + timedelta(minutes=minute) for minute in arrivals)
    messages: list[datetime] = []
    told = 0
    now = NOW
    while waiting:
        now = max(now, waiting[0])
        free = free_again(messages, limit, now)
        if free is not None:
            assert free > now
            now = free
            continue
        ready = [moment for moment in waiting if moment <= now]
        waiting = waiting[len(ready) :]
        told += len(ready)
        messages.append(now)
    assert told == len(arrivals)
    for message in messages:
        assert len([each for each in messages if message - HOUR < each <= message]) <= limit


@LAW
@given(st.permutations([(number, weight) for number, weight in enumerate([0, 3, 1, 3, 2], 1)]))
def test_the_most_pressing_comes_first_in_any_order(pairs: list[tuple[int, int]]) -> None:
    """Covers U15: by priority, then by how long it is due."""
    alerts = [alert(number, due_at=NOW - timedelta(minutes=number)) for number, _ in pairs]
    assert [each.id for each in ordered(alerts, dict(pairs))] == [4, 2, 5, 3, 1]


@LAW
@given(st.lists(st.sampled_from(State), min_size=1, max_size=6))
def test_better_knowledge_is_never_given_up(states: list[State]) -> None:
    """Covers G5: a refusal of an edit, or a late word of the platform, does not undo what was pressed."""
    sending = Sending(1, 1, "dm", Place("slack", "D1"), "alert:1:dm:slack", State.QUEUED, NOW)
    proved = False
    for state in states:
        sending = sending.marked(state, NOW)
        proved = proved or state.proof
        assert sending.state.proof == proved
        assert (sending.proved_at is not None) == proved


def test_a_possible_repeat_stays_one() -> None:
    """Covers G5."""
    sending = Sending(1, 1, "dm", Place("telegram", "1"), "k", State.QUEUED, NOW)
    assert sending.marked(State.ACCEPTED, NOW, repeat=True).marked(State.SEEN, NOW).repeat


def test_the_night_lets_through_what_the_policy_says() -> None:
    """Covers U15."""
    demand = Demand(("assignee",), ("dm",), NOW, NOW, None)
    assert not demand.through(urgent=True)
    urgent = Demand(("assignee",), ("dm",), NOW, NOW, None, at_night="urgent")
    assert urgent.through(urgent=True)
    assert not urgent.through(urgent=False)
    assert Demand(("assignee",), ("dm",), NOW, NOW, None, at_night="always").through(urgent=False)


def test_an_answer_holds_until_it_runs_out() -> None:
    """Covers U16."""
    answered = alert(answered_by=7, answered_at=NOW, until=NOW + HOUR)
    assert answered.answered_now(NOW)
    assert not answered.answered_now(NOW + HOUR)
    assert not alert().answered_now(NOW)


def test_effects_part_steps_rounds_and_recipients() -> None:
    """The name of what is done once."""
    names = {effect(*each) for each in itertools.product((1, 11), (0, 1), (0, 1), ("person:1", "person:11"))}
    assert len(names) == 16
