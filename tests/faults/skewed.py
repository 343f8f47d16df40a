"""`baton run`, hurried, on a machine whose wall clock is wrong by the seconds in the file that `CLOCK_OFFSET` names.

The offset may change while it runs: then somebody has set the clock. The monotonic clock never steps, as on a machine.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli import main
from bot.clock import SystemClock
from tests.replicas.hurried import hurry


def wrong_now(self: SystemClock) -> datetime:
    """The time as this machine has it."""
    said = Path(os.environ["CLOCK_OFFSET"]).read_text() or "0"
    return datetime.now(UTC) + timedelta(seconds=float(said))


if __name__ == "__main__":
    hurry()
    SystemClock.now = wrong_now  # type: ignore[method-assign]
    main()
