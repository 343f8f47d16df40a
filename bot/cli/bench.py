"""`baton bench`."""

import runpy
import sys
from importlib.util import find_spec

import click

from bot.errors import ConfigurationProblem
from bot.settings import operator_words


@click.command("bench")
@click.option("--large", is_flag=True, help="Also a million articles; takes half an hour.")
@click.option(
    "--only", multiple=True, type=click.Choice(["events", "lateness", "knowledge"]), help="Measure this part."
)
def command(large: bool, only: tuple[str, ...]) -> None:
    """Measure events per second, waiting times and the knowledge base on both databases.

    All of it is written to docs/benchmarks.md; with --only it is printed. It works in a checkout, with what
    `make bench` installs.
    """
    if find_spec("bench") is None:
        raise ConfigurationProblem(operator_words()("cli.no_bench"))
    sys.argv[1:] = [*(["--large"] if large else []), *(f"--only={part}" for part in only)]
    runpy.run_module("bench", run_name="__main__", alter_sys=True)
