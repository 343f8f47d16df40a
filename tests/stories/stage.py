"""Everybody at once: customers on Telegram, agents on Slack, technicians on Telegram, finance in the built-in chat.

Mail goes to a real SMTP server. The clock is moved or real: a story says `until` and `passes`, and
is the same in both.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import httpx
from aiosmtpd.smtp import SMTP

from adapters.http import serve
from bot.app import Baton
from bot.clock import SystemClock
from bot.settings import Settings
from tests.adapters.web.house import Browser
from tests.clock import ManualClock
from tests.fakes.slack import Channel, SlackFake
from tests.fakes.slack import Message as SlackMessage
from tests.fakes.slack import User as SlackUser
from tests.fakes.telegram import Chat, TelegramFake
from tests.fakes.telegram import Message as TelegramMessage
from tests.fakes.telegram import User as TelegramUser
from tests.harness import world

TECH_ROOM = -1001500000999
PATIENCE = 25.0

TEAM_FILE = """
[workspace]
name = "Aurora"
locale = "zh-CN"
timezone = "Asia/Shanghai"
default_team = "support"

[gateways]
mail = "mailto://127.0.0.1:{smtp}?from=baton@aurora.example&to={{address}}"

[[teams]]
key = "support"
name = "客服部"
lead = "wang"
slack_channel = "C0SUPPORT"
web_room = ""

[[teams]]
key = "tech"
name = "技术部"
aliases = ["技术"]
lead = "zhou"
telegram_chat = "{tech}"
web_room = ""

[[teams]]
key = "finance"
name = "财务部"
aliases = ["财务"]
lead = "zheng"

[[people]]
key = "lin"
name = "林晓"
role = "agent"
teams = ["support"]
slack = "U0LIN"
web = ""

[[people]]
key = "wang"
name = "王芳"
role = "supervisor"
teams = ["support"]
slack = "U0WANG"
web = ""

[[people]]
key = "zhao"
name = "赵磊"
role = "technician"
teams = ["tech"]
telegram = "3001"
email = "zhao@aurora.example"
web = ""

[[people]]
key = "zhou"
name = "周强"
role = "supervisor"
teams = ["tech"]
telegram = "3002"
web = ""

[[people]]
key = "wu"
name = "吴敏"
role = "technician"
teams = ["finance"]

[[people]]
key = "zheng"
name = "郑洁"
role = "supervisor"
teams = ["finance"]

