"""Alerts and their proof: who is told of what is overdue, by which channel, and what is known of its arrival.

Pure: no clock of its own, no storage.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chat.events import Place

ACKNOWLEDGED_FOR = timedelta(minutes=30)
PROOF_WITHIN = timedelta(minutes=5)
ALERTS_PER_HOUR = 12
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
IN_A_RUSH = 3
"""Alerts that somebody gets one by one within a minute; what else falls due in it is told together at its end."""
GROUP_LIMIT = 10
"""How many alerts of a group have a line and buttons of their own; the others are counted."""

PERSONAL = ("dm", "mail", "sms", "louder")
"""Channels that reach one person. `louder` is whichever of SMS, mail, another platform interrupts him most."""

LOUD = ("sms", "mail")
TAKEN_ON = ("ack", "reassign")


class State(StrEnum):
    """What is known of an alert on one channel.

    `held` waits for the person's next morning or for his budget. `sent` left, and the platform did not say whether it
    took it. `unproved`: nothing was heard within the policy's minutes. `taken_back`: it was not needed any more.
    """

    HELD = "held"
    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    SEEN = "seen"
    ANSWERED = "answered"
    REFUSED = "refused"
    UNPROVED = "unproved"
    TAKEN_BACK = "taken_back"

    @property
    def proof(self) -> bool:
        """Whether somebody else than Baton says that it arrived."""
        return self in (State.ACCEPTED, State.SEEN, State.ANSWERED)


_ORDER = (State.HELD, State.QUEUED, State.TAKEN_BACK, State.REFUSED, State.UNPROVED, State.SENT, State.ACCEPTED,
          State.SEEN, State.ANSWERED)  # fmt: skip


class Stage(StrEnum):
    """How far an alert is: it waits to be told, was told, was spared (not needed any more), or reaches nobody."""

    WAITING = "waiting"
    TOLD = "told"
    SPARED = "spared"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence of the catalogue that explains an alert (`alert.because.<key>`), with its values."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody (or a room) hears of one step of one clock.

    `effect` is unique: the same step never makes a second one. `person` is who is told; 0 for a place, which is then in
    `place` (`under` the key of the message in whose thread), and `naming` are the persons it is meant for. `via` are
    the channels still to be tried at once, in the policy's words; `tried` those that were. `lost` is whom or what this
    alert says can't be reached (then it belongs to no step). `through` goes out by night as well. `due_at` is when the
    step was due, `target` when the clock's own time is up. `batch` is the number of the first alert it was told with.
    `answered_by` is who is on it, `until` until when that holds. Times are aware, in UTC.
    """

    id: int
    effect: str
    ticket: int
    due_at: datetime
    created_at: datetime
    request: int = 0
    clock: int = 0
    round: int = 0
    step: int = 0
    measure: str = ""
    person: int = 0
    place: Place | None = None
    under: str = ""
    naming: tuple[int, ...] = ()
    via: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    lost: str = ""
    target: datetime | None = None
    started_at: datetime | None = None
    skipped: int = 0
    through: bool = False
    acknowledged_for: timedelta = ACKNOWLEDGED_FOR
    proof_within: timedelta = PROOF_WITHIN
    stage: Stage = Stage.WAITING
    not_before: datetime | None = None
    told_at: datetime | None = None
    batch: int = 0
    answered_by: int = 0
    answered_at: datetime | None = None
    answer: str = ""
    until: datetime | None = None
    over: str = ""

    @property
    def reference(self) -> str:
        """What it is about, as people see and type it."""
        return f"C-{self.request}" if self.request else f"T-{self.ticket}"

    @property
    def open(self) -> bool:
        """Whether somebody may still be asked to do something about it."""
        return not self.over and self.stage is not Stage.SPARED

    def answered_now(self, at: datetime) -> bool:
        """Whether somebody has answered it, and that holds at `at`."""
        return bool(self.answered_by) and (self.until is None or at < self.until)

    def taken_on(self, at: datetime) -> bool:
        """Whether somebody is on it at `at`: who put it off, or asked for more time, did not say so."""
        return self.answer in TAKEN_ON and self.answered_now(at)


@dataclass(frozen=True, slots=True)
class Sending:
    """One alert on one channel: an entry of the ledger. `key` is the order that carries it (several share a group's).

    `repeat`: the platform may have it twice. `reason` says why it was refused, held, or went another way.
    """

    id: int
    alert: int
    channel: str
    place: Place
    key: str
    state: State
    at: datetime
    reason: str = ""
    repeat: bool = False
    proved_at: datetime | None = None

    def marked(self, state: State, at: datetime, *, reason: str = "", repeat: bool = False) -> "Sending":
        """With what is known now; better knowledge is never given up for worse."""
        better = _ORDER.index(state) > _ORDER.index(self.state)
        return replace(
            self,
            state=state if better else self.state,
            reason=reason or self.reason,
            repeat=self.repeat or repeat,
            proved_at=self.proved_at or (at if state.proof else None),
        )


