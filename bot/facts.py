"""Facts: what happened, in the past tense.

A unit of work records them with the change itself. The same facts are the ticket's history, the audit trail, the feed
of reports and live pages, and the way in which capabilities hear of one another: `reacts(TicketSolved)` marks a
function that is run in the same unit, before it commits. A chain of reactions is three hops long at most (a ticket ends
→ its requests are withdrawn → their clocks stop → nobody is alarmed any more), so that it never becomes a hidden call
graph.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from bot.unit import Unit

MAX_HOPS = 3


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened to `ticket` (0: to none). Subclasses add small JSON-friendly values only."""

    ticket: int

    kinds: ClassVar[dict[str, type["Fact"]]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Register the kind by its class name, so that stored facts can be read back."""
        super(Fact, cls).__init_subclass__(**kwargs)
        Fact.kinds[cls.__name__] = cls

    @property
    def kind(self) -> str:
        """The class name: what the fact is stored under."""
        return type(self).__name__

    def values(self) -> dict[str, Any]:
        """Everything but the ticket, ready for JSON."""
        data = asdict(self)
        del data["ticket"]
        return data


@dataclass(frozen=True, slots=True)
class Record:
    """A stored fact: who (0: Baton itself), when, and from where (`source` is a place or `web`)."""

    id: int
    at: datetime
    actor: int
    source: str
    fact: Fact


def restored(kind: str, ticket: int, values: dict[str, Any]) -> Fact:
    """The fact as it was recorded; fields that this version no longer knows are left out.

    An unknown kind (written by a newer version) comes back as a plain `Fact`.
    """
    cls = Fact.kinds.get(kind, Fact)
    known = {field.name for field in fields(cls)}
    return cls(ticket=ticket, **{name: value for name, value in values.items() if name in known})


F = TypeVar("F", bound=Fact)
Reaction = Callable[["Unit", Any], None]


class Reactions:
    """Which functions are run on which kind of fact."""

    def __init__(self) -> None:
        self._by_kind: dict[type[Fact], list[Reaction]] = {}

    def on(self, kind: type[F], reaction: Callable[["Unit", F], None]) -> None:
        """Run `reaction` whenever a fact of `kind` is recorded, in the same unit."""
        self._by_kind.setdefault(kind, []).append(reaction)

    def to(self, kind: type[Fact]) -> bool:
        """Whether anything is run on facts of this kind."""
        return kind in self._by_kind

    def run(self, unit: "Unit", fact: Fact) -> None:
        """Run all reactions to `fact`, in the order in which they were registered."""
        for reaction in self._by_kind.get(type(fact), ()):
            reaction(unit, fact)
