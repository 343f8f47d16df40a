"""`baton run` on a stage: it begins on a Tuesday morning, and each SIGUSR1 puts its clock five minutes forward.

For pictures, whose times shall not depend on when they are taken. Run it as `python -m tests.browser.staged run`.
"""

import signal
from datetime import UTC, datetime, timedelta
from types import FrameType

from bot import app, clock
from bot.cli import main

# 10:12 in Shanghai: every department of the demo team works.
BEGIN = datetime(2026, 11, 24, 2, 12, tzinfo=UTC)
LEAP = timedelta(minutes=5)


class StageClock(clock.SystemClock):
    """The machine's clock, as far off as the play wants it."""

    ahead = BEGIN - clock.SystemClock().now()

    def now(self) -> datetime:
        """The instant on the stage."""
        return super().now() + self.ahead


def leap(_: int, __: FrameType | None) -> None:
    """Five minutes pass."""
    StageClock.ahead += LEAP


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, leap)
    setattr(app, "SystemClock", StageClock)  # noqa: B010 - every place where Baton begins takes its clock from there
    main()
