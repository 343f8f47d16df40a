"""`baton restore`."""

import asyncio
from pathlib import Path

import click

from bot import operations
from bot.cli.terminal import say
from bot.settings import Settings


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace what the database holds; without it, it must be empty.")
def command(file: Path, overwrite: bool) -> None:
    """Read the backup FILE into the configured database. Stop Baton first."""
    settings = Settings()
    asyncio.run(operations.restore(settings, file, overwrite=overwrite))
    say("cli.restored", file=str(file), database=settings.database_shown)
