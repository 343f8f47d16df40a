"""What the auditor checks of alerts: whatever waits to be told has a timer that will tell it."""

from collections.abc import Sequence

from bot.escalation.timing import FLUSH
from bot.findings import Finding
from bot.unit import Unit


def alerts_unarmed(unit: Unit) -> Sequence[Finding]:
    """Alerts that nobody would ever tell: told now."""
    lost = unit.alerts.unarmed(FLUSH)
    for number in lost:
        unit.timers.set(FLUSH, number, unit.now)
    return [Finding("alerts_unarmed", (("count", len(lost)),), mended=True)] if lost else []
