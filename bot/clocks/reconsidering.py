"""After the team file changed: every running clock is looked at anew, in batches, as work of a timer.

So a file that is applied by a command beside the running program, a newer year of holidays, and an applied file while
a replica dies are all the same to it: the timer stands until the last clock has been looked at.
"""

import hashlib
import json
from typing import Any

from bot.chat.router import Router
from bot.clocks import running, showing
from bot.clocks.policies import rows
from bot.clocks.rules import Clock
from bot.duty.roster import team_calendar
from bot.escalation.ports import Timer
from bot.facts import Fact
from bot.unit import Unit
from bot.workspace import CALENDARS_KEY

TIMER = "clocks"
"""The kind of its timer; there is one, with subject 0."""

BATCH = 200

_PROGRESS = "clocks/reconsidered"


def configuration_changed(unit: Unit, fact: Fact) -> None:
    """The team file was applied and changed something: perhaps a policy, a calendar, a customer's tier."""
    unit.keys.put(_PROGRESS, {})
    ask(unit)


def ask(unit: Unit) -> None:
    """Look at all running clocks as soon as possible, unless all were looked at since the rules have changed."""
    if unit.timers.get(TIMER, 0) is None:
        unit.timers.set(TIMER, 0, unit.now)


class Reconsidering:
    """The work of that timer."""

    def __init__(self, router: Router) -> None:
        self._router = router

    def __call__(self, unit: Unit, timer: Timer) -> None:
        """One batch; the timer is set again while there is more."""
        wanted = fingerprint(unit)
        done: dict[str, Any] = unit.keys.get(_PROGRESS) or {}
        after = int(done.get("after", 0)) if done.get("fingerprint") == wanted else 0
        if done.get("fingerprint") == wanted and done.get("whole"):
            unit.timers.clear(timer.kind, timer.subject)
            return
        clocks = unit.clocks.running_after(after, BATCH)
        for clock in clocks:
            self._look_at(unit, clock)
        whole = len(clocks) < BATCH
        last = clocks[-1].id if clocks else after
        unit.keys.put(_PROGRESS, {"fingerprint": wanted, "after": last, "whole": whole})
        if whole:
            unit.timers.clear(timer.kind, timer.subject)
        else:
            unit.timers.set(timer.kind, timer.subject, unit.now)

    def _look_at(self, unit: Unit, clock: Clock) -> None:
        after = running.reconsider(unit, clock, "policy")
        if after is not clock:
            showing.refresh(unit, self._router.house, clock.ticket, {clock.request})


def fingerprint(unit: Unit) -> str:
    """A digest of all that clocks go by: policies, and each team's business time with its holidays."""
    policies = json.dumps(list(rows(unit).items()), sort_keys=False)
    calendars = json.dumps(unit.keys.get(CALENDARS_KEY) or {}, sort_keys=True)
    teams = [f"{team.id}:{team_calendar(unit, team).revision}" for team in unit.people.teams()]
    return hashlib.sha256(repr((policies, calendars, teams)).encode()).hexdigest()[:16]
