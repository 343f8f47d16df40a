"""The house keeps its own rules: each on the real tree, and each shown to catch a planted fault."""

from pathlib import Path
from typing import Protocol

import pytest

from tests.architecture import directions, shape
from tests.architecture.source import Tree


class Rule(Protocol):
    """From a tree to the places that break the rule, a line each."""

    __name__: str

    def __call__(self, tree: Tree) -> list[str]: ...


BATON = Tree(Path(__file__).parent.parent)


def hold(rule: Rule) -> None:
    """Fail with what the rule looks for and every place where it found that."""
    if faults := rule(BATON):
        pytest.fail("\n  ".join([rule.__doc__ or "", *faults]), pytrace=False)


def test_the_tree_is_the_real_one() -> None:
    """The rules below hold nothing if they look at nothing."""
    assert {"bot", "adapters", "storage", "bot.clock", "bot.chat.views"} <= BATON.names


def test_imports_follow_the_table_of_directions() -> None:
    hold(directions.forbidden_directions)


def test_libraries_are_imported_only_in_the_layer_that_owns_them() -> None:
    hold(directions.libraries_away_from_home)


def test_rules_of_capabilities_are_pure() -> None:
    hold(directions.impure_rules)


def test_no_import_hides_in_a_function() -> None:
    hold(directions.hidden_imports)


def test_imports_are_absolute() -> None:
    hold(directions.relative_imports)


def test_modules_form_no_circle() -> None:
    hold(directions.import_cycles)


def test_no_file_exceeds_the_ceiling() -> None:
    hold(shape.long_files)


def test_no_function_exceeds_the_ceiling() -> None:
    hold(shape.long_functions)


def test_every_name_says_what_is_inside() -> None:
    hold(shape.vague_names)


def test_bot_names_no_platform() -> None:
    hold(shape.platform_names)


def test_real_time_enters_through_the_clock_alone() -> None:
    hold(shape.real_time)


def test_sql_stays_in_storage() -> None:
    hold(shape.sql_outside_storage)


def test_everything_public_has_a_docstring() -> None:
    hold(shape.undocumented)


# A small house that breaks nothing, and beside it each fault that a rule must find.

SOUND = {
    "bot/__init__.py": '"""Bot."""\n',
    "bot/app.py": '"""Wiring."""\nimport adapters.http\nimport bot.tickets.handlers\nimport storage.engine\n',
    "bot/clock.py": '"""Time."""\nfrom datetime import UTC, datetime\n_now = lambda: datetime.now(UTC)\n',
    "bot/unit.py": '"""A unit."""\nfrom bot.tickets.ports import Tickets\n',
    "bot/chat/__init__.py": '"""Chat."""\n',
    "bot/chat/views.py": '"""Views."""\n',
    "bot/tickets/__init__.py": '"""Tickets."""\n',
    "bot/tickets/rules.py": '"""Rules."""\nfrom dataclasses import dataclass\nclass Ticket:\n    """A ticket."""\n',
    "bot/tickets/ports.py": '"""Ports."""\nfrom typing import Protocol\nfrom bot.tickets.rules import Ticket\n'
    'class Tickets(Protocol):\n    """Tickets."""\n    def get(self) -> Ticket:\n        """One."""\n',
    "bot/tickets/handlers.py": '"""Handlers."""\nfrom bot.chat import views\nfrom bot.unit import Tickets\n',
    "adapters/__init__.py": '"""Adapters."""\ndef load():\n    """Load."""\n    import adapters.slack.adapter\n',
    "adapters/http.py": '"""The server."""\nimport fastapi\n',
    "adapters/slack/adapter.py": '"""Slack."""\nimport slack_bolt\nfrom adapters import http\n'
    "from bot.tickets.rules import Ticket\n",
    "adapters/telegram/adapter.py": '"""Telegram."""\nimport bot.chat.views\n',
    "storage/__init__.py": '"""Storage."""\n',
    "storage/engine.py": '"""The engine."""\nimport sqlalchemy\nfrom bot.tickets.rules import Ticket\n'
    'class Rows:\n    """Rows."""\n    def get(self):\n        return "SELECT * FROM ticket"\n',
    "tests/test_it.py": '"""Tests."""\n',
}
LONG = "def f():\n" + "    pass\n" * 50

