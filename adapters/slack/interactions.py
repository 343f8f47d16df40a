"""What people do with buttons, menus, forms, commands and shortcuts, out of Slack's JSON. Pure."""

from typing import Any

from adapters.slack.forms import Origin, chosen, values_of
from adapters.slack.messages import JSON, PLATFORM, Delivered, instant, is_direct, place_of, quoted_of
from adapters.slack.mrkdwn import to_spans
from adapters.slack.outbound import LEADS_AWAY, read_action_id
from adapters.slack.rights import SHORTCUTS, UMBRELLA
from bot.chat.events import ButtonPressed, CommandGiven, Event, FormSubmitted, Place, Profile, ShortcutUsed
from bot.chat.text import after, cleaned, plain, stripped

_HELP = "help"


def command_events(body: JSON, delivered: Delivered) -> list[Event]:
    """A slash command. Slack shows it to nobody, makes no message of it, and does not tell the thread."""
    room, user, word = (str(body.get(name) or "") for name in ("channel_id", "user_id", "command"))
    if not (room and user and word):
        return []
    word, said = word.removeprefix("/"), stripped(cleaned(to_spans(str(body.get("text") or ""))))
    if word == UMBRELLA:
        word = (plain(said).split(maxsplit=1) or [_HELP])[0]
        said = stripped(after(said, len(word)))
    return [
        CommandGiven(
            delivered.key,
            Place(PLATFORM, room),
            user,
            delivered.at,
            word=word,
            text=said,
            private=True,
            direct=is_direct(room),
            profile=Profile(handle=str(body.get("user_name") or "")),
            trigger=str(body.get("response_url") or ""),
        )
    ]


def interaction_events(body: JSON, delivered: Delivered) -> list[Event]:
    """An interactive payload; empty for kinds that ask for nothing (a closed modal)."""
    kind = body.get("type")
    if not _user(body):
        return []
    if kind == "block_actions":
        return _actions(body, delivered)
    if kind == "view_submission":
        return [_submission(body, delivered)]
    if kind == "message_action":
        return _message_shortcut(body, delivered)
    if kind == "shortcut":
        return [_shortcut(body, delivered)]
    return []


def origin_of(body: JSON) -> Place:
    """Where an interaction took place: the message's thread, the modal's origin, else the person's own conversation.

    A room that is a user's id stands for that person's direct conversation; Slack takes it wherever it takes a room.
    """
    channel = str((body.get("channel") or {}).get("id") or (body.get("container") or {}).get("channel_id") or "")
    if channel:
        container = body.get("container") or {}
        message = body.get("message") or {"ts": container.get("message_ts"), "thread_ts": container.get("thread_ts")}
        return place_of(channel, message)
    modal = _modal(body)
    carried = Origin.read(str(modal.get("private_metadata") or "")).place if modal else None
    return carried or Place(PLATFORM, _user(body))


def _user(body: JSON) -> str:
    return str((body.get("user") or {}).get("id") or "")


def _modal(body: JSON) -> dict[str, Any]:
    view = body.get("view") or {}
    return view if view.get("type") == "modal" else {}


def _who(body: JSON) -> dict[str, Any]:
    """What every event made of an interaction has in common."""
    user, place = body.get("user") or {}, origin_of(body)
    return {
        "place": place,
        "user": _user(body),
        "profile": Profile(handle=str(user.get("username") or user.get("name") or "")),
        "direct": is_direct(place.room) or place.room == _user(body),
        "trigger": str(body.get("response_url") or ""),
    }


def _actions(body: JSON, delivered: Delivered) -> list[Event]:
    """One event for each element that was used; a payload carries several when menus of one block were."""
    message = str((body.get("container") or {}).get("message_ts") or (body.get("message") or {}).get("ts") or "")
    events: list[Event] = []
    for number, element in enumerate(body.get("actions") or []):
        action, subject = read_action_id(str(element.get("action_id") or ""))
        if action == LEADS_AWAY:
            continue
        events.append(
            ButtonPressed(
                f"{delivered.key}/{number}" if number else delivered.key,
                at=instant(element.get("action_ts"), delivered.at),
                action=action,
                subject=subject,
                value=chosen(element),
                message=message,
                **_who(body),
            )
        )
    return events


def _submission(body: JSON, delivered: Delivered) -> FormSubmitted:
    view = body.get("view") or {}
    origin = Origin.read(str(view.get("private_metadata") or ""))
    return FormSubmitted(
        delivered.key,
        at=delivered.at,
        form=str(view.get("callback_id") or ""),
        subject=origin.subject,
        values=values_of(view, origin.joints),
        state=origin.state,
        **_who(body),
    )


def _shortcut(body: JSON, delivered: Delivered) -> ShortcutUsed:
    at = instant(body.get("action_ts"), delivered.at)
    return ShortcutUsed(delivered.key, at=at, action=_action(body), **_who(body))


def _message_shortcut(body: JSON, delivered: Delivered) -> list[Event]:
    channel, message = str((body.get("channel") or {}).get("id") or ""), body.get("message") or {}
    if not channel or not (message.get("ts") or body.get("message_ts")):
        return []
    about = quoted_of({"ts": body.get("message_ts"), **message}, channel)
    at = instant(body.get("action_ts"), delivered.at)
    return [ShortcutUsed(delivered.key, at=at, action=_action(body), quoted=about, **_who(body))]


def _action(body: JSON) -> str:
    name = str(body.get("callback_id") or "")
    return SHORTCUTS[name][1] if name in SHORTCUTS else name
