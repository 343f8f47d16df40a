"""Nothing is left open: a short steady day, and the verdict by slope. Covers C4, G3."""

from pathlib import Path

import pytest

from bench import page
from bench.load.probes import Sample
from bench.load.sides import Orders
from bench.soak import BOUNDS, MEMORY, drifts, soaked
from tests.faults.forms import long_form


@long_form
@pytest.mark.timeout(300)
async def test_a_short_day_leaves_no_handles_threads_or_connections_open(tmp_path: Path, postgres_url: str) -> None:
    """Half a minute of everything at two replicas. (Memory takes longer than this to be judged.)"""
    orders = Orders(str(tmp_path), messages=250, seed=5, rate=10.0, at_once=50, telegram=0.2, steady=True)
    found, verdict, _ = await soaked(postgres_url, 2, orders)
    assert verdict.lines() == []
    assert [each for each in found if each.grows and each.bound is not MEMORY] == []
    assert all(each.level > 0 for each in found)


def looks(gain: float, count: int = 600) -> list[Sample]:
    """So many looks; each thing gains as much from first to last, after a jump at the start."""
    made = []
    for number in range(count):
        now = 100 + (20 if number > count // 10 else 0) + gain * number / count + number % 3
        size = int(now * 1e6)
        made.append(Sample(number / 2, 0, 0, 0, size, int(now), int(now), int(now), 0.0, 0.0, (size,)))
    return made


def test_what_creeps_is_found_and_what_jumps_at_the_start_is_not() -> None:
    """A leak of forty in the time is one; what was filled while it warmed up is none."""
    assert [each.grows for each in drifts(looks(0))] == [False] * len(BOUNDS)
    assert [each.grows for each in drifts(looks(80))] == [True] * len(BOUNDS)


def test_a_section_of_the_page_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    """`make bench` writes its own part anew and keeps what others wrote."""
    path = tmp_path / "page.md"
    path.write_text("# Benchmarks\n\nold\n", "utf-8")
    page.write("rush", "first", path)
    page.write("soak", "second", path)
    page.write("rush", "third", path)
    written = path.read_text("utf-8")
    assert written.startswith("# Benchmarks\n\nold\n\n<!-- rush -->\nthird\n")
    assert "first" not in written
    assert page.sections(path) == written.removeprefix("# Benchmarks\n\nold\n")
