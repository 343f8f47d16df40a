"""On which line of a TOML text each key stands.

`tomllib` (like every maintained TOML parser for Python) gives values without positions. This walks over a text that
`tomllib` has already accepted, so it only has to find its way, not to judge: keys, strings, brackets, commas, comments.
"""

import re
import tomllib
from typing import Any

Path = tuple[str | int, ...]

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'",
    re.DOTALL,
)


def lines(text: str) -> dict[Path, int]:
    """The line (from 1) of each key, table and array item of a valid TOML text, by its path: `("people", 0, "name")`.

    A table that several lines name (`[a.b]`, then `[a]`) is where it was named first.
    """
    walk = _Walk(text)
    walk.document()
    return walk.found


def nearest(found: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the innermost thing around it that the text names."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return 1


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.line = 1
        self.found: dict[Path, int] = {}
        self._items: dict[Path, int] = {}  # how many elements each array of tables has so far

    def document(self) -> None:
        table: Path = ()
        self._skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip()

    def _header(self) -> Path:
        line = self.line
        many = self.text.startswith("[[", self.at)
        self._move(2 if many else 1)
        path: Path = ()
        *outer, last = self._key()
        for part in outer:
            path = self._entered((*path, part), line)
        path = (*path, last)
        self.found.setdefault(path, line)
        if many:
            number = self._items.get(path, 0)
            self._items[path] = number + 1
            path = (*path, number)
            self.found[path] = line
        self._move(2 if many else 1)
        return path

    def _entered(self, path: Path, line: int) -> Path:
        """`path`, or the newest element where it is an array of tables."""
        self.found.setdefault(path, line)
        return (*path, self._items[path] - 1) if path in self._items else path

    def _pair(self, table: Path) -> None:
        line = self.line
        path = table
        for part in self._key():
            path = (*path, part)
            self.found.setdefault(path, line)
        self._move(1)  # the equals sign
        self._value(path)

    def _key(self) -> list[str]:
        """A dotted key; leaves the place at what follows it."""
        parts = []
        while True:
            self._skip()
            match = _STRING.match(self.text, self.at) or _BARE_KEY.match(self.text, self.at)
            assert match is not None, "tomllib accepted the text"  # noqa: S101
            parts.append(_plain(match[0]))
            self._move(len(match[0]))
            self._skip()
            if self.text[self.at] != ".":
                return parts
            self._move(1)

    def _value(self, path: Path) -> None:
        self._skip()
        opening = self.text[self.at]
        if opening in "[{":
            self._several(path, "]" if opening == "[" else "}")
            return
        match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
        assert match is not None, "tomllib accepted the text"  # noqa: S101
        self._move(len(match[0]))

    def _several(self, path: Path, closing: str) -> None:
        """The items of an array, or the pairs of an inline table."""
        self._move(1)
        self._skip()
        number = 0
        while self.text[self.at] != closing:
            if self.text[self.at] == ",":
                self._move(1)
            elif closing == "]":
                self.found[(*path, number)] = self.line
                self._value((*path, number))
                number += 1
            else:
                self._pair(path)
            self._skip()
        self._move(1)

    def _skip(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self._move(len(match[0]) if match else 0)

    def _move(self, characters: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + characters)
        self.at += characters


def _plain(key: str) -> str:
    if key[0] not in "\"'":
        return key
    named: dict[str, Any] = tomllib.loads(f"{key} = 0")
    return next(iter(named))
