"""Under which names the copies of messages stand in a ticket's threads, and whether they do.

A name is made of what is shown and of the number of the thread. When two tickets become one, threads at the same place
become one as well; the numbers of those that are gone are remembered with the one that stays, so that what was shown
under them can still be changed, withheld and taken away.
"""

from bot.tickets.rules import Message, Thread
from bot.unit import Unit


def copy_key(message: int, thread: int) -> str:
    """The name under which the copy of a message in a thread is remembered."""
    return f"{_stem(message)}@{thread}"


def _stem(message: int) -> str:
    return f"m{message}"


def name_in(unit: Unit, stem: str, thread: Thread) -> str:
    """What `stem` is called in a thread: by the number of a thread that went on in it, if it was shown there."""
    former = (f"{stem}@{number}" for number in _former(unit, thread))
    return next((name for name in former if stands(unit, name)), f"{stem}@{thread.id}")


def names(unit: Unit, message: Message, thread: Thread) -> list[str]:
    """The names of a message's copy and of the copies of its files."""
    name = name_in(unit, _stem(message.id), thread)
    return [name, *(file_key(name, file) for file in message.files)]


def file_key(copy: str, file: int) -> str:
    """The name of a file beside the copy of the message that it came with."""
    return f"{copy}/f{file}"


def stands(unit: Unit, name: str) -> bool:
    """Whether it was shown, or waits to be."""
    return unit.posted.by_key(name) is not None or unit.outbox.pending(name)


def shown_in(unit: Unit, message: Message, thread: Thread) -> bool:
    """Whether the thread has, or will have, a copy of this message. One that joined later has none."""
    return stands(unit, name_in(unit, _stem(message.id), thread))


def goes_on_in(unit: Unit, gone: Thread, kept: Thread) -> None:
    """Remember that what was shown in `gone` belongs to `kept` from now on."""
    unit.keys.put(_former_key(kept), [*_former(unit, kept), gone.id, *_former(unit, gone)])


def _former(unit: Unit, thread: Thread) -> list[int]:
    return unit.keys.get(_former_key(thread)) or []


def _former_key(thread: Thread) -> str:
    return f"former/{thread.id}"
