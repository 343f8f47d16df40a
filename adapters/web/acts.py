"""What users do in the chat, each in one unit: the chat's own memory changes, and what the bot must hear is owed to it.

Every function is given the id that the page made for the act; the same id again finds the work done and owes nothing
new. Refusals are `UserError`s, whose sentences the page shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from adapters.web import inbound, limits
from adapters.web.directory import PLATFORM, ChatRoom, Directory
from adapters.web.forms import OpenedForm
from adapters.web.markup import mentions, spans, typed
from adapters.web.outbound import offers, words_body
from bot.chat.builtin import BuiltinDelivery, BuiltinDirect, BuiltinMessage
from bot.chat.contract import Arrival
from bot.chat.events import Place, Profile
from bot.chat.text import Text, plain
from bot.errors import Conflict, Invalid, NotAllowed, NotFound
from bot.people.rules import Person
from bot.unit import Unit

# What the entries of a message's menu are called that make a ticket or an article of it.
TICKET, ARTICLE = "ticket.open", "kb.new"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and the language in which he reads."""

    user: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The message as it stands now, and what the bot must hear of it (None: it does not concern the bot)."""

    message: BuiltinMessage
    arrival: Arrival | None = None


class Scene:
    """One act in one unit: who, where, and what may be done there. Raises `NotAllowed` for a user out of service."""

    def __init__(self, unit: Unit, actor: Actor, base_url: str) -> None:
        self.unit = unit
        self.actor = actor
        self.base_url = base_url
        self.directory = Directory(unit)
        person = self.directory.person(actor.user)
        if person is None:
            raise NotAllowed("web.refused.no_user")
        self.person: Person = person

    def room(self, room: str) -> ChatRoom:
        """The room, if the actor may see it."""
        found = self.directory.room(self.actor.user, room)
        if found is None:
            raise NotFound("web.refused.no_room")
        return found

    def message(self, ref: str) -> BuiltinMessage:
        """A message that the actor may see and that was not removed."""
        message = self.unit.builtin.message(int(ref)) if ref.isdecimal() and len(ref) < 19 else None
        if message is None or message.removed_at or not self.directory.sees(self.actor.user, message):
            raise NotFound("web.refused.no_message")
        return message

    def own(self, ref: str) -> BuiltinMessage:
        """A message that the actor wrote."""
        message = self.message(ref)
        if message.author != self.actor.user:
            raise NotAllowed("web.refused.not_yours")
        return message

    def place(self, room: str, thread: str) -> Place:
        """The place, if it is one: a thread hangs under a message at the top of its room, removed or not."""
        if thread:
            root = self.unit.builtin.message(int(thread)) if thread.isdecimal() and len(thread) < 19 else None
            if root is None or root.room != room or root.thread or root.only_for not in ("", self.actor.user):
                raise NotFound("web.refused.no_message")
        return Place(PLATFORM, room, thread)

    def typed(self, words: str) -> Text:
        """What the actor typed, as spans."""
        return typed(words, self.directory.names())

    def profile(self) -> Profile:
        """What the chat knows of the actor."""
        return Profile(self.person.name, self.actor.user, self.actor.locale, self.person.email)

    def link(self, ref: str, place: Place) -> str:
        """The address of a message."""
        return message_link(self.base_url, ref, place)

    def arrival(self, kind: str, act: str, place: Place, at: datetime | None = None, **rest: Any) -> Arrival:
        """A delivery about this act (done at `at`, else now), for the inbox."""
        key = f"{self.actor.user}:{act}"
        payload = inbound.delivery(kind, key, self.actor.user, at or self.unit.now, place, self.profile(), **rest)
        return Arrival(PLATFORM, key, payload)

    def owed(self, kind: str, act: str, place: Place, at: datetime | None = None, **rest: Any) -> Arrival:
        """The same, and remembered until the inbox has it."""
        arrival = self.arrival(kind, act, place, at, **rest)
        self.unit.builtin.owe(BuiltinDelivery(arrival.key, arrival.payload, self.unit.now))
        return arrival


def message_link(base_url: str, ref: str, place: Place) -> str:
    """Where a browser finds a message; "" while nobody knows the chat's address."""
    return f"{base_url}/chat/message/{ref}" if base_url and place.room else ""


def say(
    scene: Scene, act: str, room: str, words: str, *, thread: str = "", reply_to: str = "", files: Sequence[str] = ()
) -> Outcome:
    """Write a message, with files that were uploaded before."""
    where = scene.room(room)
    place = scene.place(room, thread)
    text = scene.typed(words)
    _check(plain(text), files)
    _check_files(scene, files)
    if reply_to:
        scene.message(reply_to)
    draft = BuiltinMessage(
        room=room,
        author=scene.actor.user,
        at=scene.unit.now,
        body=words_body(text, words),
        thread=thread,
        reply_to=reply_to,
        key=f"said:{scene.actor.user}:{act}",
    )
    message = scene.unit.builtin.post(draft, mentions=_named(mentions(text), where))
    scene.unit.builtin.attach(files, scene.actor.user, message.id)
    message = scene.unit.builtin.messages([message.id])[message.id]
    scene.unit.builtin.mark_read(scene.actor.user, room, thread, message.id)
    return Outcome(message, _heard(scene, act, place, message) if where.bot_is_in else None)


def _named(users: frozenset[str], where: ChatRoom) -> frozenset[str]:
    """In a conversation of two every message is meant for the other one."""
    return users | {where.other} if where.kind == "direct" else users


def _heard(scene: Scene, act: str, place: Place, message: BuiltinMessage) -> Arrival:
    return scene.owed(
        "message",
        act,
        place,
        message.at,
        message=message.ref,
        text=message.body["text"],
        files=inbound.attachments_json(message.files),
        reply_to=message.reply_to,
        link=scene.link(message.ref, place),
    )


