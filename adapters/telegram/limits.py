"""Telegram's sizes and speeds, and how texts are cut to them.

Sources: the Bot API's parameter descriptions and the bots FAQ. Lengths of texts are UTF-16 code units after the markup
was taken out, which is how the server counts them; an emoji outside the basic plane counts two.
"""

from collections.abc import Sequence

from adapters.telegram import PLATFORM
from bot.chat.contract import Order, Pace
from bot.chat.text import Span, Text, head, plain, split

TEXT = 4096
CAPTION = 1024
TOAST = 200
TOPIC_NAME = 128
BUTTONS = 100
BUTTONS_IN_ROW = 8
CALLBACK_BYTES = 64
START_PAYLOAD = 64
COMMANDS = 100
COMMAND_DESCRIPTION = 256
UPDATES_AT_ONCE = 100

# Bytes. Downloads of the cloud API end at 20 MB; the server counts binary megabytes, the lower reading is safe.
DOWNLOAD = 20_000_000
UPLOAD = 50_000_000
PHOTO_UPLOAD = 10_000_000

# What an update may weigh as a webhook delivery. Telegram names no limit; real ones stay far under 100 kB.
WEBHOOK_BYTES = 1_000_000

# A burst and what follows it together stay within 30 in any second.
EVERYTHING = Pace(f"{PLATFORM}:everything", per_second=25.0, burst=5)


def utf16(words: str) -> int:
    """How long Telegram counts `words`."""
    return len(words) + sum(mark > "\uffff" for mark in words)


def pieces(words: Text, limit: int = TEXT) -> list[Text]:
    """The text in pieces that fit into a message each, cut at sentences; joined they give it back whole.

    Characters are counted first; only a piece rich in emoji has to be cut once more, since none counts above two.
    """
    fitting: list[Text] = []
    for piece in split(words, limit):
        fitting += [piece] if utf16(plain(piece)) <= limit else split(piece, limit // 2)
    return fitting


def shortest(words: Text, limit: int) -> Text:
    """The beginning of the text that fits into `limit`; an ellipsis shows that something was cut."""
    return words if utf16(plain(words)) <= limit else head(words, limit // 2)


def well_formed(words: str) -> str:
    """The same characters with lone surrogates replaced: they can be neither sent nor stored."""
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def visible(words: Sequence[Span]) -> bool:
    """Whether anything is left once the server has trimmed white space; it refuses messages without."""
    return bool(plain(words).strip())


def chat_pace(room: str) -> Pace:
    """How often any chat may be written to: once a second, a short burst ahead."""
    return Pace(f"{PLATFORM}:{room}", per_second=1.0, burst=3)


def group_pace(room: str) -> Pace:
    """How often a group may be written to: 20 times in any minute, that is eight ahead and twelve that follow."""
    return Pace(f"{PLATFORM}:{room}:minute", per_second=12 / 60, burst=8)


def paces(order: Order) -> tuple[Pace, ...]:
    """The published limits that an order counts against; edits count like messages, as no other rule is published."""
    if order.kind in ("fetch", "home"):
        return ()
    if order.kind == "remove":
        return (EVERYTHING,)
    room = order.place.room
    return (EVERYTHING, chat_pace(room), *((group_pace(room),) if is_group(room) else ()))


def is_group(room: str) -> bool:
    """Whether a chat id is that of a group; those are negative."""
    return room.startswith("-")
