"""Alive, ready, and in figures: true, and with the reasons."""

import pytest

from bot.unit import Database
from bot.workers.vitals import STALE, Figures, Vitals
from tests.clock import ManualClock


@pytest.fixture
def vitals(database: Database, clock: ManualClock) -> Vitals:
    """The vitals of a process with one worker, which moved just now and never again."""
    began = clock.monotonic()
    return Vitals(database, clock, Figures(), {"inbox": lambda: began}, "1.2.3")


async def test_a_process_at_work_is_alive_and_ready(vitals: Vitals) -> None:
    """Covers C4: with the version, and how long the queues are."""
    assert (await vitals.live())["version"] == "1.2.3"
    ready, reasons = await vitals.ready()
    assert ready
    assert reasons["database"] == "ok"
    assert reasons["outbox"] == {"waiting": 0, "oldest_seconds": 0.0, "moving": True}


async def test_a_stuck_worker_is_named_and_the_process_wants_a_restart(vitals: Vitals, clock: ManualClock) -> None:
    """A process whose worker stands still is not alive, whatever else answers."""
    clock.advance(STALE + 1)
    with pytest.raises(RuntimeError, match="inbox"):
        await vitals.live()
    ready, reasons = await vitals.ready()
    assert not ready
    assert reasons["stuck"] == ["inbox"]


async def test_without_its_database_it_is_not_ready_and_says_so(vitals: Vitals, database: Database) -> None:
    """Load balancers send nothing here then."""
    await database.close()
    ready, reasons = await vitals.ready()
    assert not ready
    assert "no answer" in reasons["database"]


async def test_figures_are_prometheus_text(vitals: Vitals) -> None:
    """Queues, ages and outcomes by name."""
    vitals.figures.outcomes.labels("slack", "sent").inc()
    text = (await vitals.metrics()).decode()
    assert 'baton_waiting{queue="outbox"} 0.0' in text
    assert 'baton_outbox_outcomes_total{outcome="sent",platform="slack"} 1.0' in text
