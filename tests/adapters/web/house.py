"""The built-in chat over real HTTP on a real database, with people in it, and a program in place of their browsers."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from adapters.http import build_http, serve
from adapters.web import WebAdapter, build_chat
from bot.chat.contract import Adapter, Arrival, Inlet
from bot.chat.events import Event, Place
from bot.clock import Clock
from bot.people.rules import Account, Person, Role, Team
from bot.unit import Database, Unit
from storage import open_database
from tests.contracts.desk import RecordingInlet

SECRET = "a secret for tests that is long enough"
_acts = count(1)


@dataclass
class Fit:
    """Health of a house in which nothing is ever wrong."""

    async def live(self) -> dict[str, Any]:
        """Alive."""
        return {}

    async def ready(self) -> tuple[bool, dict[str, Any]]:
        """Ready."""
        return True, {}

    async def metrics(self) -> bytes:
        """No figures."""
        return b""


def people(unit: Unit) -> None:
    """客服部 with a room and an intake room, 技术部 with a room; two customers, an agent, a technician, an admin."""
    support = Team(0, "support", "客服部", rooms=(Place("web", "support"),), intake=(Place("web", "help"),))
    support = unit.people.add_team(support)
    tech = unit.people.add_team(Team(0, "tech", "技术部", rooms=(Place("web", "tech"),)))
    for key, name, role, teams in (
        ("zhang", "张伟", Role.CUSTOMER, ()),
        ("emma", "Emma Clark", Role.CUSTOMER, ()),
        ("lin", "林晓", Role.AGENT, (support.id,)),
        ("zhao", "赵磊", Role.TECHNICIAN, (tech.id,)),
        ("ana", "梁思远", Role.ANALYST, (support.id,)),
        ("root", "许诺", Role.ADMIN, ()),
    ):
        person = unit.people.add_person(
            Person(0, name, role, key=key, teams=frozenset(teams), locale="en" if key == "emma" else "")
        )
        unit.people.save_account(Account("web", key, person.id, name=name))


@dataclass
class House:
    """A chat at work. `inlet` is what stands in for the bot."""

    database: Database
    clock: Clock
    adapter: WebAdapter
    inlet: Inlet
    url: str
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def browser(self, user: str = "", **headers: str) -> "Browser":
        """A browser in which `user` sits."""
        client = httpx.AsyncClient(base_url=self.url, headers={"x-baton": "chat", **headers}, timeout=10)
        self.clients.append(client)
        return Browser(client, user)

    async def events(self) -> list[Event]:
        """What the bot was told so far."""
        assert isinstance(self.inlet, RecordingInlet)
        return await self.inlet.events()


@dataclass
class Browser:
    """What the page's scripts do, done by a program."""

    client: httpx.AsyncClient
    user: str = ""

    def _query(self, values: dict[str, Any]) -> dict[str, Any]:
        return ({"as": self.user} if self.user else {}) | {"lang": "en"} | values

    async def get(self, path: str, **values: Any) -> httpx.Response:
        """Read something."""
        return await self.client.get(path, params=self._query(values))

    async def post(self, path: str, body: dict[str, Any] | None = None, **values: Any) -> httpx.Response:
        """Do something; an id for the act is made unless the body has one."""
        return await self.client.post(path, params=self._query(values), json={"id": new_act()} | (body or {}))

    async def say(self, room: str, text: str, **more: Any) -> dict[str, Any]:
        """Write a message; how the server then has it."""
        response = await self.post("/chat/api/messages", {"room": room, "text": text} | more)
        assert response.status_code == 200, response.text
        return dict(response.json()["message"])

    async def upload(self, name: str, data: bytes) -> httpx.Response:
        """Upload a file."""
        return await self.client.post("/chat/api/files", params=self._query({"name": name}), content=data)

    async def timeline(self, room: str, thread: str = "") -> list[dict[str, Any]]:
        """The newest messages of a place."""
        response = await self.get("/chat/api/timeline", room=room, thread=thread)
        assert response.status_code == 200, response.text
        return list(response.json()["messages"])

    async def state(self) -> dict[str, Any]:
        """What a page begins with."""
        response = await self.get("/chat/api/state")
        assert response.status_code == 200, response.text
        return dict(response.json())

    @contextlib.asynccontextmanager
    async def live(self, after: int | None = None, last_event_id: str = "") -> AsyncIterator["Stream"]:
        """An open stream of changes, from `after` (default: from now) on."""
        number = (await self.state())["number"] if after is None else after
        headers = {"last-event-id": last_event_id} if last_event_id else {}
        request = self.client.stream("GET", "/chat/api/live", params=self._query({"after": number}), headers=headers)
        async with request as response:
            assert response.status_code == 200
            yield Stream(response)


class Stream:
    """Server-sent events, as a browser reads them."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()
        self.last_id = ""

    async def event(self) -> tuple[str, Any]:
        """The next event: its name and its data. Raises StopAsyncIteration at the end of the stream."""
        name, data = "message", ""
        async with asyncio.timeout(5):
            async for line in self._lines:
                key, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if key == "event":
                    name = value
                elif key == "data":
                    data = value
                elif key == "id":
                    self.last_id = value
                elif not line and data:
                    return name, json.loads(data)
        raise StopAsyncIteration

    async def changes(self) -> list[dict[str, Any]]:
        """The next changes."""
        name, data = await self.event()
        assert name == "changes", name
        return list(data["changes"])

    async def words(self) -> list[str]:
        """The words of the messages among the next changes."""
        return [words_of(change["message"]) for change in await self.changes() if change["kind"] == "message"]


def words_of(message: dict[str, Any]) -> str:
    """A message's words alone."""
    return "".join(span["t"] for span in message["body"]["text"])


def new_act() -> str:
    """An id for an act, as the page makes one."""
    return f"act-{next(_acts):08d}"


@contextlib.asynccontextmanager
async def served(
    database: Database, clock: Clock, adapter: WebAdapter, inlet: Inlet, *, more: Any = None
) -> AsyncIterator[str]:
    """The chat's server on a free port, the adapter receiving; its address."""
    routers = build_chat(adapter) + (more(adapter) if more else [])
    app = build_http(routers, Fit())
    stop, ports = asyncio.Event(), asyncio.Queue[int]()
    receiving = asyncio.create_task(adapter.run(inlet))
    serving = asyncio.create_task(serve(app, "127.0.0.1", 0, stop, bound=ports.put_nowait))
    port = await ports.get()
    adapter.base_url = f"http://127.0.0.1:{port}"
    try:
        yield adapter.base_url
    finally:
        stop.set()
        await serving
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await adapter.close()


@contextlib.asynccontextmanager
async def house(
    url: str, clock: Clock, *, demo: bool = True, inlet: Any = None, populate: Any = people, more: Any = None
) -> AsyncIterator[House]:
    """A chat on the database at `url`. `inlet` makes what stands in for the bot out of the adapter."""
    database = open_database(url, clock=clock)
    await database.start()
    try:
        await database.write(populate)
        adapter = WebAdapter(database, clock, SECRET, demo=demo)
        receiver: Inlet = inlet(adapter) if inlet else RecordingInlet(adapter)
        async with served(database, clock, adapter, receiver, more=more) as address:
            made = House(database, clock, adapter, receiver, address)
            yield made
            for client in made.clients:
                await client.aclose()
    finally:
        await database.close()


def recorded(adapter: Adapter) -> RecordingInlet:
    """An inlet that only keeps what it is given."""
    return RecordingInlet(adapter)


def keys(arrivals: list[Arrival]) -> list[str]:
    """The keys of deliveries."""
    return [arrival.key for arrival in arrivals]
