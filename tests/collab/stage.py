"""The stage of the stories about departments: 客服部 works on Slack, 技术部 on Telegram only, 财务部 on Slack.

The staff is that of `tests.factories`; 赵磊 is the technician (`zhao`), 周洁 (`zhou`) works in finance. Ann is a
customer. `says`, `press`, `fill_in` return when Baton has handled the act and everything that it caused has been shown.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.collab.rules import CollabRequest
from tests.clock import ManualClock
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import Message, SlackFake
from tests.fakes.telegram import Chat, TelegramFake
from tests.fakes.telegram import Message as Note
from tests.fakes.telegram import User as Guest
from tests.harness import world
from tests.tickets.stage import Stage
from tests.tickets.stage import furnish as furnish_slack

TECH_ROOM = -1001500000999
# Seconds that `settle` lets pass by itself, for Telegram's limits of a group: one short of a held reply.
PATIENCE = 9.0

FINANCE = """
[[teams]]
key = "finance"
name = "财务部"
aliases = ["财务"]
slack_channel = "C0FINANCE"

[[people]]
key = "zhou"
name = "周洁"
role = "agent"
teams = ["finance"]
slack = "U0ZHOU"

[[people]]
key = "sun"
name = "孙强"
role = "technician"
teams = ["tech"]
telegram = "1005"
"""
TEMPLATE = """
[[templates]]
team = "tech"
type = "BUG"
required = ["操作步骤", "截图", "错误代码"]
"""


@dataclass
class House(Stage):
    """Slack and Telegram, and one Baton between them."""

    guests: dict[str, Guest] = field(default_factory=dict)

    @property
    def phone(self) -> TelegramFake:
        """Telegram."""
        assert self.telegram is not None
        return self.telegram

    @property
    def workshop(self) -> Chat:
        """The group of 技术部."""
        return self.phone.world.chats[TECH_ROOM]

    @property
    def finance(self) -> Any:
        """The room of 财务部."""
        return self.slack.workspace.channels["C0FINANCE"]

    async def settle(self) -> None:
        """Until everything that was said has been handled and shown."""
        await self.phone.settled()
        await self.baton.settle(PATIENCE)

    async def tells(self, who: str, text: str = "", to: Note | None = None, where: Any = None, **how: Any) -> Note:
        """Somebody writes on Telegram; in the workshop unless told otherwise, in reply to `to`."""
        note = await self.phone.says(self.guests[who], where or self.workshop, text, reply_to=to, **how)
        await self.settle()
        return note

    async def alone(self, who: str, text: str, to: Note | None = None) -> Note:
        """Somebody writes to the bot alone, on Telegram."""
        note = await self.phone.says(self.guests[who], None, text, reply_to=to)
        await self.settle()
        return note

    async def taps(self, who: str, note: Note, label: str) -> str:
        """Somebody presses a button on Telegram; the toast that he sees."""
        query = await self.phone.presses(self.guests[who], note, label)
        await self.phone.answered(query)
        await self.settle()
        return query.text

    def notes(self, where: Any = None) -> list[str]:
        """What Baton shows in the workshop (or elsewhere on Telegram) now."""
        return [self.phone.visible_text(note) for note in self.phone.sent(where or self.workshop)]

    def note(self, words: str, where: Any = None) -> Note:
        """Baton's newest message there with these words."""
        found = [n for n in self.phone.sent(where or self.workshop) if words in self.phone.visible_text(n)]
        assert found, f"nothing with {words!r}; shown: {self.notes(where)}"
        return found[-1]

    def request_card(self, number: int = 1) -> Note:
        """The living card of a request in the workshop."""
        cards = [n for n in self.phone.sent(self.workshop) if f" C-{number} · " in self.phone.visible_text(n)]
        assert cards, f"no card of C-{number}; shown: {self.notes()}"
        return cards[0]

    def below(self, words: str, number: int = 1, room: Any = None) -> Message:
        """The newest message with these words under a ticket's card on Slack."""
        under = self.slack.messages(room or self.support, self.card(number, room))
        found = [message for message in under if words in self.slack.visible_text(message)]
        assert found, f"nothing with {words!r}; there is {self.thread(number, room)}"
        return found[-1]

    def asking_card(self, number: int = 1, ticket: int = 1) -> Message:
        """The card of a request under its ticket's card on Slack."""
        under = self.slack.messages(self.support, self.card(ticket))
        found = [message for message in under if f" C-{number} · " in self.slack.visible_text(message)]
        assert found, f"no card of C-{number}; there is {self.thread(ticket)}"
        return found[0]

    def finance_card(self, number: int = 1) -> Message:
        """The card of a request in the room of 财务部."""
        found = [m for m in self.slack.sent(self.finance) if f" C-{number} · " in self.slack.visible_text(m)]
        assert found, [self.slack.visible_text(m) for m in self.slack.sent(self.finance)]
        return found[0]

    async def opened(self, text: str = "打印机坏了", who: str = "ann") -> Message:
        """A customer's ticket, which 林晓 takes; its card."""
        number = await self.count() + 1
        await self.say(who, self.help, text)
        await self.press("lin", self.card(number), "领取")
        return self.card(number)

    async def asks(self, text: str, who: str = "lin", number: int = 1) -> None:
        """Somebody of 客服部 speaks to Baton in a ticket's thread."""
        await self.mention(who, self.support, text, under=self.card(number))
        await self.settle()

    async def request(self, number: int = 1) -> CollabRequest:
        """A request as it is stored."""
        found: CollabRequest = await self.baton.read(lambda unit: unit.collab.get(number))
        return found


@contextlib.asynccontextmanager
async def open_house(
    folder: Path,
    *,
    database_url: str = "",
    support: str = "",
    tech: str = "",
    more: str = "",
    types: str = "",
    forum: bool = False,
) -> AsyncIterator[House]:
    """The whole at work until the block ends; then no platform may have found fault with anything it was sent.

    `support`, `tech` and `types` are further lines about the two teams and the workspace, `more` stands at the end.
    `forum`: the group of 技术部 has topics.
    """
    clock = ManualClock()
    manifest = yaml.safe_load((Path(__file__).parents[2] / "manifests" / "slack.yaml").read_text("utf-8"))
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackFake(clock=clock, manifest=manifest))
        people = furnish_slack(slack)
        people["zhou"] = slack.user("U0ZHOU", name="周洁", locale="zh-CN")
        slack.channel("C0FINANCE", members=[people["zhou"]])
        phone = await stack.enter_async_context(TelegramFake(clock=clock))
        guests = {
            "zhao": phone.user(1004, "赵磊", language_code="zh-hans"),
            "sun": phone.user(1005, "孙强", language_code="zh-hans"),
        }
        phone.group("技术部", members=list(guests.values()), id=TECH_ROOM, bot="administrator", forum=forum)
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "TELEGRAM_BOT_TOKEN": phone.token,
            "TELEGRAM_API_URL": phone.url,
        }
        file = team_file(folder, support=f"{SLACK_ROOMS['support']}\n{support}",
                         tech=f'telegram_chat = "{TECH_ROOM}"\n{tech}', more=FINANCE + more)  # fmt: skip
        if types:
            file.write_text(file.read_text("utf-8").replace("[workspace]", f"[workspace]\n{types}"), "utf-8")
        url = database_url or f"sqlite:///{folder}/baton.db"
        baton = await stack.enter_async_context(world(url, file, clock, **environment))
        slack.request_url = f"{baton.url}/slack/events"
        await phone.connected()
        yield House(slack, baton, phone, people, guests)
        assert slack.violations == []
        assert phone.violations == []
