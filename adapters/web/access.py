"""What every request of the page has in common: who asks, in which language, and how refusals read."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from adapters.web.acts import Actor
from adapters.web.adapter import WebAdapter
from bot.chat.contract import Unavailable
from bot.errors import Conflict, NotAllowed, NotFound, UserError
from bot.language.catalogue import Words, chosen

STATUS: tuple[tuple[type[UserError], int], ...] = ((NotFound, 404), (NotAllowed, 403), (Conflict, 409))


class KindRoute(APIRoute):
    """Turns refusals into sentences in the language of the page, and a database that is away into "try again"."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI documents for custom routes."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            words = Words(page_locale(request))
            try:
                return await inner(request)
            except UserError as refusal:
                status = next((code for kind, code in STATUS if isinstance(refusal, kind)), 422)
                sentence = words(refusal.key, **refusal.values)
                return JSONResponse({"problem": sentence, "field": refusal.field}, status)
            except RequestValidationError:  # its own answer would repeat what was sent
                return JSONResponse({"problem": words("web.refused.malformed")}, 422)
            except (Unavailable, ConnectionError):
                return JSONResponse({"problem": words("web.refused.unavailable")}, 503, {"retry-after": "1"})

        return handler


def page_locale(request: Request) -> str:
    """The language that the page says it is in, else the browser's first one that Baton speaks."""
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    return chosen(request.query_params.get("lang", ""), *accepted)


class Access:
    """Dependencies of the routes."""

    def __init__(self, adapter: WebAdapter) -> None:
        self._sessions = adapter.sessions

    def reader(self, request: Request) -> Actor:
        """Who looks. Raises `SignInNeeded`."""
        return Actor(self._sessions.user(request), page_locale(request))

    def writer(self, request: Request) -> Actor:
        """Who acts: from a page of ours. Raises `SignInNeeded`, `StrangeOrigin`."""
        return Actor(self._sessions.writer(request), page_locale(request))
