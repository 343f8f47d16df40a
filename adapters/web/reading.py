"""What the page reads: the state it begins with, older messages, files, and the stream of changes."""

from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from adapters.http import SignInNeeded, event_stream
from adapters.web.access import Access, KindRoute, page_locale
from adapters.web.acts import Actor
from adapters.web.adapter import WebAdapter
from adapters.web.limits import PICTURES
from adapters.web.page import Viewer, first_user, sentences, state
from bot.chat.builtin import BuiltinFile
from bot.errors import NotFound
from bot.language.catalogue import Words, chosen
from bot.unit import Unit

MESSAGE_NUMBERS = 2**62


def build_reading(adapter: WebAdapter) -> APIRouter:
    """The routes under `/chat/api` and `/chat/files` that change nothing."""
    router = APIRouter(route_class=KindRoute)
    access = Access(adapter)
    Reader = Annotated[Actor, Depends(access.reader)]  # noqa: N806 - a type, made of this adapter's access
    read = adapter.database.read

    @router.get("/chat/api/words")
    async def words(request: Request) -> dict[str, Any]:
        locale = page_locale(request)
        return {"locale": locale, "words": sentences(locale)}

    @router.get("/chat/api/state")
    async def begin(request: Request, actor: Reader) -> dict[str, Any]:
        demo = adapter.sessions.open(request)
        return await read(partial(_begin, actor=actor, asked=request.query_params.get("lang", ""), demo=demo))

    @router.get("/chat/api/rooms")
    async def rooms(actor: Reader) -> dict[str, Any]:
        return await read(partial(_rooms, actor=actor))

    @router.get("/chat/api/timeline")
    async def timeline(
        actor: Reader, room: str, thread: str = "", before: Annotated[int, Query(ge=0, lt=MESSAGE_NUMBERS)] = 0
    ) -> dict[str, Any]:
        return await read(partial(_timeline, user=actor.user, room=room, thread=thread, before=before))

    @router.get("/chat/api/where")
    async def where(actor: Reader, message: Annotated[int, Query(gt=0, lt=MESSAGE_NUMBERS)]) -> dict[str, Any]:
        return await read(partial(_where, user=actor.user, number=message))

    @router.get("/chat/api/home")
    async def home(actor: Reader) -> dict[str, Any]:
        return {"body": await read(lambda unit: unit.builtin.home(actor.user))}

    @router.get("/chat/api/live")
    async def live(
        request: Request, actor: Reader, after: Annotated[int, Query(ge=0, lt=MESSAGE_NUMBERS)] = 0
    ) -> StreamingResponse:
        last = request.headers.get("last-event-id", "")
        number = int(last) if last.isdecimal() and len(last) < 19 else after
        return event_stream(request, adapter.live.page(actor.user, number))

    @router.get("/chat/files/{ref}")
    async def file(actor: Reader, ref: str, download: bool = False) -> Response:
        found, data = await read(partial(_file, user=actor.user, ref=ref))
        return _file_response(found, data, download)

    return router


def _begin(unit: Unit, *, actor: Actor, asked: str, demo: bool) -> dict[str, Any]:
    """In the language that was asked for, else the one chosen before, the person's own, the browser's."""
    viewer = Viewer(unit, actor.user)
    if not viewer.user and demo:
        viewer = Viewer(unit, first_user(viewer.directory, actor.locale))
    person = viewer.directory.person(viewer.user)
    if person is None:
        raise SignInNeeded
    locale = chosen(asked, unit.builtin.user(viewer.user).locale, person.locale, actor.locale)
    return state(viewer, locale, demo=demo)


def _rooms(unit: Unit, *, actor: Actor) -> dict[str, Any]:
    viewer = _signed_in(unit, actor.user)
    return {"rooms": viewer.rooms(Words(actor.locale)), "unread": viewer.unread()}


def _signed_in(unit: Unit, user: str) -> Viewer:
    viewer = Viewer(unit, user)
    if viewer.directory.person(user) is None:
        raise SignInNeeded
    return viewer


def _timeline(unit: Unit, *, user: str, room: str, thread: str, before: int) -> dict[str, Any]:
    viewer = _signed_in(unit, user)
    if viewer.directory.room(user, room) is None or (thread and not (thread.isdecimal() and len(thread) < 19)):
        raise NotFound("web.refused.no_room")
    return viewer.timeline(room, thread, before)


def _where(unit: Unit, *, user: str, number: int) -> dict[str, Any]:
    message = unit.builtin.message(number)
    if message is None or not _signed_in(unit, user).sees(message):
        raise NotFound("web.refused.no_message")
    return {"room": message.room, "thread": message.thread, "message": message.id}


def _file(unit: Unit, *, user: str, ref: str) -> tuple[BuiltinFile, bytes]:
    viewer = _signed_in(unit, user)
    file = unit.builtin.file(ref)
    if file is None or not _may_open(unit, viewer, file):
        raise NotFound("web.refused.no_file")
    return file, unit.builtin.content(ref) or b""


def _may_open(unit: Unit, viewer: Viewer, file: BuiltinFile) -> bool:
    if not file.message:
        return file.owner == viewer.user
    message = unit.builtin.message(file.message)
    return message is not None and message.removed_at is None and viewer.sees(message)


def _file_response(file: BuiltinFile, data: bytes, download: bool) -> Response:
    """Pictures may be shown; everything else is only ever saved, and runs nothing wherever it is opened."""
    shown = file.media_type in PICTURES and not download
    kind = "inline" if shown else "attachment"
    return Response(
        data,
        media_type=file.media_type if shown else "application/octet-stream",
        headers={
            "content-disposition": f"{kind}; filename*=UTF-8''{quote(file.name)}",
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "private, max-age=86400, immutable",
        },
    )
