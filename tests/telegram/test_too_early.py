"""Somebody answers what is just being sent: it is handled as soon as it is known what he answers. Covers B9."""

import asyncio
from pathlib import Path

from tests.factories import SLACK_ROOMS, team_file
from tests.telegram.stage import Stage, open_stage, telegram_team


async def _waiting(stage: Stage) -> int:
    return int((await stage.baton.read(lambda unit: unit.inbox.waiting()))[0])


async def _put_back(stage: Stage) -> None:
    """Until Baton has looked at what was said and put it off."""
    for _ in range(2000):
        await stage.baton.baton.inbox.idle()
        if await _waiting(stage):
            return
        await asyncio.sleep(0.002)
    raise AssertionError("nothing was put off")


async def test_an_answer_in_a_slack_thread_whose_card_is_on_its_way(tmp_path: Path) -> None:
    """The card stands on Slack, Slack's answer has not come, and a colleague has answered it already."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        await stage.play(team_file(tmp_path, **SLACK_ROOMS))
        slow = stage.slack.hang("chat.postMessage")
        await stage.telegram.says(stage.ann, text="打印机坏了")
        card = await stage.slack.until(lambda: next(iter(stage.slack.sent(room)), None) if stage.slack else None)
        assert card is not None
        await stage.slack.says(lin, room, "回复 马上来", thread_ts=card.ts)
        await _put_back(stage)
        slow.release()
        await stage.settle()
        await stage.later()
        assert stage.sees(stage.ann, "马上来")


async def test_a_reply_on_telegram_to_what_is_on_its_way(tmp_path: Path) -> None:
    """Fault I5. His words stand in the team's room, Telegram's answer has not come, and an agent replies to them."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        slow = stage.telegram.hang("sendMessage", after_accept=True)
        await stage.telegram.says(stage.ann, text="卡纸了")
        relayed = await stage.telegram.appears(room, "卡纸了")
        await stage.telegram.says(stage.lin, room, "请打开后盖", reply_to=relayed)
        await stage.telegram.settled()
        await _put_back(stage)
        slow.release()
        await stage.settle()
        await stage.later()
        assert stage.sees(stage.ann, "请打开后盖")
