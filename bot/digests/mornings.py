"""Sending digests: looked at each minute by one replica, so that changed hours and holidays hold at once.

Which day's digest has been sent stands in the database, so that each goes out once, and still goes out when Baton comes
back soon after its hour.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.router import Router
from bot.digests.cards import alive_card, morning_card
from bot.digests.rules import OPENING, Day, Listed, Morning, day_ends, is_now, moment_of
from bot.duty.roster import team_calendar
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Role, Team
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, DIGESTS_KEY, Workspace

SHOWN = 8
LETTERS = 100
_BEGAN = "digest/began"
_LAST = "digest/alive"
"""Where the last sign of life is kept: its moment and the number of the newest fact then."""


class Mornings:
    """The work of a line of the calendar (see `send`)."""

    def __init__(self, router: Router, version: str) -> None:
        self._router = router
        self._version = version

    def send(self, unit: Unit) -> bool:
        """Send every digest whose hour has come; False, as work that is done."""
        hours: dict[str, str] = unit.keys.get(DIGESTS_KEY) or {}
        since = began(unit)
        for team in unit.people.teams():
            calendar = team_calendar(unit, team)
            moment = moment_of(calendar, hours.get(team.key, OPENING), unit.now)
            if moment and is_now(moment, unit.now, since) and unit.keys.fire(f"digest/{team.key}", moment):
                self._send_to(unit, team, day_ends(calendar, unit.now), moment)
        self._alive(unit, since)
        return False

    def _send_to(self, unit: Unit, team: Team, ends: datetime, moment: datetime) -> None:
        rooms = [room for room in team.rooms if room.platform in self._router.house.platforms]
        if not rooms:
            return
        morning = Morning(
            unit.digests.due(team.id, None, unit.now, SHOWN),
            unit.digests.due(team.id, unit.now, ends, SHOWN),
            unit.digests.unassigned(team.id, SHOWN),
            unit.digests.unanswered(team.id, SHOWN),
        )
        names = _names(unit, (morning.overdue, morning.today))
        for room in rooms:
            words = Context.background(unit, self._router.house, room).words_at(room)
            view = morning_card(morning, team.name, names, words, unit.now)
            unit.outbox.put(Order("show", room, view), effect=f"digest:{team.key}:{moment.isoformat()}@{room}")

    def _alive(self, unit: Unit, since: datetime) -> None:
        workspace = Workspace.read(unit.keys.get(CONFIG_KEY))
        moment = _hour_of_today(workspace, unit.now)
        if moment is None or not (is_now(moment, unit.now, since) and unit.keys.fire("digest/alive", moment)):
            return
        day = _day(unit)
        waiting = unit.inbox.waiting()[0], unit.outbox.backlog()[0]
        letters = len(unit.inbox.dead(LETTERS)) + len(unit.outbox.failures(LETTERS))
        for person in unit.people.all_persons(role=Role.ADMIN):
            for account in reachable(unit, self._router.house, person, "")[:1]:
                place = direct_place(account)
                words = Context.background(unit, self._router.house, place).words_for(person, place)
                view = alive_card(day, waiting, letters, self._version, words)
                unit.outbox.put(
                    Order("show", place, view, user=account.user), effect=f"alive:{person.id}:{moment.isoformat()}"
                )
        unit.keys.put(_LAST, {"at": unit.now.isoformat(), "fact": day.upto})


def began(unit: Unit) -> datetime:
    """When Baton first ran on this database (noted at the first call): what fell due before has never been missed."""
    noted = unit.keys.get(_BEGAN)
    if noted is None:
        unit.keys.put(_BEGAN, noted := unit.now.isoformat())
    return datetime.fromisoformat(noted)


def _names(unit: Unit, lists: Sequence[Listed]) -> dict[int, str]:
    numbers = {each.owner for listed in lists for each in listed.shown if each.owner}
    return {id: person.name for id, person in unit.people.persons(sorted(numbers)).items()}


def _hour_of_today(workspace: Workspace, now: datetime) -> datetime | None:
    if not workspace.alive:
        return None
    local = now.astimezone(workspace.zone)
    return datetime.combine(local.date(), time.fromisoformat(workspace.alive), workspace.zone).astimezone(now.tzinfo)


def _day(unit: Unit) -> Day:
    last: dict[str, Any] = unit.keys.get(_LAST) or {}
    upto, facts = unit.digests.happened(last.get("fact", 0))
    since = datetime.fromisoformat(last["at"]) if last else unit.now - timedelta(days=1)
    return Day(since, upto, facts, *unit.digests.open_tickets())
