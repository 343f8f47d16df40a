"""What the program itself imports and calls, for rules about what it must not."""

import ast
from functools import cache
from pathlib import Path

from tests.architecture.source import Tree

ROOT = Path(__file__).parents[2]


@cache
def tree() -> Tree:
    """The checkout, parsed once."""
    return Tree(ROOT)


def importing(*names: str) -> set[str]:
    """The files that import any of these modules, or something out of them."""
    return {
        _told(module.path)
        for module in tree().modules
        for found in module.imports
        if any(full == name or full.startswith(f"{name}.") for name in names for full in (found.module, _full(found)))
    }


def using(module_name: str, *attributes: str) -> set[str]:
    """The files that use `module_name.attribute`."""
    return {
        _told(module.path)
        for module in tree().modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in attributes
        and isinstance(node.value, ast.Name) and node.value.id == module_name
    }  # fmt: skip


def _full(found: object) -> str:
    return f"{getattr(found, 'module', '')}.{getattr(found, 'name', '') or ''}"


def _told(path: Path) -> str:
    return (path.relative_to(ROOT) if path.is_absolute() else path).as_posix()
