"""A ticket's clocks through its life: what starts, pauses, moves and stops them, through the wire."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.clocks.facts import ClockChanged, ClockStopped
from bot.clocks.rules import Clock
from tests.clock import START
from tests.clocks.stage import clocks, facts, fired
from tests.tickets.stage import Stage

PRINTER = "打印机坏了，一直卡纸"
MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture
async def opened(stage: Stage) -> Stage:
    """Ann's ticket T-1 waits in 客服部."""
    await stage.say("ann", None, PRINTER)
    return stage


def after(**length: float) -> object:
    """An instant so long after the beginning."""
    return START + timedelta(**length)


class About:
    """An instant so long after the beginning, give or take the seconds that pass while Baton works."""

    def __init__(self, **length: float) -> None:
        self.at = START + timedelta(**length)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, datetime) and abs(other - self.at) < timedelta(seconds=10)

    def __repr__(self) -> str:
        return f"about {self.at}"

    __hash__ = None  # type: ignore[assignment]


def about(**length: float) -> Any:
    """See `About`."""
    return About(**length)


async def test_steps_fall_due_one_after_the_other_and_the_card_says_when_it_is_too_late(opened: Stage) -> None:
    """Covers U15, G5: after the start, before the target, at the target."""
    for minutes, so_far in ((10, 1), (15, 2), (5, 3)):
        await opened.later(minutes * MINUTE + 1)
        assert len(await fired(opened)) == so_far
    assert [step for _, step, _, _ in await fired(opened)] == [0, 1, 2]
    assert "已超时" in opened.read(opened.card())
    await opened.mention("lin", opened.support, "回复 马上来", under=opened.card())
    (stopped,) = [fact for fact in await facts(opened, ClockStopped) if isinstance(fact, ClockStopped)]
    assert (stopped.outcome, stopped.late_by // 60) == ("late", 0)
    assert "已超时" not in opened.read(opened.card())


async def test_an_answer_that_is_taken_back_was_none(opened: Stage) -> None:
    """Covers U25: within its ten seconds nothing has reached the customer; the clock ran on all the time."""
    await opened.later(5 * MINUTE)
    await opened.mention("lin", opened.support, "回复 马上来", under=opened.card())
    assert (await clocks(opened))["first_response"].outcome == "met"
    (notice,) = [one for one in opened.slack.messages(opened.support, opened.card()) if "撤回" in opened.read(one)]
    await opened.press("lin", notice, "撤回")
    running = (await clocks(opened))["first_response"]
    assert running.running
    assert running.target == after(minutes=30)
    await opened.later(6 * MINUTE)
    assert await fired(opened) == [("first_response", 0, 0, 0)]


async def test_each_question_after_an_answer_has_a_clock_of_its_own(opened: Stage) -> None:
    """Covers U25: the next response; what the customer adds before he was answered starts nothing."""
    await opened.say("ann", None, "还在卡纸")
    assert "next_response" not in await clocks(opened)
    await opened.mention("lin", opened.support, "回复 请重启", under=opened.card())
    await opened.later()
    await opened.say("ann", None, "重启了，还是不行")
    first = (await clocks(opened))["next_response"]
    assert first.running
    await opened.say("ann", None, "在吗，还有别的问题要问")
    assert (await clocks(opened))["next_response"].id == first.id
    await opened.later(HOUR + 1)
    assert await fired(opened) == [("next_response", 0, 0, 0)]
    await opened.mention("lin", opened.support, "回复 换一台", under=opened.card())
    assert (await clocks(opened))["next_response"].outcome == "late"


async def test_it_stands_still_while_the_ticket_waits_for_the_customer(opened: Stage) -> None:
    """Covers U15: what is left is what was left."""
    await opened.later(HOUR)
    await opened.command("lin", opened.general, "/baton", "T-1 状态 等待客户")
    standing = (await clocks(opened))["resolution"]
    assert standing.target is None
    assert "等待客户" in opened.read(opened.card())
    await opened.later(20 * HOUR)
    assert ("resolution", 0, 0, 0) not in await fired(opened)
    await opened.say("ann", None, "我回来了，型号是 M428")
    assert (await clocks(opened))["resolution"].target == about(hours=28)
    await opened.later(7 * HOUR - 10)
    assert ("resolution", 0, 0, 0) not in await fired(opened)
    await opened.later(20)
    assert ("resolution", 0, 0, 0) in await fired(opened)


async def test_waiting_for_a_colleague_is_no_excuse_unless_the_policy_says_so(opened: Stage) -> None:
    await opened.command("lin", opened.general, "/baton", "T-1 状态 等待同事")
    assert (await clocks(opened))["resolution"].target == about(hours=8)


async def test_another_priority_is_another_policy_from_the_start(opened: Stage) -> None:
    """Covers C9, P9: fast track: what is due by the new policy already is told at once, in one."""
    await opened.later(90 * MINUTE)
    before = (await clocks(opened))["resolution"]
    assert (before.policy.key, before.target) == ("resolution", about(hours=8))
    await opened.choose("wang", opened.card(), "优先级", "紧急")
    now = (await clocks(opened))["resolution"]
    assert (now.id, now.policy.key, now.target) == (before.id, "resolution-urgent", about(hours=2))
    assert ("resolution", 0, 0, 1) in await fired(opened)
    (changed,) = [fact for fact in await facts(opened, ClockChanged) if isinstance(fact, ClockChanged)]
    assert changed.because == "priority"
    assert "紧急" in await opened.command("lin", opened.general, "/baton", "why T-1")


async def test_reopened_the_same_time_goes_on(opened: Stage) -> None:
    """Covers U25: the time in which it was thought to be solved is not counted."""
    await opened.later(HOUR)
    await opened.mention("lin", opened.support, "解决", under=opened.card())
    assert {clock.outcome for clock in (await clocks(opened)).values()} == {"met", "late"}
    await opened.later(10 * HOUR)
    await opened.mention("lin", opened.support, "重开", under=opened.card())
    again = (await clocks(opened))["resolution"]
    assert again.running
    assert again.target == about(hours=18)


async def test_a_customer_who_comes_back_is_waited_for_no_longer_than_anybody(opened: Stage) -> None:
    """Covers U25: what he writes on a solved ticket is a question; a mere thank-you is none."""
    await opened.mention("lin", opened.support, "回复 请重启", under=opened.card())
    await opened.later()
    await opened.mention("lin", opened.support, "解决", under=opened.card())
    await opened.say("ann", None, "谢谢")
    assert "next_response" not in await clocks(opened)
    await opened.say("ann", None, "又坏了，还是卡纸")
    known = await clocks(opened)
    assert known["next_response"].running
    assert known["resolution"].running


async def test_a_merged_ticket_is_waited_for_no_more(opened: Stage) -> None:
    await opened.say("bo", None, "The printer is jammed again and again")
    await opened.mention("lin", opened.support, "T-1 合并 T-2", under=opened.card())
    gone: dict[str, Clock] = await clocks(opened, 2)
    assert {clock.outcome for clock in gone.values()} == {"cancelled"}
    assert all(clock.running for clock in (await clocks(opened)).values())


async def test_who_waits_in_a_merged_ticket_is_waited_for_in_the_other(opened: Stage) -> None:
    """Covers U25: its customer's question is not lost because another one has been answered."""
    await opened.mention("lin", opened.support, "回复 请重启", under=opened.card())
    await opened.later()
    await opened.say("bo", None, "The printer is jammed again and again")
    await opened.mention("lin", opened.support, "T-1 合并 T-2", under=opened.card())
    assert (await clocks(opened))["next_response"].running


async def test_after_an_hour_of_downtime_one_is_told_for_all(opened: Stage) -> None:
    """Covers G1, U15: reliability T1: the highest, and how many it speaks for."""
    opened.baton.clock.advance(HOUR)
    await opened.baton.settle()
    assert await fired(opened) == [("first_response", 2, 2, 0)]


async def test_why_is_told_to_the_staff_in_their_language_and_to_no_customer(opened: Stage) -> None:
    """Covers P1, U25: line by line."""
    await opened.later(10 * MINUTE)
    told = await opened.command("lin", opened.support, "/baton", "为什么 T-1")
    for words in ("策略「first」", "开始计时", "合计 30 分", "还剩 20 分"):
        assert words in told
    await opened.command("lin", opened.support, "/baton", "lang en")
    assert "20 min left" in await opened.command("lin", opened.support, "/baton", "why T-1")
    await opened.command("lin", opened.support, "/baton", "lang zh-TW")
    assert "還剩 20 分" in await opened.command("lin", opened.support, "/baton", "為什麼 T-1")
    for said in ("why T-1", "为什么 T-1"):
        await opened.say("ann", None, said)
    seen = opened.shown_to_customer("ann")
    assert "策略" not in seen
    assert "30 分" not in seen
