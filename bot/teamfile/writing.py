"""TOML as a person would write it: tables, arrays of tables, everything else on one line."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z", re.ASCII)
_WIDTH = 100


def toml(document: Mapping[str, Any]) -> str:
    """A document of tables (mappings) and arrays of tables (lists of mappings)."""
    blocks = []
    for name, content in document.items():
        if isinstance(content, Mapping):
            blocks.append(_block(f"[{key(name)}]", content))
        else:
            blocks.extend(_block(f"[[{key(name)}]]", item) for item in content)
    return "\n".join(blocks)


def _block(heading: str, table: Mapping[str, Any]) -> str:
    return "".join(f"{line}\n" for line in (heading, *_pairs("", table)))


def _pairs(prefix: str, table: Mapping[str, Any]) -> Iterator[str]:
    """A line for each value; those of a table in the table get dotted keys, for an inline table can't be broken."""
    for name, item in table.items():
        if isinstance(item, Mapping) and item and not prefix:
            yield from _pairs(f"{key(name)}.", item)
        else:
            yield f"{prefix}{key(name)} = {_laid_out(item)}"


def _laid_out(item: Any) -> str:
    """On one line; a list of tables that would be too long gets a line for each."""
    line = value(item)
    if len(line) <= _WIDTH or not isinstance(item, list | tuple):
        return line
    return "[\n" + "".join(f"  {value(part)},\n" for part in item) + "]"


def key(name: str) -> str:
    """A key, quoted where it must be."""
    return name if _BARE.match(name) else _string(name)


def value(item: Any) -> str:
    """A text, number, truth value, list or (inline) table."""
    if isinstance(item, str):
        return _string(item)
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int):
        return str(item)
    if isinstance(item, Mapping):
        pairs = ", ".join(f"{key(name)} = {value(inner)}" for name, inner in item.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(item, Sequence):
        return f"[{', '.join(value(inner) for inner in item)}]"
    raise TypeError(f"no TOML for {type(item).__name__}")


def _string(text: str) -> str:
    # A basic string is a JSON string, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
