"""Changes and doubts in words."""

from typing import Any

from bot.language.catalogue import Words
from bot.teamfile.changes import Change
from bot.teamfile.writing import value


def told(words: Words, change: Change) -> str:
    """A change in one line, as `baton config apply` prints it."""
    what = words(f"config.what.{change.what}")
    name = change.key
    if change.kind == "disabled":
        return words("config.change.disabled", what=what, name=name, count=change.tickets)
    fields = words.joined(
        [
            words("config.change.field", field=field.name, before=_written(field.before), after=_written(field.after))
            for field in change.fields
        ]
    )
    return " ".join(words(f"config.change.{change.kind}", what=what, name=name, fields=fields).split())


def _written(item: Any) -> str:
    """A value as the team file would write it; a dash for none."""
    return "-" if item is None or item == "" or item == [] else value(item)
