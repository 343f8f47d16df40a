"""A request to another department that nobody answers, on two platforms at once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.escalation.rules import State
from tests.collab.stage import House, open_house
from tests.escalation.stage import alerts, ledger, minutes, told

POLICY = """
[[policies]]
key = "answer"
on = "collab.response"
target = "2h"
steps = [
  { at = "10m", notify = ["assignee"], via = ["dm"] },
  { at = "30m", notify = ["asker"], via = ["dm"] },
  { at = "target-15m", notify = ["team"], via = ["thread"] },
  { at = "target", notify = ["next-level"], via = ["dm"] },
]
"""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """客服部 on Slack, 技术部 on Telegram."""
    async with open_house(tmp_path, more=POLICY) as opened:
        for guest in opened.guests.values():
            await opened.phone.starts(guest)
        await opened.settle()
        await opened.opened("打印机坏了，没法发货")
        await opened.asks("协作 技术部 请检查打印机日志")
        yield opened


async def test_a_request_that_nobody_has_is_told_to_those_on_duty(house: House) -> None:
    """Covers U12 U15: both technicians on Telegram, with the problem; an acceptance settles it."""
    await minutes(house, 11)
    for who in ("zhao", "sun"):
        (shown,) = [words for words in house.notes(house.guests[who]) if "⏰ C-1" in words]
        assert "协作请求还没有人接受" in shown
        assert "请检查打印机日志" in shown
    await house.tells("zhao", "/accept 2h", to=house.request_card())
    assert any("✅ C-1" in words for words in house.notes(house.guests["sun"]))
    await minutes(house, 30)
    assert told(house, "lin") == []


async def test_the_one_who_asked_hears_and_the_thread_is_warned(house: House) -> None:
    """Covers U12 C12: the asker after half an hour; the warning stands in the request's own thread."""
    await minutes(house, 31)
    (alert,) = told(house, "lin")
    assert "C-1 ·" in house.read(alert)
    assert "赵磊" in house.read(alert)
    await minutes(house, 76)
    assert any("请 " in words and "⏰ C-1" in words for words in house.notes())
    assert not any("⏰ C-1" in line for line in house.thread())


async def test_the_next_level_of_a_team_without_lead_is_the_admins(house: House) -> None:
    """Covers O6 U15: 技术部 has neither lead nor supervisor; the chain does not stall."""
    await minutes(house, 121)
    (alert,) = told(house, "root")
    assert "现在到期" in house.read(alert)


async def test_an_alert_about_a_request_hands_it_over(house: House) -> None:
    """Covers U16: reassigned from the alert, on Telegram."""
    await minutes(house, 11)
    alert = house.note("⏰ C-1", house.guests["zhao"])
    await house.taps("zhao", alert, "改派")
    await house.taps("zhao", house.phone.sent(house.guests["zhao"])[-1], "孙强")
    request = await house.request()
    assert await house.person(request.owner) == "孙强"
    assert any(entry.state is State.ANSWERED for entry in await ledger(house))


async def test_the_ledger_of_a_request(house: House) -> None:
    """Covers G5: `delivery C-1`, and within that of its ticket."""
    await minutes(house, 11)
    for reference in ("C-1", "T-1"):
        await house.command("lin", None, "/baton", f"送达 {reference}")
        assert "C-1 · 第 1 步 · 赵磊" in house.direct("lin")[-1]
    assert {alert.request for alert in await alerts(house)} == {1}
