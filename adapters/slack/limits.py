"""What Slack takes: sizes, how we cut to them, and how often it may be asked.

Sources: docs.slack.dev/reference/block-kit (sizes), docs.slack.dev/apis/web-api/rate-limits (tiers, one message a
second and channel). Slack does not say what a character is: short limits are counted in UTF-16 units, the stricter way.
"""

import re

from bot.chat.contract import Capabilities, Order, Pace
from bot.chat.text import shortened

BUTTON_LABEL = 75
OPTION_LABEL = 75
OPTIONS = 100
PLACEHOLDER = 150
HEADER = 150
PIECE = 3000
CONTEXT = 2000
FIELD = 2000
FIELDS_IN_SECTION = 10
CONTROLS_IN_ROW = 25
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_YES = 30
LABEL = 2000
MODAL_TITLE = 24
CHANNEL_NAME = 80
PRIVATE_METADATA = 3000
INPUT_LENGTH = 3000
# A modal may have 250 kB and comes back with everything but ASCII escaped, six bytes a character.
FORM_TEXT = 27_000
ADDRESS = 3000
FALLBACK = 3900
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100

# `msg_blocks_too_long`: undocumented, at about 13,200 characters of JSON (slackapi/bolt-js#2509, #2867).
MESSAGE_JSON = 12_000

# One Slack file may be 1 GB; Baton keeps files in its database and takes what Telegram takes.
FILE_BYTES = 20_000_000
# Slack's own payloads stay below 1 MB (a real block_actions of 70 kB exists); more is no delivery of Slack's.
DELIVERY_BYTES = 4_000_000

CAPABILITIES = Capabilities(
    buttons=True,
    menus=True,
    dates=True,
    forms=True,
    edits=True,
    removes=True,
    threads=True,
    topics=False,
    rooms=True,
    toasts=True,
    whispers=True,
    mentions=True,
    home=True,
    lookup=True,
    single_listener=False,
    text_limit=40_000,  # more than one message holds: `outbound.messages` splits
    field_limit=FORM_TEXT,  # more than one input holds: `parts` splits
    file_limit=FILE_BYTES,
)

# An opening bracket that could begin one of Slack's active sequences, in text that is shown as it stands.
_ACTIVE = re.compile("<(?=[!@#])")
WORD_JOINER = "\u2060"


def utf16(words: str) -> int:
    """How many UTF-16 units a text has."""
    return len(words) + sum(mark > "\uffff" for mark in words)


def cut(words: str, limit: int) -> str:
    """At most `limit` UTF-16 units; what was cut is shown by an ellipsis."""
    length = limit
    while len((short := shortened(words, length)).encode("utf-16-le", "replace")) > 2 * limit:
        length -= 1 + (len(short.encode("utf-16-le", "replace")) // 2 - limit) // 2
    return short


def inert(words: str) -> str:
    """The same to the eye, but no `<!channel>`, `<@U…>` or `<#C…>` even if something downstream parsed it.

    Texts that Slack shows literally (plain_text, rich_text) need no escaping; the invisible joiner makes sure.
    """
    return _ACTIVE.sub("<" + WORD_JOINER, words)


def paces(order: Order) -> list[Pace]:
    """The published limits that an order counts against; the names are those under which 429 is held.

    A keyed `show` may become chat.postMessage or chat.update, which the order does not tell; both are named, so that
    a 429 on either holds it back. chat.update's own tier (50 a minute, bursts tolerated) is left to Slack's 429.
    """
    room = Pace(f"slack:room:{order.place.room}", 1.0, 3)
    if order.kind == "show":
        return [room, Pace(method_pace("chat.postMessage"), 5.0, 20)] + (
            [Pace(method_pace("chat.update"), 5.0, 50)] if order.key else []
        )
    if order.kind == "file":
        return [room, Pace(method_pace("files.completeUploadExternal"), 100 / 60, 10)]
    if order.kind == "remove":
        return [Pace(method_pace("chat.delete"), 50 / 60, 10)]
    if order.kind == "home":
        return [Pace(method_pace("views.publish"), 100 / 60, 20)]
    if order.kind == "room":
        return [Pace(method_pace("conversations.create"), 20 / 60, 5)]
    if order.kind == "close":
        return [Pace(method_pace("conversations.archive"), 20 / 60, 5)]
    if order.kind == "whisper" and not order.trigger:
        return [Pace(method_pace("chat.postEphemeral"), 100 / 60, 20)]
    return []


def method_pace(method: str) -> str:
    """The name under which a Web API method is paced."""
    return f"slack:{method}"
