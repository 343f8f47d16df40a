"""What people did wrong: one family, each member naming a sentence of the catalogue.

A `UserError` is an answer, not a fault: the pipeline rolls the unit of work back and tells the person, in their
language, what to do instead. Everything else that is raised is a fault of ours: logged once with the event's id.
"""

from typing import Any


class UserError(Exception):
    """A person asked for something that can't be done; `key` is the sentence that tells them how to go on.

    `field` names the form field at fault, so that a platform with modals can show the sentence beside it.
    """

    def __init__(self, key: str, *, field: str = "", **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.values = values


class NotFound(UserError):
    """What was named does not exist, or the person may not know that it does."""


class NotAllowed(UserError):
    """The person's role does not reach this far."""


class Invalid(UserError):
    """A value is empty, too long, or not one of those that are possible."""


class Conflict(UserError):
    """Somebody else was faster; the sentence says who and what now holds."""


class StaleWrite(Exception):
    """A row changed between reading and saving it; the unit is run again from the start."""


IN_TURN = "waits its turn"
"""What stands at an inbox row that was put back for this reason alone: those behind it go on waiting for it."""


class OutOfTurn(Exception):
    """Something of the same conversation came before, to another replica, and is not handled yet."""


class TooEarly(Exception):
    """The event speaks of something that is still on its way (a thread whose first message is being sent).

    The inbox row is tried again shortly; after a few tries the event is handled as it stands.
    """


class ConfigurationProblem(Exception):
    """Settings or a configuration file are wrong: each of `lines` names what, why, and how it should look."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
