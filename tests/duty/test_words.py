"""`duty`, `rest`, `busy`, `leave` as people type them, and what colleagues see of it."""

import pytest

from bot.unit import Unit
from tests.duty.office import shanghai
from tests.tickets.stage import Stage

MINUTE, HOUR = 60, 3600


def number_of(unit: Unit, key: str) -> int:
    """The number of a person of the team file."""
    person = unit.people.by_key(key)
    assert person is not None
    return person.id


async def whispered(stage: Stage, who: str, words: str) -> str:
    """What somebody is told who types this in his conversation with the bot."""
    before = len(stage.direct(who))
    await stage.say(who, None, words)
    return "\n".join(stage.direct(who)[before:])


async def test_who_is_on_duty_until_when_and_who_comes_next(stage: Stage) -> None:
    """Covers B6, T1: at ten in the morning, in the lunch break, and after a colleague went to rest."""
    card = await whispered(stage, "lin", "值班")
    assert "客服部" in card
    assert "技术部" not in card
    assert "林晓" in card
    assert "王芳（负责人）" in card
    assert "12:00" in card
    await stage.say("chen", None, "休息 30m")
    card = await whispered(stage, "lin", "duty")
    assert "⚪ 陈曦 · 2026/12/1 10:30" in card
    await stage.later(2.5 * HOUR)
    card = await whispered(stage, "lin", "duty 客服")
    assert "现在没有人值班。" in card
    assert "⚪ 林晓 · 2026/12/1 13:00" in card
    assert "全天值班" in await whispered(stage, "lin", "duty 技术部")


async def test_a_team_that_is_none_is_said_so(stage: Stage) -> None:
    """Covers T1: with those that there are."""
    assert "客服部" in await whispered(stage, "lin", "duty 财务部")


async def test_customers_have_no_duty(stage: Stage) -> None:
    """Covers P2: who works when is none of their business."""
    for words in ("duty", "rest 30m", "busy 1h", "leave tomorrow"):
        told = await stage.command("ann", stage.general, "/baton", words)
        assert "客服部" not in told
        assert "只有我们的同事可以做" in told


@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("rest 30m", "10:30"),
        ("休息 45分钟", "10:45"),
        ("休息 2小时", "12:00"),
        ("rest 20", "10:20"),
        ("rest until 14:00", "14:00"),
        ("休息 到14:00", "14:00"),
        ("休息 到15点", "15:00"),
        ("休息 到下班前", None),
        ("休息 半小时", "10:30"),
        ("休息 两个小时。", "12:00"),
        ("休息 一个半小时", "11:30"),
        ("rest 1.5 hours", "11:30"),
        ("rest till 09:30", None),
        ("rest forever", None),
        ("rest 0m", None),
        ("休息 2d", None),
    ],
)
async def test_a_rest_is_said_in_many_ways(stage: Stage, words: str, until: str | None) -> None:
    """Covers B6, T8: for a while, until the clock shows a time; half past nine tomorrow is no rest any more."""
    told = await whispered(stage, "lin", words)
    blocks = await stage.baton.read(lambda unit: unit.duty.of(number_of(unit, "lin"), unit.now))
    if until is None:
        assert blocks == []
        assert "例如" in told or "最多" in told
    else:
        assert f"2026/12/1 {until}" in told
        assert [block.ends_at for block in blocks] == [shanghai(f"2026-12-01 {until}")]


async def test_a_rest_tells_who_is_there_and_ends_with_a_button(stage: Stage) -> None:
    """Covers B6, T8, C7: what I need to know when I go, and one tap when I am back."""
    told = await whispered(stage, "lin", "休息 1h")
    assert "现在值班：王芳、陈曦。" in told or "现在值班：陈曦、王芳。" in told
    shown = stage.slack.sent(stage.slack.dm(stage["lin"]))[-1]
    await stage.press("lin", shown, "我回来了")
    assert "⚪ 林晓" not in await whispered(stage, "chen", "duty")
    assert "没有在休息" in await whispered(stage, "lin", "休息 结束")


async def test_rest_alone_offers_what_can_be_chosen(stage: Stage) -> None:
    """Covers T8: nobody has to know a syntax."""
    told = await whispered(stage, "lin", "休息")
    assert "您现在没有在休息。" in told
    shown = stage.slack.sent(stage.slack.dm(stage["lin"]))[-1]
    await stage.press("lin", shown, "30分钟")
    assert "2026/12/1 10:30" in stage.direct("lin")[-1]


@pytest.mark.parametrize(
    ("words", "first", "back"),
    [
        ("leave 2026-12-03 2026-12-05", "2026-12-03 00:00", "2026-12-06 00:00"),
        ("请假 2026-12-03到2026-12-04 家里有事", "2026-12-03 00:00", "2026-12-05 00:00"),
        ("請假 明天", "2026-12-02 00:00", "2026-12-03 00:00"),
        ("leave tomorrow", "2026-12-02 00:00", "2026-12-03 00:00"),
    ],
)
async def test_leave_is_whole_days_by_the_clock_on_his_wall(stage: Stage, words: str, first: str, back: str) -> None:
    """Covers B6: from the midnight of the first day to that of the last."""
    told = await whispered(stage, "lin", words)
    [block] = await stage.baton.read(lambda unit: unit.duty.of(number_of(unit, "lin"), unit.now))
    assert (block.starts_at, block.ends_at) == (shanghai(first), shanghai(back))
    assert block.note == ("家里有事" if "家里有事" in words else "")
    assert "请假" in told


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("leave 2026-12-05 2026-12-03", "先写开始"),
        ("leave 2026-11-01 2026-11-03", "已经过去"),
        ("leave 2026-12-05 2028-12-03", "最多"),
        ("leave sometime", "例如"),
        ("leave off", "没有您的请假记录"),
    ],
)
async def test_a_leave_that_can_not_be_is_explained(stage: Stage, words: str, why: str) -> None:
    """Covers B6: with what to type instead."""
    assert why in await whispered(stage, "lin", words)
    assert await stage.baton.read(lambda unit: unit.duty.of(number_of(unit, "lin"), unit.now)) == []


async def test_who_is_given_a_ticket_off_duty_is_told_of_to_the_team(stage: Stage) -> None:
    """Covers B5, B6: until when he is away, and who is there; the menu says it before."""
    await stage.say("ann", stage.help, "打印机坏了")
    await stage.say("chen", None, "休息 到14:00")
    await stage.say("lin", None, "priority T-1 high")
    menu = next(block for block in stage.card().blocks if block["type"] == "actions")
    shown = str(stage.card().blocks)
    assert menu
    assert "陈曦 · 休息至 2026/12/1 14:00" in shown
    assert "王芳 · 休息至" not in shown
    await stage.choose("lin", stage.card(), "指派", "陈曦 · 休息至 2026/12/1 14:00")
    assert await stage.owner() == "陈曦"
    [line] = [line for line in stage.thread() if "返岗" in line]
    assert "陈曦 不在班，2026/12/1 14:00 返岗。" in line
    assert "现在值班：林晓、王芳。" in line or "现在值班：王芳、林晓。" in line


async def test_nothing_is_said_of_somebody_who_works_or_takes_it_himself(stage: Stage) -> None:
    """Covers B6: no noise."""
    await stage.say("ann", stage.help, "打印机坏了")
    await stage.say("lin", None, "assign T-1 陈曦")
    await stage.say("wang", None, "休息 30m")
    await stage.say("wang", None, "assign T-1 王芳")
    assert [line for line in stage.thread() if "返岗" in line or "不在班" in line] == []
