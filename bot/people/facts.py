"""What can happen to persons."""

from dataclasses import dataclass

from bot.facts import Fact


@dataclass(frozen=True, slots=True)
class PersonDisabled(Fact):
    """Somebody left; he can do nothing any more."""

    person: int = 0


@dataclass(frozen=True, slots=True)
class PersonEnabled(Fact):
    """Somebody who had left is back."""

    person: int = 0
