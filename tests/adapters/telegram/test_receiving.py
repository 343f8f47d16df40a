"""Polling: stored first, confirmed then. Covers W6, G2 and the hazards of platform facts 2.1."""

import asyncio
import contextlib
import logging
import random

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.chat.events import ButtonPressed, CommandGiven, MessageReceived, Place, ReactionAdded, RoomMoved
from bot.chat.text import plain, text
from bot.chat.views import Button, Post, Toast
from tests.adapters.telegram.payloads import recorded, unparsable
from tests.adapters.telegram.stage import Stage, staged
from tests.contracts.desk import RecordingInlet
from tests.fakes.telegram import Message

CARD = Post(text("T-1"), controls=(Button("Take", "take", 1),))


async def card(stage: Stage) -> Message:
    delivery = await stage.show(stage.group, CARD)
    return stage.fake.message(stage.group, int(delivery.ref))


class TestPolling:
    async def test_what_people_do_arrives_in_order(self, stage: Stage) -> None:
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "My parcel is lost")
            await stage.fake.says(stage.agent, stage.group, "@baton_bot mine")
            message = await stage.fake.says(stage.agent, stage.group, "/工单 打印机坏了")
            await stage.fake.reacts(stage.agent, message, "👀")
            found = await stage.events()
        assert [type(event) for event in found] == [MessageReceived, MessageReceived, CommandGiven, ReactionAdded]
        assert [event.user for event in found] == ["1001", "1002", "1002", "1002"]

    async def test_only_what_means_something_is_asked_for(self, stage: Stage) -> None:
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "hi")
            await stage.fake.settled()
        kinds = stage.fake.calls("getUpdates")[0].parameters["allowed_updates"]
        assert set(kinds) == {"message", "edited_message", "callback_query", "message_reaction", "my_chat_member"}
        assert not any(call.flag("drop_pending_updates") for call in stage.fake.calls())

    async def test_albums_topics_and_groups_that_move(self, stage: Stage) -> None:
        forum = stage.fake.group("技术部", members=[stage.agent], forum=True, bot="administrator")
        topic = stage.fake.topic(forum, "T-1")
        small = stage.fake.group("财务部", members=[stage.agent], supergroup=False)
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "both", media_group=[b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"])
            await stage.fake.says(stage.agent, topic, "inside")
            await stage.fake.says(stage.agent, forum, "from above", anonymous=True)
            new = await stage.fake.migrates(small)
            first, second, inside, above, moved = await stage.events()
        assert isinstance(first, MessageReceived)
        assert isinstance(second, MessageReceived)
        assert first.album == second.album != ""
        assert inside.place == Place("telegram", str(forum.id), str(topic.thread_id))
        assert above.user == str(forum.id)
        assert isinstance(moved, RoomMoved)
        assert (moved.place.room, moved.room) == (str(small.id), str(new.id))

    async def test_what_waited_while_baton_was_down_is_received(self, stage: Stage) -> None:
        for number in range(150):
            await stage.fake.says(stage.customer, None, f"{number}")
        async with stage.receiving():
            found = await stage.events()
        assert [plain(event.text) for event in found if isinstance(event, MessageReceived)] == [
            str(number) for number in range(150)
        ]

    async def test_a_webhook_of_old_is_ended_first(self, stage: Stage) -> None:
        stage.fake.deliver_to("http://127.0.0.1:9/none")
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "hi")
            assert len(await stage.events()) == 1

    async def test_nothing_is_confirmed_that_was_not_stored(self, stage: Stage) -> None:
        """Fault I6."""
        async with stage.receiving():
            stage.inlet.down = True
            await stage.fake.says(stage.customer, None, "hi")
            await stage.fake.until(lambda: stage.fake.queue.repeats >= 3)
            assert len(stage.fake.pending) == 1
            stage.inlet.down = False
            assert len(await stage.events()) == 1
        assert stage.clock.pauses[:3] == [1.0, 2.0, 4.0]

    async def test_what_was_received_twice_has_one_key(self, stage: Stage) -> None:
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "hi")
            await stage.fake.settled()
        (before,) = stage.inlet.arrivals
        again = RecordingInlet(stage.adapter)
        stage.fake.queue.pending = list(stage.fake.updates)  # as if the confirmation had been lost
        stage.inlet = again
        async with stage.receiving():
            await stage.fake.settled()
        assert [arrival.key for arrival in again.arrivals] == [before.key]

    async def test_ids_that_start_anew_after_a_quiet_week_are_received(self, stage: Stage) -> None:
        """Fault I6. When everything is confirmed no offset is sent: none can hide what comes under a smaller number."""
        stage.adapter = TelegramAdapter(stage.fake.token, api_url=stage.fake.url, clock=stage.clock, hold=1)
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "before")
            await stage.fake.settled()
            await stage.fake.until(lambda: not stage.fake.calls("getUpdates")[-1].has("offset"))
            stage.fake.queue._next_id = 17
            await stage.fake.says(stage.customer, None, "after")
            await stage.fake.settled()
        assert len(stage.inlet.arrivals) == 2
        await stage.adapter.close()


