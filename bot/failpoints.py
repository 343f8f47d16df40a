"""Places at which tests make Baton die, fail or dawdle: before and after each commit and each send.

A failpoint does nothing unless the environment names it: `BATON_FAILPOINT=out.delivered:kill@3` kills the process the
third time that it comes by, `raise` fails there, `sleep=0.5` waits there (in whatever thread it is), each time or, with
`@n`, the n-th time only. Several are separated by commas. All of them stand in `NAMES`, so that a suite can go through
every one.
"""

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event

VARIABLE = "BATON_FAILPOINT"

NAMES = (
    # A delivery has been verified and is about to be stored; it has been stored and nobody was told yet.
    "in.verified",
    "in.committed",
    # A stored delivery was taken up; its unit is done but for the commit; it is committed.
    "work.claimed",
    "work.before_commit",
    "work.committed",
    # A lane is leased; an order is marked as being sent; the platform has answered; the outcome is written down.
    "out.claimed",
    "out.sending_committed",
    "out.delivered",
    "out.marked",
    # Due timers are in hand; all that they say is done but for the commit; it is committed.
    "timers.claimed",
    "timers.before_commit",
    "timers.committed",
)


class Planted(RuntimeError):
    """The failure that a test asked for."""


@dataclass
class _Planted:
    act: Callable[[], None]
    at: int = 0
    seen: int = 0

    def pass_by(self) -> None:
        self.seen += 1
        if self.at in (0, self.seen):
            self.act()


def hit(name: str) -> None:
    """Pass the failpoint `name`. Raises `Planted`, or does not return, where a test wants that."""
    planted = _PLANTED.get(name)
    if planted is not None:
        planted.pass_by()


def _parsed(said: str) -> dict[str, _Planted]:
    """What the variable asks for. Raises ValueError for anything that is no failpoint or no action."""
    found = {}
    for part in filter(None, said.split(",")):
        name, _, rest = part.strip().partition(":")
        action, _, at = rest.partition("@")
        if name not in NAMES:
            raise ValueError(f"{VARIABLE}: there is no failpoint {name!r}; there are {', '.join(NAMES)}")
        found[name] = _Planted(_action(name, action), int(at or 0))
    return found


def _action(name: str, action: str) -> Callable[[], None]:
    if action == "kill":
        return lambda: os.kill(os.getpid(), signal.SIGKILL)
    if action == "raise":
        return lambda: _fail(name)
    if action.startswith("sleep="):
        seconds = float(action.removeprefix("sleep="))
        return lambda: _dawdle(seconds)
    raise ValueError(f"{VARIABLE}: {action!r} is neither kill nor raise nor sleep=SECONDS")


def _fail(name: str) -> None:
    raise Planted(name)


def _dawdle(seconds: float) -> None:
    Event().wait(seconds)  # in real time: nobody can pass a clock in to a process that is to be disturbed


_PLANTED: Mapping[str, _Planted] = _parsed(os.environ.get(VARIABLE, ""))
