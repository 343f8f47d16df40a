"""`baton bench`."""

import runpy
from importlib.util import find_spec

import click

from bot.errors import ConfigurationProblem
from bot.settings import operator_words


@click.command("bench")
def command() -> None:
    """Measure events per second and waiting times on both databases, and write docs/benchmarks.md.

    It works in a checkout, with what `make bench` installs.
    """
    if find_spec("bench") is None:
        raise ConfigurationProblem(operator_words()("cli.no_bench"))
    runpy.run_module("bench", run_name="__main__")
