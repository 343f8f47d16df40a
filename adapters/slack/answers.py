"""Answering the one who acted, within the request: a form, errors at its fields, a few words.

Slack waits three seconds for an acknowledgement, and a trigger_id is good for as long; what the acknowledgement itself
can't carry is sent beside it.
"""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from adapters.slack.client import SlackClient
from adapters.slack.failures import CallFailed
from adapters.slack.forms import errors_of, modal
from adapters.slack.interactions import origin_of
from adapters.slack.limits import FALLBACK, cut, inert
from adapters.slack.messages import PLATFORM
from adapters.slack.mrkdwn import escape
from adapters.slack.sending import Sender
from bot.chat.contract import Order, Target
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import FieldErrors, Form, OpenForm, Post, Reply
from bot.clock import Clock

log = logging.getLogger(__name__)

JSON = Mapping[str, Any]

# How long an acknowledgement waits for what is sent beside it. The inlet may have taken two of the three seconds.
_PATIENCE_SECONDS = 0.7


class Answers:
    """Carries out the replies to interactions."""

    def __init__(self, client: SlackClient, sender: Sender, clock: Clock) -> None:
        self._client = client
        self._sender = sender
        self._clock = clock
        self._under_way: set[asyncio.Task[None]] = set()

    async def give(self, reply: Reply | None, body: JSON) -> dict[str, Any]:
        """Answer `body`, an interaction or a command; what the acknowledgement has to say, if anything."""
        if reply is None:
            return {}
        if isinstance(reply, OpenForm):
            return await self._open(reply.form, body)
        submitted = body.get("type") == "view_submission"
        if isinstance(reply, FieldErrors):
            if submitted:
                return errors_of(reply, body.get("view") or {})
            return await self._say("\n".join(sentence for _, sentence in reply.errors), body)
        return await self._say(reply.words, body)

    async def close(self) -> None:
        """Wait for what is still being sent."""
        if self._under_way:
            await asyncio.gather(*self._under_way)

    async def _open(self, form: Form, body: JSON) -> dict[str, Any]:
        """A modal: instead of the one that was sent in, on top of the one acted in, else by itself."""
        view = modal(form, _place(body))
        if body.get("type") == "view_submission":
            return {"response_action": "update", "view": view}
        within = (body.get("view") or {}).get("type") == "modal"
        method = "views.push" if within else "views.open"
        await self._beside(self._call(method, trigger_id=str(body.get("trigger_id") or ""), view=view))
        return {}

    async def _say(self, words: str, body: JSON) -> dict[str, Any]:
        if not words.strip():
            return {}
        if "command" in body:
            return {"response_type": "ephemeral", "text": cut(escape(inert(words)), FALLBACK)}
        user, place = str((body.get("user") or {}).get("id") or ""), _place(body)
        trigger = str(body.get("response_url") or "")
        order = Order("whisper", place, Post(text(words)), user=user, trigger=trigger)
        await self._beside(self._whisper(order))
        return {}

    async def _whisper(self, order: Order) -> None:
        await self._sender.deliver(order, Target(order.place, effect=""))

    async def _call(self, method: str, **arguments: Any) -> None:
        try:
            await self._client.call(method, **arguments)
        except CallFailed as failed:
            log.warning("no answer could be shown: %s", failed.delivery.detail)

    async def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it, and wait for it a little; when Slack is slow, the acknowledgement goes first."""
        done = asyncio.Event()
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        task.add_done_callback(lambda _: done.set())
        await self._clock.wait(done, _PATIENCE_SECONDS)


def _place(body: JSON) -> Place:
    return Place(PLATFORM, str(body["channel_id"])) if "command" in body else origin_of(body)
