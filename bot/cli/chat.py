"""`baton chat`."""

import asyncio

import click

from bot.operations import sign_in_link
from bot.settings import Settings


@click.group("chat")
def command() -> None:
    """The built-in chat."""


@command.command("link")
@click.argument("person")
def link(person: str) -> None:
    """Print a link that signs PERSON (a key of the team file) in to the built-in chat; good for a week."""
    click.echo(asyncio.run(sign_in_link(Settings(), person)))
