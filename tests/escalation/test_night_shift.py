"""A night in which nobody of a department works: it is quiet, and in the morning everything is told once."""

from pathlib import Path

from tests.collab.stage import House, open_house
from tests.duty.office import HOURS
from tests.escalation.stage import alarmed, minutes, told
from tests.tickets.stage import Stage

TO_WHOM = """
[[policies]]
key = "asked"
on = "{on}"
target = "1h"
steps = [
  {{ at = "10m", notify = ["{first}"], via = ["{via}"] }},
  {{ at = "target", notify = ["{second}"], via = ["{via}"] }},
]
"""
EVENING = 8.6 * 60
"""Minutes from ten in the morning until after six in the evening."""


async def _asked_late(house: House) -> None:
    for name in ("zhao", "sun"):
        await house.phone.starts(house.guests[name])
    await minutes(house, EVENING)
    await house.opened()
    await house.asks("协作 技术部 请看看")
    await minutes(house, 90)


def _told(house: House, who: str) -> list[str]:
    shown = [house.phone.visible_text(note) for note in house.phone.sent(house.guests[who])]
    return [words for words in shown if "C-1" in words]


async def test_what_nobody_has_waits_for_the_department_and_wakes_no_admin(tmp_path: Path) -> None:
    """Covers U15: they are asleep, which is not the same as that there is nobody."""
    policy = TO_WHOM.format(on="collab.response", first="assignee", second="on-duty", via="dm")
    async with open_house(tmp_path, tech='calendar = "office"', more=policy + HOURS) as house:
        await _asked_late(house)
        assert told(house, "root") == []
        assert _told(house, "zhao") == []
        await minutes(house, 14 * 60)
        (morning,) = _told(house, "zhao")
        assert "没有这样的人" not in morning
        assert told(house, "root") == []


async def _late_case(stage: Stage) -> None:
    await minutes(stage, EVENING)
    await stage.say("ann", stage.help, "门禁坏了")
    await stage.press("lin", stage.card(), "领取")
    await minutes(stage, 90)


async def test_two_steps_about_the_same_are_one_thing_in_the_morning(tmp_path: Path) -> None:
    """Covers U15: held back twice, told once; it was held on purpose, so it is not called late."""
    policy = TO_WHOM.format(on="ticket.first_response", first="assignee", second="assignee", via="dm")
    async with alarmed(tmp_path, policy, support='calendar = "office"', more=HOURS) as stage:
        await _late_case(stage)
        assert told(stage, "lin") == []
        await minutes(stage, 14 * 60)
        (alert,) = told(stage, "lin")
        shown = stage.read(alert)
        assert shown.startswith("⏰ T-1 · 门禁坏了")
        assert "有 2 件事" not in shown
        assert "这条提醒迟到" not in shown
        await stage.press("lin", alert, "我来处理")
        await stage.command("lin", None, "/baton", "送达 T-1")
        assert stage.direct("lin")[-1].count("私信：已响应") == 2


async def test_a_warning_in_the_thread_rings_nobody_by_night(tmp_path: Path) -> None:
    """Covers U15: a mention wakes as surely as a message of its own."""
    policy = TO_WHOM.format(on="ticket.first_response", first="assignee", second="assignee", via="thread")
    async with alarmed(tmp_path, policy, support='calendar = "office"', more=HOURS) as stage:
        await _late_case(stage)
        assert not any("请 @林晓 处理" in line for line in stage.thread())
        await minutes(stage, 14 * 60)
        assert sum("请 @林晓 处理" in line for line in stage.thread()) == 1


async def test_who_is_back_early_hears_at_once_what_was_held(tmp_path: Path) -> None:
    """Covers U15 B6: he ends his rest; what fell due in it does not wait for the hour that he had named."""
    policy = TO_WHOM.format(on="ticket.first_response", first="person:lin", second="person:lin", via="dm")
    async with alarmed(tmp_path, policy) as stage:
        await stage.say("ann", stage.help, "门禁坏了")
        for name in ("lin", "chen", "wang"):
            await stage.command(name, None, "/baton", "休息 4h")
        await minutes(stage, 11)
        assert told(stage, "lin") == []
        await stage.command("lin", None, "/baton", "休息 结束")
        await minutes(stage, 0.1)
        assert len(told(stage, "lin")) == 1


async def test_what_was_held_goes_out_when_the_case_becomes_urgent(tmp_path: Path) -> None:
    """Covers U15: where the policy lets the urgent through by night."""
    policy = TO_WHOM.format(on="ticket.first_response", first="assignee", second="assignee", via="dm")
    policy = policy.replace('target = "1h"', 'target = "1h"\nat_night = "urgent"')
    async with alarmed(tmp_path, policy, support='calendar = "office"', more=HOURS) as stage:
        await _late_case(stage)
        assert told(stage, "lin") == []
        await stage.command("wang", None, "/baton", "T-1 优先级 紧急")
        await minutes(stage, 0.1)
        (alert,) = told(stage, "lin")
        assert "紧急" in stage.read(alert)
