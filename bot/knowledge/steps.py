"""The steps of a script: the items of its lists, with or without the boxes of a task list (`- [ ] …`). Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from bot.knowledge.markdown import listed
from bot.knowledge.rules import Article, Kind, State

OPEN, DONE = "☐", "☑"

_LINE = re.compile(r"\r\n?|\n")  # where Markdown ends a line, and nowhere else
_BOX = re.compile(r"\[[ xX]\](?:\s+|$)")
_ITEM = re.compile(r"(\s*(?:[-*+]|\d{1,9}[.)])[ \t]+)(?:\[[ xX]\][ \t]+)?")


@dataclass(frozen=True, slots=True)
class Step:
    """Something to be done: its words in one line, and the line of the body in which it begins.

    `name` follows from the words alone, so a step that still reads the same in an edited script is the same step; the
    second one that reads so has another name.
    """

    name: str
    words: str
    line: int


def steps_of(article: Article) -> tuple[Step, ...]:
    """The steps of a script in their order; none for any other kind of article, and none in the archive."""
    if article.content.kind is not Kind.SCRIPT or article.state is State.ARCHIVED:
        return ()
    steps: list[Step] = []
    for line, said in listed(article.content.body):
        words = " ".join(_BOX.sub("", said.strip(), count=1).split())
        if words:
            same = sum(step.words == words for step in steps)
            steps.append(Step(sha256(f"{same}:{words}".encode()).hexdigest()[:10], words, line))
    return tuple(steps)


def marked(body: str, steps: Sequence[Step], ticked: Collection[str]) -> str:
    """The Markdown of a script with a box before each step, ticked or not."""
    lines = _LINE.split(body)
    for step in steps:
        if step.line < len(lines) and (item := _ITEM.match(lines[step.line])):
            box = DONE if step.name in ticked else OPEN
            lines[step.line] = f"{item[1]}{box} {lines[step.line][item.end() :]}"
    return "\n".join(lines)
