"""`manifests/telegram.toml` and the code say the same. Covers B9."""

import ast
import tomllib
from pathlib import Path

import pytest

from adapters.telegram.files import upload
from adapters.telegram.inbound import UPDATES
from bot.chat.contract import Content
from tests.fakes.telegram import spec

ROOT = Path(__file__).parents[3]
MANIFEST = tomllib.loads((ROOT / "manifests" / "telegram.toml").read_text("utf-8"))
METHODS = {name for group in MANIFEST["methods"].values() for name in group}


def called() -> set[str]:
    """The first argument of every `.call(...)` of the adapter, and the methods that carry files."""
    found = {upload(Content("a", kind, b"")).method for kind in ("image/png", "audio/ogg", "application/pdf")}
    for path in (ROOT / "adapters" / "telegram").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                named = node.args[0]
                if node.func.attr in ("call", "_worded") and isinstance(named, ast.Constant):
                    found.add(str(named.value))
    return found


def test_the_methods_are_those_that_the_code_calls() -> None:
    assert called() == METHODS


def test_the_updates_are_those_that_the_code_asks_for() -> None:
    assert MANIFEST["updates"]["allowed"] == list(UPDATES)


def test_texts_fit_where_they_are_pasted() -> None:
    settings = MANIFEST["botfather"]
    assert all(0 < len(words) <= 512 for words in settings["description"].values())
    assert all(0 < len(words) <= 120 for words in settings["about"].values())
    assert settings["description"].keys() == settings["about"].keys() == {"en", "zh"}


def test_privacy_mode_is_off_and_commands_are_left_to_baton() -> None:
    assert MANIFEST["botfather"]["setprivacy"] == "Disable"
    assert MANIFEST["botfather"]["setcommands"] == ""
    assert "setMyCommands" in METHODS


def test_telegram_knows_every_method_update_and_right() -> None:
    api = spec.load()
    if api is None:
        pytest.skip("the machine-readable Bot API is not beside this checkout")
    assert METHODS.issubset(api.methods)
    assert set(MANIFEST["updates"]["allowed"]) <= api.update_kinds
    rights = {field["name"] for field in api.types["ChatAdministratorRights"]["fields"]}
    assert MANIFEST["administrator"].keys() <= rights
