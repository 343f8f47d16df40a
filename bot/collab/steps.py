"""In which order requests of a ticket go: what waits for what, what may start, and that nothing goes in a circle."""

from collections.abc import Iterable, Sequence

from bot.collab.rules import CollabRequest, State, circle
from bot.errors import Conflict

# A predecessor that will not be done any more holds nobody up by itself.
_LEFT_OUT = (State.SKIPPED, State.WITHDRAWN)


def demand_no_circle(requests: Iterable[CollabRequest], changed: int, after: Sequence[int]) -> None:
    """Raise `Conflict`, naming the circle, if `changed` can't come after these."""
    order: dict[int, Sequence[int]] = {changed: after}
    order |= {request.id: request.after for request in requests if request.id != changed}
    found = circle(order)
    if found:
        raise Conflict("collab.circle", field="after", way=" → ".join(f"C-{number}" for number in found))


def waits_for(request: CollabRequest, requests: Iterable[CollabRequest]) -> list[CollabRequest]:
    """What has to be done before this one starts: what a step that was left out came after, this one comes after."""
    known = {other.id: other for other in requests}
    found: dict[int, CollabRequest] = {}
    asked, seen = list(request.after), {request.id}
    while asked:
        number = asked.pop()
        other = known.get(number)
        if other is None or number in seen:
            continue
        seen.add(number)
        if other.state in _LEFT_OUT:
            asked += other.after
        elif other.state is not State.DONE:
            found[number] = other
    return [other for number, other in known.items() if number in found]


def startable(requests: Sequence[CollabRequest]) -> list[CollabRequest]:
    """Blocked ones for which nothing is left to wait for."""
    return [each for each in requests if each.state is State.BLOCKED and not waits_for(each, requests)]


def in_order(requests: Sequence[CollabRequest]) -> list[CollabRequest]:
    """What comes first, first; as they were asked where it makes no difference."""
    known, placed, left = {each.id for each in requests}, set[int](), list(requests)
    ordered: list[CollabRequest] = []
    while left:
        ready = [each for each in left if not (known & set(each.after)) - placed] or left[:1]
        ordered += ready
        placed |= {each.id for each in ready}
        left = [each for each in left if each.id not in placed]
    return ordered
