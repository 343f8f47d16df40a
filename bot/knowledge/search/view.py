"""What is searched: segments side by side, and which of their articles are alive. A view never changes.

Articles have places: those of the first segment from 0 on, those of the second after them. What follows from a view
alone is worked out once, by whoever first asks, not with every question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.knowledge.search.arrays import Array, Bools, Ints, UInt32s, np
from bot.knowledge.search.segment import Segment


@dataclass(frozen=True)
class View:
    """Segments, which of their articles are alive, and what is no longer counted."""

    segments: tuple[Segment, ...]
    alive: tuple[Bools, ...]
    gone: tuple[Array, Array]
    """Features of articles that are no longer alive, ascending, and how many such articles have each."""

    @cached_property
    def parts(self) -> tuple[tuple[int, Segment], ...]:
        """The segments that have articles, each after its first place."""
        found, base = [], 0
        for segment in self.segments:
            if len(segment):
                found.append((base, segment))
            base += len(segment)
        return tuple(found)

    @cached_property
    def places(self) -> int:
        """Articles, dead or alive."""
        return sum(map(len, self.segments))

    @cached_property
    def dead(self) -> Ints:
        """The places of articles that are not to be found."""
        return np.flatnonzero(~np.concatenate(self.alive))

    @cached_property
    def size(self) -> int:
        """Articles that can be found."""
        return self.places - len(self.dead)

    def ids(self, places: Ints) -> Ints:
        """The ids of the articles at these places."""
        return self._gathered(places, [segment.ids for _, segment in self.parts])

    def lengths(self, places: Ints) -> Array:
        """How many units stand in each line of the articles at these places."""
        return self._gathered(places, [segment.lengths for _, segment in self.parts])

    def of(self, places: Ints) -> Iterator[tuple[Segment, int]]:
        """The segment of each place, and the place within it."""
        parts = self.parts[::-1]
        for place in places.tolist():
            for base, segment in parts:
                if place >= base:
                    yield segment, place - base
                    break

    def gone_with(self, wanted: UInt32s) -> Ints:
        """How many articles that have each of these features are no longer alive, but still in a list."""
        numbers, counts = self.gone
        if not len(numbers):
            return np.zeros(len(wanted), np.int64)
        at = np.minimum(np.searchsorted(numbers, wanted), len(numbers) - 1)
        return np.where(numbers[at] == wanted, counts[at], 0)

    def _gathered(self, places: Ints, rows: list[Array]) -> Array:
        """The rows at these places, out of one array for each part."""
        if not rows:
            return places  # none: there is no article
        if len(rows) == 1:
            return rows[0][places]
        out = np.empty((len(places), *rows[0].shape[1:]), rows[0].dtype)
        for (base, segment), row in zip(self.parts, rows, strict=True):
            inside = (places >= base) & (places < base + len(segment))
            out[inside] = row[places[inside] - base]
        return out
