"""Collaboration requests: rows to frozen objects and back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, insert, select, update

from bot.chat.viewjson import text_from_json, text_to_json
from bot.collab.rules import CollabRequest, Item, State
from bot.errors import NotFound, StaleWrite
from storage.claims import all_columns, among
from storage.encoding import micros, micros_or_none, moment, moment_or_none, packed, possible, unpacked
from storage.statements import Link, Row, Statement
from storage.tables.collab import collab_requests, live, with_team

_REQUEST = tuple(column for column in collab_requests.c if column.name not in ("live", "with_team"))
_NAMES = tuple(column.name for column in _REQUEST)

ADD = Statement(insert(collab_requests).values(all_columns(collab_requests, "id")).returning(collab_requests.c.id))
GET = Statement(select(*_REQUEST).where(collab_requests.c.id == bindparam("id")))
SAVE = Statement(
    update(collab_requests)
    .where(collab_requests.c.id == bindparam("id_"), collab_requests.c.version == bindparam("read_version"))
    .values(all_columns(collab_requests, "id", "created_at"))
)
OF_TICKET = Statement(
    select(*_REQUEST).where(collab_requests.c.ticket == bindparam("ticket")).order_by(collab_requests.c.id)
)
MOVE = Statement(
    update(collab_requests).where(collab_requests.c.ticket == bindparam("old")).values(ticket=bindparam("new"))
)


def _list(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Oldest first."""
    return (
        select(*_REQUEST)
        .where(*conditions)
        .order_by(collab_requests.c.created_at, collab_requests.c.id)
        .limit(bindparam("limit"))
    )


OPEN_FOR = Statement(_list(with_team, among(collab_requests.c.team, "teams")))
OWNED_BY = Statement(_list(with_team, collab_requests.c.owner == bindparam("person")))
ASKED_BY = Statement(_list(live, collab_requests.c.asker == bindparam("person")))


class CollabRequests:
    """See `bot.collab.ports.CollabStore`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def add(self, request: CollabRequest) -> CollabRequest:
        """Store a new request (`id` 0); gives it back with its number."""
        values = _changeable(request)
        times = {"created_at": micros(request.created_at), "updated_at": micros(request.updated_at)}
        return replace(request, id=self._link.value(ADD, version=request.version, **times, **values))

    def get(self, id: int) -> CollabRequest:
        """Raises `NotFound` (key `collab.unknown`, value `reference`)."""
        row = self._link.one(GET, id=id) if possible(id) else None
        if row is None:
            raise NotFound("collab.unknown", reference=f"C-{id}")
        return _request(row)

    def save(self, request: CollabRequest, now: datetime) -> CollabRequest:
        """Store the change; gives back the new version. Raises `StaleWrite` when somebody saved in between.

        On PostgreSQL the exception may come as late as the end of the unit: nothing is stored either way.
        """
        saved = replace(request, updated_at=now, version=request.version + 1)
        self._link.demand(
            SAVE,
            lambda: StaleWrite(f"{request.reference} was saved by somebody else since version {request.version}"),
            id_=request.id,
            read_version=request.version,
            updated_at=micros(now),
            version=saved.version,
            **_changeable(request),
        )
        return saved

    def of_ticket(self, ticket: int) -> list[CollabRequest]:
        """All requests of a ticket, oldest first."""
        return [_request(row) for row in self._link.all(OF_TICKET, ticket=ticket)]

    def blocked_on(self, request: int) -> list[CollabRequest]:
        """Blocked requests that come after this one; they are of the same ticket."""
        others = self.of_ticket(self.get(request).ticket)
        return [other for other in others if other.state is State.BLOCKED and request in other.after]

    def open_for(self, teams: Sequence[int], limit: int = 50) -> list[CollabRequest]:
        """What is with these teams (asked or accepted), oldest first."""
        return [_request(row) for row in self._link.all(OPEN_FOR, teams=list(teams), limit=limit)]

    def owned_by(self, person: int, limit: int = 50) -> list[CollabRequest]:
        """What this person has, oldest first."""
        return [_request(row) for row in self._link.all(OWNED_BY, person=person, limit=limit)]

    def asked_by(self, person: int, limit: int = 50) -> list[CollabRequest]:
        """What this person asked and that is open, oldest first."""
        return [_request(row) for row in self._link.all(ASKED_BY, person=person, limit=limit)]

    def move(self, old: int, new: int) -> None:
        """All requests of ticket `old` become requests of `new` (merging)."""
        self._link.run(MOVE, old=old, new=new)


def _changeable(request: CollabRequest) -> dict[str, object]:
    """Everything that a request may change, by column."""
    return {
        "ticket": request.ticket,
        "team": request.team,
        "asking_team": request.asking_team or None,
        "asker": request.asker or None,
        "problem": text_to_json(request.problem),
        "state": request.state.value,
        "live": request.state.open,
        "with_team": request.state.with_team,
        "type": request.type,
        "items": packed([[item.name, item.value, list(item.files)] for item in request.items]),
        "messages": packed(request.messages),
        "files": packed(request.files),
        "owner": request.owner or None,
        "eta": micros_or_none(request.eta),
        "asked_back": request.asked_back,
        "returns": request.returns,
        "reason": request.reason,
        "remark": request.remark,
        "result": request.result,
        "after": packed(request.after),
        "flow": request.flow,
        "step": request.step,
        "limit": request.limit,
        "started_at": micros_or_none(request.started_at),
        "accepted_at": micros_or_none(request.accepted_at),
        "ended_at": micros_or_none(request.ended_at),
    }


def _request(row: Row) -> CollabRequest:
    values = dict(zip(_NAMES, row, strict=True))
    numbers = {name: values[name] or 0 for name in ("asking_team", "asker", "owner")}
    times = {name: moment_or_none(values[name]) for name in ("eta", "started_at", "accepted_at", "ended_at")}
    lists = {name: tuple(unpacked(values[name])) for name in ("messages", "files", "after")}
    return CollabRequest(
        **values
        | numbers
        | times
        | lists
        | {
            "problem": text_from_json(values["problem"]),
            "created_at": moment(values["created_at"]),
            "updated_at": moment(values["updated_at"]),
            "state": State(values["state"]),
            "asked_back": bool(values["asked_back"]),
            "items": tuple(Item(name, value, tuple(files)) for name, value, files in unpacked(values["items"])),
        }
    )
