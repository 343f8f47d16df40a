"""`report NAME …`: capabilities register reports by name; this finds the one that is meant, in any language."""

from collections.abc import Callable, Mapping

from bot.chat.context import Context
from bot.chat.text import after, plain
from bot.chat.views import Reply
from bot.chat.words import folded
from bot.errors import Invalid
from bot.language.catalogue import LOCALES, table


class Reports:
    """The word `report`. What people call each report stands in the catalogue, alternatives parted by commas
    (`report.name.<name>`)."""

    def __init__(self, known: Mapping[str, Callable[[Context], Reply | None]]) -> None:
        self._known = known

    def show(self, context: Context) -> Reply | None:
        """Show the report that was named; what follows its name is for the report. Raises `Invalid` that lists them."""
        whole = plain(context.text)
        start = len(whole) - len(whole.lstrip())
        said = whole[start:].split(maxsplit=1)[:1]
        name = self._named(said[0]) if said else ""
        if not name:
            known = [context.words(f"report.name.{each}").split(",")[0] for each in self._known]
            raise Invalid("report.which", names=context.words.joined(known), example=known[0])
        return self._known[name](context.saying(context.reference, after(context.text, start + len(said[0]))))

    def _named(self, said: str) -> str:
        wanted = folded(said)
        for name in self._known:
            for locale in LOCALES:
                if wanted in (folded(word.strip()) for word in table(locale)[f"report.name.{name}"].split(",")):
                    return name
        return ""
