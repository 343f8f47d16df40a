"""Whatever becomes of a call to Telegram: the message stands there, in its place, or its author hears why not.

Bots can read nothing back there, so what may have been taken is sent again: once more for each time that nobody knows.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.telegram import Fault, TelegramFake
from tests.faults.stage import stage

SEND = "sendMessage"

# What goes wrong, and whether the message may stand there twice.
FAULTS: dict[str, tuple[Callable[[TelegramFake], Fault], bool]] = {
    "reset after it was accepted": (lambda telegram: telegram.break_connection_after_accept(SEND), True),
    "reset before it was accepted": (lambda telegram: telegram.break_connection(SEND), False),
    "502 three times": (lambda telegram: telegram.fail_next(SEND, 502, "Bad Gateway", times=3), False),
    "rubbish": (lambda telegram: telegram.answer_garbage(SEND, status=502), False),
    "accepted and never answered": (lambda telegram: telegram.hang(SEND, after_accept=True), True),
    "never answered": (lambda telegram: telegram.hang(SEND), False),
    "429": (lambda telegram: telegram.fail_next(SEND, 429, "Too Many Requests", retry_after=7), False),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_message_arrives_in_order(fault: str, tmp_path: Path) -> None:
    """Faults O1, O3. Covers C10."""
    plant, may_repeat = FAULTS[fault]
    async with stage(tmp_path, send_within=0.4) as here:
        greeting = here.on_telegram()
        planted = plant(here.telegram)
        await here.to_telegram("the message", key="card")
        await here.to_telegram("behind it")
        await here.settle()
        planted.release()
        shown = here.on_telegram()[len(greeting) :]
        assert shown == ["the message", *(["the message"] if may_repeat else []), "behind it"]
        await here.to_telegram("its newer state", key="card")
        await here.settle()
        assert here.on_telegram()[-2:] == ["its newer state", "behind it"]
        assert here.telegram.violations == []
        assert await here.failures() == []


async def test_429_holds_the_chat_only(tmp_path: Path) -> None:
    """Fault O2."""
    async with stage(tmp_path) as here:
        bo = here.telegram.user(2002, "Bo")
        await here.telegram.starts(bo)
        await here.telegram.settled()
        await here.settle()
        here.telegram.fail_next(SEND, 429, "Too Many Requests: retry after 60", retry_after=60)
        await here.to_telegram("slowly", here.ann)
        await here.baton.settle(1)
        await here.to_telegram("quickly", bo)
        await here.baton.settle(20)
        assert here.on_telegram(bo)[-1] == "quickly"
        assert here.on_telegram()[-1] != "slowly"
        await here.settle()
        assert here.on_telegram()[-1] == "slowly"


async def test_thirty_chats_at_once_are_never_too_fast(tmp_path: Path) -> None:
    """Covers 3.5: thirty a second in all, one a second to each, twenty a minute to a group; nothing is refused."""
    async with stage(tmp_path, enforce_limits=True) as here:
        people = [here.telegram.user(3000 + number, f"P{number}") for number in range(30)]
        for person in people:
            await here.telegram.starts(person)
        team = here.telegram.group("客服部", members=[people[0]], bot="administrator")
        await here.telegram.settled()
        await here.settle()
        for number in range(3):
            for person in people:
                await here.to_telegram(f"word {number}", person)
        for number in range(30):
            await here.to_telegram(f"{number}", team)
        await here.settle(patience=400)
        assert all(here.on_telegram(person)[-3:] == ["word 0", "word 1", "word 2"] for person in people)
        assert here.on_telegram(team)[-30:] == [str(number) for number in range(30)]
        assert [call.error for call in here.telegram.calls() if call.code == 429] == []


async def test_a_group_that_becomes_a_supergroup_takes_its_messages_along(tmp_path: Path) -> None:
    """Fault O4."""
    async with stage(tmp_path) as here:
        group = here.telegram.group("客服部", members=[here.ann], supergroup=False)
        await here.telegram.settled()
        await here.settle()
        supergroup = await here.telegram.migrates(group)
        await here.to_telegram("one", group)
        await here.to_telegram("two", group)
        await here.telegram.settled()
        await here.settle()
        assert here.on_telegram(supergroup)[-2:] == ["one", "two"]


async def test_who_blocked_the_bot_is_not_written_to_again(tmp_path: Path) -> None:
    """Fault O4: permanent, so it is not tried again; the author hears it, the person is known to be away."""
    async with stage(tmp_path) as here:
        await here.telegram.blocks(here.ann)
        await here.to_telegram("anybody there?", author=await here.ana())
        await here.telegram.settled()
        await here.settle()
        assert len(here.told_ana()) == 1
        account = await here.baton.read(lambda unit: unit.people.account("telegram", str(here.ann.id)))
        assert not account.reachable
        assert ("refused", "unreachable") in await here.failures()


async def test_a_message_that_was_deleted_is_sent_anew(tmp_path: Path) -> None:
    """Fault O4."""
    async with stage(tmp_path) as here:
        await here.to_telegram("first", key="card")
        await here.settle()
        here.telegram.fail_next("editMessageText", 400, "Bad Request: message to edit not found")
        await here.to_telegram("second", key="card")
        await here.settle()
        assert here.on_telegram()[-1] == "second"
        await here.to_telegram("third", key="card")
        await here.settle()
        assert here.on_telegram()[-1] == "third"
