"""A group that imports a command when it is used, so that `baton --help` loads no database and no chat platform."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from bot.cli.terminal import explained


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """While a program is read, all that comes to be stays: looking for garbage took a sixth of the time (measured)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class LazyGroup(click.Group):
    """Commands by name: the module under `bot.cli` that holds it as `command`, and its line in the list."""

    def __init__(self, *args: Any, commands_at: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in self.commands_at:
            return None
        module, _ = self.commands_at[cmd_name]
        with _nothing_collected():
            command = import_module(f"bot.cli.{module}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a table entry that leads elsewhere
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.commands_at.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a problem is said in one line on standard error, and the exit code is 1."""
        with explained(ctx):
            return super().invoke(ctx)
