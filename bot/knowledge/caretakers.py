"""Who looks after what: an article's owner, or the lead of its team; and how he is told when he is at work."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.chat.contract import Order
from bot.chat.views import View
from bot.digests.rules import OPENING, moment_of
from bot.duty import roster
from bot.language.catalogue import Words, chosen
from bot.people.reaching import direct_place, reachable
from bot.people.rules import Person, Role
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, House, Workspace

Views = Callable[[Words], View]
"""How something reads in a language."""


class Caretakers:
    """Finds them, once for everything that one unit asks about. `until` is when whoever is told must have worked."""

    def __init__(self, unit: Unit, house: House, until: datetime | None = None) -> None:
        self._unit = unit
        self._house = house
        self._until = until
        self._leads = {team.id: team.lead for team in unit.people.teams()}
        self._known: dict[int, Person | None] = {}
        self._last: list[Person] | None = None

    def of(self, *, owner: int = 0, team: int = 0) -> list[Person]:
        """The owner, else the lead of the team, else whom the team file names for the knowledge base, else all
        administrators: the first who is still there, can be written to and works before `until`."""
        for number in (owner, self._leads.get(team, 0)):
            person = self._able(number)
            if person is not None:
                return [person]
        if self._last is None:
            self._last = self._of_the_house()
        return self._last

    def _of_the_house(self) -> list[Person]:
        key = Workspace.read(self._unit.keys.get(CONFIG_KEY)).knowledge.owner
        named = self._unit.people.by_key(key) if key else None
        if named is not None and (person := self._able(named.id)):
            return [person]
        administrators = self._unit.people.all_persons(role=Role.ADMIN)
        return [person for person in administrators if reachable(self._unit, self._house, person, "")]

    def _able(self, number: int) -> Person | None:
        if number not in self._known:
            person = self._unit.people.persons([number]).get(number) if number else None
            self._known[number] = person if person is not None and self._can_be_told(person) else None
        return self._known[number]

    def _can_be_told(self, person: Person) -> bool:
        if not (person.active and person.role.staff and reachable(self._unit, self._house, person, "")):
            return False
        if self._until is None:
            return True
        works = roster.next_on_duty(self._unit, person, self._unit.now)
        return works is not None and works < self._until


def at_work(unit: Unit, person: Person) -> bool:
    """Whether it is a good moment to tell somebody what is in no hurry: he is on duty, and his day has begun. The day
    of somebody who always works begins at nine."""
    if not roster.on_duty(unit, person, unit.now):
        return False
    begins = moment_of(roster.person_calendar(unit, person), OPENING, unit.now)
    return begins is not None and begins <= unit.now


def tell(
    unit: Unit, house: House, person: Person, view_in: Views, effect: str, not_before: datetime | None = None
) -> None:
    """Show somebody a view in his own conversation and language; what has this `effect` is shown once."""
    for account in reachable(unit, house, person, "")[:1]:
        workspace = Workspace.read(unit.keys.get(CONFIG_KEY))
        words = Words(chosen(person.locale, workspace.locale), workspace.zone)
        order = Order("show", direct_place(account), view_in(words), user=account.user)
        unit.outbox.put(order, effect=effect, not_before=not_before)


def whose_turn(unit: Unit, name: str, period: str, whom: Callable[[], Iterable[Person]]) -> Sequence[Person]:
    """Who is to be told now what is told under this name once in each period: those who still wait and are at work.

    Whom to tell is asked when the period begins. Whoever is given back counts as told; the list of the others stands in
    the database, so everybody is told once, whichever replica looks, and still is after a restart.
    """
    key = f"kb/round/{name}"
    noted = unit.keys.get(key)
    if noted is None or noted["period"] != period:
        noted = {"period": period, "waiting": sorted({person.id for person in whom()})}
        unit.keys.put(key, noted)
    waiting = unit.people.persons(noted["waiting"]) if noted["waiting"] else {}
    turn = [person for person in waiting.values() if at_work(unit, person)]
    if turn:
        told = {person.id for person in turn}
        unit.keys.put(key, {**noted, "waiting": [number for number in noted["waiting"] if number not in told]})
    return turn
