"""What the auditor checks of clocks: each that runs has its timer. One without is armed again, whoever lost it."""

from collections.abc import Sequence

from bot.clocks import running
from bot.clocks.policies import calendar_of
from bot.clocks.rules import Clock, next_due, settled
from bot.findings import Finding
from bot.unit import Unit

SLICE = 20_000
"""How many numbers of clocks one round looks at; the next one goes on behind them."""

_PROGRESS = "audit/clocks"


def clocks_unarmed(unit: Unit) -> Sequence[Finding]:
    """Clocks that nobody would wake: looked at a slice a round, mended at once."""
    after = unit.keys.get(_PROGRESS) or 0
    lost = [clock for clock in unit.clocks.unarmed(running.TIMER, after, after + SLICE) if _armed_again(unit, clock)]
    unit.keys.put(_PROGRESS, after + SLICE if after + SLICE < unit.clocks.newest() else 0)
    if not lost:
        return []
    references = ", ".join(sorted({f"C-{clock.request}" if clock.request else f"T-{clock.ticket}" for clock in lost}))
    return [Finding("clocks_unarmed", (("count", len(lost)), ("references", references[:200])), mended=True)]


def _armed_again(unit: Unit, clock: Clock) -> bool:
    """Whether something was still to come of it; late steps come at once, as after any outage."""
    due = next_due(*settled(clock, calendar_of(unit, clock), unit.now))
    if due is None:
        return False
    unit.timers.set(running.TIMER, clock.id, due)
    return True
