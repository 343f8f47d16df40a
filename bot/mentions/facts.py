"""What can happen when somebody is called by name."""

from dataclasses import dataclass

from bot.facts import Fact


@dataclass(frozen=True, slots=True)
class PersonMentioned(Fact):
    """Somebody was called in a message of the ticket; `state` is what became of it at first (see `rules.State`)."""

    mention: int = 0
    message: int = 0
    person: int = 0
    name: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class MentionAnswered(Fact):
    """Who was called answered from his own conversation, with the note `message`."""

    mention: int = 0
    message: int = 0
    person: int = 0
