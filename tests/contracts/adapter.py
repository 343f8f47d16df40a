"""What every adapter must do, whatever the platform: the suite that `test_adapters.py` runs on each desk.

It knows no platform. Where platforms differ, `adapter.can` says so, and a declared capability is always tested.
Covers G2 (no platform is special), C9 to C13 (text, files, edits both ways), P1 (repeats), P5 (unknown fate).
"""

import asyncio
from dataclasses import replace

import pytest

from bot.chat.contract import REASONS, Content, Order, Pace, Target
from bot.chat.events import (
    ButtonPressed,
    Event,
    FormSubmitted,
    MessageEdited,
    MessageReceived,
    Place,
)
from bot.chat.text import CODE, Span, bold, italic, plain, text
from bot.chat.views import Button, Card, Choice, DatePicker, Field, Form, Menu, OpenForm, Post, Row, Section, Toast
from tests.contracts.desk import Desk

HOSTILE = (
    "<!channel> @everyone <b>fett</b> <script>alert(1)</script> &lt;i&gt; *stars* _under_ `ticks` </blockquote> [x](y)"
)


async def last(desk: Desk, kind: type[Event]) -> Event:
    """The newest event, which must be of this kind."""
    events = await desk.inlet.events()
    assert events, "nothing reached the inlet"
    assert isinstance(events[-1], kind), events[-1]
    return events[-1]


async def show(desk: Desk, view: Card | Post, place: Place | None = None, *, key: str = "", ref: str = "") -> str:
    """Show a view; the reference of the message."""
    where = place or desk.room
    effect = f"effect-{len(desk.shown(where))}-{ref}"
    delivery = await desk.adapter.deliver(Order("show", where, view, key=key), Target(where, effect, ref=ref))
    assert delivery.outcome == "sent", delivery
    assert delivery.place is not None
    assert delivery.ref
    return delivery.ref