class TestTrouble:
    async def test_another_poller_is_named_once_and_outwaited(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Fault I6."""
        stage.fake.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=5)
        with caplog.at_level(logging.INFO, "adapters.telegram"):
            async with stage.receiving():
                await stage.fake.says(stage.customer, None, "hi")
                assert len(await stage.events()) == 1
        said = [record.message for record in caplog.records if "somebody else" in record.message]
        assert len(said) == 1
        assert stage.clock.pauses == [1.0, 2.0, 4.0, 8.0, 16.0]

    async def test_a_webhook_that_somebody_sets_meanwhile_is_ended(self, stage: Stage) -> None:
        async with stage.receiving():
            stage.fake.deliver_to("http://127.0.0.1:9/none")
            await stage.fake.says(stage.customer, None, "hi")
            await stage.fake.until(lambda: stage.inlet.arrivals)
        assert len(stage.fake.calls("deleteWebhook")) == 2

    async def test_a_rate_limit_is_honoured(self, stage: Stage) -> None:
        stage.fake.fail_next("getUpdates", 429, "Too Many Requests: retry after 17", retry_after=17)
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "hi")
            await stage.fake.settled()
        assert stage.clock.pauses == [17.0]

    @pytest.mark.parametrize("code", [401, 500, 502])
    async def test_refusals_are_outwaited(self, stage: Stage, code: int) -> None:
        stage.fake.fail_next("getUpdates", code, "no", times=2)
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "hi")
            assert len(await stage.events()) == 1

    async def test_cut_connections_and_rubbish_are_outwaited(self, stage: Stage) -> None:
        stage.fake.break_connection("getUpdates")
        stage.fake.break_connection_after_accept("getUpdates")
        stage.fake.answer_garbage("getUpdates")
        stage.fake.answer_garbage("getUpdates", body=b'{"ok": true, "result": 7}')
        await stage.fake.says(stage.customer, None, "hi")
        async with stage.receiving():
            assert len(await stage.events()) == 1

    async def test_a_start_without_telegram_goes_on_when_it_is_back(self, stage: Stage) -> None:
        stage.fake.fail_next("getMe", 502, "Bad Gateway", times=3)
        fresh = TelegramAdapter(stage.fake.token, api_url=stage.fake.url, clock=stage.clock)
        stage.adapter, stage.inlet = fresh, RecordingInlet(fresh)
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "hi")
            assert len(await stage.events()) == 1
        await fresh.close()


class TestPoison:
    async def test_918_requests_in_3_seconds(self, stage: Stage) -> None:
        """An update that the library can't parse is stored and confirmed like any other; nothing is asked twice."""
        updates = dict(recorded())
        for name in unparsable():
            stage.fake.queue_raw(updates[name])
        await stage.fake.says(stage.customer, None, "behind it")
        async with stage.receiving():
            await stage.fake.settled()
        assert stage.fake.queue.repeats == 0
        *beyond, behind = stage.inlet.arrivals
        assert len(beyond) == len(unparsable())
        for arrival in beyond:
            with pytest.raises((TypeError, KeyError)):
                stage.adapter.read(arrival.payload)
        (event,) = stage.adapter.read(behind.payload)
        assert isinstance(event, MessageReceived)

    async def test_every_recorded_payload_passes_the_loop(self, stage: Stage) -> None:
        updates = dict(recorded())
        for update in updates.values():
            stage.fake.queue_raw(update)
        async with stage.receiving():
            await stage.fake.settled()
        assert len(stage.inlet.arrivals) == len(updates)
        assert stage.fake.queue.repeats == 0


class TestPresses:
    async def test_a_press_is_answered_with_the_toast(self, stage: Stage) -> None:
        message = await card(stage)
        stage.inlet.reply = Toast("林晓 has it now. " * 30)
        async with stage.receiving():
            query = await stage.fake.answered(await stage.fake.presses(stage.agent, message, "Take"))
            (event,) = await stage.events()
        assert isinstance(event, ButtonPressed)
        assert (event.action, event.subject, event.message) == ("take", 1, str(message.message_id))
        assert query.text.startswith("林晓 has it now.")
        assert len(query.text) <= 200

    async def test_a_press_is_answered_even_with_nothing_to_say(self, stage: Stage) -> None:
        message = await card(stage)
        async with stage.receiving():
            await stage.fake.answered(await stage.fake.presses(stage.agent, message, "Take"))
            await stage.fake.answered(await stage.fake.presses(stage.agent, message, "Take", data="☠"))
        assert stage.fake.toast(stage.agent) == ""

    async def test_a_press_that_comes_again_is_answered_once(self, stage: Stage) -> None:
        message = await card(stage)
        async with stage.receiving():
            query = await stage.fake.answered(await stage.fake.presses(stage.agent, message, "Take"))
            for _ in range(4):
                stage.fake.queue_raw({"callback_query": stage.fake.updates[-1]["callback_query"]})
            await stage.fake.settled()
        assert len(stage.fake.calls("answerCallbackQuery")) == 1
        assert query.answer is not None

    async def test_a_press_too_old_to_be_answered_is_no_trouble(self, stage: Stage) -> None:
        message = await card(stage)
        await stage.fake.presses(stage.agent, message, "Take")
        stage.fake.expire_queries()
        async with stage.receiving():
            await stage.fake.says(stage.customer, None, "next")
            assert len(await stage.events()) == 2
            await stage.fake.until(lambda: stage.fake.calls("answerCallbackQuery"))

    async def test_nobody_waits_for_an_answer_to_somebody_else(self, stage: Stage) -> None:
        message = await card(stage)
        hanging = stage.fake.hang("answerCallbackQuery")
        await stage.fake.presses(stage.agent, message, "Take")
        await stage.fake.says(stage.customer, None, "next")
        async with stage.receiving():
            assert len(await stage.events()) == 2
            hanging.release()

    async def test_a_press_keeps_its_place_among_the_messages(self, stage: Stage) -> None:
        message = await card(stage)
        await stage.fake.says(stage.agent, stage.group, "first")
        await stage.fake.presses(stage.agent, message, "Take")
        await stage.fake.says(stage.agent, stage.group, "last")
        async with stage.receiving():
            found = await stage.events()
        assert [type(event) for event in found] == [MessageReceived, ButtonPressed, MessageReceived]


class TestInterruptions:
    async def test_stopped_at_any_moment_nothing_is_lost_and_repeats_are_known(self) -> None:
        """I6: stopped again and again in the middle of the work, each time with a new adapter, as after a crash."""
        chance = random.Random(4)
        async with staged() as stage:
            for number in range(60):
                await stage.fake.says(stage.customer, None, f"{number}")
            keys: list[str] = []
            for _ in range(12):
                adapter = TelegramAdapter(stage.fake.token, api_url=stage.fake.url, clock=stage.clock)
                inlet = RecordingInlet(adapter)
                inlet.down = chance.random() < 0.3
                task = asyncio.create_task(adapter.run(inlet))
                await asyncio.sleep(chance.random() * 0.03)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
                keys += [arrival.key for arrival in inlet.arrivals]
                confirmed = {str(u["update_id"]) for u in stage.fake.updates if u not in stage.fake.pending}
                assert confirmed <= {key.split(":")[0] for key in keys}
                await adapter.close()
            async with stage.receiving():
                await stage.fake.settled()
            keys += [arrival.key for arrival in stage.inlet.arrivals]
            assert len(set(keys)) == 60
