"""A customer on Telegram, agents on Slack: one ticket, from the first word to the last."""

from pathlib import Path

from tests.clock import ManualClock
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import SlackFake
from tests.fakes.telegram import TelegramFake
from tests.harness import world


async def test_a_customer_on_telegram_is_answered_from_slack(tmp_path: Path) -> None:
    """Covers B1, B4, B9, U20, U32: both ways across platforms, and nothing internal reaches the customer."""
    clock = ManualClock()
    async with SlackFake(clock=clock) as slack, TelegramFake(clock=clock) as telegram:
        lin = slack.user("U0LIN", name="林晓", locale="zh-CN")
        for other in ("U0CHEN", "U0WANG", "U0ZHAO"):
            slack.user(other, name=other)
        room = slack.channel("C0SUPPORT", members=[lin])
        slack.channel("C0HELP", members=[lin])
        slack.channel("C0TECH", members=[])
        ann = telegram.user(2001, "Ann", language_code="zh-hans")
        file = team_file(tmp_path, **SLACK_ROOMS)
        async with world(
            f"sqlite:///{tmp_path}/baton.db",
            file,
            clock,
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_SIGNING_SECRET=slack.signing_secret,
            SLACK_API_URL=slack.api_url,
            TELEGRAM_BOT_TOKEN=telegram.token,
            TELEGRAM_API_URL=telegram.url,
        ) as baton:
            slack.request_url = f"{baton.url}/slack/events"
            await telegram.starts(ann)
            await telegram.says(ann, text="打印机坏了，一直卡纸 <!channel>")
            await telegram.settled()
            await baton.settle()
            card = next(message for message in slack.sent(room) if "T-1" in slack.visible_text(message))
            assert "打印机坏了" in slack.visible_text(card)
            assert any("T-1" in telegram.visible_text(message) for message in telegram.sent(ann))

            await slack.presses(lin, card, "领取")
            await baton.settle()
            assert "林晓" in slack.visible_text(slack.message(card.ts))

            await slack.says(lin, room, "这个客户脾气不好", thread_ts=card)
            await slack.says(lin, room, "回复 您好，请试试*重启*", thread_ts=card)
            await baton.settle()
            assert not any("重启" in telegram.visible_text(message) for message in telegram.sent(ann))
            await baton.pass_time(11)
            shown = [telegram.visible_text(message) for message in telegram.sent(ann)]
            assert any("重启" in words for words in shown)
            assert not any("脾气" in words for words in shown)

            await telegram.says(ann, text="好了，太棒了")
            await telegram.settled()
            await baton.settle()
            thread = [slack.visible_text(message) for message in slack.messages(room, card)]
            assert any("太棒了" in words for words in thread)
            assert slack.violations == []
            assert telegram.violations == []
