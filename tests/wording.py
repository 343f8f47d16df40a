"""Where the code names sentences of the catalogue, and where it has wording that belongs there.

Importing this as a plugin also brings a fixture that fails every test in which a sentence was asked for that is not
there, or whose values were not all given: whatever a test walks through is checked on the way.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.language.catalogue import Words, table

FOLDERS = ("bot", "adapters", "storage")
# Looks of a key: `ticket.taken`, `fact.TicketOpened`.
KEY = re.compile(r"(?!.*\.(?:db|html|toml|py)$)[a-z_]+(\.[A-Za-z][A-Za-z0-9_]*)+")
IDEOGRAPH = re.compile("[\u3400-\u9fff]")
SENTENCE = re.compile(r"\W*[A-Z][\w'’]*(?:[,:;]? [\w'’(“-]+[)”]?){2,}.*[.!?…]\s*", re.DOTALL)

# Names that capabilities take for their buttons, forms and shortcuts are no sentences.
REGISTERING = {"button", "form", "shortcut", "chooser", "command"}
# A page is given the sentences that begin with a prefix, and names them without it.
SERVED = re.compile(r"web\.(?:[a-z_]+\.)*")
PAGE = re.compile(r"""["'`]([a-z_]+(?:\.[a-z0-9_]+)*)["'`]""")
SAID = re.compile(r"""\bsay\(\s*["'`]([a-z_]+(?:\.[a-z0-9_]+)*)["'`]""")
PAGE_PREFIX = re.compile(r"`([a-z_]+(?:\.[a-z0-9_]+)*[._])\$\{")


@dataclass
class Named:
    """The keys that a tree names outright, and patterns of those that it puts together; each with where.

    `in_pages` is what may be a key in the browser's code, where much else looks like one; `said` is what surely is one
    there, with where and the prefixes that it may have.
    """

    keys: dict[str, str] = field(default_factory=dict)
    patterns: dict[str, str] = field(default_factory=dict)
    in_pages: set[str] = field(default_factory=set)
    said: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def uses(self, key: str) -> bool:
        """Whether anything names this key."""
        return key in self.keys or any(re.fullmatch(pattern, key) for pattern in (*self.patterns, *self.in_pages))


def sentences(locale: str) -> dict[str, str]:
    """All sentences by key; the forms of a sentence that depends on a number count as one."""
    known = table(locale)
    return {_singular(key, known): sentence for key, sentence in known.items()}


def _singular(key: str, known: Any) -> str:
    base, _, form = key.rpartition(".")
    return base if form in ("one", "other") and f"{base}.one" in known and f"{base}.other" in known else key


def modules(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the product."""
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root), ast.parse(path.read_text("utf-8"))


def named(root: Path) -> Named:
    """Every key that the code names or may put together, and where."""
    found = Named()
    for path, tree in modules(root):
        registered = {id(argument) for call in _calls(tree, REGISTERING) for argument in call.args}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
                if id(node) not in registered:
                    found.keys.setdefault(node.value, f"{path.as_posix()}:{node.lineno}")
            elif isinstance(node, ast.JoinedStr) and id(node) not in registered:
                pattern = _pattern(node)
                if re.match(r"[a-z_]+\\\.", pattern):
                    found.patterns.setdefault(pattern, f"{path.as_posix()}:{node.lineno}")
    _of_pages(root, found)
    return found


def _calls(tree: ast.Module, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def _pattern(node: ast.JoinedStr) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values)


def _of_pages(root: Path, found: Named) -> None:
    for package in sorted(path for path in (root / "adapters").glob("*") if path.is_dir()):
        served = _served(package)
        for path in sorted([*package.rglob("*.js"), *package.rglob("*.html")]):
            text = path.read_text("utf-8")
            for prefix in served:
                found.in_pages |= {
                    re.escape(key if key.startswith("web.") else prefix + key) for key in PAGE.findall(text)
                }
                found.in_pages |= {re.escape(prefix + start) + ".+" for start in PAGE_PREFIX.findall(text)}
            found.said |= {key: (path.as_posix(), served) for key in SAID.findall(text)}


def _served(package: Path) -> tuple[str, ...]:
    """The prefixes of the sentences that a package gives to its pages."""
    literals = (
        node.value
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return tuple(sorted({literal for literal in literals if SERVED.fullmatch(literal)}))


def wording(root: Path) -> list[str]:
    """Texts in the code that somebody would read: Chinese, or whole English sentences."""
    found = []
    for path, tree in modules(root):
        silent = _unread(tree)
        for node in ast.walk(tree):
            words = "" if id(node) in silent else _words(node)
            if IDEOGRAPH.search(words) or SENTENCE.fullmatch(words):
                found.append(f"{path.as_posix()}:{getattr(node, 'lineno', 0)}: {words[:60]!r}")
    return found


def _words(node: ast.AST) -> str:
    """What a string says; the values that are put into it stand for a word each."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_words(part) or "word" for part in node.values) if isinstance(node, ast.JoinedStr) else ""


def _unread(tree: ast.Module) -> set[int]:
    """Strings that no user reads: docstrings, what is logged, what programming errors say."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
        elif isinstance(node, ast.Call) and _is_internal(ast.unparse(node.func)):
            silent |= {id(child) for child in ast.walk(node)}
    return silent


def _is_internal(called: str) -> bool:
    return re.match(r"_?log(ging)?\.", called) is not None or called.endswith(("Error", "Exception"))


@pytest.fixture(autouse=True)
def every_sentence_is_there(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails the test when a sentence was asked for in vain, whatever became of the exception."""
    missing: list[str] = []
    speak = Words.__call__

    def speaking(self: Words, key: str, **values: Any) -> str:
        try:
            return speak(self, key, **values)
        except LookupError as problem:
            missing.append(f"{self.locale} {key} {sorted(values)}: {problem!r}")
            raise

    monkeypatch.setattr(Words, "__call__", speaking)
    yield
    assert not missing, missing
