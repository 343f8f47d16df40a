"""`baton run`."""

import asyncio

import click

from bot.app import serve
from bot.settings import Settings


@click.command("run")
def command() -> None:
    """Migrate the database, apply the team file and serve until SIGINT or SIGTERM.

    With no platform token set this is the built-in chat with a demo team.
    """
    asyncio.run(serve(Settings()))
