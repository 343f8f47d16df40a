"""What in the policies will not work as it stands: steps that reach nobody, channels that lead nowhere."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from bot.chat.contract import Problem
from bot.chat.events import Place
from bot.escalation.rules import PERSONAL
from bot.gateways import GATEWAYS_KEY, Gateways
from bot.people.rules import Person, Role, Team
from bot.unit import Unit
from bot.workspace import POLICIES_KEY

_Named = Callable[[Unit, Team], list[Person]]


def policy_doubts(unit: Unit, teams: Collection[Team], platforms: Collection[str]) -> Iterator[Problem]:
    """Everything doubtful about the policies, for the teams that they are for; `platforms` are those that are on."""
    gateways = Gateways.read(unit.keys.get(GATEWAYS_KEY))
    rows: Mapping[str, Mapping[str, Any]] = unit.keys.get(POLICIES_KEY) or {}
    for key, row in rows.items():
        meant = [team for team in teams if not row.get("teams") or team.key in row["teams"]]
        steps = row.get("steps") or ()
        if not steps:
            yield _problem("policy_silent", policy=key)
        yield from _persons(unit, key, steps)
        yield from _channels(key, steps, meant, gateways)
        for team in meant if steps else ():
            if not any(_reaches(unit, step, team, platforms, gateways) for step in steps):
                yield _problem("policy_nobody", policy=key, team=team.name)


def _problem(key: str, **values: str) -> Problem:
    return Problem(f"check.{key}", tuple(values.items()), fatal=False)


def _persons(unit: Unit, policy: str, steps: Collection[Mapping[str, Any]]) -> Iterator[Problem]:
    """Persons that are named and are not there any more: the admins are told in their place."""
    named = dict.fromkeys(who for step in steps for who in step.get("notify", ()) if who.startswith("person:"))
    for who in named:
        person = unit.people.by_key(who.removeprefix("person:"))
        if person is None or not (person.active and person.role.staff):
            yield _problem("policy_person", policy=policy, person=who.removeprefix("person:"))


def _channels(
    policy: str, steps: Collection[Mapping[str, Any]], teams: Collection[Team], gateways: Gateways
) -> Iterator[Problem]:
    """Channels outside chat that nobody set up, each of each policy once."""
    for channel in dict.fromkeys(channel for step in steps for channel in step.get("via", ())):
        if channel in ("mail", "sms"):
            if channel not in gateways.persons:
                yield _problem("policy_channel", policy=policy, channel=channel)
        elif channel not in (*PERSONAL, "thread", "room"):
            without = [team.name for team in teams if not _robot(gateways, team, channel)]
            if without:
                yield _problem("policy_robot", policy=policy, channel=channel, teams=", ".join(without))


def _robot(gateways: Gateways, team: Team, channel: str) -> bool:
    return any(place.platform == channel for place in gateways.places(team.key))


def _reaches(unit: Unit, step: Mapping[str, Any], team: Team, platforms: Collection[str], gateways: Gateways) -> bool:
    """Whether the step tells anybody: a room, or a person with any way to him."""
    via, notify = step.get("via", ()), step.get("notify", ())
    if {"thread", "room"} & set(via) and any(place.platform in platforms for place in team.rooms):
        return True
    if any(_robot(gateways, team, channel) for channel in via):
        return True
    return any(_is_room(who, platforms) or _reachable(unit, who, team, platforms, gateways) for who in notify)


def _is_room(who: str, platforms: Collection[str]) -> bool:
    return ":" in who and not who.startswith("person:") and Place.parse(who).platform in platforms


def _reachable(unit: Unit, who: str, team: Team, platforms: Collection[str], gateways: Gateways) -> bool:
    return any(_has_way(unit, person, platforms, gateways) for person in _named(unit, who, team))


def _named(unit: Unit, who: str, team: Team) -> list[Person]:
    if who.startswith("person:"):
        person = unit.people.by_key(who.removeprefix("person:"))
        return [person] if person and person.active else []
    return _NAMES.get(who, _staff)(unit, team)


def _staff(unit: Unit, team: Team) -> list[Person]:
    return [person for person in unit.people.members(team.id) if person.role.staff]


def _lead(unit: Unit, team: Team) -> list[Person]:
    lead = unit.people.persons([team.lead]).get(team.lead) if team.lead else None
    return [lead] if lead and lead.active else []


def _supervisors(unit: Unit, team: Team) -> list[Person]:
    return [person for person in _staff(unit, team) if person.role is Role.SUPERVISOR]


def _askers(unit: Unit, _: Team) -> list[Person]:
    return [person for person in unit.people.all_persons() if person.role.staff]


_NAMES: Mapping[str, _Named] = {
    "team-lead": _lead,
    "supervisors": _supervisors,
    "asker": _askers,
    "next-level": lambda unit, team: [*_lead(unit, team), *_supervisors(unit, team)],
}
"""Whom a name can mean; for all others it is somebody of the team."""


def _has_way(unit: Unit, person: Person, platforms: Collection[str], gateways: Gateways) -> bool:
    if any(account.reachable and account.platform in platforms for account in unit.people.accounts(person.id)):
        return True
    return bool((person.email and "mail" in gateways.persons) or (person.phone and "sms" in gateways.persons))
