"""`baton run`."""

import asyncio
from collections.abc import Callable
from functools import partial

import click

from bot import logs
from bot.app import serve
from bot.settings import Settings, operator_words

LOOP: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
try:
    import uvloop
except ImportError:  # pragma: no cover - Windows, PyPy
    pass
else:
    LOOP = uvloop.new_event_loop  # a quicker one, where there is one for this platform


@click.command("run")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens, not only what goes wrong.")
def command(verbose: bool) -> None:
    """Migrate the database, apply the team file and serve until SIGINT or SIGTERM.

    With no platform token set this is the built-in chat with a demo team.
    """
    settings = Settings()
    logs.configure("INFO" if verbose else "WARNING")
    with asyncio.Runner(loop_factory=LOOP) as runner:
        runner.run(serve(settings, partial(_announce, settings)))


def _announce(settings: Settings, port: int) -> None:
    """Say where Baton is."""
    words = operator_words()
    address = settings.address(port)
    platforms = words.joined([words(f"platform.{name}") for name in settings.platforms])
    click.echo(words("run.ready", platforms=platforms, database=settings.database_shown))
    if settings.local_chat_on:
        click.echo(words("run.chat", address=f"{address}/chat"))
    click.echo(words("run.console", address=f"{address}/"))
