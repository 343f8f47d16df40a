"""Recorded payloads of Slack's, and small ones made by hand."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack.inbound import events_of, key_of
from bot.chat.events import Event
from tests.fakes.slack.block_kit import shared_folder

JSON = dict[str, Any]
BOT = "U0BATON"
CAME = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
WATCHED = frozenset({"ticket"})

_NO_DELIVERIES = ("schema.", "manifest.", "outgoing_view.", "view_object.", "webapi", "skeleton.webapi")


def recorded(name: str) -> JSON:
    """One recorded file; skips where the shared fixtures are absent."""
    path = shared_folder() / "fixtures" / "slack" / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"the recorded payloads are not beside this checkout ({path.parent})")
    content: JSON = json.loads(path.read_text("utf-8"))
    return content


def delivery(name: str) -> JSON:
    """A recorded delivery as Bolt gives it: out of its Socket Mode envelope, an inner event in its callback."""
    content = recorded(name)
    if name.startswith("socket.") and "payload" in content:
        inner: JSON = content["payload"]
        return inner
    if name.startswith("inner."):
        return callback(content)
    return content


def all_deliveries() -> list[str]:
    """The names of everything recorded that Slack may deliver; empty where the fixtures are absent."""
    folder = shared_folder() / "fixtures" / "slack"
    names = (path.stem for path in sorted(folder.glob("*.json")))
    return [name for name in names if not name.startswith(_NO_DELIVERIES)]


def callback(event: JSON, *, event_id: str = "Ev0001", bot: str = BOT) -> JSON:
    """The outer event_callback around an inner event."""
    authorizations = [{"team_id": "T1", "user_id": bot, "is_bot": True}] if bot else []
    return {"type": "event_callback", "event_id": event_id, "event": event, "authorizations": authorizations}


def message(**changes: Any) -> JSON:
    """A plain message in a channel, with these fields put in (None takes one out)."""
    event: JSON = {
        "type": "message",
        "channel": "C0HELP",
        "channel_type": "channel",
        "user": "U0WEI",
        "text": "打印机坏了",
        "ts": "1795328852.273160",
        "event_ts": "1795328852.273160",
        "team": "T1",
    } | changes
    return {name: value for name, value in event.items() if value is not None}


def read(body: JSON, *, bot: str = "", watched: frozenset[str] = WATCHED) -> Sequence[Event]:
    """The events of a body that came just now."""
    return events_of(body, key_of(body), CAME, bot=bot, watched=watched)


def only(body: JSON, **options: Any) -> Event:
    """The one event of a body."""
    events = read(body, **options)
    assert len(events) == 1, events
    return events[0]
