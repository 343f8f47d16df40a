"""A PostgreSQL of a test's own, which it may restart without asking anybody."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests import postgres_server as launcher


@dataclass
class Cluster:
    """`url` is its only database."""

    url: str
    folder: Path
    account: launcher.Account
    programs: Path

    async def restart(self) -> None:
        """At once: every connection is cut, and what was committed is recovered."""
        await asyncio.to_thread(self._control, "restart", "-w", "-t", "60", "-l", str(self.folder / "data" / "log"))

    async def stop(self) -> None:
        """For good."""
        await asyncio.to_thread(self._control, "stop")

    def _control(self, *command: str) -> None:
        action, *more = command
        self.account.run(
            self.programs / "pg_ctl", action, "-s", "-m", "immediate", *more, "-D", self.folder / "data", cwd=Path("/")
        )


@contextlib.asynccontextmanager
async def cluster() -> AsyncIterator[Cluster]:
    """At work until the block ends; then nothing is left of it."""
    folder = launcher.server_folder()
    try:
        account, programs = await asyncio.to_thread(launcher.start, folder)
        url = f"postgresql://postgres@/postgres?host={quote(str(folder / 'socket'), safe='/')}"
        made = Cluster(url, folder, account, programs)
        try:
            yield made
        finally:
            await made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
