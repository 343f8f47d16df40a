"""Sizes, names, docstrings, and what must stay in its room: platforms' names, real time, SQL."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.source import Module, Tree

FILE_CEILING = 400
FUNCTION_CEILING = 50
LONGER_WITH_REASON: dict[str, str] = {}
"""Functions that may exceed the ceiling (`bot.chat.router.route`), each with its reason."""

VAGUE = re.compile(r"(.*_)?(utils?|helpers?|managers?|common|misc)")
"""File and folder names that say nothing about what is inside."""

PLATFORMS = re.compile("slack|telegram|feishu|dingtalk|wecom", re.IGNORECASE)
MAY_NAME_PLATFORMS = ("bot.settings", "bot.settings_rules", "bot.teamfile", "bot.app", "bot.outside", "bot.cli")

CLOCK = "bot.clock"
REAL_TIME = frozenset(
    {
        *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
        *("time.time", "time.time_ns", "time.sleep", "time.localtime", "time.gmtime"),
        "asyncio.sleep",
    }
)

SQL = re.compile(r"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+TABLE)\s", re.DOTALL)

FRAMEWORK_NAMES = frozenset({"upgrade", "downgrade"})
"""Functions of a migration; what they do is said at the top of the file."""

UNDOCUMENTED_DECORATORS = frozenset({"overload", "override", "setter", "deleter"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_files(tree: Tree) -> list[str]:
    """Python and JavaScript files above the ceiling, tests included."""
    scripts = [path.relative_to(tree.root) for path in sorted((tree.root / "adapters").rglob("*.js"))]
    lengths = {module.path: module.text.count("\n") for module in tree.everything}
    lengths |= {path: (tree.root / path).read_text("utf-8").count("\n") for path in scripts}
    return [f"{path.as_posix()}: {lines} lines" for path, lines in lengths.items() if lines > FILE_CEILING]


def long_functions(tree: Tree) -> list[str]:
    """Functions above the ceiling, without their docstring, tests included."""
    return [
        f"{module.at(function.lineno)}: {name} has {lines} lines"
        for module in tree.everything
        for name, function in _functions(module)
        if (lines := _length(function)) > FUNCTION_CEILING and name not in LONGER_WITH_REASON
    ]


def vague_names(tree: Tree) -> list[str]:
    """Files and folders whose name says nothing."""
    return [
        f"{module.path.as_posix()}: name what is inside"
        for module in tree.everything
        if any(VAGUE.fullmatch(Path(part).stem) for part in module.path.parts)
    ]


def platform_names(tree: Tree) -> list[str]:
    """Mentions of a platform in `bot`, comments and docstrings included."""
    return [
        f"{module.at(number)}: {line.strip()}"
        for module in tree.modules
        if module.name.startswith("bot.") and ".".join(module.name.split(".")[:2]) not in MAY_NAME_PLATFORMS
        for number, line in enumerate(module.text.splitlines(), 1)
        if PLATFORMS.search(line)
    ]


def real_time(tree: Tree) -> list[str]:
    """Uses of the real clock outside `bot/clock.py`, however they were imported."""
    return [
        f"{module.at(node.lineno)}: {name}"
        for module in tree.modules
        if module.name != CLOCK
        for node, name in _dotted_names(module)
        if name in REAL_TIME
    ]


def sql_outside_storage(tree: Tree) -> list[str]:
    """Strings that begin as an SQL statement does, outside `storage`."""
    return [
        f"{module.at(node.lineno)}: {node.value.strip()[:60]}"
        for module in tree.modules
        if not module.name.startswith("storage")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value)
    ]


def undocumented(tree: Tree) -> list[str]:
    """Public modules, classes, functions and methods without a docstring.

    A method that keeps a promise is documented where the promise is made: on the protocol that names it.
    """
    promised = {name for module in tree.modules for name in _promises(module)}
    return [
        f"{module.at(getattr(node, 'lineno', 1))}: {name}"
        for module in tree.modules
        if not any(part.startswith("_") for part in module.name.split("."))
        for name, node, is_method in _public(module)
        if not ast.get_docstring(node) and not (is_method and name.rsplit(".", 1)[-1] in promised)
    ]


def _functions(module: Module) -> Iterator[tuple[str, Function]]:
    def below(node: ast.AST, name: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            inner = f"{name}.{child.name}" if isinstance(child, Function | ast.ClassDef) else name
            if isinstance(child, Function):
                yield inner, child
            yield from below(child, inner)

    return below(module.tree, module.name)


def _length(function: Function) -> int:
    whole = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return whole
    docstring = function.body[0]
    return whole - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def _dotted_names(module: Module) -> Iterator[tuple[ast.expr, str]]:
    """Names and attributes, spelled out: after `import asyncio as aio`, `aio.sleep` is `asyncio.sleep`."""
    known = _imported_names(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            first, dot, rest = ast.unparse(node).partition(".")
            yield node, known.get(first, first) + dot + rest


def _imported_names(module: Module) -> dict[str, str]:
    """What each imported name stands for."""
    known: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def _promises(module: Module) -> Iterator[str]:
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases):
            yield from (child.name for child in node.body if isinstance(child, Function) and ast.get_docstring(child))


def _public(module: Module) -> Iterator[tuple[str, ast.Module | ast.ClassDef | Function, bool]]:
    yield module.name, module.tree, False
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_"):
            continue
        migration = module.name.startswith("storage.migrations") and node.name in FRAMEWORK_NAMES
        if not migration and not _needs_no_words(node):
            yield f"{module.name}.{node.name}", node, False
        for child in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(child, Function) and not child.name.startswith("_") and not _needs_no_words(child):
                yield f"{module.name}.{node.name}.{child.name}", child, True


def _needs_no_words(node: ast.ClassDef | Function) -> bool:
    return any(ast.unparse(mark).rsplit(".", 1)[-1] in UNDOCUMENTED_DECORATORS for mark in node.decorator_list)
