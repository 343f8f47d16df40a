"""Telegram's published flood limits (facts 2.6), on the fake's clock."""

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta

from tests.fakes.telegram.refusals import flooded
from tests.fakes.telegram.state import Chat

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
BURST = 3
"""How many messages pass at once in one chat ("short bursts"); over time it is one a second."""
PER_GROUP_AND_MINUTE = 20
OVERALL_PER_SECOND = 30


class FloodControl:
    """Counts what was accepted; what is refused costs nothing."""

    def __init__(self) -> None:
        self._bucket: dict[int, tuple[float, datetime]] = {}
        self._group: dict[int, deque[datetime]] = defaultdict(deque)
        self._overall: deque[datetime] = deque()

    def admit(self, chat: Chat, now: datetime, messages: int = 1) -> None:
        """Lets `messages` into `chat`; raises `Refusal` (429) with the seconds to wait."""
        wait = max(self._chat_wait(chat.id, now), self._overall_wait(now))
        if not chat.is_private:
            wait = max(wait, _window_wait(self._group[chat.id], now, MINUTE, PER_GROUP_AND_MINUTE))
        if wait > 0:
            raise flooded(math.ceil(wait))
        self._bucket[chat.id] = (self._level(chat.id, now) - messages, now)
        self._overall.extend([now] * messages)
        if not chat.is_private:
            self._group[chat.id].extend([now] * messages)

    def _level(self, chat_id: int, now: datetime) -> float:
        level, since = self._bucket.get(chat_id, (float(BURST), now))
        return min(float(BURST), level + (now - since).total_seconds())

    def _chat_wait(self, chat_id: int, now: datetime) -> float:
        return max(0.0, 1 - self._level(chat_id, now))

    def _overall_wait(self, now: datetime) -> float:
        return _window_wait(self._overall, now, SECOND, OVERALL_PER_SECOND)


def _window_wait(sent: deque[datetime], now: datetime, window: timedelta, allowed: int) -> float:
    while sent and now - sent[0] >= window:
        sent.popleft()
    return 0.0 if len(sent) < allowed else (sent[len(sent) - allowed] + window - now).total_seconds()
