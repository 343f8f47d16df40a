"""The fake as tests hold it: started and stopped by `async with`, driven, spoiled and read."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import tests.fakes.telegram.methods  # noqa: F401 - registers the methods
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.faults import GARBAGE, Fault, Faults
from tests.fakes.telegram.flood import FloodControl
from tests.fakes.telegram.groups import Groups
from tests.fakes.telegram.methods.account import menu, scope_key
from tests.fakes.telegram.people import People
from tests.fakes.telegram.refusals import Refusal
from tests.fakes.telegram.server import BotApiServer
from tests.fakes.telegram.signal import Signal
from tests.fakes.telegram.state import CallbackQuery, Chat, Message, Topic, User
from tests.fakes.telegram.updates import UpdateQueue
from tests.fakes.telegram.webhook import Delivery, Webhook
from tests.fakes.telegram.world import Clock, SystemClock, World

JSON = dict[str, Any]
T = TypeVar("T")

TOKEN = "7000000001:AAFakeTokenOfTheBotUnderTest-0123456"
GENERAL = 0
"""Names the General topic of a forum in `messages`."""
PATIENCE = 5.0
"""Seconds of real time after which waiting for the bot fails the test."""


class TelegramFake(People, Groups):
    """A Telegram Bot API server with people on the other side; see the package's documentation."""

    def __init__(
        self, *, token: str = TOKEN, username: str = "baton_bot", first_name: str = "Baton",
        can_read_all_group_messages: bool = False, enforce_limits: bool = False, clock: Clock | None = None,
        guard_hot_loop: bool = False, local_server: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.token = token
        self._signal = Signal()
        self.queue = UpdateQueue(self._signal, guard_hot_loop=guard_hot_loop)
        bot = User(int(token.split(":")[0]), first_name, username=username, is_bot=True)
        self.webhook = Webhook(self.queue, self._signal, local_server=local_server)
        self.world = World(bot, self.queue, self.webhook, clock or SystemClock())
        self.world.sees_all = can_read_all_group_messages
        self.world.flood = FloodControl() if enforce_limits else None
        self.faults = Faults()
        self._server = BotApiServer(token, self.world, self.faults, self._signal)

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.clear()
        await self.webhook.close()
        await self._server.stop()

    @property
    def url(self) -> str:
        """The address without `/bot<token>`, as TELEGRAM_API_URL takes it."""
        return self._server.url

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What python-telegram-bot calls `base_file_url`."""
        return f"{self.url}/file/bot"

    @property
    def bot(self) -> User:
        """The account of the bot under test."""
        return self.world.bot

    @property
    def violations(self) -> list[str]:
        """Everything that the bot sent against the specification; assert at the end that it is empty."""
        return self._server.violations

    # Faults ------------------------------------------------------------------------------------------------------

    def fail_next(
        self, method: str, code: int, description: str, *, retry_after: int | None = None,
        migrate_to_chat_id: int | None = None, times: int = 1,
    ) -> Fault:  # fmt: skip
        """Refuses the next `times` calls of `method` (`*`: of any) with this code and description."""
        named = {"retry_after": retry_after, "migrate_to_chat_id": migrate_to_chat_id}
        parameters = {name: value for name, value in named.items() if value is not None}
        refusal = Refusal(code, description, parameters=parameters or None)
        return self.faults.plan(Fault(method, "refuse", times, refusal))

    def break_connection_after_accept(self, method: str, times: int = 1) -> Fault:
        """Does what is asked, then cuts the connection: the message is out, the bot cannot know."""
        return self.faults.plan(Fault(method, "cut after", times))

    def break_connection(self, method: str, times: int = 1) -> Fault:
        """Cuts the connection before anything is done."""
        return self.faults.plan(Fault(method, "cut before", times))

    def hang(self, method: str, times: int = 1, *, after_accept: bool = False) -> Fault:
        """Leaves calls without an answer until `release()` of what this returns."""
        return self.faults.plan(Fault(method, "hang after" if after_accept else "hang before", times))

    def answer_garbage(self, method: str, times: int = 1, *, status: int = 200, body: bytes = GARBAGE) -> Fault:
        """Answers HTML where JSON is expected; nothing is done."""
        return self.faults.plan(Fault(method, "garbage", times, status=status, body=body))

    def queue_raw(self, update: JSON) -> int:
        """Queues any update at all, under the next update id, which is returned."""
        update_id: int = self.queue.push_raw(update)["update_id"]
        return update_id

    # Receiving ---------------------------------------------------------------------------------------------------

    def deliver_to(self, url: str, secret: str = "") -> None:
        """Posts updates to `url` from now on, as if the bot had called setWebhook."""
        self.webhook.set(url, secret)

    def reverse_proxy(self, public: str, local: str) -> None:
        """Lets the public https address of setWebhook end at a local server."""
        self.webhook.route(public, local)

    async def redeliver(self, update_id: int, times: int = 1) -> list[Delivery]:
        """Posts an update to the webhook again."""
        update = next(update for update in self.queue.history if update["update_id"] == update_id)
        return await self.webhook.redeliver(update, times)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to post an update."""
        return self.webhook.deliveries

    @property
    def updates(self) -> list[JSON]:
        """Every update that was ever queued, oldest first."""
        return self.queue.history

    @property
    def pending(self) -> list[JSON]:
        """The updates that the bot has not confirmed."""
        return self.queue.pending

    @property
    def offset(self) -> int:
        """The highest offset of getUpdates: every update below it is confirmed."""
        return self.queue.offset

    # Waiting -----------------------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], T], timeout: float = PATIENCE) -> T:  # noqa: ASYNC109 - a test's patience
        """The first truthy value of `condition`, tried after every call and update; AssertionError when too late."""
        try:
            return await self._signal.until(condition, timeout)
        except TimeoutError:
            last = [f"{call.method} -> {call.code} {call.error or ''}" for call in self._server.calls[-8:]]
            raise AssertionError(f"nothing came within {timeout} s; the last calls: {last}") from None

    async def connected(self) -> None:
        """Until the bot waits for updates, by long poll or webhook."""
        await self.until(lambda: self.queue.polled or self.queue.webhook_active)

    async def settled(self) -> None:
        """Until the bot has confirmed (or the webhook taken or lost) every update queued so far."""
        last = self.queue.history[-1]["update_id"] if self.queue.history else 0
        await self.until(lambda: all(update["update_id"] > last for update in self.queue.pending))

    async def answered(self, query: CallbackQuery) -> CallbackQuery:
        """Until the bot has answered a press."""
        await self.until(lambda: query.answer is not None)
        return query

    async def appears(
        self, where: Chat | Topic | User, text: str = "", *, topic: Topic | int | None = None,
        button: str | None = None, after: Message | None = None, timeout: float = PATIENCE,  # noqa: ASYNC109
    ) -> Message:  # fmt: skip
        """Until the bot shows a message with `text` in it (and a button of that label): the newest such one.

        Edits count. `after` asks for one that was written later than that message.
        """

        def newest() -> Message | None:
            later = (m for m in reversed(self.sent(where, topic)) if after is None or m.message_id > after.message_id)
            found = (m for m in later if text in self.visible_text(m))
            return next((m for m in found if button is None or button in self.buttons(m)), None)

        try:
            message = await self._signal.until(newest, timeout)
        except TimeoutError:
            shown = [self.visible_text(message) for message in self.sent(where, topic)[-5:]]
            raise AssertionError(
                f"{text or button!r} did not appear within {timeout} s; the bot shows {shown}"
            ) from None
        assert message is not None
        return message

    # Reading -----------------------------------------------------------------------------------------------------

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls of the bot in order of arrival, refused ones too; of one method, if it is named."""
        return [call for call in self._server.calls if method is None or call.method == method]

    def chat(self, where: Chat | Topic | User) -> Chat:
        """The chat that `where` means: a person stands for the private chat with the bot."""
        if isinstance(where, Topic):
            return where.chat
        return self.private(where) if isinstance(where, User) else where

    def messages(self, where: Chat | Topic | User, topic: Topic | int | None = None) -> list[Message]:
        """What stands in a chat now, oldest first; in one topic, if it is named (`GENERAL` for General)."""
        topic = where if isinstance(where, Topic) else topic
        thread_id = topic.thread_id if isinstance(topic, Topic) else topic
        found = [message for message in self.chat(where).messages.values() if not message.deleted]
        if thread_id is None:
            return found
        return [m for m in found if (m.topic.thread_id if m.topic is not None else GENERAL) == thread_id]

    def sent(self, where: Chat | Topic | User, topic: Topic | int | None = None) -> list[Message]:
        """Like `messages`, but only what the bot under test wrote."""
        return [message for message in self.messages(where, topic) if message.from_bot]

    def message(self, where: Chat | Topic | User, message_id: int) -> Message:
        """One message, deleted or not."""
        return self.chat(where).messages[message_id]

    def visible_text(self, message: Message) -> str:
        """The words people see: text or caption without markup."""
        return message.text or message.caption or ""

    def buttons(self, message: Message) -> list[str]:
        """The labels of the buttons under a message, in reading order."""
        return [button["text"] for row in self.keyboard(message) for button in row]

    def keyboard(self, message: Message) -> list[list[JSON]]:
        """The rows of buttons under a message, as they were sent."""
        rows: list[list[JSON]] = (message.reply_markup or {}).get("inline_keyboard", [])
        return rows

    def commands(self, scope: JSON | str | None = None, language: str = "") -> list[tuple[str, str]]:
        """The commands registered for exactly this scope and language, as (command, description).

        `scope` is `default`, `all_private_chats`, `chat -100123`, `chat_member -100123 7`, or Telegram's own object.
        """
        return _pairs(self.world.commands.get((scope_key(scope), language), []))

    def menu(self, user: User, where: Chat | None = None) -> list[tuple[str, str]]:
        """The commands that `user` is offered in a chat: the narrowest scope that has any, own language first."""
        chat = where or self.private(user)
        member = chat.members.get(user.id)
        scopes = [f"chat_member {chat.id} {user.id}"]
        if member is not None and member.status in {"creator", "administrator"}:
            scopes += [f"chat_administrators {chat.id}", f"chat {chat.id}", "all_chat_administrators"]
        else:
            scopes.append(f"chat {chat.id}")
        scopes += ["all_private_chats" if chat.is_private else "all_group_chats", "default"]
        return _pairs(menu(self.world, scopes, (user.language_code or "")[:2]))

    def file(self, message: Message) -> bytes:
        """The bytes of the file that a message carries."""
        kinds = ("document", "photo", "voice", "audio", "video")
        carried = next(message.content[kind] for kind in kinds if kind in message.content)
        described = carried[-1] if isinstance(carried, list) else carried
        return self.world.files.get(described["file_id"]).content


def _pairs(commands: list[JSON]) -> list[tuple[str, str]]:
    return [(command["command"], command["description"]) for command in commands]
