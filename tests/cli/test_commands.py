"""What every command has in common: help, exit codes, and one line for each problem (contract, "The command")."""

import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from bot.cli.root import COMMANDS, main
from tests.cli.conftest import RealTerminal, Terminal

LOOK = """
import sys
from bot.cli.root import main
main(sys.argv[1:], standalone_mode=False)
print(sorted({"bot.app", "storage", "adapters", "sqlalchemy", "fastapi"} & set(sys.modules)))
"""


def walk(command: click.Command, name: str = "") -> list[tuple[str, click.Command]]:
    """A command and everything under it, by what is typed after `baton`."""
    found = [(name, command)]
    if isinstance(command, click.Group):
        with click.Context(command) as ctx:
            for inner in command.list_commands(ctx):
                below = command.get_command(ctx, inner)
                assert below is not None
                found += walk(below, f"{name} {inner}".strip())
    return found


def test_the_list_of_commands_is_quick_because_it_loads_none_of_them(real_baton: RealTerminal) -> None:
    environment = real_baton.environment()
    done = subprocess.run(
        [sys.executable, "-c", LOOK, "--help"], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for name, (_, line) in COMMANDS.items():
        assert name in done.stdout
        assert line.split()[0] in done.stdout


def test_every_command_of_issue_two_is_there() -> None:
    names = {name for name, _ in walk(main)}
    assert {
        "run",
        "check",
        "migrate",
        "config apply",
        "config export",
        "people list",
        "people add",
        "people disable",
        "backup",
        "restore",
        "chat link",
        "dlq list",
        "dlq show",
        "dlq retry",
        "dlq drop",
    } <= names


def test_every_command_explains_itself() -> None:
    for name, command in walk(main):
        if name:
            assert command.help, name
            assert command.help.rstrip().endswith("."), name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert not parameter.required or parameter.help, f"{name} {parameter.name}"


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["config", "--help"], ["dlq", "retry", "--help"]])
def test_help_succeeds(baton: Terminal, words: list[str]) -> None:
    assert baton.well(*words).startswith("Usage: ")


def test_the_version_is_the_packages(baton: Terminal) -> None:
    assert baton.well("--version") == f"baton, version {version('baton-chat')}\n"


def test_a_process_exits_with_0_1_and_2_and_speaks_on_the_right_stream(real_baton: RealTerminal) -> None:
    assert real_baton.well("config", "--help").startswith("Usage: baton config")
    (line,) = real_baton.refused("migrate", BATON_PORT="http", LC_ALL="C")
    assert line.startswith("BATON_PORT: “http” is no port")
    assert real_baton("fly").code == 2
    assert real_baton.well("migrate") == "sqlite:///var/baton.db is up to date.\n"


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["config", "aply"],
        ["config", "apply"],
        ["config", "apply", "missing.toml"],
        ["people", "list", "--role", "king"],
        ["people", "add", "lin"],
        ["dlq", "retry"],
        ["dlq", "retry", "7"],
        ["restore", "missing.baton"],
    ],
)
def test_wrong_usage_exits_with_two(baton: Terminal, words: list[str]) -> None:
    done = baton(*words)
    assert (done.code, done.out) == (2, "")
    assert "Usage: " in done.err


@pytest.mark.parametrize("words", [["run"], ["migrate"], ["people", "list"], ["config", "export"], ["check"]])
def test_wrong_settings_stop_every_command_with_a_line_each(baton: Terminal, words: list[str]) -> None:
    lines = baton.refused(*words, BATON_PORT="http", TELEGRAM_BOT_TOKEN="hush")
    assert [line.partition(":")[0] for line in lines] == ["BATON_PORT", "TELEGRAM_BOT_TOKEN"]
    assert "hush" not in lines[1]


def test_the_operators_language_is_spoken(baton: Terminal) -> None:
    assert "不是端口号" in baton.refused("migrate", BATON_PORT="x", LANG="zh_CN.UTF-8")[0]
    assert "不是連接埠" in baton.refused("migrate", BATON_PORT="x", BATON_LANG="zh-TW")[0]


def test_a_database_that_can_not_be_reached_is_one_line(baton: Terminal) -> None:
    (line,) = baton.refused("people", "list", BATON_DATABASE_URL="postgresql://u:hush@127.0.0.1:1/baton")
    assert "hush" not in line


def test_a_database_without_tables_says_what_to_do(baton: Terminal) -> None:
    (line,) = baton.refused("people", "list")
    assert "baton migrate" in line
