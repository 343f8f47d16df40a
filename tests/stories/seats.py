"""Somebody at Baton, through the wire of the platform that he uses: the same story is told on each of them.

What somebody does returns when Baton has handled it and everything that it caused has been shown. Whatever is read here
is what stands on his screen now.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.adapters.web.house import Browser, new_act
from tests.fakes.slack import Channel, SlackFake
from tests.fakes.slack import Message as SlackMessage
from tests.fakes.slack import User as SlackUser
from tests.fakes.telegram import Chat, TelegramFake
from tests.fakes.telegram import Message as TelegramMessage
from tests.fakes.telegram import User as TelegramUser


@dataclass
class Seat(ABC):
    """A person at his platform; `settle` waits until Baton has come to rest."""

    name: str
    settle: Callable[[], Awaitable[Any]]

    @abstractmethod
    async def writes(self, words: str) -> None:
        """He writes, alone with the bot."""

    @abstractmethod
    async def types(self, words: str, *, under: str) -> None:
        """He speaks to the bot in the thread of a ticket of his team (`under`: T-1)."""

    @abstractmethod
    async def presses(self, label: str, *words: str) -> str:
        """He presses a button of the newest message with these words; what he alone is told at once."""

    @abstractmethod
    async def fills(self, values: Mapping[str, str]) -> dict[str, str]:
        """He answers the open form, by the labels of its fields, and sends it in; how it was filled in before."""

    @abstractmethod
    async def screen(self) -> list[str]:
        """Everything that Baton shows him, oldest first: alone, in his team's room and its threads."""

    async def sees(self, *words: str) -> str:
        """The newest message with all these words. Raises `AssertionError` if there is none."""
        shown = await self.screen()
        found = [text for text in shown if all(word in text for word in words)]
        assert found, f"{self.name} does not see {words}, but {shown}"
        return found[-1]

    async def saw(self, *words: str) -> int:
        """How many messages have all these words."""
        return sum(all(word in text for word in words) for text in await self.screen())


@dataclass
class AtSlack(Seat):
    """Somebody on Slack; `room` is that of his team."""

    slack: SlackFake
    user: SlackUser
    room: Channel | None = None

    async def writes(self, words: str) -> None:
        await self.slack.says(self.user, self.slack.dm(self.user), words)
        await self.settle()

    async def types(self, words: str, *, under: str) -> None:
        assert self.room is not None
        card = next(one for one in self._posts() if f" {under} ·" in self.slack.visible_text(one))
        await self.slack.says(self.user, self.room, f"{self.slack.bot_mention} {words}", thread_ts=card)
        await self.settle()

    async def presses(self, label: str, *words: str) -> str:
        before = len(self.slack.ephemeral(self.user))
        message = next(one for one in reversed(self._posts()) if self._has(one, label, words))
        assert (await self.slack.presses(self.user, message, label)).ok
        await self.settle()
        told = self.slack.ephemeral(self.user)[before:]
        return "\n".join(self.slack.visible_text(one) for one in told)

    async def fills(self, values: Mapping[str, str]) -> dict[str, str]:
        view = self.slack.modal(self.user)
        assert view is not None, f"{self.name} has no form open"
        inputs = [block for block in view.blocks if block["type"] == "input"]
        before = {each["label"]["text"]: str(each["element"].get("initial_value", "")) for each in inputs}
        sent = await self.slack.submits(self.user, values)
        assert sent.accepted, sent.errors
        await self.settle()
        return before

    async def screen(self) -> list[str]:
        return [self.slack.visible_text(one) for one in self._posts()]

    def _posts(self) -> list[SlackMessage]:
        alone = self.slack.sent(self.slack.dm(self.user))
        posts = [*alone, *(self.slack.sent(self.room) if self.room else ()), *self.slack.ephemeral(self.user)]
        return sorted(posts, key=lambda one: float(one.ts))

    def _has(self, message: SlackMessage, label: str, words: tuple[str, ...]) -> bool:
        shown = self.slack.visible_text(message)
        return label in self.slack.buttons(message) and all(word in shown for word in words)


