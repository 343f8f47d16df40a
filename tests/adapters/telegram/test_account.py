"""The bot's own account: its menus of commands, its links, its files, what `baton check` finds. Covers B9, T8."""

import logging
import re
import tomllib
from importlib.resources import files

import httpx
import pytest

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.checks import webhook_problem
from adapters.telegram.client import BotApi
from adapters.telegram.commands import CommandHint, menus, register
from bot.chat.contract import FetchFailed
from bot.chat.events import Attachment, MessageReceived
from bot.language.catalogue import LOCALES, Words
from tests.adapters.telegram.stage import HurriedClock, Stage, staged
from tests.fakes.telegram import Chat

HINTS = (
    CommandHint("ticket", {"private", "groups", "team"}, {"en": "Open a ticket", "zh-CN": "新建工单"}),
    CommandHint("lang", {"private"}, {"en": "Your language"}),
    CommandHint("queue", {"team"}, {"en": "What waits", "zh-CN": "待领取"}),
    CommandHint("工单", {"private"}, {"en": "Not for menus"}),
)


async def registered(stage: Stage, *rooms: str, hints: tuple[CommandHint, ...] = HINTS) -> None:
    """Baton starts and registers its menus, then stops."""
    api = BotApi(stage.fake.token, stage.fake.url)
    await register(api, menus(hints, rooms))
    await api.hang_up()


class TestCommands:
    async def test_each_scope_and_language_has_its_menu(self, stage: Stage) -> None:
        await registered(stage, f"{stage.group.id}/17", str(stage.group.id))
        assert stage.fake.menu(stage.customer) == [("ticket", "Open a ticket"), ("lang", "Your language")]
        assert stage.fake.menu(stage.agent) == [("ticket", "新建工单"), ("lang", "Your language")]
        assert stage.fake.menu(stage.agent, stage.group) == [("ticket", "新建工单"), ("queue", "待领取")]
        other = stage.fake.group("Customers", members=[stage.customer])
        assert stage.fake.menu(stage.customer, other) == [("ticket", "Open a ticket")]

    async def test_what_is_shown_already_is_not_set_again(self, stage: Stage) -> None:
        for _ in range(2):
            await registered(stage, str(stage.group.id))
            assert len(stage.fake.calls("setMyCommands")) == 6

    async def test_a_room_without_the_bot_does_not_stop_the_others(self, stage: Stage) -> None:
        away = stage.fake.group("Away", members=[stage.agent], bot=None)
        await registered(stage, str(away.id), str(stage.group.id))
        assert stage.fake.menu(stage.agent, stage.group)[0] == ("ticket", "新建工单")

    async def test_a_description_is_cut_to_what_telegram_takes(self, stage: Stage) -> None:
        await registered(stage, hints=(CommandHint("help", {"private"}, {"en": "x" * 300}),))
        assert len(stage.fake.menu(stage.customer)[0][1]) == 256

    async def test_nobodys_message_waits_for_a_menu(self, stage: Stage) -> None:
        stage.adapter = TelegramAdapter(stage.fake.token, api_url=stage.fake.url, clock=stage.clock, commands=HINTS)
        hanging = stage.fake.hang("setMyCommands")
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "hi")
            assert len(await stage.events()) == 1
            hanging.release()
            await stage.fake.until(lambda: stage.fake.menu(stage.customer))
        await stage.adapter.close()


class TestLinks:
    async def test_a_deep_link_leads_to_start(self, stage: Stage) -> None:
        assert stage.adapter.start_link("join-4f2a") == "https://t.me/baton_bot?start=join-4f2a"

    @pytest.mark.parametrize("payload", ["", "a b", "x" * 65, "ä"])
    async def test_what_a_link_can_not_carry_is_refused(self, stage: Stage, payload: str) -> None:
        with pytest.raises(ValueError, match="link"):
            stage.adapter.start_link(payload)

    def test_without_a_name_there_is_no_link(self) -> None:
        assert TelegramAdapter("1:x", clock=HurriedClock()).start_link("a") == ""


class TestFetching:
    async def attachment(self, stage: Stage, size: int | None = None) -> Attachment:
        await stage.fake.says(stage.customer, None, document=("a.txt", b"content"), pretend_size=size)
        async with stage.receiving():
            (event,) = await stage.events()
        assert isinstance(event, MessageReceived)
        return event.attachments[0]

    async def test_a_file_is_fetched(self, stage: Stage) -> None:
        assert await stage.adapter.fetch(await self.attachment(stage)) == b"content"

    async def test_a_file_over_20_mb_is_not_to_be_had(self, stage: Stage) -> None:
        with pytest.raises(FetchFailed) as failure:
            await stage.adapter.fetch(await self.attachment(stage, size=21_000_000))
        assert failure.value.final
        assert stage.fake.calls("getFile") == []

    async def test_a_file_that_nobody_knows_is_not_to_be_had(self, stage: Stage) -> None:
        with pytest.raises(FetchFailed) as failure:
            await stage.adapter.fetch(Attachment("nonsense", "x"))
        assert failure.value.final

    @pytest.mark.parametrize("method", ["getFile", "file download"])
    async def test_a_failure_on_the_way_is_not_the_end(self, stage: Stage, method: str) -> None:
        attachment = await self.attachment(stage)
        stage.fake.fail_next(method, 502, "Bad Gateway")
        stage.fake.break_connection(method)
        for _ in range(2):
            with pytest.raises(FetchFailed) as failure:
                await stage.adapter.fetch(attachment)
            assert not failure.value.final
            assert stage.fake.token not in str(failure.value)
        assert await stage.adapter.fetch(attachment) == b"content"


