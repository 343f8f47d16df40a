"""What can happen to a ticket."""

from dataclasses import dataclass

from bot.facts import Fact


@dataclass(frozen=True, slots=True)
class TicketOpened(Fact):
    """A ticket came to be; `by` is how: message, form, command, reaction, shortcut, mention, intake, follow_up.

    `answered`: the knowledge base answered it at once; nobody of the house is asked for until its status changes.
    """

    by: str = ""
    follows: int = 0
    answered: bool = False


@dataclass(frozen=True, slots=True)
class TicketAssigned(Fact):
    """Responsibility moved; 0 is nobody."""

    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class StatusChanged(Fact):
    """From one status to another, by hand or as a consequence (`because`)."""

    before: str = ""
    after: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True)
class PriorityChanged(Fact):
    """From one priority to another."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class DueChanged(Fact):
    """The day by which it should be done (YYYY-MM-DD, "" none)."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TypeChanged(Fact):
    """Of another kind now ("" none)."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class TagsChanged(Fact):
    """The whole set before and after."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamChanged(Fact):
    """The ticket went to another department."""

    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class CustomerWrote(Fact):
    """The customer said something."""

    message: int = 0


@dataclass(frozen=True, slots=True)
class ReplyWritten(Fact):
    """Somebody of the house answered the customer; `held` until the take-back window is over, `worded` if it is a reply
    only by the word that stood before it."""

    message: int = 0
    held: bool = False
    worded: bool = False


@dataclass(frozen=True, slots=True)
class ReplyTakenBack(Fact):
    """The answer was withdrawn before it left."""

    message: int = 0


@dataclass(frozen=True, slots=True)
class NoteAdded(Fact):
    """Something was said inside the house."""

    message: int = 0


@dataclass(frozen=True, slots=True)
class MessageChanged(Fact):
    """A message of the conversation was edited; `before` is how it read (cut to 500 characters)."""

    message: int = 0
    before: str = ""


@dataclass(frozen=True, slots=True)
class MessageTakenAway(Fact):
    """A message of the conversation was deleted by its author."""

    message: int = 0


@dataclass(frozen=True, slots=True)
class TicketMerged(Fact):
    """This ticket went on in `into`."""

    into: int = 0


@dataclass(frozen=True, slots=True)
class TicketAbsorbed(Fact):
    """Another ticket, `other`, was merged into this one."""

    other: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryRefused(Fact):
    """Something about the ticket could not be shown at a place, for good."""

    place: str = ""
    reason: str = ""
    message: int = 0
