"""The Slack adapter at work: over HTTP, on the fake workspace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.slack.adapter import SlackAdapter
from bot.chat.events import Place
from bot.clock import SystemClock
from tests.adapters.slack.serving import served
from tests.contracts.desk import RecordingInlet
from tests.fakes.slack import Message, SlackFake, User


class SlackDesk:
    """See `tests.contracts.desk.Desk`."""

    def __init__(self, fake: SlackFake, adapter: SlackAdapter) -> None:
        self.fake = fake
        self.adapter = adapter
        self.inlet = RecordingInlet(adapter)
        self._users = [fake.user("U0WEI", "陈伟", locale="zh-CN"), fake.user("U0LIN", "林晓", locale="zh-CN")]
        self.customer, self.agent = (user.id for user in self._users)
        self.room = Place("slack", fake.channel("C0HELP", self._users, name="help").id)
        self.hall = self.room
        self.direct = Place("slack", fake.dm(self._users[0]).id)

    def _user(self, user: str) -> User:
        return self.fake.workspace.users[user or self.customer]

    async def says(self, words: str, *, user: str = "", place: Place | None = None, reply_to: str = "") -> str:
        """A person writes."""
        where = place or self.room
        said = await self.fake.says(self._user(user), where.room, words, thread_ts=reply_to or where.thread or None)
        return said.ts

    async def sends_file(self, name: str, data: bytes, *, user: str = "", place: Place | None = None) -> str:
        """A person posts a file."""
        where = place or self.room
        file = self.fake.file(name, data)
        said = await self.fake.says(self._user(user), where.room, files=[file], thread_ts=where.thread or None)
        return said.ts

    async def edits(self, ref: str, words: str) -> None:
        """The author changes his message."""
        message = self.fake.message(ref)
        await self.fake.edits(self._user(message.user), message, words)

    async def deletes(self, ref: str) -> None:
        """The author takes his message away."""
        message = self.fake.message(ref)
        await self.fake.deletes(self._user(message.user), message)

    async def presses(self, label: str, *, user: str = "") -> None:
        """A person presses the button with this label on the newest message that has it."""
        shown = [m for m in self.fake.workspace.all_messages() if label in self.fake.buttons(m)]
        await self.fake.presses(self._user(user), shown[-1], label)

    async def submits(self, values: dict[str, str], *, user: str = "") -> None:
        """A person sends the open form back."""
        assert self.fake.modal(self._user(user)) is not None, "no form is open"
        await self.fake.submits(self._user(user), values)

    async def repeats(self, times: int = 1) -> None:
        """Slack delivers its last delivery again."""
        for number in range(times):
            await self.fake.redeliver(self.fake.deliveries[-1], retry_num=number + 1)

    async def blocks(self) -> None:
        """Slack knows no blocking of a bot; what comes nearest is a customer whose account was deactivated."""
        self._user(self.customer).deleted = True

    def shown(self, place: Place | None = None) -> list[str]:
        """What a person reads."""
        return [self.fake.visible_text(message) for message in self._messages(place)]

    def raw(self, place: Place | None = None) -> list[object]:
        """The same as Slack holds it."""
        return [self.fake.workspace.message_json(message) for message in self._messages(place)]

    def _messages(self, place: Place | None) -> list[Message]:
        where = place or self.room
        room = self.fake.dm(where.room) if where.room.startswith("U") else where.room
        return self.fake.messages(room, where.thread or None)

    def whispered(self, user: str) -> list[str]:
        """What this person alone was shown."""
        return [self.fake.visible_text(message) for message in self.fake.ephemeral(self._user(user))]

    def limit_rate(self, seconds: float) -> None:
        """Slack answers the next post with 429."""
        self.fake.fail_next("chat.postMessage", "ratelimited", retry_after=int(seconds))

    def cut_after_accepting(self) -> None:
        """Slack takes the next post, then the connection breaks."""
        self.fake.break_connection_after_accept("chat.postMessage")

    def fail(self) -> None:
        """Slack's next answer to a post is an outage."""
        self.fake.fail_next("chat.postMessage", 503)

    def complaints(self) -> list[str]:
        """The fake's violations."""
        return [str(violation) for violation in self.fake.violations]


@asynccontextmanager
async def open_desk() -> AsyncIterator[SlackDesk]:
    """An adapter receiving over HTTP, and the workspace around it."""
    async with SlackFake() as fake:
        adapter = SlackAdapter(
            bot_token=fake.bot_token, signing_secret=fake.signing_secret, api_url=fake.api_url, clock=SystemClock()
        )
        router = adapter.router()
        assert router is not None
        async with served(router) as address:
            fake.request_url = f"{address}/slack/events"
            desk = SlackDesk(fake, adapter)
            await adapter.run(desk.inlet)
            try:
                yield desk
                await fake.settle()
            finally:
                await adapter.close()
