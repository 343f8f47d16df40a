"""Real processes of Baton, to be asked, disturbed and killed. Their logs are kept for a test that fails."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[2]
START_WITHIN = 60.0
END_WITHIN = 30.0
KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")


@dataclass
class Process:
    """One `baton run`."""

    running: asyncio.subprocess.Process
    url: str
    log: Path

    async def ready(self) -> None:
        """Wait until it takes work."""
        assert await self.ready_or_dead(), f"it ended:\n{self.log.read_text()}"

    async def ready_or_dead(self) -> bool:
        """Wait until it takes work or has ended, over what it found; whether it takes work."""
        async with asyncio.timeout(START_WITHIN):
            while (await self.asked("/readyz"))[0] != 200:
                if self.running.returncode is not None:
                    return False
                await asyncio.sleep(0.02)
        return True

    async def asked(self, path: str) -> tuple[int, Any]:
        """The answer of a health route: status and JSON; (0, None) if there is none."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
                session.get(self.url + path) as answer,
            ):
                return answer.status, await answer.json()
        return 0, None

    def send(self, number: signal.Signals) -> None:
        """A signal."""
        self.running.send_signal(number)

    async def ended(self) -> int:
        """Its exit code, when it is over."""
        return await asyncio.wait_for(self.running.wait(), END_WITHIN)

    async def kill(self) -> None:
        """At once, and nothing is said."""
        if self.running.returncode is None:
            self.running.kill()
        await self.running.wait()

    @property
    def lines(self) -> list[str]:
        """What it has said so far."""
        return self.log.read_text("utf-8").splitlines()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def start(
    folder: Path,
    environment: Mapping[str, str],
    *,
    failpoint: str = "",
    hurried: bool = False,
    ready: bool = True,
    module: str = "",
) -> Process:
    """Start one; with `ready`, come back when it takes work. It must be killed in the end. `module` runs it."""
    port = free_port()
    module = module or ("tests.replicas.hurried" if hurried else "bot")
    log = folder / f"baton-{port}.log"
    variables = {name: os.environ[name] for name in KEPT if name in os.environ}
    variables |= {"PYTHONPATH": str(ROOT), "BATON_PORT": str(port), "BATON_SECRET_KEY": "k" * 40, **environment}
    if failpoint:
        variables["BATON_FAILPOINT"] = failpoint
    with log.open("w") as output:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, "run", cwd=folder, env=variables, stdout=output, stderr=output
        )
    process = Process(running, f"http://127.0.0.1:{port}", log)
    if ready:
        await process.ready()
    return process


@contextlib.asynccontextmanager
async def processes() -> AsyncIterator[list[Process]]:
    """A list for those that are to be killed when the block ends, however it ends."""
    started: list[Process] = []
    try:
        yield started
    finally:
        for process in started:
            await process.kill()
