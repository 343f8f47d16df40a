"""The fake's centre: its workspace, what it recorded, what it checks in every text, and waiting without sleeping."""

import asyncio
import time
from collections.abc import Callable, Collection, Coroutine, Iterable
from typing import Any

from tests.fakes.slack import block_kit, text_rules
from tests.fakes.slack.faults import Fault, Faults
from tests.fakes.slack.model import JSON, Call, Delivery, Refusal, Violation
from tests.fakes.slack.rate_limits import RateLimits
from tests.fakes.slack.workspace import BOT_USER_ID, Clock, Workspace

USUAL_SCOPES = frozenset({
    "app_mentions:read", "channels:history", "channels:join", "channels:manage", "channels:read", "chat:write",
    "chat:write.public", "commands", "files:read", "files:write", "groups:history", "groups:read", "groups:write",
    "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "mpim:write", "reactions:read",
    "reactions:write", "team:read", "users:read", "users:read.email",
})  # fmt: skip
USUAL_EVENTS = frozenset({
    "app_home_opened", "app_mention", "member_joined_channel", "member_left_channel", "message.channels",
    "message.groups", "message.im", "message.mpim", "reaction_added", "reaction_removed",
})  # fmt: skip
RECOMMENDED_TEXT = 4_000
LONGEST_TEXT = 40_000


