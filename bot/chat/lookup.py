"""What may be found while somebody types: a page with a search box asks, whichever capability knows answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.chat.events import Place
from bot.chat.text import Text
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.unit import Unit


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that was found: its number, its title, the passage that fits with what matched marked bold, and why."""

    subject: int
    title: str
    passage: Text = ()
    why: str = ""


class Lookup(Protocol):
    """Looks things up. Looking changes nothing and tells nobody.

    What is chosen comes back as the form `form`: its subject is the offer's, its value `said` what was typed.
    """

    form: str

    def look(self, unit: Unit, person: Person, place: Place, said: str, words: Words) -> Sequence[Offer]:
        """What `person` may see of it, best first. Raises `UserError` while nothing can be found."""
        ...
