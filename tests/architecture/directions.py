"""Who may import whom: a table, read from the top, in which the first matching row holds.

In a pattern `*` is one segment of a dotted name, a trailing `.**` the module itself and everything below it, and
`{own}` the segment that stood at `{own}` in the row's first pattern. A target that ends in `:types` may give away its
classes and constants, not its functions: adapters show a ticket and do not decide about it.
"""

import re
import sys
from dataclasses import dataclass

from tests.architecture.source import Import, Module, Tree

# Values without behaviour, which cross every border: how a text, an event and a view are written down.
VALUES = ("bot.chat.text", "bot.chat.events", "bot.chat.views", "bot.durations")
# What everything that acts stands on.
GROUND = (
    "bot.errors",
    "bot.clock",
    "bot.facts",
    "bot.failpoints",
    "bot.findings",
    "bot.gateways",
    "bot.unit",
    "bot.workspace",
)
RULES = "bot.*.rules.**"
PORTS = "bot.*.ports.**"
FACTS = "bot.*.facts.**"
LANGUAGE = "bot.language.**"
CHAT = "bot.chat.**"
# Who a person is, what he may, and how he leaves; not what happens when he asks.
PEOPLE = (
    "bot.people",
    "bot.people.ports.**",
    "bot.people.permissions.**",
    "bot.people.identity.**",
    "bot.people.leaving.**",
    "bot.people.naming.**",
    "bot.people.reaching.**",
)
# What a capability does for those that stand above it; never what happens when somebody asks for it in chat.
TICKETS = tuple(
    f"bot.tickets.{room}"
    for room in ("arguments", "cards", "finding", "keeping", "living", "recording", "relay", "replies", "work")
)
CALENDARS = ("bot.calendars.**",)
DUTY = ("bot.duty.roster", "bot.duty.ports.**")
COLLAB = ("bot.collab.finding", "bot.collab.living", "bot.collab.asking", "bot.collab.work", "bot.collab.ports.**")
CLOCKS = ("bot.clocks.levers", "bot.clocks.describing", "bot.clocks.ports.**")
# What every capability stands on.
ABOVE = (*GROUND, "bot.durations", CHAT, LANGUAGE, RULES, FACTS, *PEOPLE)
# The engine of the knowledge base stands alone: it could be a library of its own.
SEARCH = ("bot.knowledge.search.**",)
CLI = ("bot.app", "bot.operations", "bot.settings", "bot.logs", "bot.teamfile.**", "bot.cli.**", "bot.knowledge.**")

