"""A fault report, from the customer's first word until he is told: four departments on three platforms at once.

Told twice: with the clock moved through the ten and thirty minutes of the requirement, and in real seconds.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.slack import Message
from tests.stories.stage import Stage, stage

MINUTES = """
[[policies]]
key = "collab-default"
on = "collab.response"
target = "2h"
steps = [
  { at = "10m", notify = ["assignee"], via = ["mail"] },
  { at = "30m", notify = ["team-lead"], via = ["dm"] },
]
"""
SECONDS = MINUTES.replace('"10m"', '"3s"').replace('"30m"', '"6s"')


@dataclass(frozen=True)
class Pace:
    """How fast a story goes: its policies, the two silences, and how long a reply is held."""

    policies: str
    real: bool
    first: float
    second: float
    held: float = 11.0


PACES = {
    "time is moved": Pace(MINUTES, real=False, first=601, second=1200),
    "real seconds": Pace(SECONDS, real=True, first=3, second=3),
}


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES.keys())
async def test_a_fault_is_reported_escalated_mended_and_told(pace: Pace, tmp_path: Path) -> None:
    """Covers U3, U4, U6, U13, U16, U18, U24, U31, B5, C12: nobody left his chat, nothing internal reached her."""
    async with stage(tmp_path, pace.policies, real=pace.real) as here:
        card = await reported(here)
        await asked_with_what_is_required(here, card)
        await silence_is_heard(here, pace)
        await two_departments_answer(here, card)
        await the_customer_is_told(here, card, pace)


async def reported(here: Stage) -> Message:
    """Ann writes on Telegram; 林晓 takes her ticket on Slack."""
    ann = here.on_telegram("ann")
    await here.telegram.starts(ann)
    await here.telegram.says(ann, text="App 登录报错，一直打不开")
    card: Message = await here.until(lambda: here.slack_message(" T-1 ·"))
    await here.slack.presses(here.on_slack("lin"), card, "领取")
    await here.until(lambda: "林晓" in here.slack.visible_text(here.slack.message(card.ts)))
    return card


async def asked_with_what_is_required(here: Stage, card: Message) -> None:
    """A request to 技术部 can't leave without its items, one to 财务部 needs none; the ticket waits for both."""
    lin = here.on_slack("lin")
    await here.slack.says(lin, here.support, f"{here.slack.bot_mention} 协作 技术 BUG 客户登录报错", thread_ts=card)
    button = await here.until(lambda: here.slack_message("请点按钮"))
    await here.slack.presses(lin, button, "T-1 请求协作")
    await here.until(lambda: here.slack.modal(lin))
    refused = await here.slack.submits(lin, {"操作步骤": "打开 App 登录"})
    assert refused.errors, "Slack itself insists on what the form requires"
    taken = await here.slack.submits(lin, {"操作步骤": "打开 App 登录", "错误代码": "E-401"})
    assert taken.errors == {}
    request = await here.until(lambda: here.telegram_message(here.tech, " C-1 ·"))
    shown = here.telegram.visible_text(request)
    assert "E-401" in shown
    assert "林晓" in shown
    await here.slack.says(lin, here.support, f"{here.slack.bot_mention} 协作 财务 请退还本月会员费", thread_ts=card)
    await here.until(lambda: here.slack_message(" C-2 ·"))


async def silence_is_heard(here: Stage, pace: Pace) -> None:
    """Nobody answers: by mail to the technician after the first silence, to his lead after the second."""
    zhou = here.on_telegram("zhou")
    await here.passes(pace.first)
    letters = await here.until(lambda: here.letters.to("zhao@aurora.example"))
    assert "C-1" in letters[0]
    assert here.telegram_message(zhou, "C-1") is None
    await here.passes(pace.second)
    alert = await here.until(lambda: here.telegram_message(zhou, "C-1"))
    words = here.telegram.visible_text(alert)
    assert "协作请求还没有人接受" in words
    assert "赵磊" in words, "who was told before"
    assert len(here.letters.to("zhao@aurora.example")) == 1


async def two_departments_answer(here: Stage, card: Message) -> None:
    """赵磊 answers on Telegram, 吴敏 in the built-in chat; then the ticket is 林晓's again."""
    zhao = here.on_telegram("zhao")
    request = here.telegram_message(here.tech, " C-1 ·")
    assert request is not None
    await here.telegram.says(zhao, here.tech, "/accept 2h", reply_to=request)
    await here.until(lambda: "🔧 赵磊 接受了" in here.said_on_slack(card))
    await here.telegram.says(zhao, here.tech, "是账号权限的问题，别告诉客户", reply_to=request)
    await here.until(lambda: "是账号权限的问题" in here.said_on_slack(card))
    await here.telegram.says(zhao, here.tech, "/done 已修复账号权限，请重新登录", reply_to=request)
    await here.until(lambda: "已修复账号权限" in here.said_on_slack(card))
    assert "等待同事" in here.slack.visible_text(here.slack.message(card.ts)), "财务部 has not answered yet"
    await finance_answers(here)
    await here.until(lambda: "已退款 30 元" in here.said_on_slack(card))
    await here.until(lambda: "处理中" in here.slack.visible_text(here.slack.message(card.ts)))


async def finance_answers(here: Stage) -> None:
    """In the browser: the card in the room of 财务部, its thread, two commands."""
    wu = await here.browser("wu")
    shown = await seen_on_web(here, wu, " C-2 ·")
    thread = str(shown["id"])
    await wu.say("finance", "@Baton 接受", thread=thread)
    await seen_on_web(here, wu, "吴敏 接受了", thread=thread)
    await wu.say("finance", "@Baton 完成 已退款 30 元", thread=thread)


async def seen_on_web(here: Stage, browser: Any, words: str, *, thread: str = "") -> dict[str, Any]:
    """The newest message with these words, as soon as it is there."""
    async with asyncio.timeout(25):
        while (found := here.on_web(await browser.timeline("finance", thread), words)) is None:
            await here.passes(0)
            await asyncio.sleep(0.02)
    return found


async def the_customer_is_told(here: Stage, card: Message, pace: Pace) -> None:
    """One tap brings the answer filled in; ten seconds later Ann has it, and never anything else of all this."""
    lin, ann = here.on_slack("lin"), here.on_telegram("ann")
    result = await here.until(lambda: here.slack_message("已修复账号权限", "完成了"))
    await here.slack.presses(lin, result, "告知客户")
    await here.until(lambda: here.slack.modal(lin))
    sent = await here.slack.submits(lin)
    assert sent.errors == {}
    assert "已修复账号权限" not in here.told(ann)
    await here.passes(pace.held)
    await here.until(lambda: "已修复账号权限，请重新登录" in here.told(ann))
    for internal in ("别告诉客户", "技术部", "财务部", "C-1", "E-401", "退款", "赵磊"):
        assert internal not in here.told(ann)
