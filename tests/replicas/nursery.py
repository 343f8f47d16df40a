"""A process that has read the whole program and forks a hurried `baton run` whenever it is asked to.

Reading the program costs a second and a half of processor time, running it a fraction: a test that kills many replicas
would otherwise do little else than start them. Each child is a process of its own, with its own signals and end.

Asked in a line of JSON on standard input (`environment`, `folder`, `log`), it answers with the child's number. When its
input ends, so do it and all its children.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import adapters
from adapters.telegram import limits
from bot import failpoints
from bot.cli import main
from bot.escalation import rules
from tests.replicas.hurried import hurry
from tests.replicas.process import KEPT, ROOT, Process, free_port

_PARTS = ("slack", "telegram", "telegram.command", "http", "http.serve", "console", "console.desk", "sessions")


@dataclass
class Child:
    """A forked replica; stands where the test else has a process that it started itself."""

    pid: int
    _ended: asyncio.Event

    @classmethod
    def watched(cls, pid: int) -> "Child":
        """One that is heard of when it ends."""
        child, descriptor, loop = cls(pid, asyncio.Event()), os.pidfd_open(pid), asyncio.get_running_loop()

        def ended() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            child._ended.set()

        loop.add_reader(descriptor, ended)
        return child

    @property
    def returncode(self) -> int | None:
        """None while it lives; how it died is nobody's to know but the nursery's."""
        return -signal.SIGKILL if self._ended.is_set() else None

    def send_signal(self, number: signal.Signals) -> None:
        """A signal, unless it is dead."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Until it is dead."""
        await self._ended.wait()
        return self.returncode or 0


@dataclass
class Nursery:
    """The process, from outside."""

    running: asyncio.subprocess.Process

    async def start(self, folder: Path, environment: Mapping[str, str], *, failpoint: str = "") -> Process:
        """A new replica, not ready yet."""
        port = free_port()
        log = folder / f"baton-{port}.log"
        log.touch()
        variables = {name: os.environ[name] for name in KEPT if name in os.environ}
        variables |= {"BATON_PORT": str(port), "BATON_SECRET_KEY": "k" * 40, **environment}
        if failpoint:
            variables[failpoints.VARIABLE] = failpoint
        asked = {"environment": variables, "folder": str(folder), "log": str(log)}
        assert self.running.stdin is not None
        assert self.running.stdout is not None
        self.running.stdin.write(json.dumps(asked).encode() + b"\n")
        child = Child.watched(int(await self.running.stdout.readline()))
        return Process(cast(Any, child), f"http://127.0.0.1:{port}", log)


@contextlib.asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """The nursery; all that it bore ends with the block."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.replicas.nursery", cwd=ROOT, stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Nursery(running)
    finally:
        assert running.stdin is not None
        running.stdin.close()
        await running.wait()


# -- inside ------------------------------------------------------------------------------------------------------------


def serve() -> None:
    """Fork whenever asked, until nobody can ask any more."""
    hurry()
    for part in _PARTS:
        adapters.load(part)
    rules.MINUTE = timedelta(seconds=2)  # in which a person hears of a few things one by one, and then of all at once
    limits.paces = lambda order: ()  # as Slack's are in a hurry: all alerts of an hour come within half a minute
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    born = []
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _live(json.loads(line))
        born.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in born:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _live(asked: dict[str, Any]) -> None:
    """Be `baton run`, as if started with this environment; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(asked["log"], os.O_WRONLY | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for stream, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, stream)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    failpoints._PLANTED = failpoints._parsed(os.environ.get(failpoints.VARIABLE, ""))
    sys.argv = ["baton", "run"]
    code = 1
    try:
        main()
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
