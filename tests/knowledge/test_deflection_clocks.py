"""No clock runs while an article is all that a customer was answered with; what begins later says why (`why`).

Covers U19, U20.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clocks.rules import Clock
from bot.knowledge.rules import Content, Outcome
from bot.tickets.rules import Status
from tests.knowledge.stage import ANSWERS_FIRST, Reading, open_reading

HOURS = Content("营业时间", "每天 9:00 到 18:00", aliases=("几点开门",))
POLICIES = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "15m"

[[policies]]
key = "whole"
on = "ticket.resolution"
target = "8h"
"""


@pytest.fixture
async def timed(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Reading]:
    """Customers are answered first, and the house has promised when a person answers."""
    async with open_reading(tmp_path, database_url=sqlite_url, more=POLICIES + ANSWERS_FIRST) as stage:
        await stage.stored(HOURS)
        yield stage


async def clocks(stage: Reading, number: int = 1) -> list[Clock]:
    """All clocks of a ticket."""
    found: list[Clock] = await stage.baton.read(lambda unit: unit.clocks.of_ticket(number))
    return found


async def test_they_begin_when_he_asks_for_a_person(timed: Reading) -> None:
    """And `why` tells from when they count."""
    await timed.say("ann", None, "营业时间？")
    assert await clocks(timed) == []
    await timed.later(600)
    await timed.press("ann", timed.told("ann"), "需要人工")
    first, whole = await clocks(timed)
    ticket = await timed.ticket()
    assert first.started_at - ticket.created_at >= timedelta(seconds=600)
    assert first.target == first.started_at + timedelta(minutes=15)
    assert whole.started_at == first.started_at
    await timed.mention("lin", timed.support, "why", under=timed.card())
    assert timed.thread()[-1].count("知识库先答复过，从需要人工时开始计时") == 2
    await timed.mention("lin", timed.support, "reply 您好", under=timed.card())
    await timed.later()
    assert [clock.outcome for clock in await clocks(timed)] == ["met", ""]


async def test_they_begin_when_somebody_takes_it(timed: Reading) -> None:
    """From the list, where it stands as what it is; his answer meets the one for the first response."""
    await timed.say("ann", None, "营业时间？")
    await timed.command("lin", timed.support, "/baton", "queue")
    listed = timed.slack.visible_text(timed.slack.ephemeral(timed["lin"])[-1])
    assert "已用 K-1 自动答复，待客户确认" in listed
    await timed.command("lin", timed.support, "/baton", "T-1 take")
    assert (await timed.ticket()).status is Status.OPEN
    assert "团队已接手" in timed.read(timed.card())
    assert len(await clocks(timed)) == 2


async def test_silence_solves_it_and_his_next_words_bring_it_back(timed: Reading) -> None:
    """A day later nobody is told; what he writes then goes to a person, and clocks begin with it."""
    await timed.say("ann", None, "营业时间？")
    before = len(timed.direct("ann"))
    await timed.later(timedelta(hours=23, minutes=59).total_seconds())
    assert (await timed.ticket()).status is Status.PENDING
    await timed.later(120)
    assert (await timed.ticket()).status is Status.SOLVED
    question = await timed.baton.read(lambda unit: unit.knowledge.question(1))
    assert question.outcome is Outcome.QUIET
    assert len(timed.direct("ann")) == before
    assert "T-1" not in "".join(timed.read(message) for message in timed.slack.sent(timed.support))
    await timed.say("ann", None, "营业时间？那周末呢")
    assert await timed.count() == 1
    assert "客户又回来了" in timed.read(timed.card())
    assert len(await clocks(timed)) == 2
    await timed.later(timedelta(days=2).total_seconds())
    assert (await timed.ticket()).status is Status.NEW


async def test_another_team_gets_it_as_a_new_one(timed: Reading) -> None:
    """Where somebody moves it before its customer said anything."""
    await timed.say("ann", None, "营业时间？")
    await timed.command("lin", timed.support, "/baton", "T-1 team 技术")
    assert (await timed.ticket()).status is Status.NEW
    assert "团队已接手" in timed.read(timed.card(room=timed.tech))
    assert len(await clocks(timed)) == 2


async def test_of_two_that_are_merged_a_person_has_both(timed: Reading) -> None:
    """The buttons under the answer say so."""
    await timed.say("ann", None, "营业时间？")
    answer = timed.told("ann")
    await timed.say("bo", timed.help, "鼠标坏了")
    await timed.command("lin", timed.support, "/baton", "T-2 merge T-1")
    assert "已经在跟进" in await timed.press("ann", answer, "需要人工")
    assert "已经在跟进" in await timed.press("ann", answer, "已解决")
    question = await timed.baton.read(lambda unit: unit.knowledge.question(1))
    assert question.outcome is Outcome.PERSON
    assert (await timed.ticket(2)).status is Status.NEW
