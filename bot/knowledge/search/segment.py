"""A set of articles with their posting lists, never changed once made: threads read it without a lock."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.knowledge.search import pinyin, postings, words
from bot.knowledge.search.arrays import Array, Bools, Bytes, Ints, np
from bot.knowledge.search.documents import Document
from bot.knowledge.search.features import TITLE_END
from bot.knowledge.search.normalising import normalised, shaped
from bot.knowledge.search.postings import LINES, Postings
from bot.knowledge.search.spelling import Vocabulary

_CHUNK = 1024  # articles read into features at a time
_CHUNK_CHARACTERS = 200_000
_TEXTS = 5  # of each article: title, body, the rest as JSON, and what the judges compare
_COMPARED, _COMPARED_TITLES = 200, 9  # characters of a title, and titles, that the judges compare


@dataclass(frozen=True, slots=True)
class Segment:
    """`ids` ascending; the texts of the article at place `i` are the five from `ends[5 * i]` on, in UTF-8.

    `lengths` has a row for each article: how many units stand in each of its lines.
    """

    ids: Ints
    postings: Postings
    lengths: Bytes
    texts: Bytes
    ends: Ints
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.ids)

    def place(self, id: int) -> int | None:
        """Where the article stands; None if it is not here."""
        at = int(np.searchsorted(self.ids, id))
        return at if at < len(self.ids) and self.ids[at] == id else None

    def title(self, place: int) -> str:
        """The title as it was given."""
        return self._text(_TEXTS * place)

    def body(self, place: int, longest: int | None = None) -> str:
        """The body as it was given, or about so many characters of its beginning."""
        return self._text(_TEXTS * place + 1, longest)

    def aliases(self, place: int) -> tuple[str, ...]:
        """Other ways to ask."""
        rest = self._text(_TEXTS * place + 2)
        return tuple(json.loads(rest)["aliases"]) if rest else ()

    def compared(self, place: int) -> tuple[list[str], list[str]]:
        """The title and the aliases as the judges compare them: normalised, and as they sound."""
        begin, middle, end = self.ends[_TEXTS * place + 3 : _TEXTS * place + 6].tolist()
        titles = str(self.texts[begin:middle].data, "utf-8", "surrogatepass").split(TITLE_END)
        if middle == end:
            return titles, titles
        return titles, str(self.texts[middle:end].data, "utf-8", "surrogatepass").split(TITLE_END)

    def document(self, place: int) -> Document:
        """The whole article."""
        rest = json.loads(self._text(_TEXTS * place + 2) or "{}")
        return Document(
            id=int(self.ids[place]),
            title=self.title(place),
            body=self.body(place),
            aliases=tuple(rest.get("aliases", ())),
            lang=rest.get("lang", ""),
            tags=tuple(rest.get("tags", ())),
            category=rest.get("category", ""),
        )

    def _text(self, number: int, longest: int | None = None) -> str:
        begin, end = int(self.ends[number]), int(self.ends[number + 1])
        if longest is not None and end - begin > 4 * longest:
            cut = self.texts[begin : begin + 4 * longest].tobytes().decode("utf-8", "ignore")
            return cut[:longest]
        return self.texts[begin:end].tobytes().decode("utf-8", "surrogatepass")


def built(documents: Iterable[Document]) -> Segment:
    """A segment of these articles; of several with the same id the last one counts."""
    kept = {document.id: document for document in documents}
    ordered = [kept[id] for id in sorted(kept)]
    runs, lengths, first = [], [np.zeros((0, LINES), np.uint8)], 0
    written: set[str] = set()
    for chunk in _chunks(ordered):
        texts = [text for document in chunk for text in fields(document)]
        run, counted = postings.of_texts(texts, first)
        for text in texts:
            written.update(words.WORD.findall(text))
        runs.append(run)
        lengths.append(counted)
        first += len(chunk)
    ids = np.array([one.id for one in ordered], np.int64)
    return Segment(ids, postings.joined(runs), np.concatenate(lengths), *_stored(ordered), Vocabulary.of(written))


def merged(parts: Sequence[tuple[Segment, Bools]]) -> Segment:
    """One segment out of several, with the articles that are still alive in each."""
    ids = np.concatenate([segment.ids[alive] for segment, alive in parts])
    order = np.argsort(ids, kind="stable")
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    runs: list[postings.Run] = []
    taken = 0
    for segment, alive in parts:
        place = np.full(len(segment), -1, np.int32)
        count = int(np.count_nonzero(alive))
        place[alive] = rank[taken : taken + count]
        runs += postings.moved(segment.postings, place)
        taken += count
    lengths = np.concatenate([segment.lengths[alive] for segment, alive in parts])[order]
    vocabulary = Vocabulary.of(word for segment, _ in parts for word in segment.vocabulary.words())
    return Segment(ids[order], postings.joined(runs), lengths, *_texts_in(order, parts), vocabulary)


def fields(document: Document) -> tuple[str, str, str]:
    """What an article is read from: titles, body, and tags with the category, shaped."""
    titles = TITLE_END.join((document.title, *document.aliases))
    tags = TITLE_END.join((*document.tags, document.category))
    return shaped(titles), shaped(document.body), shaped(tags)


def _compared(document: Document) -> tuple[str, str]:
    """The titles normalised, and as they sound if that differs; made once, for every question to come."""
    titles = (document.title, *document.aliases)[:_COMPARED_TITLES]
    written = TITLE_END.join(normalised(title[:_COMPARED]).replace(TITLE_END, " ") for title in titles)
    spoken = pinyin.spelled(written)
    return written, "" if spoken == written else spoken


def _chunks(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """Pieces of the work that bound how much memory features take."""
    waiting: list[Document] = []
    size = 0
    for document in documents:
        waiting.append(document)
        size += len(document.body)
        if len(waiting) >= _CHUNK or size >= _CHUNK_CHARACTERS:
            yield waiting
            waiting, size = [], 0
    if waiting:
        yield waiting


def _stored(documents: Sequence[Document]) -> tuple[Bytes, Ints]:
    """The texts one after the other, and where each begins and ends. Piece by piece: other threads wait for no copy."""
    texts = bytearray()
    lengths: list[int] = []
    for one in documents:
        for part in (one.title, one.body, _rest(one), *_compared(one)):
            encoded = part.encode("utf-8", "surrogatepass")
            texts += encoded
            lengths.append(len(encoded))
    return np.frombuffer(texts, np.uint8), _ends(np.array(lengths, np.int64))


def _ends(lengths: Ints) -> Ints:
    ends = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=ends[1:])
    return ends


def _rest(document: Document) -> str:
    rest = {name: value for name in ("aliases", "lang", "tags", "category") if (value := getattr(document, name))}
    return json.dumps({"aliases": [], **rest}, ensure_ascii=False) if rest else ""


def _texts_in(order: Array, parts: Sequence[tuple[Segment, Bools]]) -> tuple[Bytes, Ints]:
    """The texts of the living articles of all parts, in the new order; article by article, as above."""
    lengths = [np.diff(segment.ends).reshape(-1, _TEXTS)[alive] for segment, alive in parts]
    begins = np.concatenate([segment.ends[:-1:_TEXTS][alive] for segment, alive in parts])[order].tolist()
    source = np.repeat(np.arange(len(parts)), [len(one) for one in lengths])[order].tolist()
    ends = _ends(np.concatenate(lengths)[order].reshape(-1))
    texts = np.empty(int(ends[-1]), np.uint8)
    bounds = ends[::_TEXTS].tolist()
    for begin, number, start, end in zip(begins, source, bounds[:-1], bounds[1:], strict=True):
        texts[start:end] = parts[number][0].texts[begin : begin + end - start]
    return texts, ends