async def checked(stage: Stage, *rooms: Chat | str, webhook: str = "") -> list[str]:
    """What `baton check` says, by the last part of the key."""
    ids = [room if isinstance(room, str) else str(room.id) for room in rooms]
    adapter = TelegramAdapter(
        stage.fake.token,
        "webhook" if webhook else "polling",
        "s",
        webhook,
        stage.fake.url,
        clock=stage.clock,
        rooms=ids,
    )
    try:
        problems = await adapter.check()
        for problem in problems:
            for locale in LOCALES:
                assert Words(locale)(problem.key, **dict(problem.values))
        return [problem.key.removeprefix("check.telegram_") for problem in problems]
    finally:
        await adapter.close()


class TestChecks:
    async def test_all_is_well(self, stage: Stage) -> None:
        assert await checked(stage, stage.group) == []

    async def test_a_wrong_token(self, stage: Stage) -> None:
        stage.fake.fail_next("getMe", 401, "Unauthorized")
        assert await checked(stage) == ["token"]

    async def test_no_telegram(self, stage: Stage) -> None:
        stage.fake.break_connection("getMe")
        assert await checked(stage) == ["unreachable"]

    async def test_privacy_mode_is_explained(self) -> None:
        async with staged(can_read_all_group_messages=False) as stage:
            plain = stage.fake.group("Plain", members=[stage.agent])
            assert await checked(stage, stage.group, plain) == ["room_blind", "privacy"]

    async def test_a_room_that_can_not_be_reached(self, stage: Stage) -> None:
        away = stage.fake.group("Away", members=[stage.agent], bot=None)
        kicked = stage.fake.group("Kicked", members=[stage.agent])
        await stage.fake.kicks_bot(stage.agent, kicked)
        assert await checked(stage, away, kicked, "-100999") == ["room", "room", "room"]

    async def test_topics(self, stage: Stage) -> None:
        forum = stage.fake.group("Forum", members=[stage.agent], forum=True)
        assert await checked(stage, forum, f"{stage.group.id}/17") == ["topic_right", "no_topics"]
        await stage.fake.promotes_bot(stage.agent, forum, "can_manage_topics")
        assert await checked(stage, forum) == []

    async def test_a_webhook_left_over(self, stage: Stage) -> None:
        stage.fake.deliver_to("http://127.0.0.1:9/none")
        assert await checked(stage) == ["webhook_set"]

    async def test_a_webhook_that_telegram_can_not_reach(self, stage: Stage) -> None:
        stage.fake.deliver_to("https://baton.example/telegram/webhook")
        await stage.fake.says(stage.customer, None, "hi")
        await stage.fake.until(lambda: stage.fake.deliveries)
        assert await checked(stage, webhook="https://baton.example") == ["webhook_failing"]

    @pytest.mark.parametrize("public", ["http://baton.example", "https://baton.example:8300"])
    async def test_an_address_that_telegram_does_not_call(self, stage: Stage, public: str) -> None:
        assert await checked(stage, webhook=public) == ["webhook_address"]

    @pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
    def test_ports_that_telegram_calls(self, port: str) -> None:
        assert webhook_problem(f"https://baton.example{port}/telegram/webhook") is None

    def test_every_sentence_of_the_catalogue_is_in_use(self) -> None:
        source = files("adapters.telegram").joinpath("checks.py").read_text("utf-8")
        for locale in LOCALES:
            said = tomllib.loads(files("bot.language").joinpath(locale, "telegram.toml").read_text("utf-8"))
            assert {f"check.{name}" for name in said["check"]} == set(re.findall(r'"(check\.telegram_\w+)"', source))


class TestSecrets:
    async def test_no_log_shows_the_token(self, stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level(logging.DEBUG):
            stage.fake.fail_next("getMe", 401, "Unauthorized")
            await stage.adapter.check()
            async with httpx.AsyncClient() as other:
                await other.get(f"{stage.fake.url}/bot{stage.fake.token}/getMe")
        assert any(record.name == "httpx" for record in caplog.records)
        assert not any(stage.fake.token in record.getMessage() for record in caplog.records)
