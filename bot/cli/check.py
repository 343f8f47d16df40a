"""`baton check`."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from bot import operations
from bot.app import DEMO_TEAM
from bot.chat.contract import Problem
from bot.cli.terminal import complain, one_line, words
from bot.errors import ConfigurationProblem
from bot.settings import Settings, doubts_of
from bot.teamfile import checking
from bot.teamfile.applying import apply, ever_applied
from bot.teamfile.reading import read
from bot.teamfile.schema import TeamFile
from bot.unit import Database, Unit


@click.command("check")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Say in one line each what is wrong: configuration, database, tokens and rights, team file against reality.

    Exits with 1 if Baton can't work with it; what it can work with is marked as a warning.
    """
    findings = asyncio.run(_Doctor(Settings()).examined())
    for line in findings.lines:
        complain(line)
    if findings.fatal:
        ctx.exit(1)
    if not findings.lines:
        click.echo(words()("check.well"))


class Findings:
    """Lines to print, and whether one of them keeps Baton from working."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.fatal = False

    def add(self, problem: Problem) -> None:
        """Say a problem in the operator's language."""
        text = words()(problem.key, **dict(problem.values))
        self.lines.append(text if problem.fatal else words()("check.warning", problem=text))
        self.fatal |= problem.fatal

    def refuse(self, *lines: str) -> None:
        """Lines that are worded already, each of them fatal."""
        self.lines += lines
        self.fatal = True


class _Examined(Exception):
    """Brings out what was found and undoes what was tried."""

    def __init__(self, problems: list[Problem], changes: int) -> None:
        super().__init__()
        self.problems = problems
        self.changes = changes


class _Doctor:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.findings = Findings()

    async def examined(self) -> Findings:
        """Look at everything; what can't be looked at is itself a finding."""
        for problem in doubts_of(self.settings, os.environ):
            self.findings.add(problem)
        if not await self._in_its_database():
            with tempfile.TemporaryDirectory() as folder:
                await self._in_a_fresh_one(Path(folder))
        return self.findings

    async def _in_its_database(self) -> bool:
        """Examine the configured database; False when there is nothing in it, or it can't be used."""
        try:
            path = self.settings.sqlite_path
            if (path and not path.exists()) or await asyncio.to_thread(operations.is_empty, self.settings):
                self.findings.add(Problem("check.database_empty", fatal=False))
                return False
            await self._look(self.settings, fresh=False)
        except ConfigurationProblem as problem:
            self.findings.refuse(*problem.lines)
            return False
        except OSError as error:
            values = (("database", self.settings.database_shown), ("detail", one_line(error)))
            self.findings.add(Problem("check.database", values))
            return False
        return True

    async def _in_a_fresh_one(self, folder: Path) -> None:
        """Examine how it would be at the first start, so that all problems are known at once."""
        settings = self.settings.model_copy(update={"database_url": f"sqlite:///{folder / 'check.db'}"})
        await asyncio.to_thread(operations.migrate, settings)
        await self._look(settings, fresh=True)

    async def _look(self, settings: Settings, *, fresh: bool) -> None:
        database = operations.open_storage(settings, mode="visit")
        await database.start()
        try:
            teamfile = await self._team_file(database)
            if fresh and teamfile:
                await database.write(lambda unit: apply(unit, teamfile))
            await self._examine(database, teamfile)
            for problem in await operations.check_adapters(settings, database):
                self.findings.add(problem)
        finally:
            await database.close()

    async def _team_file(self, database: Database) -> TeamFile | None:
        """The team file that the next start would apply."""
        path = self.settings.team_file
        if path is None and self.settings.local_chat_on and not await database.read(ever_applied):
            path = DEMO_TEAM
        if path is None:
            return None
        try:
            return read(path, words())
        except ConfigurationProblem as problem:
            self.findings.refuse(*problem.lines)
            return None

    async def _examine(self, database: Database, teamfile: TeamFile | None) -> None:
        """Try the next start in a unit of work that is undone; it also shows whether the database can be written."""
        try:
            await database.write(lambda unit: _tried(unit, teamfile, self.settings))
        except _Examined as examined:
            for problem in _with_changes(examined):
                self.findings.add(problem)


def _tried(unit: Unit, teamfile: TeamFile | None, settings: Settings) -> None:
    changes = apply(unit, teamfile) if teamfile else []
    raise _Examined(checking.doubts(unit, settings.platforms), len(changes))


def _with_changes(examined: _Examined) -> Iterator[Problem]:
    if examined.changes:
        yield Problem("check.not_applied", (("changes", str(examined.changes)),), fatal=False)
    yield from examined.problems