@dataclass
class AtTelegram(Seat):
    """Somebody on Telegram; `room` is the group of his team."""

    telegram: TelegramFake
    user: TelegramUser
    room: Chat | None = None

    async def writes(self, words: str) -> None:
        await self.telegram.says(self.user, text=words)
        await self.settle()

    async def types(self, words: str, *, under: str) -> None:
        assert self.room is not None
        card = next(one for one in self.telegram.sent(self.room) if f" {under} ·" in self.telegram.visible_text(one))
        at = f"@{self.telegram.bot.username}"
        await self.telegram.says(self.user, self.room, f"{at} {words}", reply_to=card)
        await self.settle()

    async def presses(self, label: str, *words: str) -> str:
        message = next(one for one in reversed(self._posts()) if self._has(one, label, words))
        query = await self.telegram.presses(self.user, message, label)
        await self.telegram.answered(query)
        await self.settle()
        return query.text

    async def fills(self, values: Mapping[str, str]) -> dict[str, str]:
        """Question by question; what has no value stays as it is, or is skipped."""
        before: dict[str, str] = {}
        for _ in range(12):
            asked = self._posts()[-1]
            if "取消" not in (buttons := self.telegram.buttons(asked)):
                return before
            words = self.telegram.visible_text(asked)
            label = next((each for each in values if f"\n{each}" in words), "")
            if label:
                before[label] = words.partition("当前：")[2]
                await self.writes(values[label])
                continue
            kept = next(each for each in buttons if each in ("保持不变", "跳过") or each.startswith("✓ "))
            query = await self.telegram.presses(self.user, asked, kept)
            await self.telegram.answered(query)
            await self.settle()
        raise AssertionError("the questions never end")

    async def screen(self) -> list[str]:
        return [self.telegram.visible_text(one) for one in self._posts()]

    def _posts(self) -> list[TelegramMessage]:
        """Those in the group first: of two messages at once there is no telling which is newer."""
        room = self.telegram.sent(self.room) if self.room else []
        return sorted([*room, *self.telegram.sent(self.user)], key=lambda one: one.date)

    def _has(self, message: TelegramMessage, label: str, words: tuple[str, ...]) -> bool:
        shown = self.telegram.visible_text(message)
        return label in self.telegram.buttons(message) and all(word in shown for word in words)


class Page(Browser):
    """A browser in which the page is shown in simplified Chinese."""

    def _query(self, values: dict[str, Any]) -> dict[str, Any]:
        return super()._query({"lang": "zh-CN"} | values)


@dataclass
class AtPage(Seat):
    """Somebody in the built-in chat, under his key; `room` is that of his team."""

    page: Page
    room: str = ""
    form: dict[str, Any] = field(default_factory=dict)

    async def writes(self, words: str) -> None:
        await self.page.say(self.name, words)
        await self.settle()

    async def types(self, words: str, *, under: str) -> None:
        card = next(one for one in await self._posts() if f" {under} ·" in _text(one))
        await self.page.say(self.room, f"@Baton {words}", thread=str(card["id"]))
        await self.settle()

    async def presses(self, label: str, *words: str) -> str:
        shown = [one for one in await self._posts() if all(word in _text(one) for word in words)]
        message, button = next(
            (one, each) for one in reversed(shown) for each in _buttons(one["body"]) if each["label"] == label
        )
        body = {"message": str(message["id"]), **{name: button[name] for name in ("action", "subject", "value")}}
        answer = await self.page.post("/chat/api/press", body)
        assert answer.status_code == 200, answer.text
        self.form = answer.json().get("form", {})
        await self.settle()
        return str(answer.json().get("toast", ""))

    async def fills(self, values: Mapping[str, str]) -> dict[str, str]:
        before = {each["label"]: each["value"] for each in self.form["fields"]}
        given = {each["name"]: values.get(each["label"], each["value"]) for each in self.form["fields"]}
        body = {"id": new_act(), "token": self.form["token"], "values": given}
        answer = await self.page.post("/chat/api/submit", body)
        assert answer.status_code == 200, answer.text
        assert "errors" not in answer.json(), answer.text
        await self.settle()
        return before

    async def screen(self) -> list[str]:
        return [_text(one) for one in await self._posts()]

    async def _posts(self) -> list[dict[str, Any]]:
        posts = await self.page.timeline(self.name)
        if self.room:
            top = await self.page.timeline(self.room)
            posts += [*top, *[one for each in top for one in await self.page.timeline(self.room, str(each["id"]))]]
        own = [one for one in posts if one["name"] == "Baton"]
        return sorted({one["id"]: one for one in own}.values(), key=lambda one: int(one["id"]))


def _buttons(node: Any) -> Iterator[dict[str, Any]]:
    """All buttons of a card, wherever they stand."""
    if isinstance(node, list):
        for each in node:
            yield from _buttons(each)
    elif isinstance(node, dict) and "action" in node:
        yield node
    elif isinstance(node, dict):
        yield from _buttons(list(node.values()))


def _text(message: dict[str, Any]) -> str:
    """The words of a message, line by line."""
    return "".join(_words(message["body"]))


def _words(node: Any, name: str = "") -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _words(each, name)
    elif isinstance(node, dict) and "action" not in node:
        for key, value in node.items():
            yield from _words(value, key)
    elif isinstance(node, str) and name in ("t", "title", "label", "footer", "heading"):
        yield node if name == "t" else f"\n{node}\n"
