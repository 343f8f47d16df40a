"""Messages and what becomes of them, out of Slack's JSON. Pure.

A post that mentions the bot reaches Baton twice, as `message` and as `app_mention`. Both say the same here, and
`inbound.key_of` names both alike, so that whichever comes first is handled and the other is a repeat.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from adapters.slack.mrkdwn import is_link, to_spans
from adapters.slack.rich_text import spans_of
from bot.chat.events import (
    Attachment,
    Event,
    MessageEdited,
    MessageReceived,
    MessageRemoved,
    Place,
    Profile,
    Quoted,
)
from bot.chat.text import Span, Text, cleaned, file_name, quoted, stripped, text

PLATFORM = "slack"
JSON = Mapping[str, Any]

# The subtypes of things that people say; all others are Slack's own notices (docs.slack.dev/reference/events/message).
_SAID = {None, "", "file_share", "me_message", "thread_broadcast"}


@dataclass(frozen=True, slots=True)
class Delivered:
    """What is known about a delivery besides its body: its key, when it came, the bot's own user id ("" unknown)."""

    key: str
    at: datetime
    bot: str = ""


def instant(ts: Any, otherwise: datetime) -> datetime:
    """A Slack timestamp (`1610241741.000200`) as an instant; microseconds written without the dot are understood."""
    written = str(ts or "")
    try:
        seconds = float(written) if "." in written or len(written) <= 10 else int(written) / 1_000_000
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else otherwise
    except (ValueError, OverflowError, OSError):
        return otherwise


def place_of(channel: str, message: JSON) -> Place:
    """Where a message stands: its thread, if it is a reply in one."""
    thread = str(message.get("thread_ts") or "")
    return Place(PLATFORM, channel, "" if thread == message.get("ts") else thread)


def is_direct(channel: str) -> bool:
    """Whether this is the direct conversation of one person with the bot."""
    return channel.startswith("D")


def is_own_or_bots(message: JSON, bot: str) -> bool:
    """Whether a program wrote it: Baton itself, another app, or Slack's own bot."""
    by_bot = message.get("bot_id") or message.get("subtype") == "bot_message"
    return bool(by_bot) or message.get("user") in ("USLACKBOT", bot or None)


def message_events(event: JSON, delivered: Delivered) -> list[Event]:
    """What a `message` or `app_mention` event means; empty for notices and for what programs say."""
    if event.get("subtype") == "message_changed":
        return _changed(event, delivered)
    if event.get("subtype") == "message_deleted":
        return _removed(event.get("previous_message") or {}, str(event.get("deleted_ts") or ""), event, delivered)
    if event.get("subtype") not in _SAID or is_own_or_bots(event, delivered.bot):
        return []
    return _received(event, delivered)


def _received(event: JSON, delivered: Delivered) -> list[Event]:
    channel, user, ts = (str(event.get(name) or "") for name in ("channel", "user", "ts"))
    if not (channel and user and ts):
        return []
    said = text_of(event)
    mentioned = event.get("type") == "app_mention" or mentions(said, delivered.bot)
    return [
        MessageReceived(
            delivered.key,
            place_of(channel, event),
            user,
            instant(ts, delivered.at),
            message=ts,
            text=without_mention(said, delivered.bot) if mentioned else said,
            attachments=tuple(attachments_of(event)),
            addressed=mentioned,
            direct=is_direct(channel),
        )
    ]