class Core:
    """State and records. Test authors use it through `SlackFake`, whose package docstring says how."""

    def __init__(
        self,
        *,
        clock: Clock = time.time,
        signature_clock: Clock = time.time,
        scopes: Iterable[str] = USUAL_SCOPES,
        events: Iterable[str] = USUAL_EVENTS,
        manifest: JSON | None = None,
        enforce_limits: bool = False,
        post_burst: int = 3,
        echo: bool = True,
        ack_timeout: float = 3.0,
        retry_schedule: Collection[float] = (0.0, 60.0, 300.0),
        sleep: Callable[[float], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self.workspace = Workspace(clock)
        self.signature_clock = signature_clock
        self.scopes = set(scopes)
        self.events = set(events)
        self.commands: set[str] | None = None
        self.shortcuts: set[str] | None = None
        if manifest is not None:
            self._follow(manifest)
        self.limits = RateLimits(self.workspace.now, post_burst) if enforce_limits else None
        self.echo = echo
        self.ack_timeout = ack_timeout
        self.retry_schedule = tuple(retry_schedule)
        self.sleep = sleep or _at_once
        self.bot_token = "xoxb-fake-bot-token"
        self.app_token = "xapp-fake-app-token"
        self.signing_secret = "fake-signing-secret"
        self.request_url: str | None = None
        self.faults = Faults()
        self.violations: list[Violation] = []
        self.permitted_mentions: set[str] = set()
        self.deliveries: list[Delivery] = []
        self.failed_deliveries: list[Delivery] = []
        self._calls: list[Call] = []
        self._changed = asyncio.Event()
        self._background: set[asyncio.Task[Any]] = set()

    def _follow(self, manifest: JSON) -> None:
        """Take scopes, events, commands and shortcuts from an app manifest (schema v1 or v2)."""
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        self.scopes = set(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", []))
        self.events = set(settings.get("event_subscriptions", {}).get("bot_events", []))
        self.commands = {command["command"] for command in features.get("slash_commands", [])}
        self.shortcuts = {shortcut["callback_id"] for shortcut in features.get("shortcuts", [])}

    # -- records ------------------------------------------------------------------------------------------------

    @property
    def bot_user_id(self) -> str:
        """The app's own user id."""
        return BOT_USER_ID

    @property
    def bot_mention(self) -> str:
        """What a person's text holds who mentions the bot."""
        return f"<@{BOT_USER_ID}>"

    def calls(self, method: str | None = None) -> list[Call]:
        """The Web API calls so far, oldest first, or those of one method."""
        return [call for call in self._calls if method in (None, call.method)]

    def record(self, call: Call) -> None:
        """Note a call and wake who waits for it."""
        self._calls.append(call)
        self.changed()

    def violate(self, where: str, rule: str, detail: str = "") -> None:
        """Note that the app broke a rule."""
        self.violations.append(Violation(where, rule, detail))

    def take_violations(self) -> list[Violation]:
        """The violations so far, and forget them: for tests that break a rule on purpose."""
        taken, self.violations = self.violations, []
        return taken

    def changed(self) -> None:
        """Wake everybody who waits in `until`."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, predicate: Callable[[], Any], within: float = 5.0) -> Any:
        """Wait until `predicate()` is true and return what it gave; look again at every change in the workspace.

        `within` is real seconds, a safeguard only. Raises AssertionError with the last calls when it runs out.
        """
        deadline = time.monotonic() + within
        while not (found := predicate()):
            left = deadline - time.monotonic()
            if left <= 0:
                last = [(call.method, call.response.get("error", call.status)) for call in self._calls[-8:]]
                raise AssertionError(f"nothing came of it within {within} s; last calls: {last}; {self.violations}")
            try:
                await asyncio.wait_for(self._changed.wait(), min(left, 0.05))
            except TimeoutError:
                continue
        return found

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something beside the test; `settle` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def settle(self) -> None:
        """Wait until every delivery that runs in the background has been answered."""
        while self._background:
            await asyncio.gather(*self._background)

    # -- faults -------------------------------------------------------------------------------------------------

    def fail_next(
        self, method: str, error: str | int = "fatal_error", *, retry_after: int | None = None, times: int = 1
    ) -> Fault:
        """Refuse the next calls: with an error name, "ratelimited" (429 with Retry-After), or an HTTP status."""
        if isinstance(error, int):
            return self.faults.plan(Fault(method, "answer", times, status=error, retry_after=retry_after))
        limited = error in ("ratelimited", "rate_limited")
        wait = retry_after if retry_after is not None else 1 if limited else None
        return self.faults.plan(
            Fault(method, "answer", times, error=error, status=429 if limited else 200, retry_after=wait)
        )

    def break_connection_after_accept(self, method: str, times: int = 1) -> Fault:
        """Do what is asked, then reset the connection instead of answering: the app cannot know."""
        return self.faults.plan(Fault(method, "break_after_accept", times))

    def break_connection_before_accept(self, method: str, times: int = 1) -> Fault:
        """Reset the connection and do nothing: looks the same to the app."""
        return self.faults.plan(Fault(method, "break_before_accept", times))

    def hang(self, method: str, times: int = 1, *, accept: bool = True) -> Fault:
        """Do what is asked (unless `accept` is false) and do not answer before `.release()` or the end of the test."""
        return self.faults.plan(Fault(method, "hang", times, accept=accept))

    def slow(self, method: str, seconds: float, times: int = 1) -> Fault:
        """Do what is asked and answer after `seconds` of the passed-in sleep (without one: at the next turn)."""
        return self.faults.plan(Fault(method, "slow", times, seconds=seconds))

    def answer_garbage(self, method: str, times: int = 1) -> Fault:
        """Answer 200 with an HTML page, as a proxy or an outage does; nothing is done."""
        return self.faults.plan(Fault(method, "garbage", times))

    # -- what every text and block must obey ---------------------------------------------------------------------

    def check_content(self, where: str, content: JSON, *, longest: int | None = None) -> None:
        """Refuse what Slack refuses in text, blocks and attachments; note what is merely wrong."""
        blocks, attachments = content.get("blocks"), content.get("attachments") or []
        if not isinstance(attachments, list):
            raise Refusal("invalid_attachments", fault=True)
        if len(attachments) > 100:
            raise Refusal("too_many_attachments", fault=True)
        problems = block_kit.message_problems(blocks) if blocks is not None else []
        for index, attachment in enumerate(attachments):
            if isinstance(attachment, dict) and "blocks" in attachment:
                problems += block_kit.message_problems(attachment["blocks"], f"/attachments/{index}/blocks")
        if problems:
            raise Refusal("invalid_blocks", *problems, fault=True, errors=problems)
        self._check_text(where, content, longest)
        self.check_mentions(where, content)

    def _check_text(self, where: str, content: JSON, longest: int | None) -> None:
        text = content.get("text") or ""
        if content.get("markdown_text"):
            if text or content.get("blocks"):
                raise Refusal("markdown_text_conflict", fault=True)
            if len(content["markdown_text"]) > block_kit.MARKDOWN_SUM:
                raise Refusal("msg_too_long", fault=True)
        if longest is not None and len(text) > longest:
            raise Refusal("msg_too_long", fault=True)
        if len(text) > RECOMMENDED_TEXT:
            self.violate(where, "text_over_4000", f"{len(text)} characters")
        if content.get("blocks") and not text:
            self.violate(where, "blocks_without_text", "nothing for notifications and screen readers")

    def check_mentions(self, where: str, content: JSON) -> None:
        """Note mass mentions, mentions of nobody, and text that was not escaped, wherever Slack would parse them."""
        text = str(content.get("text") or "") + str(content.get("markdown_text") or "")
        texts = [("/text", text)]
        for part in ("blocks", "attachments"):
            texts += text_rules.parsed_texts(f"/{part}", content.get(part))
        for pointer, found in texts:
            self._check_sequences(where, pointer, found)
        for mention in text_rules.rich_broadcasts([content.get("blocks"), content.get("attachments")]):
            self._mass_mention(where, mention, "rich_text")
        if str(content.get("link_names", "")).lower() in ("true", "1") or content.get("parse") == "full":
            for name in text_rules.plain_broadcasts(text):
                self._mass_mention(where, f"@{name}", "/text")

    def _check_sequences(self, where: str, pointer: str, text: str) -> None:
        for mention in text_rules.mass_mentions(text):
            self._mass_mention(where, mention, pointer)
        for user in text_rules.mentioned_users(text):
            if user not in self.workspace.users:
                self.violate(where, "unknown_mention", f"<@{user}> at {pointer}")
        for place in text_rules.unescaped(text):
            self.violate(where, "unescaped_text", f"{place!r} at {pointer}")

    def _mass_mention(self, where: str, mention: str, pointer: str) -> None:
        if mention.lstrip("!@") not in self.permitted_mentions:
            self.violate(where, "mass_mention", f"{mention} at {pointer}")


async def _at_once(_seconds: float) -> None:
    """The compressed schedule: no waiting, but others get their turn."""
    await asyncio.sleep(0)
