"""One message of a person as an event: what was said, where, in answer to what."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from telegram import Chat, Message, User

from adapters.telegram import PLATFORM, media
from adapters.telegram.entities import Addressee, spoken
from adapters.telegram.limits import well_formed
from bot.chat.events import (
    CommandGiven,
    Event,
    MessageEdited,
    MessageReceived,
    Place,
    Profile,
    Quoted,
)
from bot.chat.text import Text, after, clean, plain, stripped

# Telegram itself marks only a-z0-9_ as a command; words of other scripts are commands to Baton all the same. A path
# such as /usr/bin is none.
_COMMAND = re.compile(r"/(?P<word>\w{1,32})(?:@(?P<bot>[A-Za-z0-9_]{3,32}))?(?![\w/@])")

# Telegram says how a language is written, the catalogue says where: the usual home of each script.
_LOCALES = {
    "zh": "zh-CN",
    "zh-hans": "zh-CN",
    "zh-cn": "zh-CN",
    "zh-sg": "zh-CN",
    "zh-hant": "zh-TW",
    "zh-tw": "zh-TW",
    "zh-hk": "zh-TW",
    "zh-mo": "zh-TW",
}


class Author(NamedTuple):
    """Who said something: a person, or the chat in whose name an anonymous administrator writes."""

    id: str
    profile: Profile
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """A message's words after the mention, and the command they begin with ("" none; None: another bot's)."""

    command: str | None
    text: Text
    addressed: bool


def received(message: Message, bot: Addressee, event_id: str) -> list[Event]:
    """The event of a new message; none for service messages, for bots, and for what is said to other bots."""
    author = author_of(message)
    if author is None or author.is_bot or message.is_automatic_forward:
        return []
    said = _said(message, bot)
    files = media.attachments(message)
    if said.command is None or not (said.command or said.text or files or said.addressed):
        return []
    answered = _answered(message)
    where = {
        "event_id": event_id,
        "place": place_of(message),
        "user": author.id,
        "at": message.date,
        "profile": author.profile,
        "direct": message.chat.type == Chat.PRIVATE,
        "message": str(message.message_id),
        "text": said.text,
        "attachments": files,
        "reply_to": str(answered.message_id) if answered else "",
        "quoted": _quoted(answered, bot) if answered else None,
        "album": message.media_group_id or "",
        "link": link_to(message),
    }
    if said.command:
        return [CommandGiven(**where, word=said.command)]  # type: ignore[arg-type]
    return [MessageReceived(**where, addressed=said.addressed)]  # type: ignore[arg-type]


def edited(message: Message, bot: Addressee, event_id: str) -> list[Event]:
    """How a message reads now; none when it has no words (a live location moves by edits)."""
    author = author_of(message)
    if author is None or author.is_bot or message.is_automatic_forward:
        return []
    said = _said(message, bot)
    if not said.text or message.location:
        return []
    return [
        MessageEdited(
            event_id,
            place_of(message),
            author.id,
            message.edit_date or message.date,
            profile=author.profile,
            direct=message.chat.type == Chat.PRIVATE,
            message=str(message.message_id),
            text=said.text,
        )
    ]


def place_of(message: Message) -> Place:
    """The chat, and the topic where there is one: outside of topics a thread id names a chain of replies."""
    thread = message.message_thread_id if message.is_topic_message else None
    return Place(PLATFORM, str(message.chat.id), str(thread) if thread else "")


def author_of(message: Message) -> Author | None:
    """Who wrote a message; None if Telegram does not say."""
    if message.sender_chat is not None:
        chat = message.sender_chat
        name = clean(well_formed(chat.effective_name or ""))
        return Author(str(chat.id), Profile(name=name, handle=chat.username or ""))
    user = message.from_user
    return Author(str(user.id), profile_of(user), user.is_bot) if user else None


def profile_of(user: User) -> Profile:
    """What Telegram says about an account."""
    tag = (user.language_code or "").replace("_", "-")
    return Profile(
        name=clean(well_formed(user.full_name)).strip(),
        handle=user.username or "",
        locale=_LOCALES.get(tag.casefold(), tag),
    )


def link_to(message: Message) -> str:
    """The message's address; private chats and basic groups have none."""
    if message.chat.type in (Chat.PRIVATE, Chat.GROUP):
        return ""
    chat = message.chat.username or f"c/{str(message.chat.id).removeprefix('-100')}"
    thread = f"{message.message_thread_id}/" if message.is_topic_message and message.message_thread_id else ""
    return f"https://t.me/{chat}/{thread}{message.message_id}"


def _said(message: Message, bot: Addressee) -> _Said:
    words = message.text if message.text is not None else message.caption
    if words is None:
        return _Said("", media.words(message), addressed=False)
    entities = message.entities if message.text is not None else message.caption_entities
    heard = spoken(words, entities, bot)
    text = stripped(heard.text)
    command = _COMMAND.match(plain(text))
    if command is None:
        return _Said("", text, heard.addressed)
    named = command["bot"]
    if named and not bot.named(named):
        return _Said(None, (), heard.addressed)
    return _Said(command["word"].lower(), after(text, command.end()), heard.addressed)


def _answered(message: Message) -> Message | None:
    """The message that this one answers. Plain posts in a topic point at the topic's creation: no answer."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created is not None:
        return None
    return None if message.is_topic_message and answered.message_id == message.message_thread_id else answered


def _quoted(message: Message, bot: Addressee) -> Quoted:
    author = author_of(message) or Author("", Profile())
    said = _said(message, bot)
    return Quoted(
        place_of(message),
        str(message.message_id),
        author.id,
        said.text,
        media.attachments(message),
        author.profile,
        link_to(message),
    )