[[templates]]
team = "tech"
type = "BUG"
required = ["操作步骤", "错误代码"]
"""


class Letters:
    """An SMTP server's memory."""

    def __init__(self) -> None:
        self.received: list[tuple[list[str], str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a letter."""
        letter = message_from_bytes(envelope.content, policy=policy.default)
        body = letter.get_body(("plain", "html"))
        self.received.append((envelope.rcpt_tos, f"{letter['subject']}\n{body.get_content() if body else ''}"))
        return "250 taken"

    def to(self, address: str) -> list[str]:
        """Subject and text of what somebody was sent."""
        return [words for recipients, words in self.received if address in recipients]


@dataclass
class Stage:
    """One Baton and everybody around it. `rest` lets time pass, `enter` is a person's way into the built-in chat."""

    slack: SlackFake
    telegram: TelegramFake
    letters: Letters
    client: httpx.AsyncClient
    rest: Callable[[float], Any]
    enter: Callable[[str], str]
    people: dict[str, Any] = field(default_factory=dict)

    @property
    def support(self) -> Channel:
        """The room of 客服部 on Slack."""
        return self.slack.workspace.channels["C0SUPPORT"]

    @property
    def tech(self) -> Chat:
        """The group of 技术部 on Telegram."""
        group: Chat = self.people["tech"]
        return group

    def on_slack(self, name: str) -> SlackUser:
        """Somebody on Slack."""
        user: SlackUser = self.people[name]
        return user

    def on_telegram(self, name: str) -> TelegramUser:
        """Somebody on Telegram."""
        user: TelegramUser = self.people[name]
        return user

    async def browser(self, name: str) -> Browser:
        """Somebody signs in to the built-in chat, by the link that `baton chat link` prints."""
        came = await self.client.get(self.enter(name), follow_redirects=True)
        assert came.status_code == 200, came.text
        return Browser(self.client)

    async def passes(self, seconds: float) -> None:
        """Time passes, and what falls due in it happens."""
        await self.telegram.settled()
        await self.rest(seconds)

    async def until(self, found: Callable[[], Any]) -> Any:
        """Wait until something can be seen, and give it back."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not (seen := found()):
            assert asyncio.get_running_loop().time() < deadline, "it was never to be seen"
            await self.passes(0)
            await asyncio.sleep(0.01)
        return seen

    def on_web(self, messages: list[dict[str, Any]], *words: str) -> dict[str, Any] | None:
        """The newest of these messages of the built-in chat with all these words."""
        found = [one for one in messages if all(word in str(one["body"]) for word in words)]
        return found[-1] if found else None

    def slack_thread(self, card: SlackMessage) -> list[SlackMessage]:
        """Everything under a card on Slack."""
        return self.slack.messages(self.support, card)

    def said_on_slack(self, card: SlackMessage) -> str:
        """The words under a card on Slack."""
        return "\n".join(self.slack.visible_text(message) for message in self.slack_thread(card))

    def slack_message(self, *words: str) -> SlackMessage | None:
        """The newest message of Baton's in 客服部's room, threads included, with all these words."""
        room = self.support
        everything = [one for top in self.slack.messages(room) for one in (top, *self.slack.messages(room, top))]
        found = [one for one in everything if all(word in self.slack.visible_text(one) for word in words)]
        return found[-1] if found else None

    def telegram_message(self, where: Chat | TelegramUser, *words: str) -> TelegramMessage | None:
        """The newest message of Baton's in a chat with all these words."""
        sent = self.telegram.sent(where)
        found = [one for one in sent if all(word in self.telegram.visible_text(one) for word in words)]
        return found[-1] if found else None

    def told(self, who: TelegramUser) -> str:
        """Everything that Baton ever said to somebody on Telegram."""
        return "\n".join(self.telegram.visible_text(message) for message in self.telegram.sent(who))


@contextlib.asynccontextmanager
async def stage(folder: Path, policies: str, *, real: bool) -> AsyncIterator[Stage]:
    """Everything at work until the block ends; then no platform may have found fault with anything it was sent."""
    clock = SystemClock() if real else ManualClock()
    letters = Letters()
    async with contextlib.AsyncExitStack() as stack:
        smtp = await asyncio.get_running_loop().create_server(lambda: SMTP(letters), "127.0.0.1", 0)
        stack.callback(smtp.close)
        port = smtp.sockets[0].getsockname()[1]
        slack = await stack.enter_async_context(SlackFake(clock=clock))
        telegram = await stack.enter_async_context(TelegramFake(clock=clock))
        people = await _people(slack, telegram)
        file = folder / "baton.toml"
        file.write_text(TEAM_FILE.format(smtp=port, tech=TECH_ROOM) + policies, "utf-8")
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "BATON_LOCAL_CHAT": "on",
        }
        url = f"sqlite:///{folder}/baton.db"
        running = _passing(url, file, environment) if real else _moved(url, file, clock, environment)
        baton, address, rest = await stack.enter_async_context(running)
        slack.request_url = f"{address}/slack/events"
        await telegram.connected()
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=address, headers={"x-baton": "chat"}, timeout=10)
        )
        link = baton.adapters["web"].sign_in_link
        yield Stage(
            slack, telegram, letters, client, rest, lambda name: "/chat" + link(name).partition("/chat")[2], people
        )
        assert slack.violations == []
        assert telegram.violations == []


async def _people(slack: SlackFake, telegram: TelegramFake) -> dict[str, Any]:
    staff = (("lin", "林晓"), ("wang", "王芳"))
    lin, wang = (slack.user(f"U0{key.upper()}", name=name, locale="zh-CN") for key, name in staff)
    slack.channel("C0SUPPORT", members=[lin, wang])
    zhao = telegram.user(3001, "赵磊", language_code="zh-hans")
    zhou = telegram.user(3002, "周强", language_code="zh-hans")
    ann = telegram.user(2001, "Ann", language_code="zh-hans")
    tech = telegram.group("技术部", members=[zhao, zhou], bot="administrator", id=TECH_ROOM)
    for person in (zhao, zhou):
        await telegram.starts(person)
    return {"lin": lin, "wang": wang, "zhao": zhao, "zhou": zhou, "ann": ann, "tech": tech}


@contextlib.asynccontextmanager
async def _moved(url: str, file: Path, clock: Any, environment: dict[str, str]) -> AsyncIterator[tuple[Any, str, Any]]:
    async with world(url, file, clock, **environment) as baton:
        yield baton.baton, baton.url, baton.pass_time


@contextlib.asynccontextmanager
async def _passing(url: str, file: Path, environment: dict[str, str]) -> AsyncIterator[tuple[Any, str, Any]]:
    variables = {"BATON_DATABASE_URL": url, "BATON_CONFIG": str(file), "BATON_SECRET_KEY": "k" * 40}
    baton = await Baton.start(Settings(_env_file=None, **(variables | environment)), SystemClock())  # type: ignore[arg-type]
    stop, ports = asyncio.Event(), asyncio.Queue[int]()
    serving = asyncio.create_task(serve(baton.http, "127.0.0.1", 0, stop, bound=ports.put_nowait))
    try:
        yield baton, f"http://127.0.0.1:{await ports.get()}", asyncio.sleep
    finally:
        stop.set()
        await serving
        await baton.stop()
