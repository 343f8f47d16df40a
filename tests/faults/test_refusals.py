"""Refused for good or for long: whoever is concerned hears of it, no other place waits, and order holds everywhere.

Covers U12, U16, G2. Each fault strikes one place between two others; the verdict is what stands in all three.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.chat.events import Place
from tests.fakes.slack import Channel
from tests.faults.stage import Stage, stage

POST, SEND = "chat.postMessage", "sendMessage"

# What Slack says for good, and whether the author is told (he is, unless it is the fault of nobody's words).
FOR_GOOD = (
    "channel_not_found", "is_archived", "not_in_channel", "msg_too_long", "restricted_action", "invalid_blocks",
    "cannot_dm_bot", "user_not_found", "missing_scope", "no_permission",
)  # fmt: skip


@pytest.mark.parametrize("error", FOR_GOOD)
async def test_one_refused_place_on_slack_delays_no_other(tmp_path: Path, error: str) -> None:
    """Fault O4: the author is told once, those behind it in the same place go on in their order."""
    async with stage(tmp_path) as here:
        rooms = [here.slack.channel(f"C1ROOM{number}", members=[]) for number in range(3)]
        await here.put("before", Place("slack", rooms[1].id))
        await here.settle()
        here.slack.fail_next(POST, error, times=2 if error == "not_in_channel" else 1)
        await here.put("refused", Place("slack", rooms[1].id), author=await here.ana())
        await here.settle()
        for words in ("one", "two", "three"):
            for room in rooms:
                await here.put(words, Place("slack", room.id))
        await here.settle()
        assert [here.on_slack(room) for room in rooms] == [
            ["one", "two", "three"], ["before", "one", "two", "three"], ["one", "two", "three"],
        ]  # fmt: skip
        assert len(here.told_ana()) == 1
        assert [state for state, _ in await here.failures()] == ["refused"]


# Really so, not only said so once: the state of the platform is what refuses.
@dataclass(frozen=True)
class Shut:
    """How a chat on Telegram or a channel on Slack is closed to Baton."""

    telegram: Callable[[Stage], Awaitable[object]] | None = None
    group: bool = False
    slack: Callable[[Channel], object] | None = None


def _shut_out(room: Channel) -> None:
    room.kind = "group"
    room.members.clear()


SHUT = {
    "blocked by the user": Shut(telegram=lambda here: here.telegram.blocks(here.ann)),
    "kicked from the group": Shut(group=True),
    "archived": Shut(slack=lambda room: setattr(room, "archived", True)),
    "removed from a private channel": Shut(slack=_shut_out),
}


@pytest.mark.parametrize("how", SHUT)
async def test_a_place_that_is_shut_keeps_nobody_waiting(tmp_path: Path, how: str) -> None:
    """Fault O4: three messages for it, and each other place gets its own in order."""
    async with stage(tmp_path) as here:
        room = here.slack.channel("C1SHUT", members=[])
        other, bo = here.slack.channel("C1OTHER", members=[]), here.telegram.user(2002, "Bo")
        await here.telegram.starts(bo)
        group = here.telegram.group("客服部", members=[here.ann], bot="administrator")
        await here.telegram.settled()
        await here.settle()
        author, shut = await here.ana(), SHUT[how]
        if shut.group:
            await here.telegram.kicks_bot(here.ann, group)
        if shut.slack:
            shut.slack(room)
        if shut.telegram:
            await shut.telegram(here)
        for number in range(3):
            chat = group.id if shut.group else here.ann.id
            shut_place = Place("slack", room.id) if shut.slack else Place("telegram", str(chat))
            await here.put(f"{number}", shut_place, author=author)
            await here.put(f"{number}", Place("slack", other.id))
            await here.to_telegram(f"{number}", bo)
        await here.telegram.settled()
        await here.settle()
        assert here.on_slack(other) == ["0", "1", "2"]
        assert here.on_telegram(bo)[-3:] == ["0", "1", "2"]
        assert [state for state, _ in await here.failures()] == ["refused"] * 3
        assert len(here.told_ana()) >= 1
        assert here.slack.violations == []
        assert here.telegram.violations == []


async def test_poison_at_the_head_of_a_lane(tmp_path: Path) -> None:
    """Fault O5: Telegram finds one of our messages malformed, each time; those behind it are shown."""
    async with stage(tmp_path) as here:
        here.telegram.fail_next(SEND, 400, "Bad Request: BUTTON_DATA_INVALID")
        await here.to_telegram("poison", author=await here.ana())
        await here.to_telegram("one")
        await here.to_telegram("two")
        await here.settle()
        assert here.on_telegram()[-2:] == ["one", "two"]


@pytest.mark.parametrize("error", ["token_revoked", "invalid_auth", "account_inactive"])
async def test_a_token_that_slack_does_not_take_is_waited_out(tmp_path: Path, error: str) -> None:
    """Fault O4: nothing is lost while somebody renews it, Telegram is served meanwhile, and order holds afterwards."""
    async with stage(tmp_path) as here:
        fault = here.slack.fail_next("*", error, times=10_000)
        for number in range(3):
            await here.to_slack(f"{number}")
            await here.to_telegram(f"{number}")
        await here.settle(patience=20)
        assert here.on_telegram()[-3:] == ["0", "1", "2"]
        assert here.on_slack() == []
        assert len(here.slack.calls(POST)) <= 3, "it is not asked again and again"
        fault.times = 0
        await here.settle(patience=2000)
        assert here.on_slack() == ["0", "1", "2"]
        assert await here.failures() == []


async def test_a_token_that_telegram_does_not_take_is_waited_out(tmp_path: Path) -> None:
    """Fault O4: 401 to every call, receiving and sending; afterwards nothing is missing."""
    async with stage(tmp_path) as here:
        fault = here.telegram.fail_next("*", 401, "Unauthorized", times=10_000)
        await here.telegram.says(here.ann, text="发票没到")
        await here.to_telegram("one")
        await here.to_slack("!")
        await here.to_telegram("two")
        await here.settle(patience=20)
        assert here.on_slack()[0] == "!"
        fault.times = 0
        for _ in range(40):
            here.baton.clock.advance(30)
            await here.settle(patience=0)
        await here.telegram.settled()
        await here.settle(patience=400)
        shown = [words for words in here.on_telegram() if words in ("one", "two")]
        assert shown == ["one", "two"]
        assert len([words for words in here.on_slack() if "发票没到" in words]) == 1
