"""docs/benchmarks.md: what `make bench` writes, and after it sections that other commands write, each its own."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"

_SECTION = re.compile(r"\n<!-- (\w+) -->\n.*?<!-- end of \1 -->\n", re.DOTALL)


def write(name: str, text: str, page: Path = PAGE) -> None:
    """Put a section at its place: the same one is replaced, a new one comes last."""
    section = f"\n<!-- {name} -->\n{text.strip()}\n<!-- end of {name} -->\n"
    written = page.read_text("utf-8")
    found = next((each for each in _SECTION.finditer(written) if each[1] == name), None)
    if found is None:
        written = written.rstrip("\n") + "\n" + section
    else:
        written = written[: found.start()] + section + written[found.end() :]
    page.write_text(written, "utf-8")


def sections(page: Path = PAGE) -> str:
    """All of them, for whoever writes the page anew."""
    written = page.read_text("utf-8") if page.exists() else ""
    return "".join(each[0] for each in _SECTION.finditer(written))
