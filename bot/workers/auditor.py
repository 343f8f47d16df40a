"""The auditor: each minute it asks the database, not the scheduler, whether anything was forgotten.

It runs as a line of the calendar, on one replica each time. Capabilities add their own checks (`Router.audits`), which
may mend what they find. Administrators hear of each condition when it begins and when it is over, never in between; and
only while all is well is the heartbeat given (a dead man's switch: whoever waits for it hears of its absence).
An auditor that is too slow gets switched off, so every check reads what an index gives it.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.chat.contract import Order
from bot.chat.text import text as spans
from bot.chat.views import Post
from bot.findings import Finding
from bot.language.catalogue import Words, chosen
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Role
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, House, Workspace

log = logging.getLogger(__name__)

CONDITIONS = "audit/conditions"
"""Where the conditions that hold are kept: name to the moment (ISO 8601) at which each began."""

TIMERS_LATE = timedelta(seconds=30)
INBOX_LATE = timedelta(seconds=60)
OUTBOX_LATE = timedelta(minutes=10)
LETTERS = 100

Check = Callable[[Unit], Sequence[Finding]]


def timers_late(unit: Unit) -> Sequence[Finding]:
    """Deadlines that have passed and whose work was not done."""
    count, oldest = unit.timers.overdue(unit.now - TIMERS_LATE)
    return [Finding("timers_late", _queue(unit, count, oldest))] if count else []


def inbox_late(unit: Unit) -> Sequence[Finding]:
    """Deliveries that nobody has handled."""
    count, oldest = unit.inbox.waiting()
    return [Finding("inbox_late", _queue(unit, count, oldest))] if oldest and unit.now - oldest > INBOX_LATE else []


def outbox_late(unit: Unit) -> Sequence[Finding]:
    """Messages that could not be sent for a long while."""
    count, oldest = unit.outbox.backlog()
    return [Finding("outbox_late", _queue(unit, count, oldest))] if oldest and unit.now - oldest > OUTBOX_LATE else []


def dead_letters(unit: Unit) -> Sequence[Finding]:
    """What was given up and waits for somebody to look at it."""
    letters = len(unit.inbox.dead(LETTERS)) + len(unit.outbox.failures(LETTERS))
    return [Finding("dead_letters", (("count", letters),))] if letters else []


def lanes_lost(unit: Unit) -> Sequence[Finding]:
    """Messages that nobody would ever send, as the lane in which they wait is gone: opened anew."""
    count = unit.outbox.restore_lanes(unit.now)
    return [Finding("lanes_lost", (("count", count),), mended=True)] if count else []


CHECKS: tuple[Check, ...] = (timers_late, inbox_late, outbox_late, dead_letters, lanes_lost)


class Auditor:
    """One round is one unit of work. `well` is called after a round that found nothing."""

    def __init__(self, house: House, checks: Sequence[Check], well: Callable[[], None] | None = None) -> None:
        self._house = house
        self._checks = (*CHECKS, *checks)
        self._well = well

    def round(self, unit: Unit) -> bool:
        """Look at everything once; False, as a calendar's work that is done."""
        found = {finding.name: finding for check in self._checks for finding in self._findings(unit, check)}
        known: dict[str, str] = unit.keys.get(CONDITIONS) or {}
        lasting = {name for name, finding in found.items() if not finding.mended}
        for name, finding in found.items():
            if name not in known:
                log.warning("audit: %s %s", name, dict(finding.values))
                self._tell(unit, f"audit.{finding.key}", dict(finding.values))
        for name in known.keys() - lasting:
            log.warning("audit: %s is over", name)
            began = datetime.fromisoformat(known[name])
            self._tell(unit, "audit.over", {"lasted": unit.now - began}, of=f"audit.name.{name.partition('/')[0]}")
        holding = {name: known.get(name, unit.now.isoformat()) for name in sorted(lasting)}
        if holding != known:
            unit.keys.put(CONDITIONS, holding)
        if not found and self._well is not None:
            self._well()
        return False

    def _findings(self, unit: Unit, check: Check) -> Sequence[Finding]:
        """What a check finds; one that fails is a finding itself and stops no other."""
        try:
            return unit.attempt(lambda: check(unit))
        except ConnectionError:
            raise
        except Exception:
            log.exception("audit: the check %s failed", check.__name__)
            return [Finding("check_failed", (("check", check.__name__),), about=check.__name__)]

    def _tell(self, unit: Unit, key: str, values: dict[str, Any], *, of: str = "") -> None:
        """A direct message to each administrator, in his language; it is in the log in any case."""
        workspace = Workspace.read(unit.keys.get(CONFIG_KEY))
        for person in unit.people.all_persons(role=Role.ADMIN):
            words = Words(chosen(person.locale, workspace.locale), workspace.zone)
            sentence = words(key, **values, **({"what": words(of)} if of else {}))
            for account in reachable(unit, self._house, person, "")[:1]:
                unit.outbox.put(Order("show", direct_place(account), Post(spans("🩺 ", sentence)), user=account.user))


def _queue(unit: Unit, count: int, oldest: datetime | None) -> tuple[tuple[str, Any], ...]:
    age = unit.now - oldest if oldest else timedelta()
    return ("count", count), ("age", age)
