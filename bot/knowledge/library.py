"""What can be found, in memory: the engine's index and who may see what. Searched from any thread, changed by one."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.chat.ports import StoredFile
from bot.knowledge.markdown import searchable
from bot.knowledge.rules import Article, Audience, State
from bot.knowledge.search import Answer, Document, Index

LONGEST_QUESTION = 1000
"""Characters of a question that are looked for; what follows tells of the case, and is no question any more."""

KNOWN_AHEAD = 200
"""Questions that were looked for ahead of time and are remembered."""

Cursor = tuple[int, int]
"""How far the changes were followed: the number of a change, and of the last article that it touched."""


def document_of(article: Article, files: Iterable[StoredFile] = ()) -> Document:
    """An article as the engine sees it; its files are found by their names."""
    content = article.content
    return Document(
        article.id,
        content.title,
        searchable(content.body),
        content.aliases,
        content.language,
        (*content.tags, *(file.attachment.name for file in files)),
        content.category,
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an article: what is to be found now (None: nothing), and whether customers may see it."""

    id: int
    document: Document | None
    public: bool

    @classmethod
    def of(cls, article: Article, files: Iterable[StoredFile] = ()) -> "Change":
        """What holds since the article reads as it does."""
        published = article.state is State.PUBLISHED
        public = published and article.content.audience is Audience.CUSTOMERS
        return cls(article.id, document_of(article, files) if published else None, public)


@dataclass(slots=True)
class Shelf:
    """An index, the articles in it that customers may see, and how far it has followed the changes. `moves` grows
    whenever something begins or ends to change."""

    index: Index
    public: set[int]
    at: Cursor = (0, 0)
    moves: int = 0

    def take(self, changes: Iterable[Change]) -> None:
        """Bring it up to date; searches that run meanwhile see each article as it was or as it is."""
        taken = list(changes)
        self.moves += 1
        self.public.difference_update([change.id for change in taken if not change.public])
        self.index.remove(*(change.id for change in taken if change.document is None))
        self.index.put(*(change.document for change in taken if change.document is not None))
        self.public.update([change.id for change in taken if change.public])
        self.moves += 1


_Asked = tuple[str, int, bool]
_Known = tuple[Shelf, int, Answer]


class Library:
    """The shelf that is searched now. Another one is put in its place whole, so nobody waits for it to be filled."""

    def __init__(self) -> None:
        self.shelf = Shelf(Index(), set())
        self.ready = False
        """Whether it has been filled since the program started."""
        self._ahead: dict[_Asked, _Known] = {}

    def search(self, question: str, *, limit: int, staff: bool) -> Answer:
        """The articles that answer a question, best first; to customers only what is for them.

        What it finds is as fresh as a second ago: whoever shows it looks at the article itself.
        """
        shelf = self.shelf
        known = self._ahead.get((question, limit, staff))
        if known is not None and known[0] is shelf and known[1] == shelf.moves:
            return known[2]
        return shelf.index.search(question[:LONGEST_QUESTION], limit, None if staff else shelf.public.__contains__)

    def foresee(self, question: str, *, limit: int, staff: bool) -> None:
        """Search now, in a thread where nobody waits, for what will be asked at once; it is known until anything on the
        shelf changes."""
        shelf, asked = self.shelf, (question, limit, staff)
        moves = shelf.moves
        answer = self.search(question, limit=limit, staff=staff)
        if len(self._ahead) >= KNOWN_AHEAD:
            self._ahead = {}
        self._ahead[asked] = (shelf, moves, answer)
