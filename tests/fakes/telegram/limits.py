"""What every Bot API server refuses whatever the chat's state, in its own words; needs no specification file.

Sources: platform facts 2.3, 2.4 and 2.9 and the fixture `response.error_400_too_long.json`. Text is counted in UTF-16
code units after entity parsing: the documentation says "characters", and this is the stricter of the two readings.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram import markup
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.refusals import malformed

JSON = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
CALLBACK_DATA_BYTES = 64
BUTTONS_PER_KEYBOARD = 100
BUTTONS_PER_ROW = 8
TOAST_LIMIT = 200
COMMANDS = 100


def check(call: Call) -> None:
    """Raises `Refusal` (400, with a `violation`) for what is wrong with the request itself."""
    rule = RULES.get(call.method)
    if call.method in NEED_CHAT and not call.has("chat_id"):
        raise malformed("chat_id is empty", f"{call.method}.chat_id missing")
    if rule is not None:
        rule(call)
    if call.has("caption"):
        check_caption(call.method, call.text("caption"), call.text("parse_mode"))
    if call.has("reply_markup"):
        check_markup(call.method, call.structure("reply_markup"))


def check_text(call: Call) -> None:
    """`text` is there and 1 to 4096 long once its markup is gone."""
    if not call.text("text"):
        raise malformed("message text is empty", f"{call.method}.text missing")
    length = markup.utf16_length(markup.parse(call.text("text"), call.text("parse_mode")).text)
    if length == 0:
        raise malformed("text must be non-empty", f"{call.method}.text: nothing is left of it")
    if length > TEXT_LIMIT:
        raise malformed("message is too long", f"{call.method}.text: length {length} not in 1-{TEXT_LIMIT} characters")


def check_caption(where: str, caption: str, parse_mode: str) -> None:
    """A caption is at most 1024 long once its markup is gone."""
    length = markup.utf16_length(markup.parse(caption, parse_mode).text)
    if length > CAPTION_LIMIT:
        reason = f"{where}.caption: length {length} not in 0-{CAPTION_LIMIT} characters"
        raise malformed("message caption is too long", reason)


def check_markup(where: str, reply_markup: Any) -> None:
    """Inline keyboards: shape, number of buttons, one action each, its size."""
    if not isinstance(reply_markup, dict):
        raise malformed("object expected as reply markup", f"{where}.reply_markup: {reply_markup!r} is not an object")
    if "inline_keyboard" not in reply_markup:
        return
    rows = reply_markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        reason = f"{where}.reply_markup: inline_keyboard is not a list of rows"
        raise malformed('Field "inline_keyboard" must be of type Array', reason)
    if sum(map(len, rows)) > BUTTONS_PER_KEYBOARD or any(len(row) > BUTTONS_PER_ROW for row in rows):
        reason = f"{where}.reply_markup: more than {BUTTONS_PER_KEYBOARD} buttons or {BUTTONS_PER_ROW} in a row"
        raise malformed("reply markup is too long", reason)
    for row in rows:
        for button in row:
            _check_button(where, button)


def _check_button(where: str, button: JSON) -> None:
    if not button.get("text"):  # wording unverified
        raise malformed("BUTTON_TEXT_INVALID", f"{where}: a button has no label")
    actions = sorted(set(button) - {"text", "icon_custom_emoji_id", "style"})
    if len(actions) != 1:
        text = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        raise malformed(text, f"{where}: InlineKeyboardButton needs exactly one action, has {actions}")
    if "callback_data" in button:
        length = len(str(button["callback_data"]).encode())
        if not 1 <= length <= CALLBACK_DATA_BYTES:
            reason = f"{where}: InlineKeyboardButton.callback_data: length {length} not in 1-64 bytes"
            raise malformed("BUTTON_DATA_INVALID", reason)
    if "url" in button and not _is_public_url(button["url"]):
        text = f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
        raise malformed(text, f"{where}: a button links to {button['url']!r}")


def _is_public_url(url: str) -> bool:
    """Telegram links to http, https and tg only, and to no host without a dot (`localhost`)."""
    parts = urlsplit(url)
    return parts.scheme == "tg" or (parts.scheme in {"http", "https"} and "." in (parts.hostname or ""))


def _check_toast(call: Call) -> None:
    length = len(call.text("text"))
    if length > TOAST_LIMIT:
        reason = f"answerCallbackQuery.text: length {length} not in 0-{TOAST_LIMIT} characters"
        raise malformed("MESSAGE_TOO_LONG", reason)


def _check_album(call: Call) -> None:
    media = call.structure("media")
    items = media if isinstance(media, list) else []
    if not 2 <= len(items) <= 10:
        few = len(items) < 2
        text = f"{'too few' if few else 'too much'} messages to send as an album"
        raise malformed(text, f"sendMediaGroup.media: {len(items)} items not in 2-10")
    for item in items:
        check_caption("sendMediaGroup.media", item.get("caption") or "", item.get("parse_mode") or "")


def _check_commands(call: Call) -> None:
    commands = call.structure("commands") or []
    if len(commands) > COMMANDS:
        raise malformed("BOT_COMMANDS_TOO_MUCH", f"setMyCommands: {len(commands)} items not in 0-{COMMANDS}")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
            raise malformed("BOT_COMMAND_INVALID", f"setMyCommands: {command.get('command')!r} is no command")
        if not 1 <= len(command.get("description", "")) <= 256:
            raise malformed("BOT_COMMAND_DESCRIPTION_INVALID", f"setMyCommands: description of {command['command']!r}")


def _check_topic_name(call: Call) -> None:
    length = len(call.text("name"))
    if length > 128 or (length == 0 and call.method == "createForumTopic"):
        raise malformed("TOPIC_TITLE_INVALID", f"{call.method}.name: length {length} not in 1-128 characters")


def check_language(call: Call) -> None:
    """Two letters of ISO 639-1 or nothing: `zh`, never `zh-CN`. The wording is unverified."""
    if not re.fullmatch(r"(?:[a-z]{2})?", call.text("language_code")):
        reason = f"{call.method}.language_code: {call.text('language_code')!r} is not two letters"
        raise malformed("BOT_LANGUAGE_CODE_INVALID", reason)


def _with_language(call: Call) -> None:
    check_language(call)
    if call.method == "setMyCommands":
        _check_commands(call)


NEED_CHAT = {
    "sendMessage", "sendDocument", "sendPhoto", "sendVoice", "sendAudio", "sendVideo", "sendMediaGroup",
    "sendChatAction", "deleteMessage", "deleteMessages", "setMessageReaction", "forwardMessage", "copyMessage",
    "getChat", "getChatMember", "getChatMemberCount", "getChatAdministrators", "createForumTopic", "editForumTopic",
    "closeForumTopic", "reopenForumTopic", "deleteForumTopic", "pinChatMessage", "unpinChatMessage", "leaveChat",
}  # fmt: skip
RULES: dict[str, Callable[[Call], None]] = {
    "sendMessage": check_text,
    "editMessageText": check_text,
    "answerCallbackQuery": _check_toast,
    "sendMediaGroup": _check_album,
    "setMyCommands": _with_language,
    "getMyCommands": _with_language,
    "deleteMyCommands": _with_language,
    "setMyName": _with_language,
    "setMyDescription": _with_language,
    "setMyShortDescription": _with_language,
    "createForumTopic": _check_topic_name,
    "editForumTopic": _check_topic_name,
}
