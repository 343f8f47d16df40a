"""Texts that are longer than one input of a modal takes: asked in several, put together again as they were. Pure.

A text is cut where a paragraph ends, else a line, a sentence or a word. The white space at a cut stands in no input
(nobody promises that an input keeps it at its ends): it travels in the modal's metadata and is put back between them.
"""

import base64
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adapters.slack import limits

_SENTENCE = r"[。！？!?…][”’」』)）\"']*|[.;；]\s"
_ENDS = tuple(re.compile(end) for end in (r"\n\s*\n", r"\n", _SENTENCE, r"\s"))
_BETWEEN = "\n\n"
_MARK = "~"
_LONGEST_JOINTS = 2000

Joints = Mapping[str, Sequence[str]]
"""What stands between the inputs of each field that has several."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A text cut into inputs: `words` has at least one, `joints` what stood between each two of them."""

    words: tuple[str, ...]
    joints: tuple[str, ...]


def cut_up(words: str, limit: int = limits.INPUT_LENGTH) -> Parts:
    """Inputs of at most `limit` UTF-16 units each, none of which begins or ends with white space at a cut."""
    parts, joints = [], []
    while (most := _fitting(words, limit)) < len(words):
        cut = _cut(words, most)
        left, right = words[:cut].rstrip(), words[cut:].lstrip()
        left = left or words[:cut]
        parts.append(left)
        joints.append(words[len(left) : len(words) - len(right)])
        words = right
    return Parts((*parts, words), tuple(joints))


def _fitting(words: str, units: int) -> int:
    """How many characters have at most so many UTF-16 units."""
    count = min(len(words), units)
    while (excess := limits.utf16(words[:count]) - units) > 0:
        count -= (excess + 1) // 2
    return count


def _cut(words: str, most: int) -> int:
    """Where to cut: after the last end of a paragraph, line, sentence or word in the last third of what fits."""
    for end in _ENDS:
        found = [match.end() for match in end.finditer(words, most * 2 // 3, most)]
        if found:
            return found[-1]
    return most


def part_name(field: str, number: int) -> str:
    """The block_id of an input: the first one is called as the field, so that errors stand there."""
    return f"{field}{_MARK}{number}" if number else field


def put_together(values: Mapping[str, str], joints: Joints) -> dict[str, str]:
    """The values of the fields out of those of the inputs. An input that was emptied takes its joint with it."""
    whole = {name: value for name, value in values.items() if not _is_part(name, joints)}
    for field, between in joints.items():
        text = whole.get(field, "")
        for number in range(1, len(values) + 1):
            more = values.get(part_name(field, number), "")
            if more:
                joint = between[number - 1] if number <= len(between) else _BETWEEN
                text = f"{text}{joint}{more}" if text else more
        whole[field] = text
    return whole


def _is_part(name: str, joints: Joints) -> bool:
    field, mark, number = name.rpartition(_MARK)
    return bool(mark) and number.isdecimal() and field in joints


def packed(joints: Joints) -> str:
    """Joints for the metadata ("" for none). Where it would be too much, paragraphs stand between all inputs."""
    if not joints:
        return ""
    for each in (joints, {field: [] for field in joints}):
        data = zlib.compress(json.dumps({name: list(parts) for name, parts in each.items()}).encode(), 9)
        written = base64.b85encode(data).decode()
        if len(written) <= _LONGEST_JOINTS:
            return written
    raise ValueError("a form with so many long fields does not fit into a modal")


def unpacked(written: str) -> dict[str, list[str]]:
    """What `packed` gave. Raises ValueError."""
    if not written:
        return {}
    try:
        read = json.loads(zlib.decompress(base64.b85decode(written)))
    except zlib.error as problem:
        raise ValueError(str(problem)) from problem
    return {str(name): [str(part) for part in parts] for name, parts in read.items()}
