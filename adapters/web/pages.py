"""The page itself: one, for everybody, without any data; its scripts ask for the rest."""

from fastapi import APIRouter, Request, Response

from adapters.http import page, static_files
from adapters.web.access import page_locale
from adapters.web.adapter import WebAdapter
from adapters.web.directory import Directory
from adapters.web.reading import build_reading
from adapters.web.searching import build_searching
from adapters.web.writing import build_writing
from bot.chat.lookup import Lookup
from bot.language.catalogue import Words

PACKAGE = "adapters.web"


def build_chat(adapter: WebAdapter, lookup: Lookup | None = None) -> list[APIRouter]:
    """All routes of the built-in chat; `lookup` answers its search box."""
    routers = [build_reading(adapter), build_writing(adapter), *([build_searching(adapter, lookup)] if lookup else [])]
    return [_pages(adapter), static_files("/chat/static", PACKAGE), *routers]


def _pages(adapter: WebAdapter) -> APIRouter:
    router = APIRouter()

    @router.get("/chat")
    @router.get("/chat/message/{number}")
    async def chat(request: Request, key: str = "") -> Response:
        response = page(PACKAGE, "chat.html", words=Words(page_locale(request)))
        wanted = adapter.sessions.redeemed(key)
        user = await adapter.database.read(lambda unit: Directory(unit).user_of(wanted)) if wanted else ""
        if user:
            adapter.sessions.begin(response, user, secure=adapter.base_url.startswith("https:"))
        return response

    @router.post("/chat/leave")
    async def leave(request: Request) -> Response:
        adapter.sessions.writer(request)
        response = Response(status_code=204)
        adapter.sessions.end(response)
        return response

    return router