def _changed(event: JSON, delivered: Delivered) -> list[Event]:
    """An edit, if the words changed: links that unfurl and files that are processed change a message as well."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    ts = str(now.get("ts") or before.get("ts") or "")
    if now.get("subtype") == "tombstone":  # a deleted message under which a thread hangs
        return _removed(before, ts, event, delivered)
    channel, user = str(event.get("channel") or ""), str(now.get("user") or "")
    if not (channel and user and ts) or now.get("text") == before.get("text") or is_own_or_bots(now, delivered.bot):
        return []
    said = text_of(now)
    place = place_of(channel, {"ts": ts, "thread_ts": now.get("thread_ts")})
    at = instant((now.get("edited") or {}).get("ts") or event.get("ts"), delivered.at)
    if mentions(said, delivered.bot):
        said = without_mention(said, delivered.bot)
    return [MessageEdited(delivered.key, place, user, at, message=ts, text=said, direct=is_direct(channel))]


def _removed(before: JSON, ts: str, event: JSON, delivered: Delivered) -> list[Event]:
    channel, user = str(event.get("channel") or ""), str(before.get("user") or "")
    if not (channel and ts) or is_own_or_bots(before, delivered.bot):
        return []
    place = place_of(channel, {"ts": ts, "thread_ts": before.get("thread_ts")})
    at = instant(event.get("ts"), delivered.at)
    return [MessageRemoved(delivered.key, place, user, at, message=ts, direct=is_direct(channel))]


def quoted_of(message: JSON, channel: str) -> Quoted:
    """A message that something else points at."""
    user = str(message.get("user") or "")
    profile = Profile(name=str(message.get("username") or ""))
    place, ts = place_of(channel, message), str(message.get("ts") or "")
    return Quoted(place, ts, user, text_of(message), tuple(attachments_of(message)), profile)


def text_of(message: JSON) -> Text:
    """What was written, with a forwarded message as a quotation and files that live elsewhere as links."""
    written = spans_of(message.get("blocks") or [])
    if written is None:
        written = to_spans(str(message.get("text") or ""))
    parts: list[Span | Text | str] = [stripped(cleaned(written))]
    parts += [text("\n", shared) for shared in _forwarded(message)]
    parts += [text("\n", link) for link in _linked_files(message)]
    return stripped(text(*parts))


def _forwarded(message: JSON) -> Iterator[Text]:
    for attachment in message.get("attachments") or []:
        if attachment.get("is_share") or attachment.get("is_msg_unfurl"):
            author = str(attachment.get("author_name") or "")
            said = cleaned(to_spans(str(attachment.get("text") or "")))
            if said:
                yield quoted(text(f"{author}\n" if author else "", said))


def _linked_files(message: JSON) -> Iterator[Span]:
    for file in message.get("files") or []:
        address = str(file.get("url_private") or "")
        if file.get("is_external") and is_link(address):
            yield Span(str(file.get("title") or file.get("name") or address), link=address)


def attachments_of(message: JSON) -> Iterator[Attachment]:
    """The files that Slack keeps. One that hides its details (Slack Connect) is fetched by its id."""
    for file in message.get("files") or []:
        if not file.get("id") or file.get("is_external") or file.get("mode") in ("tombstone", "hidden_by_limit"):
            continue
        yield Attachment(
            ref=str(file["id"]),
            name=file_name(str(file.get("name") or file.get("title") or ""), str(file["id"])),
            media_type=str(file.get("mimetype") or "application/octet-stream"),
            size=int(file.get("size") or 0),
        )


def mentions(said: Text, bot: str) -> bool:
    """Whether the bot is mentioned; False where its id is unknown."""
    return bool(bot) and any(span.account == bot for span in said)


def without_mention(said: Text, bot: str) -> Text:
    """The text without the mention of the bot and without what parts it from the rest (`@Baton: …`).

    Where the bot's id is unknown, the mention is taken to be the first account mentioned.
    """
    bot = bot or next((span.account for span in said if span.account), "")
    kept: list[Span] = []
    after_mention = False
    for span in said:
        if span.account and span.account == bot:
            after_mention = True
        elif after_mention:
            leading = " " if kept and kept[-1].text[-1:].strip() and span.text[:1].isspace() else ""
            tail = span.text.lstrip() if kept else span.text.lstrip(" \t\n\u00a0:：,，")
            kept.append(replace(span, text=leading + tail))
            after_mention = False
        else:
            kept.append(span)
    return stripped(tuple(span for span in kept if span.text))
