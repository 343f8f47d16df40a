"""What Slack never told is read from its history: once for all, in its order, and nothing from before our time.

Covers U12, W6, G2. On 26 February 2025 Slack dropped the events of hours and said that it would not replay them.
"""

from pathlib import Path

from tests.fakes.slack import Channel, Message, User
from tests.faults.stage import Stage, stage
from tests.replicas.desk import desk


class Asker:
    """Bo asks in the room for questions, also while Slack tells Baton nothing."""

    def __init__(self, here: Stage) -> None:
        self.here = here
        self.room: Channel = here.slack.workspace.channels["C0HELP"]
        self.bo: User = here.slack.user("U0BO", name="Bo")
        self.room.members.append(self.bo.id)

    async def says(self, words: str, under: Message | None = None) -> Message:
        """He writes, and Slack tells it, if it tells anything."""
        return await self.here.slack.says(self.bo, self.room, words, thread_ts=under)

    async def unheard(self, *lines: str, under: Message | None = None) -> list[Message]:
        """He writes, and Slack tells nothing, now or later."""
        address, self.here.slack.request_url = self.here.slack.request_url, None
        said = []
        for line in lines:
            said.append(await self.says(line, under))
            self.here.baton.clock.advance(150)  # else one question would be added to the other
        self.here.slack.request_url = address
        return said

    def titles(self) -> list[str]:
        """What the team sees, card by card."""
        cards = [message for message in self.here.slack.sent(self.here.room) if not message.thread_ts]
        return [self.here.slack.visible_text(card) for card in cards]


def answers(here: Stage, asked: Message) -> list[Message]:
    """What Baton told him under his message."""
    return [each for each in here.slack.messages(here.slack.workspace.channels["C0HELP"], asked)
            if each.user == here.slack.bot_user_id]  # fmt: skip


async def test_a_hole_in_what_slack_told_is_filled_within_the_hour(tmp_path: Path) -> None:
    """Fault I7: three questions and a word in a thread that Slack never delivered; when it does after all, nothing."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        first = await asker.says("打印机坏了")
        await here.settle()
        await here.pass_minutes(30)
        lost = await asker.unheard("登录不了", "发票没收到", "网络断了")
        await asker.unheard("还是坏的", under=first)
        await here.until(lambda: len(asker.titles()) == 4, hours=1.5)
        cards = asker.titles()
        for card, words in zip(cards, ("打印机坏了", "登录不了", "发票没收到", "网络断了"), strict=True):
            assert words in card
        assert all(len(answers(here, message)) == 1 for message in lost)
        thread = here.slack.messages(here.room, here.slack.sent(here.room)[0])
        assert [each for each in thread if "还是坏的" in here.slack.visible_text(each)]
        for message in lost:
            await here.slack.send_event(None, {"type": "message", "channel": message.channel, "user": message.user,
                                               "text": message.text, "ts": message.ts})  # fmt: skip
        await here.pass_minutes(132)
        assert asker.titles() == cards
        assert here.slack.violations == []


async def test_when_slack_says_that_it_holds_back_its_history_is_read_at_once(tmp_path: Path) -> None:
    """Fault I7: `app_rate_limited`; also while the history itself can't be had for a while."""
    async with stage(tmp_path) as here:
        asker = Asker(here)
        await here.pass_minutes(5)
        await asker.unheard("登录不了")
        here.slack.fail_next("conversations.history", 503, times=2)
        here.slack.fail_next("conversations.history", "ratelimited", retry_after=20)
        await here.rate_limited()
        await here.until(lambda: len(asker.titles()) == 1, hours=0.5)


async def test_what_was_said_before_the_first_start_stays_as_it_is(tmp_path: Path) -> None:
    """Fault I7: and a channel that the bot was put out of hinders nobody."""
    async with stage(tmp_path) as here:
        here.slack.workspace.channels["C0TECH"].members.clear()
        asker = Asker(here)
        await here.pass_minutes(132)
        assert asker.titles() == []
        await asker.unheard("登录不了")
        await here.until(lambda: len(asker.titles()) == 1, hours=1.2)


async def test_what_was_written_while_baton_was_down_is_found_at_its_start(tmp_path: Path) -> None:
    """Fault I7, with SIGKILL: Slack gave up long before the next start; what it had delivered is not doubled."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        victim = await here.start(hurried=True)
        heard = await here.asks(1)
        await here.until(lambda: bool(here.cards(1) and here.answers(heard)))
        await victim.kill()
        here.slack.request_url = None
        unheard = [await here.asks(number) for number in (2, 3)]
        await here.start(hurried=True)
        await here.until(lambda: all(here.cards(number) for number in (2, 3)))
        await here.until(lambda: all(here.answers(message) for message in unheard))
        last = await here.asks(4)
        await here.until(lambda: bool(here.cards(4) and here.answers(last)))
        assert [len(here.cards(number)) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]
        assert here.slack.violations == []
