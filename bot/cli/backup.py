"""`baton backup`."""

import asyncio
from pathlib import Path

import click

from bot import operations
from bot.cli.terminal import say
from bot.settings import Settings


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Write everything in the database to FILE, while Baton runs.

    The file can be restored on SQLite and on PostgreSQL. It holds what customers wrote: keep it safe.
    """
    asyncio.run(operations.backup(Settings(), file))
    say("cli.backed_up", file=str(file), size=file.stat().st_size)
