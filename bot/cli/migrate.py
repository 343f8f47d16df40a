"""`baton migrate`."""

import click

from bot.cli.terminal import say
from bot.operations import migrate
from bot.settings import Settings


@click.command("migrate")
def command() -> None:
    """Bring the database to the schema of this version; nothing happens when it is there already.

    A database that a newer version has changed is left alone, and that is a problem.
    """
    settings = Settings()
    migrate(settings)
    say("cli.migrated", database=settings.database_shown)