FAULTS: list[tuple[Rule, str, str, str]] = [
    (directions.forbidden_directions, "bot/tickets/handlers.py", "import storage.engine\n", "storage.engine"),
    (directions.forbidden_directions, "bot/tickets/handlers.py", "import adapters.http\n", "adapters.http"),
    (
        directions.forbidden_directions,
        "bot/polls/handlers.py",
        "from bot.tickets import handlers\n",
        "tickets.handlers",
    ),
    (directions.forbidden_directions, "bot/tickets/rules.py", "from bot.tickets import handlers\n", "tickets.handlers"),
    (directions.forbidden_directions, "bot/tickets/rules.py", "import bot.clock\n", "bot.clock"),
    (directions.forbidden_directions, "bot/tickets/cards.py", "import bot.tickets.ports\n", "bot.tickets.ports"),
    (directions.forbidden_directions, "bot/chat/views.py", "import bot.tickets.rules\n", "bot.tickets.rules"),
    (directions.forbidden_directions, "bot/workers/outbox.py", "import bot.tickets.handlers\n", "tickets.handlers"),
    (directions.forbidden_directions, "bot/workers/outbox.py", "from storage import engine\n", "storage.engine"),
    (directions.forbidden_directions, "bot/cli/kb.py", "import storage.engine\n", "storage.engine"),
    (directions.forbidden_directions, "adapters/slack/adapter.py", "import storage.engine\n", "storage.engine"),
    (
        directions.forbidden_directions,
        "adapters/slack/adapter.py",
        "import adapters.telegram.adapter\n",
        "telegram.adapter",
    ),
    (directions.forbidden_directions, "adapters/slack/adapter.py", "import bot.tickets.handlers\n", "tickets.handlers"),
    (
        directions.forbidden_directions,
        "adapters/slack/adapter.py",
        "from bot.tickets.rules import may_take\n",
        "may_take",
    ),
    (directions.forbidden_directions, "adapters/http.py", "import adapters.slack.adapter\n", "adapters.slack.adapter"),
    (directions.forbidden_directions, "storage/engine.py", "import adapters\n", "adapters"),
    (directions.forbidden_directions, "storage/engine.py", "import bot.tickets.handlers\n", "bot.tickets.handlers"),
    (
        directions.forbidden_directions,
        "bot/clock.py",
        "if TYPE_CHECKING:\n    import storage.engine\n",
        "storage.engine",
    ),
    (directions.libraries_away_from_home, "bot/tickets/handlers.py", "import slack_sdk.web\n", "adapters.slack"),
    (directions.libraries_away_from_home, "adapters/slack/client.py", "from sqlalchemy import text\n", "storage"),
    (directions.libraries_away_from_home, "bot/workers/outbox.py", "import apscheduler\n", "bot.workers.calendar"),
    (directions.impure_rules, "bot/tickets/rules.py", "import asyncio\n", "asyncio"),
    (directions.impure_rules, "bot/tickets/rules.py", "import pydantic\n", "pydantic"),
    (directions.hidden_imports, "bot/unit.py", "def f():\n    from bot.tickets import rules\n", "bot.tickets.rules"),
    (directions.hidden_imports, "bot/unit.py", "class A:\n    async def f():\n        import bot.clock\n", "bot.clock"),
    (directions.hidden_imports, "bot/unit.py", "from importlib import import_module\n", "importlib"),
    (directions.relative_imports, "bot/chat/views.py", "from . import words\n", "words"),
    (
        directions.import_cycles,
        "bot/tickets/rules.py",
        "import bot.unit\n",
        "bot.tickets.ports - bot.tickets.rules - bot.unit",
    ),
    (directions.import_cycles, "bot/chat/views.py", "import bot.chat.views\n", "circle: bot.chat.views"),
    (shape.long_files, "storage/engine.py", "\n" * 400, "storage/engine.py"),
    (shape.long_files, "adapters/web/static/chat.js", "\n" * 401, "chat.js"),
    (shape.long_files, "tests/test_it.py", "\n" * 400, "tests/test_it.py"),
    (shape.long_functions, "storage/engine.py", LONG, "storage.engine.f has 51 lines"),
    (shape.long_functions, "tests/test_it.py", f"class A:\n{LONG}".replace("\n", "\n    "), "tests.test_it.A.f"),
    (shape.vague_names, "bot/utils.py", "", "bot/utils.py"),
    (shape.vague_names, "storage/helpers/rows.py", "", "storage/helpers"),
    (shape.vague_names, "tests/ticket_manager.py", "", "tests/ticket_manager.py"),
    (shape.platform_names, "bot/tickets/handlers.py", 'PLACE = "Slack"\n', "handlers.py:4"),
    (shape.platform_names, "bot/chat/views.py", "# as Telegram does\n", "views.py:2"),
    (shape.real_time, "bot/unit.py", "from datetime import datetime as dt\ndt.now()\n", "datetime.datetime.now"),
    (shape.real_time, "adapters/http.py", "import asyncio as aio\nnap = aio.sleep\n", "asyncio.sleep"),
    (shape.real_time, "storage/engine.py", "from time import time\ntime()\n", "time.time"),
    (shape.sql_outside_storage, "adapters/http.py", 'Q = "SELECT id FROM ticket"\n', "SELECT id"),
    (shape.sql_outside_storage, "bot/unit.py", 'Q = """\n  DELETE FROM ticket WHERE id = 1"""\n', "DELETE"),
    (shape.undocumented, "bot/polls.py", "X = 1\n", "bot.polls"),
    (shape.undocumented, "bot/unit.py", "class Unit:\n    pass\n", "bot.unit.Unit"),
    (shape.undocumented, "bot/unit.py", "async def commit():\n    pass\n", "bot.unit.commit"),
    (shape.undocumented, "bot/unit.py", 'class U:\n    """U."""\n    def run(self):\n        pass\n', "bot.unit.U.run"),
]


def name_of(value: object) -> str:
    """A rule's name; nothing for what else stands in a case."""
    return getattr(value, "__name__", "")


def plant(root: Path, files: dict[str, str]) -> Tree:
    """A tree with these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Tree(root)


@pytest.mark.parametrize("rule", {fault[0]: None for fault in FAULTS}, ids=name_of)
def test_a_sound_house_passes(rule: Rule, tmp_path: Path) -> None:
    assert rule(plant(tmp_path, SOUND)) == []


@pytest.mark.parametrize(("rule", "path", "added", "message"), FAULTS, ids=name_of)
def test_a_fault_is_found_and_named(rule: Rule, path: str, added: str, message: str, tmp_path: Path) -> None:
    tree = plant(tmp_path, {**SOUND, path: SOUND.get(path, "") + added})
    assert any(message in fault for fault in rule(tree))


def test_every_rule_has_a_planted_fault() -> None:
    written = {
        name
        for module in (directions, shape)
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__annotations__", {}).keys() == {"tree", "return"}
    }
    assert {fault[0].__name__ for fault in FAULTS} == written
