"""From a question and a view to an answer: the stages, one after the other."""

from bot.knowledge.search import candidates, judging, passages, ranking
from bot.knowledge.search.arrays import Floats, Ints, np
from bot.knowledge.search.candidates import Allowed, View
from bot.knowledge.search.documents import Answer, Hit, Reason
from bot.knowledge.search.normalising import folded, normalised
from bot.knowledge.search.question import Question
from bot.knowledge.search.ranking import Model

_READ, _LEAST = 12_000, 500  # characters of bodies read for passages: of all hits together, and of each at least
_MOST_WORDS = 0.5  # of a question in one article: "the same words"
_ALIKE = 0.25  # by so much sound or spelling must say more than the words do


def answered(view: View, asked: str, limit: int, allowed: Allowed | None, model: Model) -> Answer:
    """The best articles for what was asked, of those that are allowed."""
    asking = candidates.asked(view, asked)
    if limit < 1 or not len(asking.number):
        return Answer()
    read = candidates.lists(view, asking)
    seen = judging.evidence(view, asking, read, candidates.found(view, asking, read, allowed))
    if not len(seen.place):
        return Answer()
    value = ranking.values(model, seen.seen)
    order = np.lexsort((candidates.ids(view)[seen.place], -value))
    sure = ranking.confidence(model, seen.seen[order], value[order])
    shown = order[:limit]
    articles = _texts(view, seen.place[shown])
    marks = passages.marked(asking, read.weight, articles)
    hits = tuple(
        Hit(
            id=int(candidates.ids(view)[seen.place[row]]),
            score=ranking.score(model, float(value[row])),
            confidence=sure,
            passage=mark.passage,
            matched=mark.matched,
            title_matched=mark.title_matched,
            why=reasons(asking, seen.seen[row], title, body[slice(*mark.passage)]),
        )
        for row, mark, (title, body) in zip(shown.tolist(), marks, articles, strict=True)
    )
    return Answer(hits, sure >= model.sure, sure)


def _texts(view: View, places: Ints) -> list[tuple[str, str]]:
    """Titles and the beginnings of bodies; of the later hits less, so that long articles cost no more time."""
    texts, left = [], _READ
    for part, at in view.of(places):
        body = part.body(at, max(_LEAST, min(passages.READ, left)))
        left -= len(body)
        texts.append((part.title(at), body))
    return texts


def reasons(asking: Question, row: Floats, title: str, passage: str) -> tuple[Reason, ...]:
    """Why an article was found, the strongest first."""
    seen = dict(zip(judging.COLUMNS, row.tolist(), strict=True))
    why = []
    if seen["words"] >= _MOST_WORDS:
        why.append(Reason.WORDS)
    if seen["words"] > 0 and _only_in_other_script(asking, f"{title}\n{passage}"):
        why.append(Reason.SCRIPT)
    if seen["sounds"] - max(0, seen["words"]) > _ALIKE:
        why.append(Reason.SOUND)
    if asking.repaired or seen["spelling"] - max(0, seen["words"]) > _ALIKE:
        why.append(Reason.SPELLING)
    if asking.bare and asking.bare in normalised(title) and asking.bare != normalised(title):
        why.append(Reason.PART)
    return tuple(why)


def _only_in_other_script(asking: Question, text: str) -> bool:
    """Whether characters that were asked for stand in the article only after both were turned into one script."""
    shape, asked = folded(text), folded(asking.raw)
    turned = {(before, after) for before, after in zip(asking.raw, asked, strict=True) if before != after}
    standing = {after for before, after in zip(text, shape, strict=True) if before != after}
    return any(after in shape and before not in text for before, after in turned) or any(
        after in asking.raw and after not in text for after in standing
    )
