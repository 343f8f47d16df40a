"""What the page does: messages, reactions, buttons, forms, files, and what the chat remembers of its user."""

import mimetypes
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import filetype
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from adapters.web import acts, limits
from adapters.web.access import Access, KindRoute
from adapters.web.acts import Actor, Outcome, Scene
from adapters.web.adapter import WebAdapter
from adapters.web.forms import answers, complaints
from adapters.web.outbound import reply_json
from adapters.web.page import Viewer, file_json
from adapters.web.turnstile import Turnstile
from bot.chat.builtin import BuiltinFile, BuiltinMessage, NewFile
from bot.chat.contract import Arrival
from bot.chat.text import file_name
from bot.chat.views import OpenForm
from bot.errors import Invalid
from bot.language.catalogue import LOCALES, Words
from bot.unit import Unit
from bot.workspace import CONFIG_KEY, Workspace

ActId = Annotated[str, Field(min_length=8, max_length=limits.ACT, pattern=r"^[\w-]+$")]
Name = Annotated[str, Field(max_length=200)]
Ref = Annotated[str, Field(max_length=19)]
# More than a message may hold, so that the sentence about its length can be given; counted in characters.
Typed = Annotated[str, Field(max_length=10 * limits.TEXT)]


class Act(BaseModel):
    """Everything that a user does carries an id of its page's making: the same id again is the same act."""

    id: ActId


class Said(Act):
    """A message, new or changed."""

    room: Name = ""
    thread: Ref = ""
    reply_to: Ref = ""
    text: Typed = ""
    files: Annotated[list[Name], Field(max_length=10 * limits.FILES)] = []


class Reacted(Act):
    """A reaction, put on or taken off."""

    emoji: Annotated[str, Field(pattern=r"^[a-z0-9_+-]{1,40}$")]
    on: bool


class Commanded(Act):
    """A slash command."""

    room: Name
    thread: Ref = ""
    word: Name
    text: Typed = ""


class Pressed(Act):
    """A button, a menu's choice, a day; `message` is empty on one's own page."""

    message: Ref = ""
    action: Name
    subject: Annotated[int, Field(ge=-(2**63), lt=2**63)] = 0
    value: Name = ""


class Submitted(Act):
    """A form's answers."""

    token: Annotated[str, Field(max_length=100_000)]
    values: dict[Name, Typed]


class Chosen(Act):
    """What is to be remembered of the user."""

    locale: Name | None = None
    hint: Name | None = None
    blocked: bool | None = None


class Seen(BaseModel):
    """How far somebody has read."""

    room: Name
    thread: Ref = ""
    upto: Annotated[int, Field(ge=0, lt=2**62)]


class Partner(BaseModel):
    """With whom to talk."""

    user: Name


class Desk:
    """Carries out what a page asks for: in one unit, then towards the bot."""

    def __init__(self, adapter: WebAdapter) -> None:
        self.adapter = adapter

    async def accept(self, actor: Actor, act: Callable[[Scene], Outcome]) -> dict[str, Any]:
        """An act whose result is a message; how it stands now."""

        def work(unit: Unit) -> tuple[BuiltinMessage, Arrival | None]:
            outcome = act(Scene(unit, actor, self.adapter.base_url))
            return outcome.message, outcome.arrival

        message = await self.adapter.accept(work)
        return await self.adapter.database.read(lambda unit: {"message": Viewer(unit, actor.user).message(message)})

    async def ask(self, actor: Actor, act: Callable[[Scene], Arrival]) -> dict[str, Any]:
        """An act that may be answered at once."""

        def work(unit: Unit) -> Arrival:
            return act(Scene(unit, actor, self.adapter.base_url))

        place, reply = await self.adapter.ask(work)
        token = self.adapter.forms.token(reply.form, actor.user, place) if isinstance(reply, OpenForm) else ""
        return reply_json(reply, token)

    async def submit(self, actor: Actor, sent: Submitted) -> dict[str, Any]:
        """A form: what the chat finds wrong by itself is said at once, the rest is the bot's to judge."""
        form = self.adapter.forms.opened(sent.token, actor.user)
        values = answers(form, sent.values)
        wrong = complaints(form, values)
        if wrong:
            words = Words(actor.locale)
            return {"errors": {name: words(key, **holes) for name, (key, holes) in wrong.items()}}
        return await self.ask(actor, lambda scene: acts.submit(scene, sent.id, form, values))

    async def remember(self, actor: Actor, chosen: Chosen) -> dict[str, Any]:
        """Language, hints, and whether the bot may write to the user."""

        def work(unit: Unit) -> tuple[None, Arrival | None]:
            scene = Scene(unit, actor, self.adapter.base_url)
            user = unit.builtin.user(actor.user)
            locale = chosen.locale if chosen.locale in LOCALES else user.locale
            hints = user.hints | ({chosen.hint} if chosen.hint else frozenset())
            if (locale, hints) != (user.locale, user.hints):
                unit.builtin.save_user(replace(user, locale=locale, hints=hints))
            return None, acts.reach(scene, chosen.id, chosen.blocked) if chosen.blocked is not None else None

        await self.adapter.accept(work)
        return {}


def build_writing(adapter: WebAdapter) -> APIRouter:
    """The routes under `/chat/api` that change something."""
    router = APIRouter(prefix="/chat/api", route_class=KindRoute)
    Writer = Annotated[Actor, Depends(Access(adapter).writer)]  # noqa: N806 - a type, made of this adapter's access
    desk = Desk(adapter)
    _messages(router, desk, Writer)
    _answers(router, desk, Writer)
    _memory(router, desk, Writer)
    return router


