"""What every command shares: the operator's language, a database to work in, and how problems are told."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.errors import ConfigurationProblem, UserError
from bot.language.catalogue import Words
from bot.settings import operator_words


def words() -> Words:
    """The catalogue in the operator's language."""
    return operator_words()


def say(key: str, **values: object) -> None:
    """Print a sentence."""
    click.echo(words()(key, **values))


def complain(*lines: str) -> None:
    """Print lines on standard error."""
    for line in lines:
        click.echo(line, err=True)


@contextmanager
def explained(ctx: click.Context) -> Iterator[None]:
    """Tell what went wrong in the operator's language and leave with 1; faults of ours go on as they are."""
    try:
        yield
    except ConfigurationProblem as problem:
        complain(*problem.lines)
        ctx.exit(1)
    except UserError as error:
        complain(words()(error.key, **error.values))
        ctx.exit(1)
    except BrokenPipeError:
        raise  # whoever read along has seen enough; click ends quietly
    except OSError as error:
        complain(words()("cli.failed", detail=one_line(error)))
        ctx.exit(1)


def one_line(error: OSError) -> str:
    """What the system says, on one line."""
    detail = f"{error.strerror}: {error.filename}" if error.strerror and error.filename else str(error)
    return " ".join(detail.split())
