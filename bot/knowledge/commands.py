"""`kb …` and what follows it: a reference, one of its own words (new, edit, history …), or a question."""

from collections.abc import Callable, Mapping
from functools import cache

from bot.chat.context import Context
from bot.chat.text import Text, after, plain
from bot.chat.views import Reply
from bot.chat.words import folded, leading_reference
from bot.knowledge import cards, handlers, pinning
from bot.knowledge.finding import Finder
from bot.knowledge.mending import Mending
from bot.knowledge.rules import Article
from bot.language.catalogue import LOCALES, table

OwnWord = Callable[[Context, Article], Reply | None]

_ABOUT: Mapping[str, OwnWord] = {
    "show": handlers.show_article,
    "edit": lambda context, _: handlers.edit(context),
    "history": handlers.history_of,
    "archive": handlers.archive_article,
    "restore": handlers.restore_article,
    "owner": handlers.hand_over,
    "pin": pinning.pin,
    "unpin": pinning.unpin,
}
VERBS = (*_ABOUT, "new", "revert", "gaps")


class Commands:
    """The word `kb`."""

    def __init__(self, finder: Finder, mending: Mending) -> None:
        self._finder = finder
        self._mending = mending

    def kb(self, context: Context) -> Reply | None:
        """Do what was asked; words that are none of its own are a question."""
        verb, rest = first_word(context.text)
        if verb == "new":
            return handlers.new_about(context, rest)
        if verb == "gaps":
            said = plain(rest).strip()
            return self._finder.ask(context, plain(context.text).strip()) if said else self._mending.show(context)
        reference, left = _reference(context, rest if verb else context.text)
        if reference.startswith("K-") and (verb or not left):
            return self._about(context.saying(reference, left), verb or "show")
        said = plain(context.text).strip()
        if not said:
            asked = pinning.asked_by(context)
            context.whisper(cards.how_card(context.words, staff=context.who.role.staff, asked=asked))
            return None
        return self._finder.ask(context, said)

    def _about(self, context: Context, verb: str) -> Reply | None:
        article = handlers.article_in(context)
        if verb == "revert":
            return handlers.revert_to(context, article, plain(context.text).strip())
        return _ABOUT[verb](context, article)


def first_word(said: Text) -> tuple[str, Text]:
    """The word of its own that something begins with ("" for none), in any language, and what follows it."""
    whole = plain(said)
    start = len(whole) - len(whole.lstrip())
    head = whole[start:].split(maxsplit=1)[:1]
    verb = _verbs().get(folded(head[0])) if head else None
    return (verb, after(said, start + len(head[0]))) if verb else ("", said)


def _reference(context: Context, said: Text) -> tuple[str, Text]:
    """The article that is meant (`edit K-3`, `K-3 kb edit`), and what follows its name."""
    whole = plain(said)
    reference, end = leading_reference(whole, len(whole) - len(whole.lstrip()))
    return (reference, after(said, end)) if reference else (context.reference, after(said, 0))


@cache
def _verbs() -> Mapping[str, str]:
    return {
        folded(word.strip()): verb
        for verb in VERBS
        for locale in LOCALES
        for word in table(locale)[f"kb.verb.{verb}"].split(",")
    }