@dataclass(frozen=True, slots=True)
class Demand:
    """What a step of a policy asks for, and how the clock stands, as its snapshot says."""

    notify: tuple[str, ...]
    via: tuple[str, ...]
    due_at: datetime
    started_at: datetime
    target: datetime | None
    at_night: str = "never"
    acknowledged_for: timedelta = ACKNOWLEDGED_FOR
    proof_within: timedelta = PROOF_WITHIN

    def through(self, *, urgent: bool) -> bool:
        """Whether who is off duty is told all the same."""
        return self.at_night == "always" or (self.at_night == "urgent" and urgent)


@dataclass(frozen=True, slots=True)
class Way:
    """How a person can be reached: a channel, the place, and the platform's id of his account there."""

    channel: str
    place: Place
    user: str = ""

    @property
    def name(self) -> str:
        """What is remembered when it was tried: a person may have a conversation on several platforms."""
        return f"dm:{self.place.platform}" if self.channel == "dm" else self.channel


@dataclass(frozen=True, slots=True)
class Route:
    """The ways to take now, and the channels that were asked for and can't be had, each with the reason."""

    ways: tuple[Way, ...]
    missing: tuple[tuple[str, str], ...] = ()


def route(via: Sequence[str], ways: Sequence[Way], tried: Collection[str], why: dict[str, str]) -> Route:
    """By which of a person's ways (best first) an alert goes now.

    Each channel of `via` that can be had and was not tried; where none is left, the next way that was not. `why` says
    why a channel can't be had (`off`: nobody configured it, `no_address`: he has none there).
    """
    fresh = [way for way in ways if way.name not in tried]
    chosen: list[Way] = []
    missing: list[tuple[str, str]] = []
    for channel in via:
        way = _loudest(fresh) if channel == "louder" else next((w for w in fresh if w.channel == channel), None)
        if way is not None:
            chosen.append(way)
        elif channel != "louder" and not any(way.channel == channel for way in ways):
            missing.append((channel, why.get(channel, "no_address")))
    if not chosen and fresh:
        chosen = fresh[:1]
    return Route(tuple(dict.fromkeys(chosen)), tuple(missing))


def _loudest(fresh: Sequence[Way]) -> Way | None:
    """What interrupts him most: SMS, mail, another platform than the first, else his conversation."""
    loud = [way for channel in LOUD for way in fresh if way.channel == channel]
    direct = [way for way in fresh if way.channel == "dm"]
    return next(iter([*loud, *direct[1:], *direct]), None)


def ordered(alerts: Iterable[Alert], weights: dict[int, int]) -> list[Alert]:
    """The most pressing first: by the ticket's priority (`weights` by ticket), then by how long it is due."""
    return sorted(alerts, key=lambda alert: (-weights.get(alert.ticket, 0), alert.due_at, alert.id))


def latest_of_each(alerts: Iterable[Alert]) -> list[Alert]:
    """Of what is told together, the last step of each clock; what can't be reached is a matter of its own."""
    matters: dict[tuple[object, ...], Alert] = {}
    for alert in sorted(alerts, key=lambda alert: (alert.round, alert.step)):
        matters[(alert.clock, alert.lost) if alert.clock else (alert.id,)] = alert
    return sorted(matters.values(), key=lambda alert: alert.id)


def free_again(told: Sequence[datetime], limit: int, now: datetime) -> datetime | None:
    """When somebody who was interrupted at these moments may be again; None if he may be now.

    No more than `limit` an hour, and no more than `IN_A_RUSH` a minute: what comes in between is told together.
    """
    budgets = ((IN_A_RUSH, MINUTE), (limit, HOUR))
    free = [moment for most, length in budgets if (moment := _within(told, most, length, now)) is not None]
    return max(free, default=None)


def _within(told: Sequence[datetime], most: int, length: timedelta, now: datetime) -> datetime | None:
    recent = sorted(moment for moment in told if moment > now - length)
    return recent[-most] + length if len(recent) >= most else None


def above(told: Collection[int], leads: Sequence[int], supervisors: Sequence[int], admins: Sequence[int]) -> list[int]:
    """The next level up from those who were told last: their leads, then supervisors, then admins.

    A level all of which was told already is passed over; the admins are the end, whoever was told.
    """
    levels = (leads, supervisors, admins)
    heights = [next((height for height, level in enumerate(levels) if person in level), -1) for person in told]
    for level in levels[max(heights, default=-1) + 1 :]:
        fresh = [person for person in level if person not in told]
        if fresh:
            return fresh
    return list(admins)


def effect(clock: int, beginning: int, step: int, recipient: str) -> str:
    """The unique name of what a step, in one `beginning` (round) of its chain, does for one recipient."""
    return f"step:{clock}:{beginning}:{step}:{recipient}"
