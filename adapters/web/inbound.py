"""Deliveries of the chat and what they mean. Pure: an act becomes JSON, and that JSON becomes events, now or later."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from adapters.web.directory import PLATFORM
from adapters.web.markup import spans
from bot.chat.builtin import BOT, BuiltinFile, BuiltinMessage
from bot.chat.events import (
    Attachment,
    ButtonPressed,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    MessageEdited,
    MessageReceived,
    MessageRemoved,
    Place,
    Profile,
    Quoted,
    ReachChanged,
    ReactionAdded,
    ShortcutUsed,
)
from bot.chat.text import Text, plain, stripped


def delivery(kind: str, key: str, user: str, at: datetime, place: Place, profile: Profile, **rest: Any) -> bytes:
    """An act as it is handed to the inbox. `key` is the delivery's id, `rest` what `kind` needs beside."""
    act = {
        "kind": kind,
        "key": key,
        "user": user,
        "at": at.isoformat(),
        "room": place.room,
        "thread": place.thread,
        "direct": place.room == user,
        "profile": {"name": profile.name, "handle": profile.handle, "locale": profile.locale, "email": profile.email},
        **rest,
    }
    return orjson.dumps(act)


def read(payload: bytes) -> Sequence[Event]:
    """What a delivery means. Raises ValueError or KeyError for what this chat never writes."""
    act = orjson.loads(payload)
    kind = act["kind"]
    if kind not in _READERS:
        raise ValueError(f"the built-in chat delivers no {kind!r}")
    return [_READERS[kind](act, _head(act))]


def _head(act: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event_id": act["key"],
        "place": Place(PLATFORM, act["room"], act["thread"]),
        "user": act["user"],
        "at": datetime.fromisoformat(act["at"]),
        "profile": Profile(**act["profile"]),
        "trigger": act["key"],
        "direct": act["direct"],
    }


def _message(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    text = spans(act["text"])
    return MessageReceived(
        **head,
        message=act["message"],
        text=without_bot(text),
        attachments=_attachments(act),
        reply_to=act["reply_to"],
        addressed=any(span.account == BOT for span in text),
        link=act["link"],
    )


def _command(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return CommandGiven(**head, word=act["word"], text=spans(act["text"]), attachments=_attachments(act), private=True)


def _press(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return ButtonPressed(
        **head, action=act["action"], subject=act["subject"], value=act["value"], message=act["message"]
    )


def _form(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return FormSubmitted(
        **head, form=act["form"], subject=act["subject"], values=dict(act["values"]), state=act["state"]
    )


def _shortcut(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    said = act["quoted"]
    original = Quoted(
        place=head["place"],
        message=said["message"],
        user=said["user"],
        text=without_bot(spans(said["text"])),
        attachments=_attachments(said),
        profile=Profile(name=said["name"]),
        link=said["link"],
    )
    return ShortcutUsed(**head, action=act["action"], quoted=original)


def _reaction(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return ReactionAdded(**head, emoji=act["emoji"], message=act["message"], author=act["author"])


def _edit(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return MessageEdited(**head, message=act["message"], text=without_bot(spans(act["text"])))


def _removal(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return MessageRemoved(**head, message=act["message"])


def _home(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return HomeOpened(**head)


def _reach(act: Mapping[str, Any], head: dict[str, Any]) -> Event:
    return ReachChanged(**head, reachable=act["reachable"])


_READERS = {
    "message": _message,
    "command": _command,
    "press": _press,
    "form": _form,
    "shortcut": _shortcut,
    "reaction": _reaction,
    "edit": _edit,
    "removal": _removal,
    "home": _home,
    "reach": _reach,
}


def without_bot(text: Text) -> Text:
    """The text without the bot's own name, and without the space or comma that parted it from the rest."""
    kept: list[Any] = []
    named = False
    for span in text:
        if span.account == BOT:
            named = True
            continue
        kept.append(replace(span, text=span.text.lstrip(" ,，:：")) if named else span)
        named = False
    return stripped(tuple(span for span in kept if span.text)) if len(kept) != len(text) else text


def _attachments(act: Mapping[str, Any]) -> tuple[Attachment, ...]:
    return tuple(Attachment(**file) for file in act.get("files", ()))


def attachments_json(files: Sequence[BuiltinFile]) -> list[dict[str, Any]]:
    """Files as a delivery names them."""
    return [{"ref": file.ref, "name": file.name, "media_type": file.media_type, "size": file.size} for file in files]


def quoted(message: BuiltinMessage, link: str) -> Quoted:
    """A message that an event points at, as `bot/` knows it."""
    return Quoted(
        place=Place(PLATFORM, message.room, message.thread),
        message=message.ref,
        user=message.author,
        text=without_bot(spans(message.body.get("text", ()))),
        attachments=tuple(Attachment(file.ref, file.name, file.media_type, file.size) for file in message.files),
        link=link,
    )


def readable(body: Mapping[str, Any]) -> str:
    """A message's words alone."""
    return plain(spans(body.get("text", ())))