def _check(words: str, files: Sequence[str]) -> None:
    if not words.strip() and not files:
        raise Invalid("web.refused.empty")
    if len(words) > limits.TEXT:
        raise Invalid("web.refused.too_long", limit=limits.TEXT, length=len(words))
    if len(files) > limits.FILES:
        raise Invalid("web.refused.too_many_files", limit=limits.FILES)


def _check_files(scene: Scene, files: Sequence[str]) -> None:
    for ref in files:
        file = scene.unit.builtin.file(ref)
        if file is None or file.owner != scene.actor.user:
            raise NotFound("web.refused.no_file")


def edit(scene: Scene, act: str, ref: str, words: str) -> Outcome:
    """Change one's own words."""
    message = scene.own(ref)
    text = scene.typed(words)
    _check(plain(text), [file.ref for file in message.files])
    if spans(message.body["text"]) == text:
        return Outcome(message)
    changed = replace(message, body=words_body(text, words), edited_at=scene.unit.now)
    scene.unit.builtin.save(changed)
    return Outcome(changed, _told(scene, "edit", act, changed, text=changed.body["text"]))


def remove(scene: Scene, act: str, ref: str) -> Outcome:
    """Take one's own message away; its place stays visible."""
    removed = replace(scene.own(ref), body={"kind": "words", "text": []}, removed_at=scene.unit.now)
    scene.unit.builtin.save(removed)
    return Outcome(removed, _told(scene, "removal", act, removed))


def react(scene: Scene, act: str, ref: str, emoji: str, on: bool) -> Outcome:
    """Put a reaction on a message, or take it off."""
    message = scene.message(ref)
    kinds = {name for name, _ in message.reactions}
    if on and emoji not in kinds and len(kinds) >= limits.REACTIONS:
        raise Invalid("web.refused.too_many_reactions", limit=limits.REACTIONS)
    changed = scene.unit.builtin.react(message.id, scene.actor.user, emoji, on, scene.unit.now)
    arrival = _told(scene, "reaction", act, message, emoji=emoji, author=message.author) if changed and on else None
    return Outcome(scene.unit.builtin.messages([message.id])[message.id], arrival)


def _told(scene: Scene, kind: str, act: str, message: BuiltinMessage, **rest: Any) -> Arrival | None:
    if not scene.room(message.room).bot_is_in:
        return None
    return scene.owed(kind, act, Place(PLATFORM, message.room, message.thread), message=message.ref, **rest)


def command(scene: Scene, act: str, room: str, thread: str, word: str, words: str) -> Arrival:
    """Give a slash command: nobody else sees it."""
    if not scene.room(room).bot_is_in:
        raise NotFound("web.refused.no_bot")
    text = scene.typed(words)
    if len(plain(text)) > limits.TEXT:
        raise Invalid("web.refused.too_long", limit=limits.TEXT, length=len(plain(text)))
    body = words_body(text, words)
    return scene.arrival("command", act, scene.place(room, thread), word=word, text=body["text"])


def press(scene: Scene, act: str, ref: str, action: str, subject: int, value: str) -> Arrival:
    """Press a button, choose from a menu or pick a day, on a message (`ref` "": on one's own page)."""
    if ref:
        message = scene.message(ref)
        body, place = message.body, Place(PLATFORM, message.room, message.thread)
    else:
        body, place = scene.unit.builtin.home(scene.actor.user) or {}, Place(PLATFORM, scene.actor.user)
    if not offers(body, action, subject, value):
        raise Conflict("web.refused.stale_button")
    return scene.arrival("press", act, place, action=action, subject=subject, value=value, message=ref)


def shortcut(scene: Scene, act: str, ref: str, action: str) -> Arrival:
    """Make a ticket or an article of a message, through its menu."""
    message = scene.message(ref)
    if not scene.room(message.room).bot_is_in:
        raise NotFound("web.refused.no_bot")
    place = Place(PLATFORM, message.room, message.thread)
    author = scene.directory.persons.get(message.author)
    said = {
        "message": ref,
        "user": message.author,
        "name": author.name if author else message.author,
        "text": message.body.get("text", []),
        "files": inbound.attachments_json(message.files),
        "link": scene.link(ref, place),
    }
    return scene.arrival("shortcut", act, place, action=action, quoted=said)


def submit(scene: Scene, act: str, form: OpenedForm, values: Mapping[str, str]) -> Arrival:
    """Send a form back, with answers that the chat itself found nothing wrong with."""
    return scene.arrival(
        "form", act, form.place, form=form.name, subject=form.subject, values=dict(values), state=form.state
    )


def reach(scene: Scene, act: str, blocked: bool) -> Arrival | None:
    """Shut the bot out of the direct room, or let it in again; None if it already was so."""
    user = scene.unit.builtin.user(scene.actor.user)
    if user.blocked == blocked:
        return None
    scene.unit.builtin.save_user(replace(user, blocked=blocked))
    return scene.owed("reach", act, Place(PLATFORM, scene.actor.user), reachable=not blocked)


def home(scene: Scene, act: str) -> Arrival:
    """Look at one's own page."""
    return scene.arrival("home", act, Place(PLATFORM, scene.actor.user))


def open_direct(scene: Scene, other: str) -> ChatRoom:
    """Begin to talk to another person, or go on."""
    if not scene.directory.may_write_to(scene.actor.user, other):
        raise NotAllowed("web.refused.no_direct")
    room = "~".join(sorted((scene.actor.user, other)))
    scene.unit.builtin.open_direct(BuiltinDirect(room, frozenset({scene.actor.user, other})))
    return ChatRoom(room, "direct", other=other)
