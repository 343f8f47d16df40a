"""What was found, as it may be shown: looked at in the database, and among equals by what people made of it."""

from collections.abc import Sequence

from bot.chat.context import Context
from bot.knowledge import pinning
from bot.knowledge.rules import NOBODY, Article
from bot.knowledge.search import Hit

DEPTH = 12
"""Articles that are looked at for one question."""

EQUAL = 0.97
"""A score of so much of the best one of its group is the same: then use decides."""

Hits = Sequence[tuple[Hit, Article]]


def readable(context: Context, hits: Sequence[Hit], *, staff: bool) -> Hits:
    """What was found and still is what it was: the index may be a second behind, the database never."""
    known = context.unit.knowledge.many([hit.id for hit in hits])
    today = context.unit.now.astimezone(context.workspace.zone).date()
    return [
        (hit, known[hit.id]) for hit in hits if hit.id in known and known[hit.id].found_by(staff=staff, today=today)
    ]


def in_order(context: Context, hits: Hits) -> Hits:
    """Best first; among equals pinned ones, then what the person's teams ask most, then what helped and was sent more
    often, then newer ones."""
    tallies = context.unit.knowledge.tallies([article.id for _, article in hits])
    asked = frozenset(pinning.most_asked(context.unit, context.who.teams))

    best, group, groups = 0.0, 0, dict[int, int]()
    for hit, _ in hits:
        if hit.score < best * EQUAL or not groups:
            best, group = hit.score, group + 1
        groups[hit.id] = group

    def rank(found: tuple[Hit, Article]) -> tuple[int, bool, bool, int, float]:
        hit, article = found
        tally = tallies.get(article.id, NOBODY)
        use = 2 * tally.helped + tally.used - 2 * tally.not_helped
        return groups[hit.id], not article.pinned, article.id not in asked, -use, -article.updated_at.timestamp()

    return sorted(hits, key=rank)
