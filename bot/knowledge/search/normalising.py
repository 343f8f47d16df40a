"""One way to write what can be written in many ways: compatibility forms, script, case.

`normalised` is what features are made of. `folded` does the same to each character by itself and keeps their number, so
that a place in the folded text is the same place in what the person wrote: spans come from it.
"""

import re
import unicodedata
from functools import cache

from bot.knowledge.search.chinese import simplified

# Zero-width characters and direction marks come along with copied text; soft hyphens part words in print only.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


def shaped(text: str) -> str:
    """Compatibility forms and script made one, case kept: the borders within `BitmapText` are still to be seen."""
    if text.isascii():
        return text
    return simplified(unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def normalised(text: str) -> str:
    """The form in which two texts are compared. Doing it twice changes nothing."""
    return lowered(shaped(text))


def lowered(shape: str) -> str:
    """A text that was shaped already, in lower case; what that takes apart (İ) is put together again."""
    lower = shape.lower()
    if lower == shape or shape.isascii():
        return lower
    return simplified(unicodedata.normalize("NFKC", _INVISIBLE.sub("", lower)))


def folded(text: str) -> str:
    """As `shaped`, each character by itself: exactly as many characters as the text has."""
    return text.translate(_folds())


class _Folds(dict[int, str]):
    """What each character becomes, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        shape = shaped(chr(code))
        self[code] = shape[0] if shape and not unicodedata.combining(shape[0]) else " "
        return self[code]


@cache
def _folds() -> _Folds:
    return _Folds()
