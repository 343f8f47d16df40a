"""What comes back within three seconds: forms, errors at their fields, a few words. Covers T1, U20, C13."""

import asyncio

from bot.chat.contract import Arrival, Order, Target
from bot.chat.events import (
    CommandGiven,
    FormSubmitted,
    HomeOpened,
    MessageReceived,
    Place,
    ReachChanged,
    ReactionAdded,
    ShortcutUsed,
)
from bot.chat.text import plain, text
from bot.chat.views import Button, Card, Field, FieldErrors, Form, OpenForm, Toast
from tests.contracts.desks.slack import SlackDesk

FORM = Form("ticket.open", "新工单", "提交", (Field("title", "标题"), Field("body", "说明", "text", required=False)))


async def card(desk: SlackDesk, place: Place | None = None) -> str:
    """A card with a button in the room; its timestamp."""
    where = place or desk.room
    shown = Order("show", where, Card("T-1", text("坏了"), controls=(Button("领取", "ticket.take", 1),)))
    delivery = await desk.adapter.deliver(shown, Target(where, "card"))
    return delivery.ref


async def test_a_command_is_answered_by_its_acknowledgement(desk: SlackDesk) -> None:
    """In private, without a call to Slack; what is typed in it is not active."""
    lin = desk.fake.workspace.users[desk.agent]
    desk.inlet.reply = Toast("Nichts da <!channel> & Co")
    delivery = await desk.fake.command(lin, desk.room.room, "/baton", "mine <@U0WEI>")
    assert delivery.status == 200
    assert [words.replace("\u2060", "") for words in desk.whispered(desk.agent)] == ["Nichts da <!channel> & Co"]
    (event,) = await desk.inlet.events()
    assert isinstance(event, CommandGiven)
    assert (event.word, plain(event.text), event.profile.name) == ("mine", "@陈伟", "林晓")
    assert desk.fake.calls("chat.postEphemeral") == []


async def test_a_command_without_an_answer_is_acknowledged_in_silence(desk: SlackDesk) -> None:
    """The rest comes through the outbox."""
    lin = desk.fake.workspace.users[desk.agent]
    delivery = await desk.fake.command(lin, desk.room.room, "/ticket", "坏了")
    assert (delivery.status, delivery.body) == (200, "")


async def test_a_command_that_can_t_be_stored_fails_visibly(desk: SlackDesk) -> None:
    """Slack does not repeat commands; the person is told."""
    desk.inlet.down = True
    lin = desk.fake.workspace.users[desk.agent]
    assert (await desk.fake.command(lin, desk.room.room, "/ticket")).status == 503
    assert "failed" in desk.whispered(desk.agent)[0]


async def test_errors_stand_at_the_fields_and_the_form_can_be_sent_again(desk: SlackDesk) -> None:
    """The second submission is an act of its own."""
    lin = desk.fake.workspace.users[desk.agent]
    desk.inlet.reply = OpenForm(FORM)
    await desk.fake.command(lin, desk.room.room, "/ticket")
    desk.inlet.reply = FieldErrors((("title", "太长了"),))
    first = await desk.fake.submits(lin, {"标题": "x" * 200})
    assert first.errors == {"title": "太长了"}
    assert desk.fake.modal(lin) is not None
    desk.inlet.reply = None
    assert (await desk.fake.submits(lin, {"标题": "坏了"})).accepted
    assert desk.fake.modal(lin) is None
    submitted = [event for event in await desk.inlet.events() if isinstance(event, FormSubmitted)]
    assert [event.values["title"][:2] for event in submitted] == ["xx", "坏了"]
    assert submitted[1].place == desk.room


async def test_a_form_may_lead_to_another(desk: SlackDesk) -> None:
    """The next one takes its place."""
    lin = desk.fake.workspace.users[desk.agent]
    desk.inlet.reply = OpenForm(FORM)
    await desk.fake.command(lin, desk.room.room, "/ticket")
    desk.inlet.reply = OpenForm(Form("next", "下一步", "好", (Field("more", "更多"),)))
    assert (await desk.fake.submits(lin, {"标题": "坏了"})).action == "update"
    shown = desk.fake.modal(lin)
    assert shown is not None
    assert "更多" in desk.fake.visible_text(shown)


async def test_words_after_a_form_are_whispered_where_it_was_asked_for(desk: SlackDesk) -> None:
    """A submission has no way of its own to say something."""
    ref = await card(desk)
    desk.inlet.reply = OpenForm(FORM)
    await desk.presses("领取", user=desk.agent)
    desk.inlet.reply = Toast("T-2 已创建")
    await desk.submits({"标题": "坏了"}, user=desk.agent)
    assert desk.whispered(desk.agent) == ["T-2 已创建"]
    assert ref


async def test_a_press_is_answered_in_its_thread(desk: SlackDesk) -> None:
    """And the card stays as it is."""
    root = await card(desk)
    await card(desk, Place("slack", desk.room.room, root))
    desk.inlet.reply = Toast("已被林晓领取")
    await desk.presses("领取", user=desk.customer)
    (whispered,) = desk.fake.ephemeral(desk.fake.workspace.users[desk.customer])
    assert whispered.thread_ts == root
    assert len(desk.shown()) == 1


