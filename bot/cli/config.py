"""`baton config`."""

from pathlib import Path

import click

from bot.cli.database import read as read_database
from bot.cli.database import write
from bot.cli.terminal import say, words
from bot.teamfile.applying import apply
from bot.teamfile.changes import Change
from bot.teamfile.exporting import export
from bot.teamfile.reading import read
from bot.teamfile.schema import TeamFile
from bot.teamfile.telling import told
from bot.unit import Unit


@click.group("config")
def command() -> None:
    """The team file, baton.toml: who is there, which rooms, what must happen by when."""


@command.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def apply_file(file: Path, dry_run: bool) -> None:
    """Bring the database in line with FILE and print what changes. Applied again, it changes nothing.

    People who were in the file when it was last applied and no longer are get disabled; their open tickets go back to
    the queue. Everybody else is left alone.
    """
    teamfile = read(file, words())
    try:
        changes = write(lambda unit: _applied(unit, teamfile, dry_run))
    except _OnlyTried as tried:
        changes = tried.changes
    for change in changes:
        click.echo(told(words(), change))
    say("config.change.some" if changes else "config.change.none", count=len(changes))


class _OnlyTried(Exception):
    """Rolls a dry run back, and brings out what it would have changed."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__()
        self.changes = changes


def _applied(unit: Unit, teamfile: TeamFile, dry_run: bool) -> list[Change]:
    changes = apply(unit, teamfile)
    if dry_run:
        raise _OnlyTried(changes)
    return changes


@command.command("export")
def export_file() -> None:
    """Print the team file that describes the database; applied to it, it changes nothing."""
    click.echo(read_database(export), nl=False)
