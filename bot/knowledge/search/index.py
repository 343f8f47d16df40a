"""The index of a knowledge base: built once, stored, opened, searched by many threads while articles change.

What is searched is a `View` that never changes. A change makes a new one and puts it in place of the old one; a search
that runs keeps the view with which it began. Changes go to a small second segment, so that an edit is found at once and
costs milliseconds; `merge` makes one segment of the two now and then.
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from threading import Lock

from bot.knowledge.search import changes, ranking, segment, storing
from bot.knowledge.search.answering import answered
from bot.knowledge.search.candidates import Allowed
from bot.knowledge.search.documents import Answer, Document
from bot.knowledge.search.view import View

_SMALL = 1000
_SHARE = 10  # the second segment is due to be merged when it has a tenth of the first


class Index:
    """Articles that can be searched. Every method may be called from any thread; changes wait for one another."""

    def __init__(self, view: View | None = None) -> None:
        self._made = view  # None: nothing was ever put in, and no array is needed
        self._changing = Lock()

    @property
    def _view(self) -> View:
        if self._made is None:
            self._made = changes.view_of(segment.built(()))
        return self._made

    @_view.setter
    def _view(self, view: View) -> None:
        self._made = view

    @classmethod
    def build(cls, documents: Iterable[Document]) -> "Index":
        """An index of these articles; of several with the same id the last one counts."""
        return cls(changes.view_of(segment.built(documents)))

    @classmethod
    def open(cls, source: Path | str | bytes) -> "Index":
        """A stored index. A file is mapped into memory, not read.

        Raises UnusableIndex if it is damaged or was made by another version, and OSError if it cannot be read.
        """
        return cls(changes.view_of(storing.load(source if isinstance(source, bytes) else Path(source))))

    def dump(self, path: Path | str) -> None:
        """Store the index in a file, which takes the place of the old one at once. Raises OSError."""
        storing.save(self._whole(), Path(path))

    def dumped(self) -> bytes:
        """The same as bytes."""
        return storing.packed(self._whole())

    def __len__(self) -> int:
        return self._made.size if self._made is not None else 0

    def __contains__(self, id: int) -> bool:
        return changes.place(self._view, id) is not None

    def get(self, id: int) -> Document | None:
        """The article as it was put in; None if it is not here."""
        found = changes.place(self._view, id)
        return found[0].document(found[1]) if found else None

    def search(self, query: str, limit: int = 10, allowed: Allowed | Collection[int] | None = None) -> Answer:
        """The best articles for a question, and how sure the first one is.

        `allowed` says which articles may be found: a function of the id, or the ids. No text is wrong: one that says
        nothing gets an empty answer. No answer has more hits than candidates get a closer look (`candidates.JUDGED`).
        """
        if self._made is None:
            return Answer()
        if allowed is not None and not callable(allowed):
            ids = allowed if isinstance(allowed, set | frozenset) else frozenset(allowed)
            allowed = ids.__contains__
        return answered(self._view, query, limit, allowed, ranking.learned())

    def put(self, *documents: Document) -> None:
        """Add articles, or replace those with the same ids. They are found when this returns."""
        with self._changing:
            self._view = changes.put(self._view, documents)

    def remove(self, *ids: int) -> None:
        """Take articles away; ids that are unknown are no matter."""
        with self._changing:
            self._view = changes.removed(self._view, ids)

    @property
    def merge_is_due(self) -> bool:
        """Whether so much has changed that a merge would make searches quicker again."""
        if self._made is None:
            return False
        large, small = self._made.segments
        changed = len(small) + int((~self._view.alive[0]).sum())
        return changed > max(_SMALL, len(large) // _SHARE)

    def merge(self) -> None:
        """Make one segment of all; takes seconds for 100,000 articles, while searches go on and changes wait."""
        with self._changing:
            self._view = changes.merged(self._view)

    def _whole(self) -> segment.Segment:
        """One segment of everything; the index itself is merged if it has to be."""
        with self._changing:
            if len(self._view.segments[1]) or not self._view.alive[0].all():
                self._view = changes.merged(self._view)
            return self._view.segments[0]
