"""How often one user may do what costs us much: a few times at once, then a few times a second."""

from datetime import datetime

from adapters.web import limits


class Turnstile:
    """Counts, for this process, how often each user came: `at_once` times, then `per_second` times a second."""

    def __init__(self, at_once: int, per_second: float) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._used: dict[str, tuple[float, datetime]] = {}

    def lets(self, user: str, now: datetime) -> bool:
        """Whether he may now; counts."""
        used, before = self._used.pop(user, (0.0, now))
        used = max(used - (now - before).total_seconds() * self._per_second, 0.0)
        free = used + 1 <= self._at_once
        self._used[user] = (used + 1 if free else used, now)
        if len(self._used) > limits.COUNTED:  # whoever has been away for longest has nothing to wait for
            del self._used[next(iter(self._used))]
        return free
