"""The command `baton`: one file a command, which parses what the operator types and prints what came of it."""

from bot.cli.root import main

__all__ = ["main"]
