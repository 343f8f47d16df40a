"""How persons, threads and rooms are reached now, and why a channel that a policy names can't be had."""

from dataclasses import dataclass

from bot.chat.events import Place
from bot.escalation.rules import PERSONAL, Remark, Way
from bot.escalation.subjects import Subject, threads_of
from bot.gateways import GATEWAYS_KEY, Gateways
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import House


def ways_to(unit: Unit, house: House, person: Person, preferred: str) -> tuple[list[Way], dict[str, str]]:
    """Every way to reach this person, best first: his conversations, the `preferred` platform's before others, then
    mail, then SMS. And why the other channels can't be had: `off`, `no_address`."""
    ways = [Way("dm", direct_place(account), account.user) for account in reachable(unit, house, person, preferred)]
    why = {} if ways else {"dm": "no_address"}
    for channel, address in (("mail", person.email), ("sms", person.phone)):
        if channel not in house.platforms:
            why[channel] = "off"
        elif not address:
            why[channel] = "no_address"
        else:
            ways.append(Way(channel, Place(channel, address)))
    return ways, why


@dataclass(frozen=True, slots=True)
class Spot:
    """A thread or a room that hears of a step; `under` is the key of the message in whose thread that is."""

    channel: str
    place: Place
    under: str = ""


def spots(unit: Unit, house: House, subject: Subject, via: tuple[str, ...]) -> tuple[list[Spot], list[Remark]]:
    """Where a step is shown that goes to threads, rooms or robots; a remark for each channel that leads nowhere."""
    found: list[Spot] = []
    remarks: list[Remark] = []
    for channel in via:
        if channel in PERSONAL:
            continue
        here = [spot for spot in _spots(unit, subject, channel) if spot.place.platform in house.platforms]
        found += [spot for spot in here if spot not in found]
        if not here:
            remarks.append(Remark("channel_off", (("channel", channel),)))
    return found, remarks


def _spots(unit: Unit, subject: Subject, channel: str) -> list[Spot]:
    if channel == "thread":
        return [Spot(channel, thread.place, thread.key) for thread in threads_of(unit, subject)]
    if channel == "room":
        return [Spot(channel, place) for place in subject.team.rooms]
    own = Gateways.read(unit.keys.get(GATEWAYS_KEY)).places(subject.team.key)
    return [Spot(channel, place) for place in own if place.platform == channel]


def talks(house: House, place: Place) -> bool:
    """Whether people can press and answer there, and messages can be brought up to date."""
    can = house.can(place.platform)
    return place.platform in house.platforms and can.chat and can.edits


def home_of(unit: Unit, subject: Subject, house: House) -> str:
    """The platform on which the team works on it: where its people are best told ("" if it has no room)."""
    places = [thread.place for thread in threads_of(unit, subject)] or list(subject.team.rooms)
    return next((place.platform for place in places if place.platform in house.platforms), "")


def title_of(unit: Unit, place: Place) -> str:
    """What people call a place: its title, else the department whose room it is."""
    room = unit.people.room(place.whole)
    if room is not None and room.title:
        return room.title
    team = unit.people.team_of_room(place)
    return team.name if team is not None else str(place)
