"""Orders carried out over the wire: what people then see, and what a failure means. Covers T9, C10, G2."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from telegram.error import NetworkError

from adapters.telegram import limits
from adapters.telegram.client import failed
from bot.chat.contract import Content, Delivery, Order
from bot.chat.events import Place
from bot.chat.text import bold, text
from bot.chat.views import Button, Post
from tests.adapters.telegram.stage import Stage, staged
from tests.fakes.telegram import Chat, Topic

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
LONG = Post(text("One sentence here. " * 500), controls=(Button("Ok", "ok"),))


def post(words: str, *buttons: str) -> Post:
    return Post(text(words), controls=tuple(Button(label, "do", 1) for label in buttons))


def shown(stage: Stage, where: Chat | Topic) -> list[str]:
    return [stage.fake.visible_text(message) for message in stage.fake.sent(where)]


class TestShowing:
    async def test_a_message_stands_where_it_was_ordered(self, stage: Stage) -> None:
        delivery = await stage.show(stage.group, Post(text("Hello ", bold("<all>"))))
        (message,) = stage.fake.sent(stage.group)
        assert delivery == Delivery("sent", str(message.message_id), stage.place(stage.group))
        assert (message.text, [entity["type"] for entity in message.entities]) == ("Hello <all>", ["bold"])

    async def test_in_a_topic_and_in_general(self) -> None:
        async with staged() as stage:
            forum = stage.fake.group("技术部", members=[stage.agent], forum=True, bot="administrator")
            topic = stage.fake.topic(forum, "T-1")
            await stage.show(topic, post("inside"))
            await stage.show(Place("telegram", str(forum.id), "1"), post("general"))
            assert shown(stage, topic) == ["inside"]
            assert [stage.fake.visible_text(m) for m in stage.fake.sent(forum, 0)] == ["general"]

    async def test_an_answer_hangs_on_its_question_as_long_as_that_stands(self, stage: Stage) -> None:
        question = await stage.fake.says(stage.customer, stage.group, "Where is it?")
        await stage.show(stage.group, post("Here"), reply_to=str(question.message_id))
        await stage.fake.deletes(stage.customer, question)
        gone = await stage.show(stage.group, post("There"), reply_to=str(question.message_id))
        first, second = stage.fake.sent(stage.group)
        assert first.reply_to is question
        assert second.reply_to is None
        assert gone.outcome == "sent"

    async def test_a_whisper_answers_in_the_group(self, stage: Stage) -> None:
        question = await stage.fake.says(stage.customer, stage.group, "?")
        place = stage.place(stage.group)
        order = Order("whisper", place, post("psst"), user="1001")
        await stage.adapter.deliver(order, stage.target(place, reply_to=str(question.message_id)))
        assert stage.fake.sent(stage.group)[0].reply_to is question

    async def test_links_do_not_grow_previews(self, stage: Stage) -> None:
        await stage.show(stage.group, post("https://example.org"))
        (call,) = stage.fake.calls("sendMessage")
        assert call.parameters["link_preview_options"] == {"is_disabled": True}

    async def test_html_that_telegram_does_not_understand_goes_as_words(self, stage: Stage) -> None:
        stage.fake.fail_next("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")
        await stage.show(stage.group, Post(text(bold("<b>"))))
        assert shown(stage, stage.group) == ["<b>"]

    async def test_a_button_that_does_not_fit_is_a_fault_of_ours(self, stage: Stage) -> None:
        with pytest.raises(ValueError, match="64"):
            await stage.show(stage.group, Post(text("x"), controls=(Button("Go", "go", 1, "v" * 80),)))
        assert stage.fake.calls("sendMessage") == []


class TestChanging:
    async def test_a_message_is_changed_where_it_stands(self, stage: Stage) -> None:
        first = await stage.show(stage.group, post("new", "Take"))
        second = await stage.show(stage.group, post("solved"), ref=first.ref)
        (message,) = stage.fake.sent(stage.group)
        assert second.ref == first.ref
        assert (message.text, stage.fake.buttons(message)) == ("solved", [])

    async def test_the_same_again_is_a_success(self, stage: Stage) -> None:
        first = await stage.show(stage.group, post("new", "Take"))
        assert (await stage.show(stage.group, post("new", "Take"), ref=first.ref)).outcome == "sent"

    async def test_a_message_that_is_gone_is_sent_anew(self, stage: Stage) -> None:
        first = await stage.show(stage.group, post("new"))
        stage.fake.message(stage.group, int(first.ref)).deleted = True
        second = await stage.show(stage.group, post("newer"), ref=first.ref)
        assert second.outcome == "sent"
        assert second.ref != first.ref
        assert shown(stage, stage.group) == ["newer"]

    async def test_old_messages_are_changed_all_the_same(self, stage: Stage) -> None:
        first = await stage.show(stage.group, post("new"))
        stage.clock.pass_by(days=400)
        await stage.show(stage.group, post("solved"), ref=first.ref)
        assert shown(stage, stage.group) == ["solved"]


class TestLongMessages:
    async def test_pieces_in_order_with_the_buttons_under_the_last(self, stage: Stage) -> None:
        delivery = await stage.show(stage.group, LONG)
        pieces = stage.fake.sent(stage.group)
        assert delivery.ref == ",".join(str(piece.message_id) for piece in pieces)
        assert len(pieces) == 3
        assert "".join(f"{piece.text} " for piece in pieces) == "One sentence here. " * 500
        assert [stage.fake.buttons(piece) for piece in pieces] == [[], [], ["Ok"]]

    async def test_fewer_pieces_take_the_surplus_away(self, stage: Stage) -> None:
        long = await stage.show(stage.group, LONG)
        short = await stage.show(stage.group, post("short", "Ok"), ref=long.ref)
        (piece,) = stage.fake.sent(stage.group)
        assert (piece.text, stage.fake.buttons(piece), short.ref) == ("short", ["Ok"], str(piece.message_id))

    async def test_more_pieces_are_added_and_the_old_last_loses_its_buttons(self, stage: Stage) -> None:
        short = await stage.show(stage.group, post("short", "Ok"))
        long = await stage.show(stage.group, LONG, ref=short.ref)
        pieces = stage.fake.sent(stage.group)
        assert long.ref.split(",")[0] == short.ref
        assert [stage.fake.buttons(piece) for piece in pieces] == [[], [], ["Ok"]]

    async def test_a_missing_piece_makes_the_rest_new_so_that_the_order_holds(self, stage: Stage) -> None:
        long = await stage.show(stage.group, LONG)
        stage.fake.message(stage.group, int(long.ref.split(",")[1])).deleted = True
        await stage.show(stage.group, Post(text("Another sentence. " * 500)), ref=long.ref)
        assert "".join(f"{words} " for words in shown(stage, stage.group)) == "Another sentence. " * 500

    async def test_an_interrupted_one_goes_on_where_it_stopped(self) -> None:
        async with staged(enforce_limits=True) as stage:
            place = stage.place(stage.customer)
            order = Order("show", place, Post(text("One sentence here. " * 1200)))
            target = stage.target(place)
            outcomes = []
            for _ in range(4):
                outcomes.append((await stage.adapter.deliver(order, target)).outcome)
                stage.clock.pass_by(seconds=3)
            assert outcomes[0] == "retry"
            assert outcomes[-1] == "sent"
            first = stage.fake.sent(stage.customer)[:6]
            assert "".join(f"{piece.text} " for piece in first) == "One sentence here. " * 1200


class TestRemoving:
    async def test_all_pieces_go(self, stage: Stage) -> None:
        long = await stage.show(stage.group, LONG)
        assert (await remove(stage, long.ref)).outcome == "sent"
        assert stage.fake.sent(stage.group) == []

    async def test_what_is_gone_already_is_removed(self, stage: Stage) -> None:
        sent = await stage.show(stage.group, post("x"))
        stage.fake.message(stage.group, int(sent.ref)).deleted = True
        assert (await remove(stage, sent.ref)).outcome == "sent"

    async def test_what_is_too_old_to_be_deleted_is_emptied(self, stage: Stage) -> None:
        sent = await stage.show(stage.group, post("x", "Ok"))
        stage.clock.pass_by(hours=49)
        assert (await remove(stage, sent.ref)).outcome == "sent"
        (message,) = stage.fake.sent(stage.group)
        assert (message.text, stage.fake.buttons(message)) == ("🗑", [])


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "media_type", "data", "field"),
        [
            ("a.png", "image/png", PNG, "photo"),
            ("a.ogg", "audio/ogg", b"OggS", "voice"),
            ("a.pdf", "application/pdf", b"%PDF", "document"),
            ("broken.png", "image/png", b"no picture", "document"),
            ("huge.png", "image/png", PNG + bytes(limits.PHOTO_UPLOAD), "document"),
        ],
    )
    async def test_a_file_is_shown_as_what_it_is(
        self, stage: Stage, name: str, media_type: str, data: bytes, field: str
    ) -> None:
        delivery = await send_file(stage, Content(name, media_type, data), Post((), author="林晓"))
        (message,) = stage.fake.sent(stage.group)
        assert delivery.ref == str(message.message_id)
        assert field in message.content
        assert (message.caption, stage.fake.file(message)) == ("林晓", data)

    async def test_a_document_keeps_its_name(self, stage: Stage) -> None:
        await send_file(stage, Content("账单.pdf", "application/pdf", b"%PDF"))
        (message,) = stage.fake.sent(stage.group)
        assert (message.content["document"]["file_name"], message.caption) == ("账单.pdf", None)

    async def test_words_too_long_for_a_caption_go_before_the_file(self, stage: Stage) -> None:
        delivery = await send_file(stage, Content("a.pdf", "application/pdf", b"%PDF"), post("word " * 300))
        words, file = stage.fake.sent(stage.group)
        assert delivery.ref == f"{words.message_id},{file.message_id}"
        assert (words.text, file.caption) == (("word " * 300).strip(), None)

    async def test_a_file_over_the_limit_is_not_even_tried(self, stage: Stage) -> None:
        delivery = await send_file(stage, Content("a.iso", "application/x-iso", bytes(limits.UPLOAD + 1)))
        assert (delivery.outcome, delivery.reason) == ("refused", "too_large")
        assert stage.fake.calls("sendDocument") == []


class TestTopics:
    @pytest_asyncio.fixture
    async def forum(self, stage: Stage) -> AsyncIterator[Chat]:
        yield stage.fake.group("技术部", members=[stage.agent], forum=True, bot="administrator")

    async def test_a_topic_is_opened_and_written_into(self, stage: Stage, forum: Chat) -> None:
        opened = await topic(stage, forum, "T-12 " + "打印机" * 100)
        assert opened.place == Place("telegram", str(forum.id), opened.ref)
        assert len(forum.topics[int(opened.ref)].name) == 128
        assert opened.place is not None
        await stage.show(opened.place, post("inside"))
        assert stage.fake.sent(forum)[-1].topic is forum.topics[int(opened.ref)]

    async def test_a_topic_is_renamed_in_place(self, stage: Stage, forum: Chat) -> None:
        opened = await topic(stage, forum, "T-12")
        for _ in range(2):
            assert (await topic(stage, forum, "T-12 solved", ref=opened.ref)).ref == opened.ref
        assert forum.topics[int(opened.ref)].name == "T-12 solved"

    async def test_a_group_without_topics_refuses(self, stage: Stage) -> None:
        refused = await topic(stage, stage.group, "T-12")
        assert (refused.outcome, refused.reason) == ("refused", "forbidden")


class TestFailures:
    """Platform facts 2.7."""

    @pytest.mark.parametrize(
        ("code", "description", "reason"),
        [
            (400, "Bad Request: chat not found", "gone"),
            (400, "Bad Request: message thread not found", "gone"),
            (400, "Bad Request: message is too long", "too_long"),
            (400, "Bad Request: not enough rights to send text messages to the chat", "forbidden"),
            (400, "Bad Request: TOPIC_CLOSED", "forbidden"),
            (400, "Bad Request: something nobody has seen", "invalid"),
            (403, "Forbidden: bot was blocked by the user", "unreachable"),
            (403, "Forbidden: user is deactivated", "unreachable"),
            (403, "Forbidden: bot can't initiate conversation with a user", "unreachable"),
            (403, "Forbidden: bot was kicked from the supergroup chat", "not_member"),
            (403, "Forbidden: bot is not a member of the supergroup chat", "not_member"),
            (403, "Forbidden: the group chat was deleted", "gone"),
            (403, "Forbidden: something nobody has seen", "forbidden"),
            (413, "Request Entity Too Large", "too_large"),
        ],
    )
    async def test_refusals_have_reasons(self, stage: Stage, code: int, description: str, reason: str) -> None:
        stage.fake.fail_next("sendMessage", code, description)
        delivery = await stage.show(stage.group, post("x"))
        assert (delivery.outcome, delivery.reason) == ("refused", reason)
        assert stage.fake.token not in delivery.detail

    @pytest.mark.parametrize(("code", "description"), [(401, "Unauthorized"), (404, "Not Found")])
    async def test_a_token_that_is_not_accepted_is_waited_out(self, stage: Stage, code: int, description: str) -> None:
        """Fault O4: nothing is thrown away while somebody renews it."""
        stage.fake.fail_next("sendMessage", code, description)
        delivery = await stage.show(stage.group, post("x"))
        assert (delivery.outcome, delivery.reason, delivery.retry_after) == ("retry", "token", 300.0)
        assert stage.fake.token not in delivery.detail

    async def test_a_person_who_never_pressed_start_is_unreachable(self, stage: Stage) -> None:
        for place in (Place("telegram", "424242"), stage.place(stage.fake.user(1003, "Bo"))):
            assert (await stage.show(place, post("x"))).reason == "unreachable"

    async def test_a_rate_limit_names_its_wait_and_its_pace(self, stage: Stage) -> None:
        stage.fake.fail_next("sendMessage", 429, "Too Many Requests: retry after 14", retry_after=14)
        delivery = await stage.show(stage.group, post("x"))
        assert (delivery.outcome, delivery.retry_after, delivery.pace) == ("retry", 14.0, f"telegram:{stage.group.id}")
        assert delivery.pace in [pace.name for pace in stage.adapter.paces(Order("show", stage.place(stage.group)))]
        assert stage.clock.pauses == []

    async def test_a_group_that_moved_says_where_to(self, stage: Stage) -> None:
        old = stage.fake.group("财务部", members=[stage.agent], supergroup=False)
        new = await stage.fake.migrates(old)
        delivery = await stage.show(old, post("x"))
        assert (delivery.outcome, delivery.moved_to) == ("retry", str(new.id))

    @pytest.mark.parametrize("code", [500, 502, 503])
    async def test_a_failure_of_the_servers_own_is_tried_again(self, stage: Stage, code: int) -> None:
        stage.fake.fail_next("sendMessage", code, "Internal Server Error: restart")
        assert (await stage.show(stage.group, post("x"))).outcome == "retry"

    async def test_nobody_knows_what_happens_behind_a_gateway_that_gave_up(self, stage: Stage) -> None:
        stage.fake.fail_next("sendMessage", 504, "Gateway Time-out")
        assert (await stage.show(stage.group, post("x"))).outcome == "unknown"

    async def test_taken_and_then_cut_off_is_unknown(self, stage: Stage) -> None:
        stage.fake.break_connection_after_accept("sendMessage")
        assert (await stage.show(stage.group, post("x"))).outcome == "unknown"
        assert shown(stage, stage.group) == ["x"]

    async def test_an_answer_that_is_none_is_unknown(self, stage: Stage) -> None:
        stage.fake.answer_garbage("sendMessage")
        assert (await stage.show(stage.group, post("x"))).outcome == "unknown"

    async def test_an_edit_that_was_cut_off_can_simply_be_repeated(self, stage: Stage) -> None:
        sent = await stage.show(stage.group, post("x"))
        stage.fake.break_connection_after_accept("editMessageText")
        assert (await stage.show(stage.group, post("y"), ref=sent.ref)).outcome == "retry"
        assert (await stage.show(stage.group, post("y"), ref=sent.ref)).outcome == "sent"

    async def test_a_server_that_is_not_there_was_not_asked(self) -> None:
        async with staged() as stage:
            await stage.fake._server.stop()
            assert (await stage.show(stage.group, post("x"))).outcome == "retry"

    def test_an_error_of_our_own_making_is_not_tried_for_ever(self) -> None:
        error = NetworkError("Unknown error in HTTP implementation")
        error.__cause__ = UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates")
        assert failed(error, "-1").outcome == "refused"

    async def test_orders_for_what_telegram_has_not_are_done(self, stage: Stage) -> None:
        place = stage.place(stage.customer)
        assert await stage.adapter.deliver(Order("home", place), stage.target(place)) == Delivery("sent")
        assert await stage.adapter.find(Order("show", place), stage.target(place)) is None


class TestPaces:
    def test_published_limits_hold_in_any_window(self) -> None:
        everything, chat, group = limits.paces(Order("show", Place("telegram", "-100123", "7")))
        assert everything.burst + everything.per_second <= 30
        assert (chat.name, chat.per_second, chat.burst) == ("telegram:-100123", 1, 3)
        assert group.burst + group.per_second * 60 <= 20
        assert len(limits.paces(Order("whisper", Place("telegram", "1001")))) == 2
        assert limits.paces(Order("fetch", Place("telegram", "1001"))) == ()

    async def test_orders_within_their_paces_are_not_refused(self) -> None:
        """Each order leaves as soon as its token buckets allow, for three minutes."""
        async with staged(enforce_limits=True) as stage:
            order = Order("show", stage.place(stage.group), post("x"))
            tokens = {pace.name: float(pace.burst) for pace in stage.adapter.paces(order)}
            outcomes = []
            for _ in range(180 * 4):
                if min(tokens.values()) >= 1:
                    tokens = {name: count - 1 for name, count in tokens.items()}
                    outcomes.append((await stage.adapter.deliver(order, stage.target(order.place))).outcome)
                stage.clock.pass_by(seconds=0.25)
                for pace in stage.adapter.paces(order):
                    tokens[pace.name] = min(tokens[pace.name] + pace.per_second / 4, pace.burst)
            assert outcomes.count("sent") == len(outcomes) >= 8 + 3 * 12 - 1


async def remove(stage: Stage, ref: str) -> Delivery:
    place = stage.place(stage.group)
    return await stage.adapter.deliver(Order("remove", place), stage.target(place, ref=ref))


async def send_file(stage: Stage, content: Content, view: Post | None = None) -> Delivery:
    place = stage.place(stage.group)
    return await stage.adapter.deliver(Order("file", place, view, file=1), stage.target(place, content=content))


async def topic(stage: Stage, forum: Chat, title: str, ref: str = "") -> Delivery:
    place = stage.place(forum)
    return await stage.adapter.deliver(Order("topic", place, title=title), stage.target(place, ref=ref))
