"""A source tree as the rules see it: modules, what they import and where."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

HOUSE = ("bot", "adapters", "storage")
"""The top-level packages that make Baton; `tests` stands outside and may look in anywhere."""


@dataclass(frozen=True)
class Import:
    """One imported thing. `module` is dotted; `name` is what was taken out of it, if something was."""

    module: str
    name: str | None
    line: int
    hidden: bool
    """Inside a function: run when the function is, so that no reader and no tool sees the dependency."""
    type_only: bool
    """Below `if TYPE_CHECKING:`, so absent when the program runs."""


@dataclass(frozen=True)
class Module:
    """A Python file of the tree. `name` is dotted (`bot.chat.views`; a package is named without `__init__`)."""

    path: Path
    name: str
    text: str = field(repr=False)

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, filename=str(self.path))

    @cached_property
    def imports(self) -> list[Import]:
        """Everything that the file imports, from anywhere, in the order of the lines."""
        return list(_imports(self.tree, hidden=False, type_only=False))

    def at(self, line: int) -> str:
        """How a message points at a line of this file."""
        return f"{self.path.as_posix()}:{line}"


@dataclass(frozen=True)
class Tree:
    """A checkout, or a planted one."""

    root: Path

    @cached_property
    def modules(self) -> list[Module]:
        """The Python files of the house, by path."""
        return [module for module in self.everything if module.path.parts[0] in HOUSE]

    @cached_property
    def everything(self) -> list[Module]:
        """The same and the tests."""
        return [self._read(path) for home in (*HOUSE, "tests") for path in sorted((self.root / home).rglob("*.py"))]

    @cached_property
    def names(self) -> frozenset[str]:
        """The dotted names of the house's modules."""
        return frozenset(module.name for module in self.modules)

    def resolve(self, imported: Import) -> str | None:
        """The module of the house that an import reaches, or None if it reaches a library.

        `from bot.chat import views` reaches `bot.chat.views` if that is a module, else `bot.chat`.
        """
        if imported.module.split(".")[0] not in HOUSE:
            return None
        longer = f"{imported.module}.{imported.name}"
        return longer if longer in self.names else imported.module

    def _read(self, path: Path) -> Module:
        relative = path.relative_to(self.root)
        parts = relative.with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        return Module(relative, name, path.read_text("utf-8"))


def _imports(node: ast.AST, *, hidden: bool, type_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, None, child.lineno, hidden, type_only) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            module = "." * child.level + (child.module or "")
            yield from (Import(module, alias.name, child.lineno, hidden, type_only) for alias in child.names)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            guarded = isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING")
            yield from _imports(child, hidden=hidden or inside, type_only=type_only or guarded)