class AdapterContract:
    """The tests. A subclass or module brings the fixture `desk`."""

    @pytest.fixture(autouse=True)
    async def _nothing_to_complain_about(self, desk: Desk) -> object:
        """The platform found nothing wrong with anything it was sent, in every one of these tests."""
        yield
        assert desk.complaints() == []

    # -- what people do -------------------------------------------------------------------------------------------

    async def test_a_message_arrives_with_its_author(self, desk: Desk) -> None:
        """Who, where, when, what, and by which name."""
        ref = await desk.says("打印机坏了 <b>&amp;</b>")
        event = await last(desk, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert (event.place, event.user, event.message) == (desk.room, desk.customer, ref)
        assert plain(event.text) == "打印机坏了 <b>&amp;</b>"
        assert event.profile.name == "陈伟"
        assert event.at.tzinfo is not None
        assert event.event_id
        assert not event.direct

    async def test_a_direct_message_is_told_apart(self, desk: Desk) -> None:
        """It is the customer's own conversation."""
        await desk.says("你好", place=desk.direct)
        event = await last(desk, MessageReceived)
        assert event.direct
        assert event.place == desk.direct

    async def test_an_answer_says_what_it_answers(self, desk: Desk) -> None:
        """By its thread, or by the message it replies to."""
        first = await desk.says("erste")
        await desk.says("zweite", user=desk.agent, reply_to=first)
        event = await last(desk, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.user == desk.agent
        assert first in (event.place.thread, event.reply_to)

    async def test_an_edit_names_the_message(self, desk: Desk) -> None:
        """And brings the words as they are now."""
        ref = await desk.says("Duckrer")
        await desk.edits(ref, "Drucker")
        event = await last(desk, MessageEdited)
        assert isinstance(event, MessageEdited)
        assert (event.message, plain(event.text), event.user) == (ref, "Drucker", desk.customer)

    async def test_a_file_can_be_fetched(self, desk: Desk) -> None:
        """Its name as it was given, its bytes as they were sent."""
        data = bytes(range(256)) * 40
        await desk.sends_file("报告 final.bin", data)
        event = await last(desk, MessageReceived)
        assert isinstance(event, MessageReceived)
        (attachment,) = event.attachments
        assert attachment.name == "报告 final.bin"
        assert attachment.size in (0, len(data))
        assert await desk.adapter.fetch(attachment) == data

    async def test_what_is_delivered_again_has_the_same_name(self, desk: Desk) -> None:
        """So that the inbox knows it."""
        await desk.says("einmal")
        before = await desk.inlet.events()
        await desk.repeats(3)
        assert len(desk.inlet.arrivals) > len(before)
        assert await desk.inlet.events() == before

    async def test_different_messages_have_different_names(self, desk: Desk) -> None:
        """Even if they say the same."""
        await desk.says("gleich")
        await desk.says("gleich")
        assert len({arrival.key for arrival in desk.inlet.arrivals}) == 2
        assert len(await desk.inlet.events()) == 2

    async def test_what_can_t_be_stored_is_not_acknowledged(self, desk: Desk) -> None:
        """The platform keeps it and delivers it again; nothing is lost while the database is away."""
        desk.inlet.down = True
        saying = asyncio.create_task(desk.says("während des Ausfalls"))
        await desk.inlet.refused.wait()
        assert desk.inlet.arrivals == []
        desk.inlet.down = False
        ref = await saying
        await desk.repeats()
        event = await last(desk, MessageReceived)
        assert isinstance(event, MessageReceived)
        assert event.message == ref

    async def test_reading_is_pure(self, desk: Desk) -> None:
        """A stored delivery means the same each time, and nonsense raises instead of meaning nothing."""
        await desk.says("rein")
        payload = desk.inlet.arrivals[-1].payload
        assert desk.adapter.read(payload) == desk.adapter.read(payload)
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, it is reported
            desk.adapter.read(b"\xff\x00 no delivery")

    # -- buttons and forms ----------------------------------------------------------------------------------------

    async def test_a_button_brings_back_what_it_carries(self, desk: Desk) -> None:
        """Action, subject and value; who pressed it, and on which message."""
        ref = await show(desk, Card("T-12", text("坏了"), controls=(Button("领取", "ticket.take", 12, "now"),)))
        await desk.presses("领取", user=desk.agent)
        event = await last(desk, ButtonPressed)
        assert isinstance(event, ButtonPressed)
        assert (event.action, event.subject, event.value) == ("ticket.take", 12, "now")
        assert (event.user, event.message, event.place) == (desk.agent, ref, desk.room)

    async def test_the_longest_action_there_is_fits(self, desk: Desk) -> None:
        """`action:subject:value` of 64 bytes, Telegram's limit, goes through everywhere."""
        value = "v" * (64 - len("collab.template:1234567890:"))
        await show(desk, Card("T", controls=(Button("long", "collab.template", 1234567890, value),)))
        await desk.presses("long", user=desk.agent)
        event = await last(desk, ButtonPressed)
        assert isinstance(event, ButtonPressed)
        assert (event.action, event.subject, event.value) == ("collab.template", 1234567890, value)

    async def test_a_press_may_be_answered_with_a_few_words(self, desk: Desk) -> None:
        """Whatever they contain; the platform acknowledges in time."""
        await show(desk, Card("T", controls=(Button("los", "x", 1),)))
        desk.inlet.reply = Toast(f"{HOSTILE} " * 3)
        await desk.presses("los", user=desk.agent)
        await last(desk, ButtonPressed)

    async def test_a_form_comes_back_with_its_values(self, desk: Desk) -> None:
        """All kinds of fields; subject, state and place as they were."""
        if not desk.adapter.can.forms:
            pytest.skip("this platform has no forms; they are asked field by field")
        fields = (
            Field("title", "标题", value="alt"),
            Field("body", "说明", "text", required=False),
            Field("team", "部门", "choice", choices=(Choice("a", "客服部"), Choice("b", "技术部"))),
        )
        await show(desk, Card("T", controls=(Button("neu", "ticket.open", 0),)))
        desk.inlet.reply = OpenForm(Form("ticket.open", "新工单", "提交", fields, subject=7, state="原样 <&>"))
        await desk.presses("neu", user=desk.agent)
        desk.inlet.reply = None
        await desk.submits({"title": "<b> & 坏了", "team": "技术部"}, user=desk.agent)
        event = await last(desk, FormSubmitted)
        assert isinstance(event, FormSubmitted)
        assert (event.form, event.subject, event.state) == ("ticket.open", 7, "原样 <&>")
        assert (event.user, event.place) == (desk.agent, desk.room)
        assert event.values == {"title": "<b> & 坏了", "body": "", "team": "b"}

    # -- what people see ------------------------------------------------------------------------------------------

    async def test_a_post_shows_whose_words_they_are(self, desk: Desk) -> None:
        """Author, label, words, footer."""
        await show(desk, Post(text("Hallo ", bold("Welt")), author="陈伟", label="客户", footer="已编辑"))
        (shown,) = desk.shown()
        assert all(words in shown for words in ("陈伟", "客户", "Welt", "Hallo", "已编辑"))

    async def test_a_card_shows_everything_on_it(self, desk: Desk) -> None:
        """Title, text, rows, sections, footer; menus and dates as the platform has them."""
        card = Card(
            "T-12 打印机",
            text("Körper"),
            (Row("状态", text(bold("新"))), Row("优先级", text("高"))),
            (Section("Abschnitt", text("Inhalt"), (Button("查看", "ticket.show", 3),)),),
            (
                Menu("优先级", "ticket.priority", 12, (Choice("low", "低"), Choice("high", "高")), "high"),
                DatePicker("期限", "ticket.due", 12, "2026-11-30"),
                Button("网页", "", url="https://baton.example.com/t/12"),
            ),
            "Fuß",
        )
        await show(desk, card)
        (shown,) = desk.shown()
        assert all(
            words in shown for words in ("T-12 打印机", "Körper", "状态", "新", "高", "Abschnitt", "Inhalt", "Fuß")
        )

    async def test_a_newer_state_replaces_the_older(self, desk: Desk) -> None:
        """In place: one message, the newer words."""
        ref = await show(desk, Card("T-12", text("alt")), key="t12")
        again = await show(desk, Card("T-12", text("neu")), key="t12", ref=ref)
        assert again == ref
        assert [("alt" in shown, "neu" in shown) for shown in desk.shown()] == [(False, True)]

    async def test_the_same_state_again_is_no_failure(self, desk: Desk) -> None:
        """After a restart an order may be carried out once more."""
        card = Card("T-12", text("gleich"))
        ref = await show(desk, card, key="t12")
        assert await show(desk, card, key="t12", ref=ref) == ref
        assert len(desk.shown()) == 1

    async def test_a_message_can_be_taken_away_once_and_again(self, desk: Desk) -> None:
        """What is gone already is as good."""
        ref = await show(desk, Post(text("weg")), key="m1")
        for _ in range(2):
            order = Order("remove", desk.room, key="m1")
            delivery = await desk.adapter.deliver(order, Target(desk.room, "r", ref=ref))
            assert delivery.outcome == "sent", delivery
        assert not any("weg" in shown for shown in desk.shown())

    async def test_what_hangs_on_a_message_stands_under_it(self, desk: Desk) -> None:
        """In its thread, or in answer to it."""
        root = await show(desk, Card("T-12"), key="t12")
        if desk.adapter.can.threads:
            place, reply_to = replace(desk.room, thread=root), ""
        else:
            place, reply_to = desk.room, root
        order = Order("show", place, Post(text("darunter")))
        delivery = await desk.adapter.deliver(order, Target(place, "u", reply_to=reply_to))
        assert delivery.outcome == "sent", delivery
        assert any("darunter" in shown for shown in desk.shown(place))

    async def test_nothing_a_customer_types_becomes_active(self, desk: Desk) -> None:
        """No markup, no link, no mass mention, wherever it stands."""
        hostile = text(HOSTILE)
        await show(desk, Post(hostile, author=HOSTILE, label=HOSTILE, footer=HOSTILE))
        await show(desk, Card(HOSTILE, hostile, (Row(HOSTILE, hostile),), (Section(HOSTILE, hostile),), footer=HOSTILE))
        shown = desk.shown()[0].replace("\u2060", "")
        assert "<b>fett</b> <script>alert(1)</script>" in shown
        assert "<!channel> @everyone" in shown

    async def test_looks_are_carried(self, desk: Desk) -> None:
        """Bold, italic, code: the words are all there, and no mark of any markup among them."""
        await show(desk, Post(text(bold("fett"), " ", italic("schräg"), " ", Span("x<1", frozenset({CODE})))))
        assert "fett schräg x<1" in desk.shown()[0].replace("\u2060", "")

    async def test_a_very_long_text_arrives_whole(self, desk: Desk) -> None:
        """40,000 characters, in as many messages as it takes."""
        said = "".join(f"第{number}句话说完了。" for number in range(4000))[:40_000]
        ref = await show(desk, Post(text(said), author="陈伟"))
        shown = "".join(desk.shown()).replace("\n", "")
        assert "第0句话说完了。" in shown
        assert said[-40:] in shown
        assert len(shown) >= len(said)
        removal = await desk.adapter.deliver(Order("remove", desk.room), Target(desk.room, "r", ref=ref))
        assert removal.outcome == "sent"
        assert desk.shown() == []

    @pytest.mark.parametrize("words", ["\u202eevil\u202c", "a\u200bb", "é" * 300, "👩‍👩‍👧‍👦" * 50, "\n\n\nx\n\n\n"])
    async def test_odd_characters_are_no_obstacle(self, desk: Desk, words: str) -> None:
        """Whatever reaches an adapter is shown."""
        await show(desk, Post(text(words)))
        await show(desk, Card(words.strip() or "x", text(words), (Row("r", text(words)),)))

    async def test_a_file_is_carried(self, desk: Desk) -> None:
        """Under its name."""
        content = Content("报告.txt", "text/plain", "内容".encode())
        delivery = await desk.adapter.deliver(Order("file", desk.room, file=1), Target(desk.room, "f", content=content))
        assert delivery.outcome == "sent", delivery
        assert any("报告.txt" in str(held) for held in desk.raw())

    async def test_a_whisper_is_for_one_person(self, desk: Desk) -> None:
        """Nobody else in the room reads it."""
        if not desk.adapter.can.whispers:
            pytest.skip("this platform shows everything to everybody in the room")
        order = Order("whisper", desk.room, Post(text("psst")), user=desk.agent)
        delivery = await desk.adapter.deliver(order, Target(desk.room, "w"))
        assert delivery.outcome == "sent", delivery
        assert any("psst" in shown for shown in desk.whispered(desk.agent))
        assert not any("psst" in shown for shown in desk.shown())

    async def test_a_person_has_a_home(self, desk: Desk) -> None:
        """Where the platform has such a page, it can be filled, and filled again."""
        if not desk.adapter.can.home:
            pytest.skip("this platform has no page for a person")
        for body in ("alt", "neu"):
            order = Order("home", desk.direct, Card("我的", text(body)), user=desk.customer)
            assert (await desk.adapter.deliver(order, Target(desk.direct, body))).outcome == "sent"

    # -- what may go wrong ----------------------------------------------------------------------------------------

    async def test_a_rate_limit_is_obeyed(self, desk: Desk) -> None:
        """It is told how long to wait, and which of the order's paces was refused."""
        order = Order("show", desk.room, Post(text("zu schnell")))
        desk.limit_rate(7)
        delivery = await desk.adapter.deliver(order, Target(desk.room, "e"))
        assert delivery.outcome == "retry"
        assert delivery.retry_after >= 7
        assert delivery.pace in {pace.name for pace in desk.adapter.paces(order)}
        assert desk.shown() == []

    async def test_a_lost_answer_is_no_second_message(self, desk: Desk) -> None:
        """Its fate is unknown; where the platform can be asked, the message is found."""
        order, target = Order("show", desk.room, Post(text("nur einmal"))), Target(desk.room, "once")
        desk.cut_after_accepting()
        delivery = await desk.adapter.deliver(order, target)
        assert delivery.outcome == "unknown", delivery
        found = await desk.adapter.find(order, target)
        if desk.adapter.can.lookup:
            assert found is not None
            assert found.outcome == "sent"
            assert found.ref
        else:
            assert found is None
        assert len(desk.shown()) == 1

    async def test_what_was_never_sent_is_not_found(self, desk: Desk) -> None:
        """Another message of the same words is not taken for it."""
        if not desk.adapter.can.lookup:
            pytest.skip("this platform can't be asked")
        await show(desk, Post(text("gleich")))
        found = await desk.adapter.find(Order("show", desk.room, Post(text("gleich"))), Target(desk.room, "other"))
        assert found is not None
        assert found.outcome == "retry"

    async def test_a_failure_of_the_platform_s_own_is_not_the_end(self, desk: Desk) -> None:
        """An outage is passed over, one way or the other."""
        desk.fail()
        order = Order("show", desk.room, Post(text("trotzdem")))
        delivery = await desk.adapter.deliver(order, Target(desk.room, "e"))
        assert delivery.outcome in ("retry", "unknown")
        assert (await desk.adapter.deliver(order, Target(desk.room, "e"))).outcome == "sent"
        assert len(desk.shown()) == 1

    async def test_whoever_is_out_of_reach_is_reported(self, desk: Desk) -> None:
        """For good, and with a reason that the catalogue has a sentence for."""
        await desk.says("ich bin noch da", place=desk.direct)
        await desk.blocks()
        order = Order("show", desk.direct, Post(text("hallo?")))
        delivery = await desk.adapter.deliver(order, Target(desk.direct, "e"))
        assert (delivery.outcome, delivery.reason) == ("refused", "unreachable")

    async def test_a_room_that_is_not_there_is_refused(self, desk: Desk) -> None:
        """With a reason, not with an exception."""
        nowhere = replace(desk.room, room=_elsewhere(desk.room.room))
        delivery = await desk.adapter.deliver(Order("show", nowhere, Post(text("?"))), Target(nowhere, "e"))
        assert delivery.outcome == "refused"
        assert delivery.reason in REASONS

    async def test_every_order_has_its_pace(self, desk: Desk) -> None:
        """What is posted counts against a published limit, and paces are named apart by platform."""
        order = Order("show", desk.room, Post(text("x")))
        paces = desk.adapter.paces(order)
        assert paces
        assert all(isinstance(pace, Pace) and pace.per_second > 0 and pace.burst >= 1 for pace in paces)
        assert all(pace.name.startswith(desk.adapter.platform) for pace in paces)

    async def test_all_is_well_on_a_well_kept_desk(self, desk: Desk) -> None:
        """`baton check` finds nothing."""
        assert list(await desk.adapter.check()) == []


def _elsewhere(room: str) -> str:
    """A room of the same form that does not exist."""
    return f"{room[0]}{'9' * (len(room) - 1)}" if room[0] != "-" else f"-100{'9' * (len(room) - 4)}"
