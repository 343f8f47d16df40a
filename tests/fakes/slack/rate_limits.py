"""Slack's published Web API limits, as token buckets over a clock that is passed in.

Tiers: docs.slack.dev/apis/web-api/rate-limits, counted per method; posting about one message per second and channel.
How large a burst Slack lets through is not published: a method's bucket holds its whole minute, a channel's a few.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

TIERS_PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}
SPECIAL_PER_MINUTE = 300
POSTS_PER_SECOND_AND_CHANNEL = 1.0


@dataclass
class Bucket:
    """So many calls at once, refilled at a steady rate."""

    capacity: float
    per_second: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a call may pass; 0 when one may pass now."""
        self.level = min(self.capacity, self.level + max(0.0, now - self.at) * self.per_second)
        self.at = now
        return 0.0 if self.level >= 1 - 1e-9 else (1 - self.level) / self.per_second

    def take(self) -> None:
        """Use up one call."""
        self.level -= 1


class RateLimits:
    """Decides whether a call passes. `post_burst` messages may follow each other at once in a channel."""

    def __init__(self, now: Callable[[], float], post_burst: int = 3) -> None:
        self._now = now
        self._post_burst = post_burst
        self._buckets: dict[str, Bucket] = {}

    def seconds_to_wait(self, method: str, tier: int | None, channel: str | None) -> int:
        """0 if the call passes (and is counted); else the Retry-After of the 429. `tier` None is the special tier."""
        per_minute = SPECIAL_PER_MINUTE if tier is None else TIERS_PER_MINUTE[tier]
        buckets = [self._bucket(method, per_minute, per_minute / 60)]
        if channel:
            buckets.append(self._bucket(f"post:{channel}", self._post_burst, POSTS_PER_SECOND_AND_CHANNEL))
        wait = max(bucket.wait(self._now()) for bucket in buckets)
        if wait <= 0:
            for bucket in buckets:
                bucket.take()
        return math.ceil(wait)

    def _bucket(self, name: str, capacity: float, per_second: float) -> Bucket:
        return self._buckets.setdefault(name, Bucket(capacity, per_second, capacity, self._now()))
