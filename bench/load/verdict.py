"""Nothing lost, nothing doubled: counted at the platforms and in the database, never from Baton's own log."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bench.load import town
from bench.load.plan import Act, Conversation, Kind, marks
from bench.load.probes import Database
from bench.load.sides import Seen
from bench.load.telegram import FIRST_CUSTOMER

SHOWN = (Kind.ASK, Kind.ADD, Kind.REPLY, Kind.COLLAB)
"""What is to be seen somewhere else than where it was said."""

STORED = (Kind.ADD, Kind.NOTE, Kind.REPLY)
"""What is to be an entry of a ticket's conversation; a question is a ticket, a request a request."""


@dataclass
class Verdict:
    """What is wrong; a line for each, and how many of each kind."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing is."""
        return not (self.lost or self.doubled or self.disordered or self.others)

    def lines(self) -> list[str]:
        """A few of all."""
        named = {"lost": self.lost, "doubled": self.doubled, "out of order": self.disordered, "wrong": self.others}
        return [f"{name}: {line}" for name, found in named.items() for line in found[:10]]

    def count(self, what: str, number: int) -> None:
        """Judge something that must be there once."""
        if number == 0:
            self.lost.append(what)
        elif number > 1:
            self.doubled.append(f"{what}, {number} times")


def judged(plan: Sequence[Conversation], seen: Sequence[Seen], database: Database) -> Verdict:
    """All of it, when nothing is left to be done."""
    verdict = Verdict()
    shown = _shown(seen)
    stored = _stored(database)
    for conversation in plan:
        for act in conversation.acts:
            if act.kind in SHOWN:
                verdict.count(f"{act.kind} {act.mark} on the wire", shown[act.number, place(act, conversation)])
            if act.kind in (*STORED, Kind.ASK):
                verdict.count(f"{act.kind} {act.mark} in the database", stored[act.kind is Kind.ASK, act.number])
    _in_order(plan, seen, verdict)
    _counted(plan, database, verdict)
    verdict.others += [f"violation: {each}" for side in seen for each in side.violations]
    verdict.others += [f"{side.given_up} deliveries were never taken" for side in seen if side.given_up]
    return verdict


def place(act: Act, conversation: Conversation) -> str:
    """Where an act is to be shown: a room, and whether in a thread of it."""
    if act.kind is Kind.REPLY:
        if conversation.telegram:
            return f"{FIRST_CUSTOMER + conversation.number}:"
        return f"{town.intake(conversation.team)}:thread"
    if act.kind is Kind.COLLAB:
        return f"{town.room(conversation.other)}:"
    return f"{town.room(conversation.team)}:{'' if act.kind is Kind.ASK else 'thread'}"


def simple(where: str) -> str:
    """A place without which thread it is."""
    room, _, thread = where.partition(":")
    return f"{room}:{'thread' if thread else ''}"


def _shown(seen: Sequence[Seen]) -> Counter[tuple[int, str]]:
    return Counter((number, simple(where)) for side in seen for number, found in side.shown.items()
                   for where, _ in found)  # fmt: skip


def _stored(database: Database) -> Counter[tuple[bool, int]]:
    """How often each mark is a ticket (True) or an entry of a conversation."""
    titles = (marks(str(title)) for (title,) in database.rows("SELECT title FROM tickets"))
    entries = (marks(str(said)) for (said,) in database.rows("SELECT said FROM messages"))
    return Counter([(True, number) for each in titles for number in each])\
        + Counter([(False, number) for each in entries for number in each])  # fmt: skip


def _in_order(plan: Sequence[Conversation], seen: Sequence[Seen], verdict: Verdict) -> None:
    """What a customer said one after the other stands so in the team's thread; so do the answers to him."""
    first = {number: min(at for _, at in found) for side in seen for number, found in _wanted(plan, side).items()}
    for conversation in plan:
        for kind in (Kind.ADD, Kind.REPLY):
            times = [(act, first[act.number]) for act in conversation.of(kind) if act.number in first]
            for (earlier, before), (later, after) in pairwise(times):
                if after < before:
                    verdict.disordered.append(f"{later.mark} before {earlier.mark}")


def _wanted(plan: Sequence[Conversation], side: Seen) -> Mapping[int, list[tuple[str, float]]]:
    """Of what was shown, that at its place."""
    places = {act.number: place(act, each) for each in plan for act in each.acts if act.kind in SHOWN}
    found = {number: [(where, at) for where, at in all_of_it if simple(where) == places.get(number)]
             for number, all_of_it in side.shown.items()}  # fmt: skip
    return {number: all_of_it for number, all_of_it in found.items() if all_of_it}


def shown_at(plan: Sequence[Conversation], seen: Iterable[Seen]) -> dict[int, float]:
    """When each act was shown at its place."""
    return {number: found[0][1] for side in seen for number, found in _wanted(plan, side).items()}


def _counted(plan: Sequence[Conversation], database: Database, verdict: Verdict) -> None:
    """Whole numbers: tickets, takes, ends, requests; and nothing that was given up."""
    wanted = {
        "SELECT count(*) FROM tickets": len(plan),
        "SELECT count(*) FROM tickets WHERE assignee IS NOT NULL": len(plan),
        "SELECT count(*) FROM tickets WHERE status = 'solved'": sum(bool(each.of(Kind.SOLVE)) for each in plan),
        "SELECT count(*) FROM collab_requests": sum(bool(each.of(Kind.COLLAB)) for each in plan),
        "SELECT count(*) FROM collab_requests WHERE state = 'done'": sum(bool(each.of(Kind.DONE)) for each in plan),
        "SELECT count(*) FROM inbox WHERE dead OR ended_at IS NULL": 0,
        "SELECT count(*) FROM outbox WHERE failed OR ended_at IS NULL": 0,
    }
    for statement, number in wanted.items():
        found = database.rows(statement)[0][0]
        if found != number:
            verdict.others.append(f"{statement}: {found} instead of {number}")
