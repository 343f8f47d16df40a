"""The built-in chat at work: its own server over HTTP, its own pages as the persons' eyes."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from adapters.web import WebAdapter
from bot.chat.contract import Delivery, Order, Target
from bot.chat.events import Place
from bot.clock import SystemClock
from bot.people.rules import Account, Person, Role, Team
from bot.unit import Database, Unit
from storage import open_database
from tests.adapters.web.house import SECRET, Browser, House, new_act, served
from tests.contracts.desk import RecordingInlet

T = TypeVar("T")
CUSTOMER, AGENT, ROOM = "wei", "lin", "help"


class Fragile:
    """The database, whose next write can be made to fail before or after it is done."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.read = database.read
        self.on_commit = database.on_commit
        self.start, self.close = database.start, database.close
        self.fails = ""

    async def write(self, work: Callable[[Unit], T], *, actor: int = 0, source: str = "") -> T:
        """Write, or fail as it was told to."""
        fails, self.fails = self.fails, ""
        if fails == "before":
            raise ConnectionError("the database is away")
        result = await self._database.write(work, actor=actor, source=source)
        if fails == "after":
            raise ConnectionError("the connection broke before the answer came")
        return result


class WatchedAdapter(WebAdapter):
    """The adapter; after each order the persons look at their pages."""

    async def deliver(self, order: Order, target: Target) -> Delivery:
        """Deliver, then look."""
        delivery = await super().deliver(order, target)
        await self.look()
        return delivery

    async def look(self) -> None:
        """Set by the desk."""


class WebDesk:
    """See `tests.contracts.desk.Desk`. The room is an intake room, which everybody sees."""

    def __init__(self, house: House, fragile: Fragile, inlet: RecordingInlet) -> None:
        self.house = house
        self.fragile = fragile
        self.inlet = inlet
        self.adapter = house.adapter
        self.customer, self.agent = CUSTOMER, AGENT
        self.room, self.direct = Place("web", ROOM), Place("web", CUSTOMER)
        self.hall = self.room
        self.pages: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self.form: dict[str, Any] = {}
        self._browsers = {user: house.browser(user) for user in (CUSTOMER, AGENT)}
        self._last: Callable[[], Any] | None = None

    async def look(self) -> None:
        """Read everything that both persons can read, over HTTP."""
        for user, browser in self._browsers.items():
            for room in (await browser.state())["rooms"]:
                top = await browser.timeline(room["id"])
                self.pages[user, room["id"], ""] = top
                for message in top:
                    if message["replies"]:
                        thread = str(message["id"])
                        self.pages[user, room["id"], thread] = await browser.timeline(room["id"], thread)

    async def _insist(self, user: str, act: Callable[[Browser], Any]) -> httpx.Response:
        """What the page does: the same request until it is taken."""
        browser = self._browsers[user or CUSTOMER]
        while (response := await act(browser)).status_code == 503:  # noqa: ASYNC110 - as the page does
            await asyncio.sleep(0.01)
        assert response.status_code == 200, response.text
        self._last = lambda: act(browser)
        await self.look()
        return response  # type: ignore[no-any-return]

    async def says(self, words: str, *, user: str = "", place: Place | None = None, reply_to: str = "") -> str:
        """A person writes; an answer goes into the thread of what it answers."""
        return await self._posts(words, [], user, place or self.room, reply_to)

    async def sends_file(self, name: str, data: bytes, *, user: str = "", place: Place | None = None) -> str:
        """A person posts a file."""
        uploaded = await self._browsers[user or CUSTOMER].upload(name, data)
        return await self._posts("", [uploaded.json()["file"]["ref"]], user, place or self.room, "")

    async def _posts(self, words: str, files: list[str], user: str, place: Place, thread: str) -> str:
        body = {"id": new_act(), "room": place.room, "thread": thread or place.thread, "text": words, "files": files}
        response = await self._insist(user, lambda browser: browser.post("/chat/api/messages", body))
        return str(response.json()["message"]["id"])

    async def edits(self, ref: str, words: str) -> None:
        """The author changes his message."""
        body = {"id": new_act(), "text": words}
        await self._insist(self._author(ref), lambda browser: browser.post(f"/chat/api/messages/{ref}/edit", body))

    async def deletes(self, ref: str) -> None:
        """The author takes his message away."""
        body = {"id": new_act()}
        await self._insist(self._author(ref), lambda browser: browser.post(f"/chat/api/messages/{ref}/remove", body))

    def _author(self, ref: str) -> str:
        held = [message for page in self.pages.values() for message in page]
        return next(str(message["author"]) for message in held if str(message["id"]) == ref)

    async def presses(self, label: str, *, user: str = "") -> None:
        """A person presses the button with this label on the newest message that has it."""
        held = [message for (who, _, _), page in self.pages.items() for message in page if who == (user or CUSTOMER)]
        found = [
            (message, control) for message in held for control in controls_of(message) if control["label"] == label
        ]
        message, control = max(found, key=lambda pair: pair[0]["id"])
        body = {"id": new_act(), "message": str(message["id"])}
        body |= {name: control[name] for name in ("action", "subject", "value")}
        response = await self._insist(user, lambda browser: browser.post("/chat/api/press", body))
        self.form = response.json().get("form", {})

    async def submits(self, values: dict[str, str], *, user: str = "") -> None:
        """A person fills the open form in and sends it; choices are named by their labels."""
        assert self.form, "no form is open"
        filled = {field["name"]: _filled(field, values) for field in self.form["fields"]}
        body = {"id": new_act(), "token": self.form["token"], "values": filled}
        response = await self._insist(user, lambda browser: browser.post("/chat/api/submit", body))
        assert "errors" not in response.json(), response.json()

    async def repeats(self, times: int = 1) -> None:
        """The page sends its last request again: its answer had been lost."""
        assert self._last is not None
        for _ in range(times):
            assert (await self._last()).status_code == 200

    async def blocks(self) -> None:
        """The customer shuts the bot out."""
        await self._insist("", lambda browser: browser.post("/chat/api/me", {"blocked": True}))

    def shown(self, place: Place | None = None) -> list[str]:
        """What the agent reads in the room, and everybody else with him; in the direct room, the customer."""
        return [readable(message) for message in self._page(place) if not message["whisper"]]

    def raw(self, place: Place | None = None) -> list[object]:
        """The same messages as the page gets them."""
        return list(self._page(place))

    def whispered(self, user: str) -> list[str]:
        """What this person alone reads in the room."""
        return [readable(message) for message in self.pages[user, ROOM, ""] if message["whisper"]]

    def _page(self, place: Place | None) -> list[dict[str, Any]]:
        where = place or self.room
        reader = CUSTOMER if where.room == CUSTOMER else AGENT
        page = self.pages.get((reader, where.room, where.thread), [])
        return [message for message in page if not message["removed"]]

    def limit_rate(self, seconds: float) -> None:
        """There is no such limit."""
        pytest.skip("the built-in chat turns nobody away for being quick")

    def cut_after_accepting(self) -> None:
        """The next write is done, and its answer lost."""
        self.fragile.fails = "after"

    def fail(self) -> None:
        """The next write fails."""
        self.fragile.fails = "before"

    def complaints(self) -> list[str]:
        """What a page could not draw: parts without a kind that it knows."""
        held = [message for page in self.pages.values() for message in page]
        unknown = {message["body"]["kind"] for message in held} - {"words", "card", "post", "topic"}
        return sorted(unknown)


