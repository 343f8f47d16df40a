"""The Telegram adapter at work: polling the wire fake."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.telegram.adapter import TelegramAdapter
from bot.chat.events import Place
from bot.clock import SystemClock
from tests.contracts.desk import RecordingInlet
from tests.fakes.telegram import Chat, Message, TelegramFake, Topic, User


class TelegramDesk:
    """See `tests.contracts.desk.Desk`. The room is a group in which the bot is an administrator."""

    def __init__(self, fake: TelegramFake, adapter: TelegramAdapter) -> None:
        self.fake = fake
        self.adapter = adapter
        self.inlet = RecordingInlet(adapter)
        ann, lin = fake.user(1001, "陈伟", language_code="zh-hans"), fake.user(1002, "林晓", language_code="zh-hans")
        ann.started = lin.started = True
        self.customer, self.agent = str(ann.id), str(lin.id)
        self.group = fake.group("客服部", members=[lin, ann], bot="administrator")
        self.room = Place("telegram", str(self.group.id))
        forum = fake.group("技术部", members=[lin], forum=True, bot="administrator")
        self.hall = Place("telegram", str(forum.id))
        self.direct = Place("telegram", self.customer)

    def _user(self, user: str) -> User:
        return self.fake.world.users[int(user or self.customer)]

    def _chat(self, place: Place | None) -> Chat:
        return self.fake.world.chats[int((place or self.room).room)]

    def _where(self, place: Place | None) -> Chat | Topic:
        chat = self._chat(place)
        return chat.topics[int(place.thread)] if place and place.thread else chat

    async def says(self, words: str, *, user: str = "", place: Place | None = None, reply_to: str = "") -> str:
        """A person writes."""
        answered = int(reply_to.split(",")[-1]) if reply_to else None
        said = await self.fake.says(self._user(user), self._where(place), words, reply_to=answered)
        return await self._heard(said)

    async def sends_file(self, name: str, data: bytes, *, user: str = "", place: Place | None = None) -> str:
        """A person posts a file."""
        return await self._heard(await self.fake.says(self._user(user), self._where(place), document=(name, data)))

    async def _heard(self, message: Message) -> str:
        await self.fake.settled()
        return str(message.message_id)

    def _said(self, ref: str) -> Message:
        found = (self._chat(place).messages.get(int(ref)) for place in (self.room, self.direct))
        return next(message for message in found if message is not None)

    async def edits(self, ref: str, words: str) -> None:
        """The author changes his message."""
        message = self._said(ref)
        assert message.sender is not None
        await self._heard(await self.fake.edits(message.sender, message, words))

    async def deletes(self, ref: str) -> None:
        """The author takes his message away; Telegram tells no bot."""
        message = self._said(ref)
        assert message.sender is not None
        await self.fake.deletes(message.sender, message)

    async def presses(self, label: str, *, user: str = "") -> None:
        """A person presses the button with this label on the newest message that has it."""
        chats = (self._chat(self.room), self._chat(self.direct))
        shown = [message for chat in chats for message in self.fake.sent(chat) if label in self.fake.buttons(message)]
        await self.fake.answered(await self.fake.presses(self._user(user), shown[-1], label))
        await self.fake.settled()

    async def submits(self, values: dict[str, str], *, user: str = "") -> None:
        """Telegram has no forms."""
        raise AssertionError("no form can be open on Telegram")

    async def repeats(self, times: int = 1) -> None:
        """Telegram delivers its last update again, under the same id, as when a confirmation was lost."""
        update = self.fake.updates[-1]
        for _ in range(times):
            before = len(self.inlet.arrivals)
            self.fake.queue.pending.append(update)
            self.fake.queue._release()
            await self.fake.until(lambda before=before: len(self.inlet.arrivals) > before)  # type: ignore[misc]
            await self.fake.settled()

    async def blocks(self) -> None:
        """The customer shuts the bot out."""
        await self.fake.blocks(self._user(self.customer))
        await self.fake.settled()

    def shown(self, place: Place | None = None) -> list[str]:
        """What a person reads."""
        return [self.fake.visible_text(message) for message in self.fake.messages(self._where(place))]

    def raw(self, place: Place | None = None) -> list[object]:
        """The same as Telegram holds it."""
        return [
            {**message.content, "reply_markup": message.reply_markup}
            for message in self.fake.messages(self._where(place))
        ]

    def whispered(self, user: str) -> list[str]:
        """Telegram can't show a message of a group to one person alone."""
        return []

    def limit_rate(self, seconds: float) -> None:
        """Telegram answers the next message with 429."""
        wait = int(seconds)
        self.fake.fail_next("sendMessage", 429, f"Too Many Requests: retry after {wait}", retry_after=wait)

    def cut_after_accepting(self) -> None:
        """Telegram takes the next message, then the connection breaks."""
        self.fake.break_connection_after_accept("sendMessage")

    def fail(self) -> None:
        """Telegram's next answer to a message is a failure of its own."""
        self.fake.fail_next("sendMessage", 500, "Internal Server Error: restart")

    def complaints(self) -> list[str]:
        """The fake's violations."""
        return list(self.fake.violations)


@asynccontextmanager
async def open_desk() -> AsyncIterator[TelegramDesk]:
    """An adapter that polls, and the people around it."""
    async with TelegramFake(can_read_all_group_messages=True) as fake:
        adapter = TelegramAdapter(fake.token, api_url=fake.url, clock=SystemClock())
        desk = TelegramDesk(fake, adapter)
        polling = asyncio.create_task(adapter.run(desk.inlet))
        try:
            await fake.connected()
            yield desk
        finally:
            polling.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await polling
            await adapter.close()
