"""Who goes first while more waits than can be in hand: whoever has asked for less.

Start-time fair queueing (Goyal, Vin and Cheng, 1996), with the clock as its virtual time. Each person, and each room,
has a share; a delivery is marked with the moment at which its turn would be if the share were kept, and the inbox takes
up what has the earliest mark. So of a thousand messages of one person all but the first stand behind the first of
everybody else. Nobody waits because of it while nobody else does, and nobody waits for ever: marks are moments, and
time goes on. The marks of one person, and so what he says in one place, keep their order.
"""

from collections.abc import Hashable
from datetime import datetime, timedelta

from bot.chat.events import Event

PERSON = timedelta(seconds=1.0)  # what one delivery takes of a person's share
ROOM = timedelta(seconds=0.1)  # and of a room's, in which many persons speak
# Marks lie in the past, so that whatever waits may be taken up at once; who is further ahead is not put back further.
HORIZON = timedelta(minutes=10)
# Whoever is so far ahead of his share is told that his words arrive, and that others are not kept waiting for them.
FLOOD = timedelta(seconds=30)
KNOWN = 10_000


class Shares:
    """What persons and rooms have used of their shares; a process counts what it stores."""

    def __init__(self) -> None:
        self._used: dict[Hashable, datetime] = {}

    def mark(self, event: Event | None, now: datetime) -> datetime:
        """The moment, not after `now`, by which a delivery that says this is put into the order of those that wait.

        What can't be read (None) is nobody's, and goes first: it is given up at once.
        """
        if event is None:
            return now - HORIZON
        place = event.place.whole
        person = self._take(self._person(event), PERSON, now)
        return min(max(person, self._take(place, ROOM, now)) - HORIZON, now)

    def floods(self, event: Event, now: datetime) -> bool:
        """Whether the person behind this is far ahead of his share."""
        return self._used.get(self._person(event), now) - now > FLOOD

    def _person(self, event: Event) -> Hashable:
        return event.place.platform, event.user

    def _take(self, whose: Hashable, cost: timedelta, now: datetime) -> datetime:
        """When the turn of one more is; who has been quiet for longest is forgotten when there are too many."""
        start = max(self._used.pop(whose, now), now)
        self._used[whose] = start + cost
        if len(self._used) > KNOWN:
            del self._used[next(iter(self._used))]
        return start
