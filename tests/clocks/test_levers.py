"""What people do about a clock, and what a changed team file does to clocks that run."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.clocks import levers, reconsidering, running
from bot.clocks.facts import ClockChanged
from bot.clocks.rules import Clock
from bot.durations import Duration
from bot.errors import Conflict, Invalid
from bot.tickets.facts import PriorityChanged, StatusChanged, TeamChanged
from bot.tickets.rules import Priority
from bot.unit import Unit
from bot.workspace import POLICIES_KEY
from tests.clocks.desk import OFFICE, Desk, desk, policy, since_start

STEPS = ("10m", "30m", "target-15m", "target")


@pytest.fixture
async def at(database_url: str) -> AsyncIterator[Desk]:
    """T-1 with a resolution within two hours, on both databases."""
    async with desk(database_url) as opened:
        await opened.configure({"p": policy(steps=STEPS)})
        await opened.open()
        await opened.sweep()
        yield opened


async def test_who_is_on_it_is_left_alone_until_his_time_is_over(at: Desk) -> None:
    """Covers U15: then the highest step due is told again, in a new round."""
    await at.pass_time(minutes=11)
    until = at.clock.now() + timedelta(minutes=30)
    await at.change(lambda unit, clock: levers.acknowledge(unit, clock, 2, until))
    assert await at.due() == until
    await at.pass_time(minutes=25)
    assert await at.fired() == [(0, 0, 0)]
    await at.pass_time(minutes=5)
    assert await at.fired() == [(0, 0, 0), (1, 0, 1)]
    await at.pass_time(hours=2)
    assert await at.fired() == [(0, 0, 0), (1, 0, 1), (3, 1, 1)]


async def test_the_same_step_is_told_again_if_no_higher_one_is_due(at: Desk) -> None:
    await at.pass_time(minutes=11)
    await at.change(lambda unit, clock: levers.snooze(unit, clock, 2, at.clock.now() + timedelta(minutes=5)))
    await at.pass_time(minutes=6)
    assert await at.fired() == [(0, 0, 0), (0, 0, 1)]


async def test_put_off_before_anything_was_due_nothing_is_told_too_early(at: Desk) -> None:
    await at.change(lambda unit, clock: levers.snooze(unit, clock, 2, at.clock.now() + timedelta(minutes=5)))
    await at.pass_time(minutes=6)
    assert await at.fired() == []
    await at.pass_time(minutes=5)
    assert await at.fired() == [(0, 0, 0)]


async def test_what_follows_an_acknowledgement_ends_it(at: Desk) -> None:
    """The ticket waits for the customer now: nobody has to be reminded when he has answered."""
    await at.pass_time(minutes=11)
    await at.change(lambda unit, clock: levers.acknowledge(unit, clock, 2, at.clock.now() + timedelta(minutes=30)))
    await at.record(StatusChanged(1, "open", "pending"))
    await at.pass_time(hours=5)
    await at.record(StatusChanged(1, "pending", "open"))
    await at.pass_time(minutes=1)
    assert await at.fired() == [(0, 0, 0)]


async def test_more_time_moves_the_target_and_its_reminders_with_it(at: Desk) -> None:
    """Covers U15, U25: even when they had been told: the new target has reminders of its own."""
    await at.pass_time(hours=3)
    assert await at.fired() == [(3, 3, 0)]
    extended: Clock = await at.change(
        lambda unit, clock: levers.extend(unit, clock, Duration.parse("1h"), "备件还没到", 2)
    )
    assert extended.target == since_start(hours=4)
    assert extended.changes[-1].reason == "备件还没到"
    await at.pass_time(minutes=44)
    assert len(await at.fired()) == 1
    await at.pass_time(minutes=1)
    await at.pass_time(minutes=15)
    assert await at.fired() == [(3, 3, 0), (2, 0, 1), (3, 0, 1)]


async def test_more_time_asks_for_a_reason_and_for_time(at: Desk) -> None:
    with pytest.raises(Invalid):
        await at.change(lambda unit, clock: levers.extend(unit, clock, Duration.parse("1h"), " ", 2))
    with pytest.raises(Invalid):
        await at.change(lambda unit, clock: levers.extend(unit, clock, Duration.parse("0m"), "because", 2))


async def test_what_has_ended_can_not_be_held_any_more(at: Desk) -> None:
    await at.change(running.stop)
    for lever in (levers.acknowledge, levers.snooze):
        with pytest.raises(Conflict):
            await at.change(lambda unit, clock, lever=lever: lever(unit, clock, 2, unit.now))


async def test_an_edited_policy_holds_for_what_runs_and_tells_nothing_twice(at: Desk) -> None:
    """Fault T5. Covers G5: reliability T5."""
    await at.pass_time(minutes=11)
    await at.configure({"p": policy(target="1h", steps=STEPS)})
    await at.sweep()
    clock = await at.only()
    assert clock.target == since_start(hours=1)
    assert [change.because for change in clock.changes] == ["policy"]
    assert await at.fired() == [(0, 0, 0)]
    await at.pass_time(minutes=50)
    assert await at.fired() == [(0, 0, 0), (3, 2, 1)]


async def test_a_deleted_policy_holds_for_what_it_began(at: Desk) -> None:
    """Fault T5. Covers G5: reliability T5: the policy in force is kept with the clock."""
    await at.configure({"other": policy("collab.response", "1h")})
    await at.pass_time(hours=2)
    assert await at.fired() == [(3, 3, 0)]
    await at.open()
    assert await at.clocks(2) == []


async def test_a_tighter_policy_by_priority_is_taken_and_left(at: Desk) -> None:
    """Covers C9, P9: the most specific policy holds, and the trace says so."""
    await at.configure({"p": policy(steps=STEPS), "fast": policy(target="30m", priorities=["urgent"])})

    async def put(priority: Priority) -> Clock:
        def work(unit: Unit) -> None:
            ticket = unit.tickets.get(1)
            unit.tickets.save(replace(ticket, priority=priority), unit.now)
            unit.record(PriorityChanged(1, ticket.priority.value, priority.value))

        await at.database.write(work)
        return await at.only()

    assert (await put(Priority.URGENT)).target == since_start(minutes=30)
    back = await put(Priority.LOW)
    assert back.target == since_start(hours=2)
    assert [(change.before, change.after) for change in back.changes] == [("p", "fast"), ("fast", "p")]


async def test_another_team_has_other_hours(at: Desk) -> None:
    """Covers U25: office hours of one, round the clock for the other; worked out anew from the start."""
    await at.configure({"p": policy(target="4h biz")}, OFFICE)
    await at.sweep()
    assert (await at.only()).target == since_start(hours=5)  # 12 to 13 is lunch

    def move(unit: Unit) -> None:
        unit.tickets.save(replace(unit.tickets.get(1), team=2), unit.now)
        unit.record(TeamChanged(1, 1, 2))

    await at.database.write(move)
    assert (await at.only()).target == since_start(hours=4)


async def test_a_holiday_that_is_added_moves_what_runs(at: Desk) -> None:
    """Fault T3. Covers U25: reliability T3: worked out anew in batches, once."""
    await at.configure({"p": policy(target="4h biz")}, OFFICE)
    await at.sweep()
    closed = {"office": {**OFFICE["office"], "closed": ["2026-12-01"]}}
    await at.configure({"p": policy(target="4h biz")}, closed)
    await at.sweep()
    clock = await at.only()
    assert clock.target == since_start(days=1, hours=4)
    assert clock.changes[-1].because == "calendar"


async def test_many_are_looked_at_in_batches(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconsidering, "BATCH", 2)
    for _ in range(4):
        await at.open()
    await at.configure({"p": policy(target="3h")})
    await at.sweep()
    clocks = [await at.only(ticket) for ticket in range(1, 6)]
    assert {clock.target for clock in clocks} == {since_start(hours=3)}
    assert await at.database.read(lambda unit: unit.timers.get(reconsidering.TIMER, 0)) is None


async def test_a_calendar_that_never_opens_stops_nobody(at: Desk) -> None:
    """A clock without a due time is said to be one, and waits for a better calendar."""
    never = {"office": {"timezone": "Asia/Shanghai", "hours": {}}}
    await at.configure({"p": policy(target="1h biz", steps=("target",))}, never)
    await at.sweep()
    assert ((await at.only()).target, await at.due()) == (None, None)
    await at.configure({"p": policy(target="1h biz", steps=("target",))}, OFFICE)
    await at.sweep()
    assert (await at.only()).target == since_start(hours=1)


async def test_what_a_newer_version_wrote_is_kept_and_read_as_far_as_possible(at: Desk) -> None:
    """Fault T7. Covers G1: an unknown moment counts as the target, an unknown field stays in the snapshot."""
    strange = policy(steps=("10m", "on full moon"), mood="grim")

    def work(unit: Unit) -> None:
        unit.keys.put(POLICIES_KEY, {"p": strange})

    await at.database.write(work)
    await at.open()
    await at.pass_time(hours=3)
    assert await at.fired(2) == [(1, 1, 0)]
    assert (await at.only(2)).policy.row["mood"] == "grim"


async def test_every_change_is_told(at: Desk) -> None:
    """The history of the ticket has each: what, and until when."""
    await at.change(lambda unit, clock: levers.extend(unit, clock, Duration.parse("1h"), "later", 2))
    records = await at.database.read(lambda unit: unit.facts.of_ticket(1))
    changed = [record.fact for record in records if isinstance(record.fact, ClockChanged)]
    assert [(fact.because, fact.reason, fact.target) for fact in changed] == [
        ("extended", "later", since_start(hours=3).isoformat())
    ]
