"""Whatever Slack makes of a delivery, in whatever order: each message is handled once, and the next one always is.

Covers U12, U16, T10, G2. People write through the wire; the verdict is what stands in the team's room.
"""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.slack import Channel, Message, User
from tests.faults.stage import Stage, stage


class Asker:
    """A customer in the room for questions."""

    def __init__(self, here: Stage) -> None:
        self.here = here
        self.room: Channel = here.slack.workspace.channels["C0HELP"]
        self.bo: User = here.slack.user("U0BO", name="Bo")
        self.room.members.append(self.bo.id)
        here.slack.retry_schedule = ()

    def event(self, words: str, ts: str, **more: Any) -> dict[str, Any]:
        """What Slack says of his message, to be delivered by hand."""
        said = {"type": "message", "channel": self.room.id, "channel_type": "channel", "user": self.bo.id}
        return said | {"text": words, "ts": ts, "event_ts": ts, "team": "T0AURORA"} | more

    def cards(self) -> list[str]:
        """What the team sees, card by card."""
        sent = [message for message in self.here.slack.sent(self.here.room) if not message.thread_ts]
        return [self.here.slack.visible_text(card) for card in sent]

    def thread(self) -> list[Message]:
        """What stands under the first card."""
        return self.here.slack.messages(self.here.room, self.here.slack.sent(self.here.room)[0])


async def test_the_same_delivery_five_times(tmp_path: Path) -> None:
    """Fault I1: at once, again later, with the retry headers and without."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        said = await here.slack.says(asker.bo, asker.room, "打印机坏了")
        [delivery] = said.deliveries
        await asyncio.gather(*(here.slack.redeliver(delivery, retry_num=number) for number in (0, 1, 2)))
        await here.pass_minutes(1)
        await here.slack.redeliver(delivery, retry_num=3)
        await here.settle()
        assert len(asker.cards()) == 1
        assert len([each for each in here.slack.messages(asker.room, said) if each.user == here.slack.bot_user_id]) == 1


async def test_one_message_by_four_ways(tmp_path: Path) -> None:
    """Fault I2: as a message, as a mention, by a shortcut on it, and out of the history: one ticket."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        lin = here.slack.workspace.users["U0LIN"]
        said = await here.slack.says(asker.bo, asker.room, f"{here.slack.bot_mention} 打印机坏了")
        await here.slack.send_event(None, asker.event(said.text, said.ts, type="app_mention"))
        await here.settle()
        await here.slack.send_message_shortcut(None, lin, said, "ticket.from_message")
        await here.rate_limited()
        await here.pass_minutes(3)
        assert len(asker.cards()) == 1


async def test_out_of_order(tmp_path: Path) -> None:
    """Fault I5: the edit, the answer in the thread and the deletion come before what they are about."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        now = here.baton.clock.now().timestamp()
        first, second = f"{now - 3:.6f}", f"{now - 2:.6f}"
        edited = asker.event("打印机坏了，三楼", first)
        changed = {
            "type": "message",
            "subtype": "message_changed",
            "channel": asker.room.id,
            "message": edited | {"edited": {"user": asker.bo.id, "ts": second}},
            "previous_message": asker.event("打印机坏了", first),
            "ts": second,
        }
        await here.slack.send_event(None, changed)
        deleted = {
            "type": "message",
            "subtype": "message_deleted",
            "channel": asker.room.id,
            "deleted_ts": "1.000001",
            "ts": second,
            "previous_message": asker.event("x", "1.000001"),
        }
        await here.slack.send_event(None, deleted)
        await here.settle()
        await here.slack.send_event(None, asker.event("打印机坏了", first))
        await here.settle()
        await here.slack.send_event(None, asker.event("还是坏的", second, thread_ts=first))
        await here.settle()
        assert len(asker.cards()) == 1
        assert sum("还是坏的" in here.slack.visible_text(each) for each in asker.thread()) == 1
        assert await here.dead() == 0


async def test_forged_stale_and_mangled_requests_do_nothing(tmp_path: Path) -> None:
    """Fault I4: a wrong secret, a signature of six minutes ago, none at all; Telegram's webhook is not even there."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        event = asker.event("打印机坏了", f"{here.baton.clock.now().timestamp():.6f}")
        body = json.dumps({"type": "event_callback", "event_id": "Ev1", "event": event}).encode()
        for headers in (
            here.slack.signed_headers(body, secret="0" * 32),
            here.slack.signed_headers(body, timestamp=int(time.time()) - 360),
            here.slack.signed_headers(body, timestamp=int(time.time()) + 360),
            here.slack.signed_headers(body + b" "),
            {},
        ):
            assert await posted(f"{here.baton.url}/slack/events", body, headers) == 401
        assert await posted(f"{here.baton.url}/telegram/webhook", b'{"update_id": 1}', {}) in (403, 404, 405)
        await here.settle()
        assert asker.cards() == []


POISON: dict[str, Any] = {
    "a NUL": "a\x00b",
    "half a surrogate pair": "a\ud83d",
    "a megabyte": "x" * 1_000_000,
    "combining characters": "e" + "\u0301" * 5000,
    "right to left": "\u202e\u2066evil",
    "no text": None,
    "a number for a text": 7,
    "a list for a text": [["x"]],
    "an object for a text": {"a": {"b": 1}},
}


@pytest.mark.parametrize("kind", POISON)
async def test_poison_stops_nobody(tmp_path: Path, kind: str) -> None:
    """Fault I8: acknowledged, so that it does not come again; the next message is a ticket as ever."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        now = here.baton.clock.now().timestamp()
        poison = await here.slack.send_event(None, asker.event(POISON[kind], f"{now:.6f}"))
        assert poison.ok
        await here.settle(patience=0)
        await here.pass_minutes(3)
        before = len(asker.cards())
        await here.slack.says(asker.bo, asker.room, "打印机坏了")
        await here.settle()
        assert len(asker.cards()) == before + 1
        assert here.slack.violations == []


@pytest.mark.parametrize("event", [
    {"type": "from_the_future", "channel": "C0HELP"},
    {"type": "message", "channel": {"id": 5}, "user": [], "ts": True, "text": "x"},
    {"type": "message", "channel": "C0HELP", "user": "U0BO", "ts": "never", "text": "x"},
    {"type": "reaction_added", "item": "no object", "user": "U0BO"},
    {"type": "message", "subtype": "message_changed", "channel": "C0HELP", "message": 3},
    {"type": "member_joined_channel", "user": None, "channel": None},
], ids=lambda event: f"{event['type']}-{len(str(event))}")  # fmt: skip
async def test_events_of_no_known_shape_stop_nobody(tmp_path: Path, event: dict[str, Any]) -> None:
    """Fault I8."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        body = {"type": "event_callback", "event_id": "Ev0ODD", "team_id": "T0AURORA", "event": event}
        assert (await here.slack.send_payload(None, "event", body)).ok
        await here.settle(patience=0)
        await here.pass_minutes(3)
        before = len(asker.cards())
        await here.slack.says(asker.bo, asker.room, "打印机坏了")
        await here.settle()
        assert len(asker.cards()) == before + 1


async def posted(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of a request made by hand."""
    kind = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers | kind) as answer:
        return answer.status
