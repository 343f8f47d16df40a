"""Payloads: the recorded ones beside the checkout, and small ones made by hand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.entities import Addressee
from adapters.telegram.inbound import events
from bot.chat.events import Event
from tests.fakes.telegram.spec import shared_folder

JSON = dict[str, Any]

BOT = Addressee(7000000001, "baton_bot")
ANN: JSON = {
    "id": 1001,
    "is_bot": False,
    "first_name": "Ann",
    "last_name": "Lee",
    "username": "ann_a",
    "language_code": "en",
}
PRIVATE: JSON = {"id": 1001, "first_name": "Ann", "type": "private"}
GROUP: JSON = {"id": -4500001, "title": "Help", "type": "group"}
SUPERGROUP: JSON = {"id": -1001234567890, "title": "Help", "type": "supergroup"}
FORUM: JSON = SUPERGROUP | {"is_forum": True}
DATE = 1772442000


def recorded() -> Iterator[tuple[str, JSON]]:
    """Every recorded update by file name; single messages are put into an update of the kind their name says."""
    folder = shared_folder() / "fixtures" / "telegram"
    if not folder.is_dir():
        pytest.skip(f"the recorded payloads are not beside this checkout ({folder})")
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        if path.name.startswith("update."):
            yield path.name, content
        elif path.name.startswith("message."):
            kind = "edited_message" if ".edited." in path.name else "message"
            yield path.name, {"update_id": 1, kind: content}
        elif path.name == "response.getUpdates_two_updates.json":
            for index, update in enumerate(content["result"]):
                yield f"{path.name}#{index}", update


def unparsable() -> set[str]:
    """What is beyond python-telegram-bot: the files that SOURCES.md names, and a message without its fields."""
    sources: Path = shared_folder() / "fixtures" / "telegram" / "SOURCES.md"
    rows = [line for line in sources.read_text("utf-8").splitlines() if "de_json raises" in line]
    return {row.split("`")[1] for row in rows} | {"response.getUpdates_two_updates.json#3"}


def message(text: str | None = None, **fields: Any) -> JSON:
    """A message of Ann's; in her private chat, unless `chat` says otherwise."""
    words = {} if text is None else {"text": text}
    return {"message_id": 55, "from": ANN, "chat": PRIVATE, "date": DATE} | words | fields


def read(kind: str, content: JSON, bot: Addressee = BOT) -> list[Event]:
    """The events of an update with this content."""
    return events(json.dumps({"update_id": 9, kind: content}).encode(), bot)
