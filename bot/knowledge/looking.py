"""The search box of a page: articles appear while somebody types, and he chooses one.

Looking is only reading: nobody is told, and nothing is remembered of half a word. What was chosen is a question that
was asked, and the article is shown where he is, with all that can be done about it.
"""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, FormSubmitted, Place
from bot.chat.lookup import Offer
from bot.chat.views import Reply
from bot.errors import Conflict
from bot.knowledge import cards, handlers, reviewing
from bot.knowledge.finding import SAID, described, ticket_here
from bot.knowledge.library import Library
from bot.knowledge.ordering import DEPTH, Hits, in_order, readable
from bot.knowledge.rules import Question
from bot.language.catalogue import Words
from bot.people.rules import Person
from bot.unit import Unit
from bot.workspace import House

OFFERED = 8
"""Articles that are offered at once."""


class SearchBox:
    """Looks into a library while somebody types; see `bot.chat.lookup.Lookup`."""

    form = "kb.search"

    def __init__(self, library: Library) -> None:
        self._library = library

    def look(self, unit: Unit, person: Person, place: Place, said: str, words: Words) -> list[Offer]:
        """The best articles that `person` may read, as their card has them. Raises `Conflict` while the articles are
        not read yet."""
        if not self._library.ready and unit.knowledge.number():
            raise Conflict("kb.not_ready")
        context = replace(Context.background(unit, House(), place), who=person, words=words)
        _, hits = self._found(context, said)
        return [_offer(found, words) for found in described(context, hits[:OFFERED])]

    def chosen(self, context: Context, event: FormSubmitted) -> Reply | None:
        """Somebody chose an article: what he asked is remembered, and he alone is shown it.

        Raises `NotFound` for what he may not read.
        """
        article = handlers.article_in(context)
        said = event.values.get("said", "").strip()
        sure, hits = self._found(context, said)
        ticket = ticket_here(context)
        team = reviewing.home_team(context.who) if context.who.role.staff else 0
        best = [hit.id for hit, _ in hits if hit.id != article.id][: cards.FOUND - 1]
        question = context.unit.knowledge.ask(
            Question(0, context.unit.now, context.who.id, said[:SAID] or article.title, sure, (article.id, *best),
                     ticket.id if ticket else 0, team)
        )  # fmt: skip
        shown = ButtonPressed(
            event.event_id, event.place, event.user, event.at, profile=event.profile, trigger=event.trigger,
            direct=event.direct, action="kb.show", subject=article.id, value=str(question.id),
        )  # fmt: skip
        return handlers.show_article(replace(context, event=shown), article)

    def _found(self, context: Context, said: str) -> tuple[bool, Hits]:
        staff = context.who.role.staff
        answer = self._library.search(said, limit=DEPTH, staff=staff)
        return answer.confident, in_order(context, readable(context, answer.hits, staff=staff))


def _offer(found: cards.Found, words: Words) -> Offer:
    title = cards.headline(found.article, found.tally, asked=found.asked)
    return Offer(found.article.id, title, found.passage, words.joined([words(key) for key in found.why]))
