"""Baton whole, with its own chat behind sign-in links: an agent, two customers, and somebody whom nobody knows."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from adapters.http.session import HOST_COOKIE
from bot.people.rules import Account, Person, Role
from bot.unit import Unit
from tests.adapters.web.house import new_act
from tests.factories import team_file
from tests.harness import World, world

PUBLIC = "https://baton.example.com"
AGENT, CUSTOMER, OTHER, STRANGER = "lin", "zhang", "emma", ""
EVERYBODY = (AGENT, CUSTOMER, OTHER, STRANGER)


@dataclass(frozen=True, slots=True)
class Caller:
    """A browser with somebody's session, or with none."""

    client: httpx.AsyncClient

    async def get(self, path: str, **values: Any) -> httpx.Response:
        """Read something."""
        return await self.client.get(path, params=values)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        """Do something; an id for the act is made unless the body has one."""
        return await self.client.post(path, json={"id": new_act(), **(body or {})})

    async def says(self, room: str, words: str, **more: Any) -> dict[str, Any]:
        """Write a message; how the server then has it."""
        answer = await self.post("/chat/api/messages", {"room": room, "text": words, **more})
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["message"])

    async def asks(self, room: str, word: str, words: str = "") -> httpx.Response:
        """Give a slash command."""
        return await self.post("/chat/api/command", {"room": room, "word": word, "text": words})


@dataclass(frozen=True, slots=True)
class Guarded:
    """Baton at work and those who call on it."""

    baton: World
    callers: Mapping[str, Caller]

    def __getitem__(self, name: str) -> Caller:
        return self.callers[name]

    async def settle(self) -> None:
        """Until all that was said has been handled and shown."""
        await self.baton.settle()

    async def shown(self, name: str, room: str, thread: str = "") -> list[str]:
        """What the bot shows somebody in a room: the newest page of it, as the wire has it."""
        answer = await self[name].get("/chat/api/timeline", room=room, thread=thread)
        return [str(message["body"]) for message in answer.json()["messages"] if message["author"] == "baton"]


def session(baton: World, user: str) -> str:
    """The cookie that a sign-in link gives."""
    return str(baton.baton.adapters["web"].sessions._cookies.dumps(user))  # type: ignore[attr-defined]


def add_customers(unit: Unit) -> None:
    """Two persons who wrote to the bot before."""
    for user, name, locale in ((CUSTOMER, "张伟", "zh-CN"), (OTHER, "Emma Clark", "en")):
        person = unit.people.add_person(Person(0, name, Role.CUSTOMER, key=user, locale=locale))
        unit.people.save_account(Account("web", user, person.id, name=name, room=user))


@contextlib.asynccontextmanager
async def guarded(database_url: str, folder: Path, *, more: str = "", **environment: str) -> AsyncIterator[Guarded]:
    """Baton at work until the block ends; `more` stands at the end of the team file."""
    variables = {"BATON_LOCAL_CHAT": "on", "BATON_PUBLIC_URL": PUBLIC} | environment
    async with contextlib.AsyncExitStack() as stack:
        baton = await stack.enter_async_context(world(database_url, team_file(folder, more=more), None, **variables))
        await baton.baton.database.write(add_customers)
        callers = {}
        for user in EVERYBODY:
            # The cookie is for HTTPS alone; a proxy would hand it on as it stands here.
            headers = {"x-baton": "chat", "accept-language": "en"}
            headers |= {"cookie": f"{HOST_COOKIE}={session(baton, user)}"} if user else {}
            client = httpx.AsyncClient(base_url=baton.url, headers=headers, timeout=10)
            callers[user] = Caller(await stack.enter_async_context(client))
        yield Guarded(baton, callers)