def _messages(router: APIRouter, desk: Desk, Writer: Any) -> None:  # noqa: N803 - a type
    @router.post("/messages")
    async def say(actor: Writer, said: Said) -> dict[str, Any]:
        return await desk.accept(
            actor,
            lambda scene: acts.say(
                scene, said.id, said.room, said.text, thread=said.thread, reply_to=said.reply_to, files=said.files
            ),
        )

    @router.post("/messages/{ref}/edit")
    async def edit(actor: Writer, ref: str, said: Said) -> dict[str, Any]:
        return await desk.accept(actor, lambda scene: acts.edit(scene, said.id, ref, said.text))

    @router.post("/messages/{ref}/remove")
    async def remove(actor: Writer, ref: str, act: Act) -> dict[str, Any]:
        return await desk.accept(actor, lambda scene: acts.remove(scene, act.id, ref))

    @router.post("/messages/{ref}/react")
    async def react(actor: Writer, ref: str, reacted: Reacted) -> dict[str, Any]:
        return await desk.accept(actor, lambda scene: acts.react(scene, reacted.id, ref, reacted.emoji, reacted.on))


def _answers(router: APIRouter, desk: Desk, Writer: Any) -> None:  # noqa: N803 - a type
    @router.post("/command")
    async def command(actor: Writer, given: Commanded) -> dict[str, Any]:
        return await desk.ask(
            actor, lambda scene: acts.command(scene, given.id, given.room, given.thread, given.word, given.text)
        )

    @router.post("/press")
    async def press(actor: Writer, pressed: Pressed) -> dict[str, Any]:
        return await desk.ask(
            actor,
            lambda scene: acts.press(
                scene, pressed.id, pressed.message, pressed.action, pressed.subject, pressed.value
            ),
        )

    @router.post("/messages/{ref}/ticket")
    async def ticket(actor: Writer, ref: str, act: Act) -> dict[str, Any]:
        return await desk.ask(actor, lambda scene: acts.shortcut(scene, act.id, ref, acts.TICKET))

    @router.post("/messages/{ref}/article")
    async def article(actor: Writer, ref: str, act: Act) -> dict[str, Any]:
        return await desk.ask(actor, lambda scene: acts.shortcut(scene, act.id, ref, acts.ARTICLE))

    @router.post("/submit")
    async def submit(actor: Writer, sent: Submitted) -> dict[str, Any]:
        return await desk.submit(actor, sent)

    @router.post("/home")
    async def home(actor: Writer, act: Act) -> dict[str, Any]:
        return await desk.ask(actor, lambda scene: acts.home(scene, act.id))


def _memory(router: APIRouter, desk: Desk, Writer: Any) -> None:  # noqa: N803 - a type
    database = desk.adapter.database
    turnstile = Turnstile(limits.UPLOADS_AT_ONCE, limits.UPLOADS_PER_SECOND)

    @router.post("/read")
    async def read(actor: Writer, seen: Seen) -> dict[str, Any]:
        await database.write(lambda unit: _mark_read(unit, actor, seen))
        return {}

    @router.post("/me")
    async def me(actor: Writer, chosen: Chosen) -> dict[str, Any]:
        return await desk.remember(actor, chosen)

    @router.post("/directs")
    async def direct(actor: Writer, partner: Partner) -> dict[str, Any]:
        room = await database.write(lambda unit: acts.open_direct(Scene(unit, actor, ""), partner.user))
        return {"room": room.id}

    @router.post("/files", max_body_size=limits.FILE, response_model=None)
    async def upload(
        actor: Writer, request: Request, name: Annotated[str, Query(max_length=255)]
    ) -> dict[str, Any] | Response:
        if not turnstile.lets(actor.user, desk.adapter.clock.now()):
            sentence = Words(actor.locale)("web.refused.too_often")
            return JSONResponse({"problem": sentence}, 429, {"retry-after": "2"})
        data = await request.body()
        stored = await database.write(lambda unit: _store(Scene(unit, actor, ""), file_name(name), data))
        return {"file": file_json(stored)}


def _mark_read(unit: Unit, actor: Actor, seen: Seen) -> None:
    scene = Scene(unit, actor, "")
    scene.room(seen.room)
    unit.builtin.mark_read(actor.user, seen.room, seen.thread, seen.upto)


def _store(scene: Scene, name: str, data: bytes) -> BuiltinFile:
    """Keep a file under a name that can't be guessed; its type is what its content says, else what its name says."""
    workspace = Workspace.read(scene.unit.keys.get(CONFIG_KEY))
    if name.casefold().endswith(workspace.refused_types):
        raise Invalid("web.refused.type", name=name)
    if not data:
        raise Invalid("web.refused.empty_file", name=name)
    if len(data) > workspace.file_limit:
        size, limit = (f"{number / 1e6:.1f}" for number in (len(data), workspace.file_limit))
        raise Invalid("web.refused.file_too_large", name=name, size=size, limit=limit)
    kind = filetype.guess_mime(data) or _named_type(name)
    ref = secrets.token_urlsafe(24)
    return scene.unit.builtin.add_file(NewFile(ref, name, kind, data, scene.actor.user, scene.unit.now))


def _named_type(name: str) -> str:
    """What its name says that a file is; a picture shows itself as one, so what only is called so is none."""
    kind = mimetypes.guess_type(name)[0] or ""
    return kind if kind and kind not in limits.PICTURES else "application/octet-stream"
