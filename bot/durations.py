"""Lengths of time as people write them: `90s`, `10m`, `2h`, `1d`, and `2h biz` for business time only.

A length keeps the unit that it was written in: a `1d biz` is a working day, which no number of hours equals in general.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LONGEST = timedelta(days=3660)

_WRITTEN = re.compile(r"(\d{1,9})\s*([smhd])(\s+biz)?\Z", re.ASCII)
_STEP = re.compile(r"target(?:\s*([+-])\s*(.+))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Duration:
    """`amount` of a `unit` (s, m, h, d), counted in business time of a calendar if `business`."""

    amount: int
    unit: str
    business: bool = False

    @classmethod
    def parse(cls, written: str) -> "Duration":
        """Read `10m` or `2h biz`. Raises ValueError for anything else and for more than ten years."""
        match = _WRITTEN.match(written.strip().casefold())
        if match is None:
            raise ValueError(f"{written!r} is no duration; write it like 90s, 10m, 2h or 1d")
        duration = cls(int(match[1]), match[2], match[3] is not None)
        if duration.length > LONGEST:
            raise ValueError(f"{written!r} is no duration; write it like 90s, 10m, 2h or 1d")
        return duration

    @property
    def length(self) -> timedelta:
        """The length, if every day has 24 hours."""
        return timedelta(**{UNITS[self.unit]: self.amount})

    def __str__(self) -> str:
        """As it is written; `parse` reads it back."""
        return f"{self.amount}{self.unit}{' biz' if self.business else ''}"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a step is due: `offset` after the start, or before (`sign` -1), at (no offset) or after (1) the target."""

    offset: Duration | None = None
    sign: int = 0

    @classmethod
    def parse(cls, written: str) -> "Moment":
        """Read `10m`, `target`, `target-15m` or `target+1h biz`. Raises ValueError for anything else."""
        tidy = written.strip().casefold()
        match = _STEP.match(tidy)
        if match is None:
            return cls(Duration.parse(tidy))
        if match[1] is None:
            return cls()
        return cls(Duration.parse(match[2]), 1 if match[1] == "+" else -1)

    @property
    def from_start(self) -> bool:
        """Whether it counts from the start, not from the target."""
        return self.offset is not None and self.sign == 0

    def __str__(self) -> str:
        """As it is written; `parse` reads it back."""
        if self.from_start:
            return str(self.offset)
        return f"target{'+' if self.sign > 0 else '-'}{self.offset}" if self.offset else "target"
