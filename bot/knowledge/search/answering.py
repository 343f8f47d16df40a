"""From a question and a view to an answer: the stages, one after the other."""

from functools import partial

from bot.knowledge.search import candidates, gathering, judging, passages, ranking
from bot.knowledge.search.arrays import Floats, np
from bot.knowledge.search.candidates import Allowed
from bot.knowledge.search.documents import Answer, Hit, Reason, Shown
from bot.knowledge.search.judging import Evidence
from bot.knowledge.search.normalising import folded, normalised
from bot.knowledge.search.question import Question
from bot.knowledge.search.ranking import Model
from bot.knowledge.search.view import View

_MOST_WORDS = 0.5  # of a question in one article: "the same words"
_ALIKE = 0.25  # by so much sound or spelling must say more than the words do


def answered(view: View, asked: str, limit: int, allowed: Allowed | None, model: Model) -> Answer:
    """The best articles for what was asked, of those that are allowed."""
    asking = candidates.asked(view, asked)
    if limit < 1 or not len(asking.number):
        return Answer()
    read = gathering.lists(view, asking)
    seen = judging.evidence(view, asking, read, candidates.found(view, asking, read, allowed))
    if not len(seen.place):
        return Answer()
    value = ranking.values(model, seen.seen)
    ids = view.ids(seen.place)
    order = np.lexsort((ids, -value))
    sure = ranking.confidence(model, seen.seen[order], value[order])
    best = order[:limit]
    hits = tuple(
        Hit(id, ranking.score(model, worth), sure, partial(_shown, view, asking, read.weight, seen, row))
        for id, worth, row in zip(ids[best].tolist(), value[best].tolist(), best.tolist(), strict=True)
    )
    return Answer(hits, sure >= model.sure, sure)


def _shown(view: View, asking: Question, weight: Floats, seen: Evidence, row: int) -> Shown:
    """What to show of the article in a row of what was seen."""
    ((part, at),) = view.of(seen.place[row : row + 1])
    title, body = part.title(at), part.body(at, passages.READ)
    marks = passages.marked(asking, weight, title, body)
    why = reasons(asking, seen.seen[row], title, body[slice(*marks.passage)])
    return Shown(marks.passage, marks.matched, marks.title_matched, why)


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