async def test_app_home_can_be_used_like_a_room(desk: SlackDesk) -> None:
    """Its buttons open forms; what they say comes as a direct message, and belongs to that conversation."""
    lin = desk.fake.workspace.users[desk.agent]
    await desk.fake.opens_home(lin)
    direct = Place("slack", desk.fake.dm(lin).id)
    (opened,) = await desk.inlet.events()
    assert isinstance(opened, HomeOpened)
    assert (opened.place, opened.profile.locale) == (direct, "zh-CN")
    home = Card("我的", controls=(Button("新工单", "ticket.open"), Button("刷新", "home.refresh")))
    await desk.adapter.deliver(Order("home", direct, home, user=lin.id), Target(direct, "home"))
    desk.inlet.reply = OpenForm(FORM)
    await desk.fake.presses(lin, "home", "新工单")
    desk.inlet.reply = Toast("T-3 已创建")
    assert (await desk.fake.submits(lin, {"标题": "坏了"})).accepted
    submitted = (await desk.inlet.events())[-1]
    assert isinstance(submitted, FormSubmitted)
    assert (submitted.place, submitted.direct) == (direct, True)
    assert desk.shown(direct) == ["T-3 已创建"]


async def test_shortcuts_open_the_form(desk: SlackDesk) -> None:
    """From a message, whose words and author come along, and from the global menu."""
    lin = desk.fake.workspace.users[desk.agent]
    ref = await desk.says("打印机 <坏了>")
    desk.inlet.reply = OpenForm(FORM)
    await desk.fake.shortcut(lin, ref, "ticket_open")
    event = (await desk.inlet.events())[-1]
    assert isinstance(event, ShortcutUsed)
    assert event.quoted is not None
    assert (event.quoted.profile.name, plain(event.quoted.text)) == ("陈伟", "打印机 <坏了>")
    assert event.quoted.link.startswith("https://aurora.slack.com/archives/C0HELP/p")
    assert desk.fake.modal(lin) is not None
    await desk.fake.closes(lin)
    await desk.fake.shortcut(lin, None, "ticket_new")
    assert desk.fake.modal(lin) is not None


async def test_a_reaction_brings_the_message_it_is_on(desk: SlackDesk) -> None:
    """Slack tells only where it stands; a reply in a thread is found as well."""
    lin = desk.fake.workspace.users[desk.agent]
    root = await desk.says("Wurzel")
    reply = await desk.says("坏了 <@U0LIN>", reply_to=root)
    await desk.fake.reacts(lin, reply, "ticket")
    event = (await desk.inlet.events())[-1]
    assert isinstance(event, ReactionAdded)
    assert event.quoted is not None
    assert (event.user, event.quoted.user, event.quoted.profile.name) == (desk.agent, desk.customer, "陈伟")
    assert plain(event.quoted.text) == "坏了 @林晓"
    assert event.quoted.place.thread == root
    assert f"thread_ts={root}" in event.quoted.link


async def test_events_are_complete_even_if_slack_tells_nothing(desk: SlackDesk) -> None:
    """A failing lookup is a line in the log, not a lost message; a minute later it is tried again."""
    desk.fake.fail_next("users.info", 503, times=5)
    await desk.says("hallo")
    (event,) = await desk.inlet.events()
    assert isinstance(event, MessageReceived)
    assert (plain(event.text), event.profile.name) == ("hallo", "")


async def test_being_let_into_a_room_tells_its_name(desk: SlackDesk) -> None:
    """For whoever decides what the room is for."""
    room = desk.fake.channel("C0NEW", [desk.agent], name="neu", bot_is_member=False)
    await desk.fake.joins(desk.fake.bot_user_id, room)
    (event,) = await desk.inlet.events()
    assert isinstance(event, ReachChanged)
    assert (event.place.room, event.reachable, event.title) == ("C0NEW", True, "neu")


async def test_a_lookup_that_hangs_is_given_up(desk: SlackDesk) -> None:
    """Somebody is waiting for an answer; a name is not worth three seconds."""
    hanging = desk.fake.hang("users.info")
    await desk.says("hallo")
    (event,) = await desk.inlet.events()
    assert (event.user, event.profile.name) == (desk.customer, "")
    hanging.release()


async def test_people_are_asked_for_once(desk: SlackDesk) -> None:
    """However much they say."""
    for number in range(5):
        await desk.says(f"Nachricht {number}")
    await desk.inlet.events()
    assert len(desk.fake.calls("users.info")) == 1
    assert len(desk.fake.calls("auth.test")) == 1


async def test_an_expired_trigger_is_no_failure_of_the_request(desk: SlackDesk) -> None:
    """Slack took too long to bring it; the press is acknowledged all the same."""
    await card(desk)
    desk.fake.fail_next("views.open", "expired_trigger_id")
    desk.inlet.reply = OpenForm(FORM)
    await desk.presses("领取", user=desk.agent)
    assert desk.fake.deliveries[-1].status == 200


async def test_a_slow_answer_of_slack_s_does_not_hold_up_the_acknowledgement(desk: SlackDesk) -> None:
    """The form is on its way; the acknowledgement does not wait for it."""
    await card(desk)
    hanging = desk.fake.hang("views.open")
    desk.inlet.reply = OpenForm(FORM)
    await desk.presses("领取", user=desk.agent)
    assert desk.fake.deliveries[-1].status == 200
    assert desk.fake.modal(desk.fake.workspace.users[desk.agent]) is not None
    hanging.release()
    await asyncio.sleep(0)


async def test_an_answer_that_takes_too_long_is_not_waited_for(desk: SlackDesk) -> None:
    """The pipeline gives up after two seconds and answers through the outbox: nothing to say here."""

    class Silent:
        """Stores, and has no reply in time."""

        async def take(self, arrivals: list[Arrival]) -> None:
            await desk.inlet.take(arrivals)

        async def ask(self, arrival: Arrival) -> None:
            await desk.inlet.take([arrival])

    await card(desk)
    await desk.adapter.run(Silent())  # type: ignore[arg-type]
    await desk.presses("领取", user=desk.agent)
    assert desk.fake.deliveries[-1].status == 200
