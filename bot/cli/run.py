"""`baton run`."""

import asyncio
from functools import partial

import click

from bot.app import serve
from bot.settings import Settings, operator_words


@click.command("run")
def command() -> None:
    """Migrate the database, apply the team file and serve until SIGINT or SIGTERM.

    With no platform token set this is the built-in chat with a demo team.
    """
    settings = Settings()
    asyncio.run(serve(settings, partial(_announce, settings)))


def _announce(settings: Settings, port: int) -> None:
    """Say where Baton is."""
    words = operator_words()
    address = settings.address(port)
    platforms = words.joined([words(f"platform.{name}") for name in settings.platforms])
    click.echo(words("run.ready", platforms=platforms, database=settings.database_shown))
    if settings.local_chat_on:
        click.echo(words("run.chat", address=f"{address}/chat"))
    click.echo(words("run.console", address=f"{address}/"))
