"""`baton people`."""

import click

from bot.cli.database import read, write
from bot.cli.terminal import say, words
from bot.errors import Conflict, NotFound
from bot.people.leaving import disable, enable
from bot.people.rules import Person, Role
from bot.teamfile.joining import join
from bot.teamfile.reading import person_table
from bot.teamfile.rows import accounts_row
from bot.unit import Unit


@click.group("people")
def command() -> None:
    """People: staff and customers, their roles, teams and accounts."""


@command.command("list")
@click.option("--all", "everybody", is_flag=True, help="Those who are disabled, too.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Only people of this role.")
def list_people(everybody: bool, role: str | None) -> None:
    """Print one line a person: key, name, role, teams, accounts, separated by tabs."""
    for line in read(lambda unit: _listed(unit, everybody, role)):
        click.echo(line)


def _listed(unit: Unit, everybody: bool, role: str | None) -> list[str]:
    people = unit.people.all_persons(role=Role(role) if role else None, active=None if everybody else True)
    keys = {team.id: team.key for team in unit.people.teams()}
    return [_line(unit, person, keys) for person in people]


def _line(unit: Unit, person: Person, team_keys: dict[int, str]) -> str:
    teams = ",".join(key for id, key in team_keys.items() if id in person.teams)
    accounts = ",".join(accounts_row(unit.people.accounts(person.id)))
    state = "" if person.active else words()("cli.disabled")
    return "\t".join((person.key or "-", person.name, person.role.value, teams or "-", accounts or "-", state)).rstrip()


@command.command("add")
@click.argument("key")
@click.option("--name", required=True, help="How people see the person.")
@click.option("--role", default="agent", show_default=True, help=", ".join(Role))
@click.option("--team", "teams", multiple=True, help="The key of a team; may be given several times.")
@click.option("--skill", "skills", multiple=True, help="May be given several times.")
@click.option("--slack", multiple=True, help="Slack member id, such as U0LIN.")
@click.option("--telegram", multiple=True, help="Telegram user id, a number.")
@click.option("--web", multiple=True, help="Name in the built-in chat; the key, if not given.")
@click.option("--email")
@click.option("--locale", help="zh-CN, zh-TW or en; people may also choose themselves.")
@click.option("--tier", help="What kind of customer it is.")
def add(key: str, **values: str | tuple[str, ...] | None) -> None:
    """Add a person under KEY, as `[[people]]` of the team file would.

    Whoever wrote to the bot with one of the accounts before becomes this person, with all tickets. People added here
    are not disabled for not being in the team file.
    """
    said = {name: value for name, value in values.items() if value or name == "name"}  # an empty name is told to be one
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    table = person_table({"key": key} | given, words())
    write(lambda unit: join(unit, table))
    say("cli.added", name=table.name, person=key)


@command.command("disable")
@click.argument("person")
def disable_person(person: str) -> None:
    """Take away all rights of PERSON (a key, or an account such as slack:U0LIN); open tickets go back to the queue.

    It stays so when the team file is applied again, until `baton people enable`.
    """
    name, count = write(lambda unit: _disabled(unit, person))
    say("cli.person_disabled", name=name, count=count)


def _disabled(unit: Unit, written: str) -> tuple[str, int]:
    person = _named(unit, written)
    if not person.active:
        raise Conflict("cli.already_disabled", name=person.name)
    return person.name, disable(unit, person)


@command.command("enable")
@click.argument("person")
def enable_person(person: str) -> None:
    """Give PERSON (a key, or an account such as slack:U0LIN) all rights back."""
    say("cli.person_enabled", name=write(lambda unit: _enabled(unit, person)))


def _enabled(unit: Unit, written: str) -> str:
    person = _named(unit, written)
    if person.active:
        raise Conflict("cli.already_enabled", name=person.name)
    enable(unit, person)
    return person.name


def _named(unit: Unit, written: str) -> Person:
    """By key, or by account. Raises `NotFound`."""
    person = unit.people.by_key(written)
    if person:
        return person
    platform, _, user = written.partition(":")
    account = unit.people.account(platform, user)
    if account is None:
        raise NotFound("cli.nobody", value=written)
    return unit.people.person(account.person)
