"""Who is who on Slack, remembered for a while; and what has to be asked to complete an event."""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.client import SlackClient
from adapters.slack.failures import CallFailed
from adapters.slack.messages import quoted_of
from bot.chat.events import (
    CommandGiven,
    Event,
    MessageEdited,
    MessageReceived,
    Place,
    Profile,
    Quoted,
    ReachChanged,
    ReactionAdded,
    ShortcutUsed,
)
from bot.chat.text import Text
from bot.clock import Clock

log = logging.getLogger(__name__)

# Somebody may be waiting for an answer to what he did, and Slack for its acknowledgement.
_PATIENCE_SECONDS = 1.5
_FRESH_SECONDS = 3600.0
_FAILED_SECONDS = 60.0
_MOST_PROFILES = 5000
_MOST_NAMES = 20


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is: the workspace's address, and its own user id; empty while Slack has not told."""

    url: str = ""
    user: str = ""


class Directory:
    """Looks things up and never raises: what can't be had is left as it was, with a line in the log."""

    def __init__(self, client: SlackClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._identity = Identity()
        self._identity_until = 0.0
        self._profiles: OrderedDict[str, tuple[float, Profile]] = OrderedDict()
        self._directs: OrderedDict[str, str] = OrderedDict()

    @property
    def known_identity(self) -> Identity:
        """What is known without asking."""
        return self._identity

    async def identity(self) -> Identity:
        """Who the bot is; asked once, or once a minute while the answer does not come."""
        if not self._identity.user and self._clock.monotonic() >= self._identity_until:
            answer = await self._ask("auth.test")
            self._identity = Identity(str(answer.get("url") or ""), str(answer.get("user_id") or ""))
            self._identity_until = self._clock.monotonic() + _FAILED_SECONDS
        return self._identity

    async def profile(self, user: str) -> Profile:
        """What Slack says about a user; an hour old at most, empty when it does not say."""
        now = self._clock.monotonic()
        until, known = self._profiles.get(user, (0.0, Profile()))
        if now < until:
            return known
        answer = await self._ask("users.info", user=user, include_locale=True)
        fresh = _profile(answer.get("user") or {})
        lasting = _FRESH_SECONDS if answer else _FAILED_SECONDS
        self._profiles[user] = (now + lasting, fresh if answer else known)
        self._profiles.move_to_end(user)
        if len(self._profiles) > _MOST_PROFILES:
            self._profiles.popitem(last=False)
        return self._profiles[user][1]

    async def conversation(self, room: str) -> str:
        """The room's id: for a user's id, that of the direct conversation. Raises `CallFailed`."""
        if not room.startswith(("U", "W")):
            return room
        if room not in self._directs:
            answer = await self._client.call("conversations.open", users=room)
            self._directs[room] = str(answer["channel"]["id"])
            if len(self._directs) > _MOST_PROFILES:
                self._directs.popitem(last=False)
        return self._directs[room]

    async def complete(self, event: Event) -> Event:
        """The event with the profile of its author, the names of who is mentioned, what it quotes, and its address.

        What was done outside of any conversation (App Home, a global shortcut) gets the person's direct one.
        """
        changes: dict[str, Any] = {"place": await self._conversation_of(event.place)}
        if event.user:
            changes["profile"] = _merged(event.profile, await self.profile(event.user))
        if isinstance(event, MessageReceived | CommandGiven | MessageEdited):
            changes["text"] = await self._named(event.text)
        if isinstance(event, MessageReceived):
            changes["link"] = await self.link(event.place, event.message)
        if isinstance(event, ReactionAdded):
            changes["quoted"] = await self._message(event.place, event.message)
        if isinstance(event, ShortcutUsed) and event.quoted is not None:
            changes["quoted"] = await self._described(event.quoted)
        if isinstance(event, ReachChanged) and event.reachable and not event.title:
            changes["title"] = await self._title(event.place)
        return replace(event, **changes)

    def known(self, event: Event) -> Event | None:
        """The event as `complete` gives it, if everything that it needs has been asked before; else None."""
        room = event.place.room
        room = self._directs.get(room, "") if room.startswith(("U", "W")) else room
        words = event.text if isinstance(event, MessageReceived | CommandGiven | MessageEdited) else ()
        profiles = {user: self._fresh(user) for user in {event.user, *_nameless(words)} if user}
        asks = isinstance(event, ReactionAdded | ShortcutUsed | ReachChanged)
        if asks or not room or not self._identity.user or None in profiles.values():
            return None
        place = event.place if room == event.place.room else replace(event.place, room=room)
        changes: dict[str, Any] = {"place": place}
        if event.user:
            changes["profile"] = _merged(event.profile, profiles[event.user] or Profile())
        if any(span.account for span in words):
            changes["text"] = _named(words, {user: profile.name for user, profile in profiles.items() if profile})
        if isinstance(event, MessageReceived):
            changes["link"] = _link(self._identity.url, event.place, event.message)
        return replace(event, **changes)

    def _fresh(self, user: str) -> Profile | None:
        until, profile = self._profiles.get(user, (0.0, Profile()))
        return profile if self._clock.monotonic() < until else None

    async def _conversation_of(self, place: Place) -> Place:
        try:
            return replace(place, room=await self.conversation(place.room))
        except CallFailed as failed:
            log.warning("could not look up: %s", failed.delivery.detail)
            return place

    def link_to(self, place: Place, message: str) -> str:
        """The same without asking: "" while Slack has not told who the bot is."""
        return _link(self._identity.url, place, message)

    async def link(self, place: Place, message: str) -> str:
        """The address of a message in Slack's client; made, not asked for (the form is that of chat.getPermalink)."""
        return _link((await self.identity()).url, place, message)

    async def _message(self, place: Place, ts: str) -> Quoted | None:
        """A message by its timestamp, wherever in its channel it stands."""
        answer = await self._ask(
            "conversations.replies", channel=place.room, ts=ts, oldest=ts, latest=ts, inclusive=True, limit=1
        )
        for message in answer.get("messages") or []:
            if message.get("ts") == ts:
                return await self._described(quoted_of(message, place.room))
        return None

    async def _described(self, quoted: Quoted) -> Quoted:
        profile = _merged(quoted.profile, await self.profile(quoted.user)) if quoted.user else quoted.profile
        link = await self.link(quoted.place, quoted.message)
        return replace(quoted, profile=profile, text=await self._named(quoted.text), link=link)

    async def _named(self, said: Text) -> Text:
        """Mentions that carry an id only, with the names of the persons."""
        return _named(said, {account: (await self.profile(account)).name for account in _nameless(said)})

    async def _title(self, place: Place) -> str:
        answer = await self._ask("conversations.info", channel=place.room)
        return str((answer.get("channel") or {}).get("name") or "")

    async def _ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._client.call(method, **arguments)
        except CallFailed as failed:
            log.warning("could not look up: %s", failed.delivery.detail)
        except TimeoutError:
            log.warning("could not look up: %s took longer than %s s", method, _PATIENCE_SECONDS)
        return {}


def _profile(user: dict[str, Any]) -> Profile:
    about = user.get("profile") or {}
    names = (about.get("display_name"), about.get("real_name"), user.get("real_name"), user.get("name"))
    return Profile(
        name=next((str(name) for name in names if name), ""),
        handle=str(user.get("name") or ""),
        locale=str(user.get("locale") or ""),
        email=str(about.get("email") or ""),
    )


def _nameless(said: Text) -> list[str]:
    """Who is mentioned by his id only; not everybody in a very long list."""
    return sorted({span.account for span in said if span.account and span.text == f"@{span.account}"})[:_MOST_NAMES]


def _named(said: Text, names: dict[str, str]) -> Text:
    """Mentions by an id only, with these names."""
    return tuple(
        replace(span, text=f"@{name}")
        if span.text == f"@{span.account}" and (name := names.get(span.account))
        else span
        for span in said
    )


def _link(url: str, place: Place, message: str) -> str:
    if not (url and message):
        return ""
    thread = f"?thread_ts={place.thread}&cid={place.room}" if place.thread else ""
    return f"{url}archives/{place.room}/p{message.replace('.', '')}{thread}"


def _merged(told: Profile, known: Profile) -> Profile:
    """What Slack's directory says, and where it is silent, what the event itself told."""
    return Profile(
        known.name or told.name, known.handle or told.handle, known.locale or told.locale, known.email or told.email
    )
