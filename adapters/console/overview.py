"""`/`: what is open, by column, live. Everybody of the staff sees his teams; an analyst the figures alone."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from adapters.http import ServerEvent, Sessions, SignInNeeded, event_stream, page, static_files
from bot.boards.rules import BoardColumn
from bot.clock import Clock
from bot.language.catalogue import Words, chosen, table
from bot.people.rules import Person, Role
from bot.tickets.ports import Column
from bot.tickets.rules import Ticket
from bot.unit import Database, Unit
from bot.workspace import CONFIG_KEY, Workspace

PACKAGE = "adapters.console"
PLATFORM = "web"
EACH = 30
# Seconds after which what another replica did is seen at the latest; the shortest time between two redraws.
POLL = 2.0
SETTLE = 0.2
EVERYWHERE = frozenset({Role.ADMIN, Role.ANALYST})


class Seat(Protocol):
    """What the overview needs: where the tickets are, who is signed in, and where browsers reach it."""

    @property
    def database(self) -> Database:
        """Where the tickets are."""
        ...

    @property
    def clock(self) -> Clock:
        """What time it is."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        ...

    @property
    def base_url(self) -> str:
        """Where browsers reach it, without a slash at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """A seat of its own, for a Baton without the built-in chat."""

    database: Database
    clock: Clock
    sessions: Sessions
    base_url: str = ""

    def sign_in_link(self, user: str) -> str:
        """The address that signs its reader in as `user` (a person's key); good for a week, so hand it over safely."""
        return f"{self.base_url}/?key={self.sessions.key(user)}"


def build_console(desk: Seat, *, chat_is_on: bool = True) -> list[APIRouter]:
    """The routes of the overview; it leads to the built-in chat where that is on."""
    router = APIRouter()
    growth = Growth(desk.database, desk.clock)

    @router.get("/")
    async def overview(request: Request, key: str = "") -> Response:
        response = page(PACKAGE, "overview.html", words=Words(_locale(request)), chat=chat_is_on)
        user = desk.sessions.redeemed(key)
        if user:
            desk.sessions.begin(response, user, secure=desk.base_url.startswith("https:"))
        return response

    @router.get("/overview")
    async def figures(request: Request) -> dict[str, Any]:
        user = _user(desk, request)
        return await desk.database.read(
            partial(_overview, user=user, words=Words(_locale(request)), now=desk.clock.now())
        )

    @router.get("/overview/live")
    async def live(request: Request) -> StreamingResponse:
        user = _user(desk, request)
        await desk.database.read(partial(_viewer, user=user))
        return event_stream(request, growth.follow())

    return [router, static_files("/overview/static", PACKAGE)]


def _locale(request: Request) -> str:
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return chosen(request.query_params.get("lang", ""), *accepted)


def _user(desk: Seat, request: Request) -> str | None:
    """Who looks; None: anybody, for it is a demonstration on this machine. Raises `SignInNeeded`."""
    user = desk.sessions.user(request)
    return user or None


def _viewer(unit: Unit, *, user: str | None) -> Person | None:
    """The member of the staff who looks (None: anybody). Raises `SignInNeeded` for everybody else."""
    if user is None:
        return None
    account = unit.people.account(PLATFORM, user)
    person = unit.people.person(account.person) if account else None
    if person is None or not person.active or not person.role.staff:
        raise SignInNeeded
    return person


def _overview(unit: Unit, *, user: str | None, words: Words, now: datetime) -> dict[str, Any]:
    viewer = _viewer(unit, user=user)
    everywhere = viewer is None or viewer.role in EVERYWHERE
    teams = None if everywhere or viewer is None else sorted(viewer.teams)
    shapes = BoardColumn.board(Workspace.read(unit.keys.get(CONFIG_KEY)).columns)
    found = unit.tickets.columns(teams, [shape.statuses for shape in shapes], EACH)
    names = viewer is None or viewer.role is not Role.ANALYST
    drawn = [_column(unit, shape, column, words, names=names) for shape, column in zip(shapes, found, strict=True)]
    return {"locale": words.locale, "words": _sentences(words.locale), "columns": drawn, "at": now.isoformat()}


def _sentences(locale: str) -> dict[str, str]:
    prefix = "web.overview."
    return {key.removeprefix(prefix): value for key, value in table(locale).items() if key.startswith(prefix)}


def _column(unit: Unit, shape: BoardColumn, column: Column, words: Words, *, names: bool) -> dict[str, Any]:
    tickets = column.tickets if names else ()
    people = unit.people.persons(sorted({ticket.assignee for ticket in tickets if ticket.assignee}))
    teams = {team.id: team.name for team in unit.people.teams()}
    return {
        "key": shape.statuses[0].value,
        "title": shape.name or words(shape.key),
        "count": column.count,
        "oldest": column.oldest.isoformat() if column.oldest else None,
        "tickets": [_ticket(ticket, people, teams, words) for ticket in tickets],
    }


def _standing(ticket: Ticket, words: Words) -> str:
    if ticket.waits_on_answer:
        return words("answer.waits", article=ticket.answered_with)
    return words(f"status.{ticket.status.value}")


def _ticket(ticket: Ticket, people: dict[int, Person], teams: dict[int, str], words: Words) -> dict[str, Any]:
    assignee = people.get(ticket.assignee)
    return {
        "reference": ticket.reference,
        "title": ticket.title,
        "status": _standing(ticket, words),
        "priority": ticket.priority.value,
        "priorityName": words(f"priority.{ticket.priority.value}"),
        "assignee": assignee.name if assignee else "",
        "team": teams.get(ticket.team, ""),
        "opened": ticket.created_at.isoformat(),
        "due": ticket.due_on,
    }


class Growth:
    """Tells pages that something happened to a ticket; they ask for the figures themselves."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._waiting: set[asyncio.Event] = set()
        database.on_commit(self._committed)

    def _committed(self, topics: Sequence[str]) -> None:
        if "facts" in topics:
            for event in self._waiting:
                event.set()

    async def follow(self) -> AsyncGenerator[ServerEvent, None]:
        """An event each time when there are new facts, beginning with one; ends with the database."""
        woken = asyncio.Event()
        self._waiting.add(woken)
        seen = -1
        try:
            while True:
                latest = await self._database.read(lambda unit: unit.facts.latest())
                if latest != seen:
                    seen = latest
                    yield ServerEvent("{}", "grown", str(latest))
                    await self._clock.sleep(SETTLE)
                await self._clock.wait(woken, POLL)
                woken.clear()
        except ConnectionError:
            return
        finally:
            self._waiting.discard(woken)
