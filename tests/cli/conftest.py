"""`baton` in a folder and an environment of its own: within this process, which is quick, or as a real one."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.root import main
from bot.settings import EXAMPLES

# What a process needs from this machine; nothing of Baton's own, no language.
KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Terminal:
    """Runs `baton` in `folder`."""

    folder: Path

    def __call__(self, *arguments: str, **variables: str) -> Done:
        """Run `baton ARGUMENTS` to its end, with these variables set."""
        result = CliRunner().invoke(main, arguments, env=variables, prog_name="baton")
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Done(result.exit_code, result.stdout, result.stderr)

    def well(self, *arguments: str, **variables: str) -> str:
        """Run it, expect that it succeeds and says nothing on standard error; what it printed."""
        done = self(*arguments, **variables)
        assert (done.code, done.err) == (0, "")
        return done.out

    def refused(self, *arguments: str, **variables: str) -> list[str]:
        """Run it, expect exit code 1 and nothing on standard output; the lines on standard error."""
        done = self(*arguments, **variables)
        assert (done.code, done.out) == (1, ""), done
        assert "Traceback" not in done.err
        return done.err.splitlines()

    def write(self, name: str, text: str) -> str:
        """Make a file in the folder; its name."""
        (self.folder / name).write_text(text, "utf-8")
        return name


class RealTerminal(Terminal):
    """The same, each command a process of its own."""

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a process."""
        return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **more}

    def __call__(self, *arguments: str, **variables: str) -> Done:
        """Run `baton ARGUMENTS` to its end, with these variables set."""
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=self.folder,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def baton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """`baton` within this process, in an empty folder, with nothing of Baton's in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (*EXAMPLES, "BATON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return Terminal(tmp_path)


@pytest.fixture
def real_baton(tmp_path: Path) -> RealTerminal:
    """`baton` as real processes, in an empty folder, with an empty environment."""
    return RealTerminal(tmp_path)