def controls_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """All controls on a message."""
    body = message["body"]
    return [control for part in (body, *body.get("sections", ())) for control in part.get("controls", ())]


def readable(message: dict[str, Any]) -> str:
    """What a person reads of a message, top to bottom."""
    body = message["body"]
    parts = [body.get("label", ""), body.get("author", ""), body.get("title", ""), _words(body)]
    parts += [f"{row['label']} {''.join(span['t'] for span in row['value'])}" for row in body.get("rows", ())]
    parts += [f"{part['heading']}\n{_words(part)}" for part in body.get("sections", ())]
    parts += [control["label"] for control in controls_of(message)]
    parts += [body.get("footer", ""), *(file["name"] for file in message["files"])]
    return "\n".join(part for part in parts if part)


def _words(part: dict[str, Any]) -> str:
    return "".join(span["t"] for span in part["text"])


def _filled(field: dict[str, Any], values: dict[str, str]) -> str:
    value = values.get(field["name"], field["value"])
    return next((str(choice["value"]) for choice in field["choices"] if choice["label"] == value), value)


def _people(unit: Unit) -> None:
    team = unit.people.add_team(
        Team(0, "support", "客服部", rooms=(Place("web", "support"),), intake=(Place("web", ROOM),))
    )
    for user, name, role, teams in (
        (CUSTOMER, "陈伟", Role.CUSTOMER, frozenset[int]()),
        (AGENT, "林晓", Role.AGENT, frozenset({team.id})),
    ):
        person = unit.people.add_person(Person(0, name, role, key=user, teams=teams))
        unit.people.save_account(Account("web", user, person.id, name=name))


@asynccontextmanager
async def open_desk() -> AsyncIterator[WebDesk]:
    """A desk, served."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SystemClock()
        database = open_database(f"sqlite:///{Path(folder) / 'chat.db'}", clock=clock)
        await database.start()
        await database.write(_people)
        fragile = Fragile(database)
        adapter = WatchedAdapter(fragile, clock, SECRET, demo=True)
        inlet = RecordingInlet(adapter)
        async with served(database, clock, adapter, inlet) as url:
            house = House(database, clock, adapter, inlet, url)
            desk = WebDesk(house, fragile, inlet)
            adapter.look = desk.look  # type: ignore[method-assign]
            yield desk
            for client in house.clients:
                await client.aclose()
        await database.close()
