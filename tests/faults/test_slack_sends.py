"""Whatever becomes of a call to Slack: the message stands there once, in its place, or its author hears why not."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from bot.chat.events import Place
from bot.unit import Unit
from tests.fakes.slack import Fault, SlackFake
from tests.faults.stage import stage

POST = "chat.postMessage"


def lost_and_blind(slack: SlackFake) -> Fault | None:
    """Taken, and Slack can't be asked about it for a while."""
    slack.break_connection_after_accept(POST)
    slack.fail_next("conversations.history", 503, times=2)
    return None


FAULTS: dict[str, Callable[[SlackFake], Fault | None]] = {
    "reset after it was accepted": lambda slack: slack.break_connection_after_accept(POST),
    "reset before it was accepted": lambda slack: slack.break_connection_before_accept(POST),
    "503 three times": lambda slack: slack.fail_next(POST, 503, times=3),
    "500": lambda slack: slack.fail_next(POST, 500),
    "internal_error": lambda slack: slack.fail_next(POST, "internal_error"),
    "rubbish": lambda slack: slack.answer_garbage(POST),
    "accepted and never answered": lambda slack: slack.hang(POST, accept=True),
    "never answered": lambda slack: slack.hang(POST, accept=False),
    "429": lambda slack: slack.fail_next(POST, "ratelimited", retry_after=7),
    "lost, and nothing can be looked up": lost_and_blind,
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_message_stands_there_once_and_in_order(fault: str, tmp_path: Path) -> None:
    """Faults O1, O3. Covers C10: the SDK's own retry would post twice; what may have been taken is looked up first."""
    async with stage(tmp_path, send_within=0.4) as here:
        await here.to_slack("before")
        await here.settle()
        planted = FAULTS[fault](here.slack)
        await here.to_slack("the message", key="card")
        await here.to_slack("behind it")
        await here.settle()
        assert here.on_slack() == ["before", "the message", "behind it"]
        if planted is not None:
            planted.release()
        await here.to_slack("its newer state", key="card")
        await here.settle()
        assert here.on_slack() == ["before", "its newer state", "behind it"], "it is known by its reference"
        assert here.slack.violations == []
        assert await here.failures() == []


async def test_what_hangs_on_telegram_does_not_hold_slack_up(tmp_path: Path) -> None:
    async with stage(tmp_path, send_within=5) as here:
        hanging = here.telegram.hang("sendMessage")
        await here.to_telegram("?")
        await here.to_slack("!")
        await here.slack.until(lambda: here.on_slack() == ["!"])
        hanging.release()
        await here.settle()


async def test_429_is_waited_for_by_all_that_it_holds_for_and_by_nobody_else(tmp_path: Path) -> None:
    """Fault O2: one call for each wait that Slack asks for, however many orders there are."""
    async with stage(tmp_path) as here:
        rooms = [here.slack.channel(f"C1ROOM{number}", members=[]) for number in range(20)]
        here.slack.fail_next(POST, "ratelimited", retry_after=30, times=3)
        for room in rooms:
            await here.put("hello", Place("slack", room.id))
        await here.to_telegram("not meant")
        await here.settle(patience=5)
        assert here.on_telegram()[-1] == "not meant"
        refused = [call for call in here.slack.calls(POST) if not call.ok]
        assert 1 <= len(refused) <= 3, "those that were on their way at once"
        await here.settle()
        assert [here.on_slack(room) for room in rooms] == [["hello"]] * 20
        assert len(here.slack.calls(POST)) == 23


async def test_sixty_posts_to_one_channel_are_never_too_fast(tmp_path: Path) -> None:
    """Covers 3.5: the published limits are kept by ourselves; nothing is refused, and nothing dawdles."""
    async with stage(tmp_path, enforce_limits=True) as here:
        began = here.baton.clock.monotonic()
        for number in range(60):
            await here.to_slack(f"{number}")
        await here.settle()
        assert here.on_slack() == [str(number) for number in range(60)]
        assert [call.response for call in here.slack.calls() if not call.ok] == []
        assert here.baton.clock.monotonic() - began < 70


async def test_ten_quick_changes_of_a_ticket_while_slack_is_slow_are_few_calls(tmp_path: Path) -> None:
    async with stage(tmp_path, send_within=5) as here:
        await here.to_slack("T-1 new", key="card")
        await here.settle()
        slow = here.slack.hang("chat.update", accept=True)
        await here.to_slack("T-1 taken", key="card")
        await slow.begun.wait()
        for number in range(10):
            await here.to_slack(f"T-1 change {number}", key="card")
        slow.release()
        await here.settle()
        assert here.on_slack() == ["T-1 change 9"]
        assert len(here.slack.calls("chat.update")) == 2


@pytest.mark.parametrize(
    ("error", "words"),
    [("is_archived", "不存在"), ("not_in_channel", "邀请"), ("msg_too_long", "上限"), ("restricted_action", "不允许")],
)
async def test_a_refused_message_tells_its_author_why(tmp_path: Path, error: str, words: str) -> None:
    """Fault O4: for good, so it is not tried again; and nobody behind it waits."""
    async with stage(tmp_path) as here:
        here.slack.fail_next(POST, error, times=1 if error != "not_in_channel" else 2)
        await here.to_slack("refused", author=await here.ana())
        await here.to_slack("next")
        await here.settle()
        assert here.on_slack() == ["next"]
        [told] = here.told_ana()
        assert words in told
        assert [state for state, _ in await here.failures()] == ["refused"]


async def test_a_card_that_was_deleted_is_posted_anew(tmp_path: Path) -> None:
    """Fault O4."""
    async with stage(tmp_path) as here:
        await here.to_slack("first", key="card")
        await here.settle()
        here.slack.fail_next("chat.update", "message_not_found")
        await here.to_slack("second", key="card")
        await here.settle()
        assert here.on_slack()[-1] == "second"
        await here.to_slack("third", key="card")
        await here.settle()
        assert here.on_slack()[-1] == "third"


async def test_a_revoked_token_is_waited_out(tmp_path: Path) -> None:
    """Fault O4. Nothing is thrown away while somebody renews it."""
    async with stage(tmp_path) as here:
        here.slack.fail_next("*", "token_revoked", times=3)
        await here.to_slack("patience")
        await here.settle(patience=10)
        assert (await here.pending())[0] == 1
        await here.settle(patience=2000)
        assert here.on_slack() == ["patience"]


async def test_backing_off_takes_longer_each_time(tmp_path: Path) -> None:
    async with stage(tmp_path) as here:
        tries: list[float] = []
        here.slack.fail_next(POST, "internal_error", times=5)
        await here.to_slack("at last")
        while not here.on_slack():
            before = len(here.slack.calls(POST))
            await here.settle(patience=0.0)
            if len(here.slack.calls(POST)) > before:
                tries.append(here.baton.clock.monotonic())
            here.baton.clock.advance(0.25)
        waits = [later - earlier for earlier, later in pairwise(tries)]
        assert all(later > 1.3 * earlier for earlier, later in pairwise(waits[1:]))
        assert 10 < sum(waits) < 60


async def test_what_is_refused_can_be_sent_again_by_hand(tmp_path: Path) -> None:
    """Covers P4: a dead letter that everybody can see, and retry."""
    async with stage(tmp_path) as here:
        here.slack.fail_next(POST, "is_archived")
        await here.to_slack("once more")
        await here.settle()

        def retry(unit: Unit) -> bool:
            [(row, _, _)] = unit.outbox.failures()
            return unit.outbox.revive(row.id)

        assert await here.baton.baton.database.write(retry)
        await here.settle()
        assert (here.on_slack(), await here.failures()) == (["once more"], [])
