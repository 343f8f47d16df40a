"""A message that somebody pointed at, kept until the button or the form about it comes back.

What a platform lets travel with a button or a form is too short for a message, so only a token travels.
"""

import secrets
from datetime import timedelta
from typing import Any

from bot.chat.context import Context
from bot.chat.events import Place, Profile, Quoted
from bot.chat.viewjson import attachments_from_json, attachments_to_json, text_from_json, text_to_json
from bot.errors import NotFound
from bot.unit import Unit

KEPT_FOR = timedelta(days=7)


def keep(context: Context, quoted: Quoted) -> str:
    """Keep the message for a week; the token names it."""
    token = secrets.token_urlsafe(9)
    value = {
        "place": str(quoted.place),
        "message": quoted.message,
        "user": quoted.user,
        "name": quoted.profile.name,
        "link": quoted.link,
        "text": text_to_json(quoted.text).decode(),
        "files": attachments_to_json(quoted.attachments).decode(),
    }
    context.unit.keys.put(f"heard/{token}", value, context.unit.now + KEPT_FOR)
    return token


def kept(unit: Unit, token: str) -> Quoted:
    """The message as it was. Raises `NotFound` when it is too old."""
    value: dict[str, Any] | None = unit.keys.get(f"heard/{token}")
    if value is None:
        raise NotFound("offer.too_old")
    return Quoted(
        Place.parse(value["place"]),
        value["message"],
        value["user"],
        text_from_json(value["text"].encode()),
        attachments_from_json(value["files"].encode()),
        Profile(name=value["name"]),
        value["link"],
    )
