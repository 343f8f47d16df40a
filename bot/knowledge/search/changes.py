"""Changes to a view: each takes one and gives another, and whoever searches the old one is not disturbed.

The first segment is large and stays as it is: an article that leaves it is marked dead, and its features are counted
among those that are gone, so that the rarity of a feature is what it would be in an index built anew. The second one is
small and made anew with each change.
"""

from collections.abc import Collection, Iterable, Sequence

from bot.knowledge.search import postings, segment
from bot.knowledge.search.arrays import Array, Bools, np
from bot.knowledge.search.documents import Document
from bot.knowledge.search.segment import Segment
from bot.knowledge.search.view import View


def view_of(large: Segment) -> View:
    """A view of one segment, all of it alive."""
    small = segment.built([])
    return View((large, small), (_all(large), _all(small)), _nothing())


def put(view: View, documents: Iterable[Document]) -> View:
    """The view with these articles, in place of those with the same ids."""
    added = segment.built(documents)
    left = removed(view, added.ids.tolist())
    large, small = left.segments
    joined = segment.merged([(small, left.alive[1]), (added, _all(added))]) if len(small) else added
    return View((large, joined), (left.alive[0], _all(joined)), left.gone)


def removed(view: View, ids: Collection[int]) -> View:
    """The view without these articles; those that it does not have are no matter."""
    large, small = view.segments
    leaving = [place for id in ids if (place := large.place(id)) is not None and view.alive[0][place]]
    alive, gone = view.alive[0], view.gone
    if leaving:
        alive = alive.copy()
        alive[leaving] = False
        gone = _counted(gone, [large.document(place) for place in leaving])
    places = [place for id in ids if (place := small.place(id)) is not None]
    if places:
        staying = _all(small)
        staying[places] = False
        small = segment.merged([(small, staying)])
    return View((large, small), (alive, _all(small)), gone)


def merged(view: View) -> View:
    """The same articles in one segment."""
    return view_of(segment.merged(list(zip(view.segments, view.alive, strict=True))))


def place(view: View, id: int) -> tuple[Segment, int] | None:
    """Where a living article stands."""
    for part, alive in zip(view.segments, view.alive, strict=True):
        at = part.place(id)
        if at is not None and alive[at]:
            return part, at
    return None


def _all(part: Segment) -> Bools:
    return np.ones(len(part), np.bool_)


def _nothing() -> tuple[Array, Array]:
    return np.zeros(0, np.uint32), np.zeros(0, np.int64)


def _counted(gone: tuple[Array, Array], documents: Sequence[Document]) -> tuple[Array, Array]:
    """What is gone, with the features of these articles."""
    run, _ = postings.of_texts([text for document in documents for text in segment.fields(document)], 0)
    numbers, where = np.unique(np.concatenate([gone[0], run.numbers]), return_inverse=True)
    counts = np.concatenate([gone[1], np.ones(len(run.numbers), np.int64)])
    total = np.zeros(len(numbers), np.int64)
    np.add.at(total, where, counts)
    return numbers, total