MAY: tuple[tuple[str, tuple[str, ...]], ...] = (
    # The one place that wires, and the way in.
    ("bot.app", ("**",)),
    ("bot.outside", ("**",)),
    ("bot.operations", ("**",)),
    ("bot.__main__", ("bot.cli.**",)),
    ("bot.cli.**", (*CLI, *GROUND, LANGUAGE, PORTS, RULES, *PEOPLE, "bot.chat.contract:types", *VALUES)),
    # What everybody stands on.
    ("bot", ()),
    ("bot.errors", ()),
    ("bot.clock", ("bot.errors",)),
    ("bot.failpoints", ()),
    ("bot.findings", ()),
    ("bot.facts", ("bot.errors", "bot.unit")),
    ("bot.unit", (*GROUND, CHAT, PORTS, RULES)),
    ("bot.workspace", ("bot.errors", "bot.chat.contract", *VALUES)),
    ("bot.gateways", VALUES),
    ("bot.durations", ("bot.errors",)),
    ("bot.settings", ("bot.errors", "bot.settings_rules", "bot.chat.contract:types", LANGUAGE)),
    ("bot.settings_rules", ("bot.errors", "bot.durations")),
    ("bot.signing", ("bot.settings", *GROUND)),
    (
        "bot.teamfile.**",
        ("bot.teamfile.**", *GROUND, LANGUAGE, PORTS, RULES, *PEOPLE, *CALENDARS, "bot.chat.contract:types", *VALUES),
    ),
    (LANGUAGE, (LANGUAGE, "bot.errors")),
    # How a message travels: capabilities register themselves, so it knows none; but it knows that a person spoke.
    (CHAT, (CHAT, *GROUND, LANGUAGE, "bot.people.rules.**:types")),
    (
        "bot.workers.**",
        (
            "bot.workers.**",
            *GROUND,
            CHAT,
            LANGUAGE,
            "bot.people.reaching",
            "bot.people.rules.**",
            "bot.escalation.rules.**",
            "bot.escalation.ports.**",
        ),
    ),
    # A capability's rooms. It reaches another one through facts, and knows its types; who may what is asked of people.
    ("bot.{own}.rules.**", ("bot.errors", "bot.durations", RULES, "bot.chat.text", "bot.chat.events")),
    ("bot.{own}.facts.**", ("bot.{own}.facts.**", "bot.errors", "bot.facts", RULES, *VALUES)),
    ("bot.{own}.ports.**", ("bot.{own}.ports.**", "bot.{own}.facts.**", "bot.errors", "bot.facts", RULES, *VALUES)),
    ("bot.{own}.cards.**", ("bot.{own}.cards.**", "bot.tickets.cards", "bot.errors", LANGUAGE, RULES, *VALUES)),
    # Capabilities that stand on others: people and tickets below, then duty, collaboration, clocks, escalation.
    ("bot.calendars.**", ("bot.calendars.**", "bot.errors", "bot.durations", RULES)),
    ("bot.duty.**", ("bot.duty.**", *ABOVE, *CALENDARS, *TICKETS)),
    ("bot.collab.**", ("bot.collab.**", *ABOVE, *CALENDARS, *TICKETS, *DUTY, PORTS)),
    ("bot.clocks.**", ("bot.clocks.**", *ABOVE, *CALENDARS, *TICKETS, *DUTY, *COLLAB, PORTS)),
    ("bot.escalation.**", ("bot.escalation.**", *ABOVE, *CALENDARS, *TICKETS, *DUTY, *COLLAB, *CLOCKS, PORTS)),
    ("bot.digests.**", ("bot.digests.**", *ABOVE, *CALENDARS, *DUTY, PORTS)),
    ("bot.mentions.**", ("bot.mentions.**", *ABOVE, *CALENDARS, *TICKETS, *DUTY, *COLLAB, PORTS)),
    ("bot.knowledge.search.**", SEARCH),
    ("bot.knowledge.**", ("bot.knowledge.**", *ABOVE, *CALENDARS, *TICKETS, *DUTY, PORTS)),
    ("bot.{own}.**", ("bot.{own}.**", *ABOVE)),
    # Adapters know how a message travels and what there is to read. Each stands alone; the server is theirs together.
    ("adapters", ("adapters.**", CHAT, "bot.errors", "bot.settings")),
    (
        "adapters.{own}.**",
        ("adapters.{own}.**", "adapters.http.**", *GROUND, CHAT, LANGUAGE, PORTS, f"{FACTS}:types", f"{RULES}:types"),
    ),
    # Storage answers the ports.
    (
        "storage.**",
        (
            "storage.**",
            *GROUND,
            PORTS,
            RULES,
            FACTS,
            *VALUES,
            "bot.chat.contract",
            "bot.chat.builtin",
            "bot.chat.viewjson",
        ),
    ),
)

LIBRARY_HOMES: dict[str, tuple[str, ...]] = {
    "slack_bolt": ("adapters.slack.**",),
    "slack_sdk": ("adapters.slack.**",),
    "telegram": ("adapters.telegram.**",),
    "httpx": ("adapters.**",),
    "aiohttp": ("adapters.**",),
    "fastapi": ("adapters.**",),
    "starlette": ("adapters.**",),
    "jinja2": ("adapters.**",),
    "uvicorn": ("adapters.http.**", "bot.app"),
    "sqlalchemy": ("storage.**",),
    "alembic": ("storage.**",),
    "psycopg": ("storage.**",),
    "sqlite3": ("storage.**",),
    "apscheduler": ("bot.workers.calendar",),
    "holidays": ("bot.calendars.holidays",),
    "chinese_calendar": ("bot.calendars.holidays",),
    "rapidfuzz": ("bot.**",),
    "opencc": ("bot.**",),
    "click": ("bot.cli.**",),
    "pydantic_settings": ("bot.settings",),
}
"""Where a library may be imported; those that are not named may be imported anywhere."""

IMPURE = frozenset({"asyncio", "concurrent", "http", "io", "os", "pathlib", "random", "secrets", "select", "shutil"})
IMPURE |= {"socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib"}
"""What a capability's `rules` may not take from the standard library: clocks, chance, files, networks, threads."""

HIDING_PLACES = ("adapters", "bot.cli.lazy", "storage.opening")
"""Where a platform, a command or a database is imported when it is used, and no sooner."""

TYPE_ONLY_KNOTS = frozenset({("bot.facts", "bot.unit")})
"""Imports for the type checker that close a circle: a reaction takes the unit, and the unit records the fact."""


