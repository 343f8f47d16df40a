"""Changes and doubts in words."""

from typing import Any

from bot.language.catalogue import Words
from bot.teamfile.changes import Change
from bot.teamfile.writing import value


def told(words: Words, change: Change) -> str:
    """A change in one line, as `baton config apply` prints it."""
    subject = f"{words(f'config.what.{change.what}')} {change.key}".rstrip()
    if change.kind == "disabled":
        return words("config.change.disabled", subject=subject, count=change.tickets)
    fields = words.joined(
        [
            words("config.change.field", field=field.name, before=_written(field.before), after=_written(field.after))
            for field in change.fields
        ]
    )
    return words(f"config.change.{change.kind}", subject=subject, fields=fields)


def _written(item: Any) -> str:
    """A value as the team file would write it; a dash for none."""
    return "-" if item in (None, "", [], {}) else value(item)
