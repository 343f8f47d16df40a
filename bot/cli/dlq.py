"""`baton dlq`: dead letters. `in-5` is a delivery that could not be handled, `out-7` an order not delivered."""

import json
import re
from collections.abc import Iterator

import click

from bot.chat.ports import InboxRow, OutboxRow
from bot.cli.database import read, write
from bot.cli.terminal import say, words
from bot.errors import NotFound
from bot.unit import Unit

_REFERENCE = re.compile(r"(in|out)-(\d+)\Z", re.ASCII)
_MOST = 1000


class Reference(click.ParamType[tuple[str, int]]):
    """`in-5` or `out-7`."""

    name = "reference"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Queue and number; anything else is wrong usage."""
        match = _REFERENCE.match(str(value))
        if match is None:
            self.fail(words()("cli.no_reference", value=value), param, ctx)
        return match[1], int(match[2])


@click.group("dlq")
def command() -> None:
    """Dead letters: what could not be handled (in-N) or delivered (out-N), after all tries."""


@command.command("list")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, _MOST))
def list_letters(limit: int) -> None:
    """Print one line a letter: reference, since when, where, tries, what went wrong; separated by tabs."""
    for line in read(lambda unit: list(_listed(unit, limit))):
        click.echo(line)


def _listed(unit: Unit, limit: int) -> Iterator[str]:
    for row in unit.inbox.dead(limit):
        yield _line(f"in-{row.id}", row.received_at.isoformat("T", "seconds"), row.platform, row.attempts, row.error)
    for order, state, error in unit.outbox.failures(limit):
        since = order.created_at.isoformat("T", "seconds")
        yield _line(f"out-{order.id}", since, str(order.order.place), order.attempts, f"{state}: {error}")


def _line(*columns: object) -> str:
    return "\t".join(" ".join(str(column).split()) for column in columns)


@command.command("show")
@click.argument("letter", type=Reference())
def show(letter: tuple[str, int]) -> None:
    """Print everything about a letter. It holds what people wrote."""
    click.echo(read(lambda unit: _shown(unit, letter)))


def _shown(unit: Unit, letter: tuple[str, int]) -> str:
    queue, number = letter
    if queue == "in":
        for row in unit.inbox.dead(_MOST):
            if row.id == number:
                return _delivery(row)
    else:
        for order, state, error in unit.outbox.failures(_MOST):
            if order.id == number:
                return _order(order, state, error)
    raise _unknown(letter)


def _delivery(row: InboxRow) -> str:
    head = {"platform": row.platform, "key": row.key, "received": row.received_at.isoformat(), "tries": row.attempts}
    try:
        payload = json.dumps(json.loads(row.payload), ensure_ascii=False, indent=2)
    except ValueError:
        payload = repr(row.payload)
    return "\n".join([*(f"{name}: {value}" for name, value in head.items()), f"error:\n{row.error}", payload])


def _order(row: OutboxRow, state: str, error: str) -> str:
    head = {
        "kind": row.order.kind,
        "place": row.order.place,
        "created": row.created_at.isoformat(),
        "tries": row.attempts,
        "ticket": f"T-{row.ticket}" if row.ticket else "-",
        "state": state,
        "error": error,
        "effect": row.effect,
    }
    return "\n".join([*(f"{name}: {value}" for name, value in head.items()), repr(row.order.view)])


@command.command("retry")
@click.argument("letters", type=Reference(), nargs=-1, required=True)
def retry(letters: tuple[tuple[str, int], ...]) -> None:
    """Try letters again. A running Baton takes them up within a second or so."""
    write(lambda unit: _each(unit, letters, again=True))
    say("cli.retried", count=len(letters))


@command.command("drop")
@click.argument("letters", type=Reference(), nargs=-1, required=True)
def drop(letters: tuple[tuple[str, int], ...]) -> None:
    """Forget letters: nobody will try them again."""
    write(lambda unit: _each(unit, letters, again=False))
    say("cli.dropped", count=len(letters))


def _each(unit: Unit, letters: tuple[tuple[str, int], ...], *, again: bool) -> None:
    """All of them, or none: one that does not exist undoes the others."""
    for queue, number in letters:
        if queue == "in":
            found = unit.inbox.revive(number, unit.now) if again else unit.inbox.drop(number)
        else:
            found = unit.outbox.revive(number) if again else unit.outbox.drop(number)
        if not found:
            raise _unknown((queue, number))


def _unknown(letter: tuple[str, int]) -> NotFound:
    return NotFound("cli.no_letter", letter=f"{letter[0]}-{letter[1]}")
