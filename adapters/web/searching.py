"""The search box: what is found while somebody types, and what becomes of his choice."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from adapters.http import SignInNeeded
from adapters.web import acts, limits
from adapters.web.access import Access, KindRoute
from adapters.web.acts import Actor, Scene
from adapters.web.adapter import WebAdapter
from adapters.web.directory import PLATFORM, Directory
from adapters.web.forms import OpenedForm
from adapters.web.markup import spans_json
from adapters.web.outbound import reply_json
from adapters.web.turnstile import Turnstile
from adapters.web.writing import Act, Name, Ref
from bot.chat.contract import Arrival
from bot.chat.events import Place
from bot.chat.lookup import Lookup, Offer
from bot.errors import NotFound
from bot.language.catalogue import Words
from bot.unit import Unit

Said = Annotated[str, Query(max_length=limits.SEARCH)]


class Chosen(Act):
    """What was chosen, and what stood in the box."""

    room: Name = ""
    thread: Ref = ""
    subject: Annotated[int, Field(gt=0, lt=2**62)]
    said: Annotated[str, Field(max_length=limits.SEARCH)] = ""


def build_searching(adapter: WebAdapter, lookup: Lookup) -> APIRouter:
    """The routes of the search box."""
    router = APIRouter(prefix="/chat/api/search", route_class=KindRoute)
    access, turnstile = Access(adapter), Turnstile(limits.SEARCHES_AT_ONCE, limits.SEARCHES_PER_SECOND)
    Reader = Annotated[Actor, Depends(access.reader)]  # noqa: N806 - types, made of this adapter's access
    Writer = Annotated[Actor, Depends(access.writer)]  # noqa: N806

    @router.get("", response_model=None)
    async def look(request: Request, actor: Reader, q: Said = "") -> dict[str, Any] | Response:
        words = Words(actor.locale)
        if not turnstile.lets(actor.user, adapter.clock.now()):
            return JSONResponse({"problem": words("web.refused.too_often")}, 429, {"retry-after": "1"})
        if not q.strip():
            return {"found": []}
        return await adapter.database.read(lambda unit: _found(unit, lookup, actor, q, words))

    @router.post("/chosen")
    async def choose(actor: Writer, chosen: Chosen) -> dict[str, Any]:
        _, reply = await adapter.ask(lambda unit: _chosen(Scene(unit, actor, adapter.base_url), lookup.form, chosen))
        return reply_json(reply)

    return router


def _found(unit: Unit, lookup: Lookup, actor: Actor, said: str, words: Words) -> dict[str, Any]:
    person = Directory(unit).person(actor.user)
    if person is None:
        raise SignInNeeded
    offers = lookup.look(unit, person, Place(PLATFORM, actor.user), said, words)
    return {"found": [_offer_json(offer) for offer in offers]}


def _offer_json(offer: Offer) -> dict[str, Any]:
    passage = spans_json(offer.passage)
    return {"subject": offer.subject, "title": offer.title, "passage": passage, "why": offer.why}


def _chosen(scene: Scene, name: str, chosen: Chosen) -> Arrival:
    """A choice, made where the person is; the bot has to be there as well."""
    if not scene.room(chosen.room).bot_is_in:
        raise NotFound("web.refused.no_bot")
    place = scene.place(chosen.room, chosen.thread)
    form = OpenedForm(name, chosen.subject, "", scene.actor.user, place, ())
    return acts.submit(scene, chosen.id, form, {"said": chosen.said})