@dataclass(frozen=True)
class Row:
    """The row of the table that holds for a module, with `{own}` filled in."""

    own: str
    may: tuple[str, ...]

    def allows(self, target: str, imported: Import) -> bool:
        """Whether the module may take this from there."""
        return any(_allows(pattern.replace("{own}", self.own), target, imported) for pattern in self.may)


def forbidden_directions(tree: Tree) -> list[str]:
    """Imports that the table does not allow."""
    found = []
    for module in tree.modules:
        row = row_for(module.name)
        for imported in module.imports:
            target = tree.resolve(imported)
            if target is not None and not row.allows(target, imported):
                taken = f" ({imported.name})" if imported.name and not target.endswith(imported.name) else ""
                found.append(f"{module.at(imported.line)}: {module.name} may not import {target}{taken}")
    return found


def row_for(module: str) -> Row:
    """The first row of the table whose pattern fits the module; every module of the house has one."""
    return next(
        Row(match.groupdict().get("own", ""), may)
        for pattern, may in MAY
        if (match := _regex(pattern).fullmatch(module))
    )


def libraries_away_from_home(tree: Tree) -> list[str]:
    """Libraries imported outside the layer that owns them."""
    return [
        f"{module.at(imported.line)}: {library} belongs to {', '.join(LIBRARY_HOMES[library])}"
        for module in tree.modules
        for imported in module.imports
        if (library := imported.module.split(".")[0]) in LIBRARY_HOMES
        and not any(_regex(home).fullmatch(module.name) for home in LIBRARY_HOMES[library])
    ]


def impure_rules(tree: Tree) -> list[str]:
    """Libraries, clocks and I/O in a capability's `rules`."""
    return [
        f"{module.at(imported.line)}: rules are pure, {imported.module} is not"
        for module in tree.modules
        if _regex(RULES).fullmatch(module.name)
        for imported in module.imports
        if tree.resolve(imported) is None
        and ((top := imported.module.split(".")[0]) in IMPURE or top not in sys.stdlib_module_names)
    ]


def hidden_imports(tree: Tree) -> list[str]:
    """Imports of the house inside a function or by name, where neither reader nor tool sees them."""
    return [
        f"{module.at(imported.line)}: import {target} at the top of the file"
        for module in tree.modules
        if module.name not in HIDING_PLACES
        for imported in module.imports
        if (target := _hidden_target(tree, imported))
    ]


def relative_imports(tree: Tree) -> list[str]:
    """Imports with leading dots, which the other rules could not follow."""
    return [
        f"{module.at(imported.line)}: write out where {imported.name} comes from"
        for module in tree.modules
        for imported in module.imports
        if imported.module.startswith(".")
    ]


def import_cycles(tree: Tree) -> list[str]:
    """Groups of modules that import each other in a circle, each as one line. Type-only imports count."""
    graph = {module.name: _neighbours(tree, module) for module in tree.modules}
    reach = {name: _reachable(graph, name) for name in graph}
    groups = {
        frozenset(other for other in reach[name] if name in reach[other]) for name in graph if name in reach[name]
    }
    return sorted(f"circle: {' - '.join(sorted(group))}" for group in groups)


def _allows(pattern: str, target: str, imported: Import) -> bool:
    pattern, _, limit = pattern.partition(":")
    if not _regex(pattern).fullmatch(target):
        return False
    return not limit or (imported.name is not None and imported.name[0].isupper())


def _regex(pattern: str) -> re.Pattern[str]:
    segments = [
        {"*": r"\w+", "{own}": r"(?P<own>\w+)"}.get(segment, re.escape(segment))
        for segment in pattern.removesuffix(".**").split(".")
    ]
    if pattern == "**":
        return re.compile(".+")
    return re.compile(r"\.".join(segments) + (r"(\.\w+)*" if pattern.endswith(".**") else ""))


def _hidden_target(tree: Tree, imported: Import) -> str | None:
    if imported.module == "importlib":
        return "what importlib hides" if imported.name in (None, "import_module") else None
    return tree.resolve(imported) if imported.hidden else None


def _neighbours(tree: Tree, module: Module) -> set[str]:
    targets = {(tree.resolve(imported), imported.type_only) for imported in module.imports}
    return {
        target
        for target, type_only in targets
        if target in tree.names and not (type_only and (module.name, target) in TYPE_ONLY_KNOTS)
    }


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    ahead = set(graph[start])
    while ahead:
        seen |= ahead
        ahead = set().union(*(graph[name] for name in ahead)) - seen
    return seen
