"""Orders carried out on the workspace: what is called, what is tried instead. Covers C9 to C13, P5."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.slack.adapter import SlackAdapter
from bot.chat.contract import Content, FetchFailed, Order, Target
from bot.chat.events import Attachment, MessageReceived, Place
from bot.chat.text import text
from bot.chat.views import Card, Post
from bot.clock import SystemClock
from tests.contracts.desks.slack import SlackDesk
from tests.fakes.slack import SlackFake

LONG = "".join(f"第{number}句话说完了。" for number in range(4000))


def show(desk: SlackDesk, view: Card | Post, place: Place | None = None) -> Order:
    """An order to show something."""
    return Order("show", place or desk.room, view)


async def test_a_lost_card_is_posted_anew(desk: SlackDesk) -> None:
    """Somebody deleted it, or the workspace forbids late edits: the ticket needs its card all the same."""
    order = show(desk, Card("T-1", text("neu")))
    for error in ("message_not_found", "edit_window_closed", "cant_update_message"):
        desk.fake.fail_next("chat.update", error)
        delivery = await desk.adapter.deliver(order, Target(desk.room, error, ref="1700000000.000100"))
        assert delivery.outcome == "sent"
        assert delivery.ref != "1700000000.000100"
    assert len(desk.shown()) == 3


async def test_an_update_that_may_have_been_taken_is_just_repeated(desk: SlackDesk) -> None:
    """Twice the same state is one state."""
    first = await desk.adapter.deliver(show(desk, Card("T-1")), Target(desk.room, "a"))
    desk.fake.break_connection_after_accept("chat.update")
    target = Target(desk.room, "b", ref=first.ref)
    assert (await desk.adapter.deliver(show(desk, Card("T-1", text("neu"))), target)).outcome == "retry"
    found = await desk.adapter.find(show(desk, Card("T-1")), target)
    assert found is not None
    assert found.outcome == "retry"


async def test_a_public_channel_is_joined_when_slack_asks_for_it(desk: SlackDesk) -> None:
    """A private one has to invite the bot."""
    desk.fake.scopes.discard("chat:write.public")
    for private, outcome in ((False, "sent"), (True, "refused")):
        channel = desk.fake.channel(f"C0{private}", private=private, bot_is_member=False)
        place = Place("slack", channel.id)
        delivery = await desk.adapter.deliver(show(desk, Post(text("hallo")), place), Target(place, "e"))
        assert delivery.outcome == outcome, delivery
    assert delivery.reason in ("gone", "not_member")


async def test_a_person_s_id_is_a_room(desk: SlackDesk) -> None:
    """Slack opens the conversation; where it stands comes back."""
    place = Place("slack", desk.customer)
    delivery = await desk.adapter.deliver(show(desk, Post(text("hallo")), place), Target(place, "e"))
    assert delivery.place == desk.direct
    found = await desk.adapter.find(show(desk, Post(text("hallo")), place), Target(place, "e"))
    assert found is not None
    assert (found.outcome, found.ref, found.place) == ("sent", delivery.ref, desk.direct)


async def test_an_answer_opens_a_thread_in_a_channel_but_not_in_a_direct_conversation(desk: SlackDesk) -> None:
    """There, people read from top to bottom."""
    in_room, directly = await desk.says("?"), await desk.says("?", place=desk.direct)
    room = await desk.adapter.deliver(show(desk, Post(text("!"))), Target(desk.room, "a", reply_to=in_room))
    direct = await desk.adapter.deliver(
        show(desk, Post(text("!")), desk.direct), Target(desk.direct, "b", reply_to=directly)
    )
    assert room.place == replace(desk.room, thread=in_room)
    assert direct.place == desk.direct


async def test_a_long_text_that_was_interrupted_goes_on_where_it_stopped(desk: SlackDesk) -> None:
    """What stands already is looked up and not repeated; nothing is missing either."""
    order, target = (
        show(desk, Post(text(LONG), author="陈伟")),
        Target(desk.room, "long", first_tried=datetime.now(UTC)),
    )
    desk.fake.fail_next("chat.postMessage", "ratelimited", retry_after=1)
    assert (await desk.adapter.deliver(order, target)).outcome == "retry"
    whole = len(await _parts(desk, order, target))
    assert whole > 2
    assert len(desk.shown()) == whole
    again = await desk.adapter.deliver(order, target)
    assert again.outcome == "sent"
    assert len(again.ref.split(",")) == len(desk.shown()) == whole


async def _parts(desk: SlackDesk, order: Order, target: Target) -> list[str]:
    """The messages of a long text, sent with the connection breaking after the second."""
    desk.fake.break_connection_after_accept("chat.postMessage")
    assert (await desk.adapter.deliver(order, target)).outcome == "unknown"
    found = await desk.adapter.find(order, target)
    assert found is not None
    assert found.outcome == "retry"
    return (await desk.adapter.deliver(order, target)).ref.split(",")


async def test_an_edit_may_make_a_long_text_short(desk: SlackDesk) -> None:
    """The messages that are too many go, and come again when it grows."""
    first = await desk.adapter.deliver(show(desk, Post(text(LONG))), Target(desk.room, "a"))
    short = await desk.adapter.deliver(show(desk, Post(text("kurz"))), Target(desk.room, "b", ref=first.ref))
    assert short.ref == first.ref.split(",")[0]
    assert desk.shown() == ["kurz"]
    grown = await desk.adapter.deliver(show(desk, Post(text(LONG))), Target(desk.room, "c", ref=short.ref))
    assert len(grown.ref.split(",")) == len(first.ref.split(","))


async def test_what_slack_finds_too_large_is_sent_in_smaller_parts(desk: SlackDesk) -> None:
    """How it counts is not documented, so its word goes above our sum."""
    desk.fake.fail_next("chat.postMessage", "msg_blocks_too_long")
    delivery = await desk.adapter.deliver(show(desk, Post(text("x" * 9000))), Target(desk.room, "e"))
    assert delivery.outcome == "sent"
    assert len(desk.shown()) > 1
    assert "".join(desk.shown()).count("x") == 9000


async def test_a_whisper_finds_another_way(desk: SlackDesk) -> None:
    """By the act's own address, beside the conversation, or directly to a person who is not in the room."""
    order = Order("whisper", desk.room, Post(text("psst")), user=desk.agent)
    expired = replace(order, trigger=f"{desk.fake.workspace.base_url}/actions/T/expired")
    assert (await desk.adapter.deliver(expired, Target(desk.room, "a"))).outcome == "sent"
    assert desk.whispered(desk.agent) == ["psst"]
    stranger = desk.fake.user("U0FAR", "远")
    away = replace(order, user=stranger.id)
    delivery = await desk.adapter.deliver(away, Target(desk.room, "b"))
    assert delivery.outcome == "sent"
    assert desk.shown(Place("slack", desk.fake.dm(stranger).id)) == ["psst"]


async def test_a_whisper_in_a_thread_stays_in_it(desk: SlackDesk) -> None:
    """Where the person looks."""
    root = await desk.says("Wurzel")
    place = replace(desk.room, thread=root)
    order = Order("whisper", place, Post(text("psst")), user=desk.agent)
    await desk.adapter.deliver(order, Target(place, "a"))
    (whispered,) = desk.fake.ephemeral(desk.fake.workspace.users[desk.agent])
    assert whispered.thread_ts == root


async def test_a_file_goes_into_its_thread_with_a_few_words(desk: SlackDesk) -> None:
    """The three calls of an upload; the file can be taken back by its reference."""
    root = await desk.says("Wurzel")
    place = replace(desk.room, thread=root)
    content = Content("报告.pdf", "application/pdf", b"%PDF-1.4")
    order = Order("file", place, Post(text("anbei <!channel>")), file=1)
    delivery = await desk.adapter.deliver(order, Target(place, "f", content=content))
    assert delivery.outcome == "sent"
    (shared,) = desk.fake.messages(desk.room.room, root)
    assert [(file.name, file.content) for file in shared.files] == [("报告.pdf", b"%PDF-1.4")]
    assert "anbei" in shared.text
    assert delivery.ref == f"file:{shared.files[0].id}"
    for _ in range(2):
        removal = await desk.adapter.deliver(Order("remove", place), Target(place, "r", ref=delivery.ref))
        assert removal.outcome == "sent"
    assert shared.files == []


async def test_an_empty_file_and_one_too_large_are_refused(desk: SlackDesk) -> None:
    """Slack takes neither, and the author is told why."""
    for data, reason in ((b"", "invalid"), (b"x" * 20_000_001, "too_large")):
        content = Content("x.bin", "application/octet-stream", data)
        delivery = await desk.adapter.deliver(Order("file", desk.room, file=1), Target(desk.room, "f", content=content))
        assert (delivery.outcome, delivery.reason) == ("refused", reason)
    assert desk.fake.calls("files.getUploadURLExternal") == []


async def test_a_file_is_fetched_with_the_bot_s_token(desk: SlackDesk) -> None:
    """Also one whose details Slack Connect hides; without the right, the sign-in page is no file."""
    wei = desk.fake.workspace.users[desk.customer]
    hidden = desk.fake.file("secret.txt", b"inhalt", hidden=True)
    await desk.fake.says(wei, desk.room.room, files=[hidden])
    event = (await desk.inlet.events())[-1]
    assert isinstance(event, MessageReceived)
    assert await desk.adapter.fetch(event.attachments[0]) == b"inhalt"


async def test_what_can_t_be_fetched_says_whether_to_try_again(desk: SlackDesk) -> None:
    """Gone for good, too large, or only Slack's trouble."""
    with pytest.raises(FetchFailed) as gone:
        await desk.adapter.fetch(Attachment("F9", "weg.txt"))
    assert gone.value.final
    large = desk.fake.file("large.bin", b"x" * 20_000_001)
    with pytest.raises(FetchFailed) as too_large:
        await desk.adapter.fetch(Attachment(large.id, "large.bin"))
    assert too_large.value.final
    small = desk.fake.file("small.txt", b"x")
    desk.fake.fail_next("files.info", 503)
    with pytest.raises(FetchFailed) as trouble:
        await desk.adapter.fetch(Attachment(small.id, "small.txt"))
    assert not trouble.value.final


async def test_the_sign_in_page_is_not_taken_for_the_file(desk: SlackDesk) -> None:
    """Slack shows it with status 200 to whoever has no right to the file."""
    file = desk.fake.file("a.txt", b"x")
    stranger = SlackAdapter(bot_token="xoxb-other", api_url=desk.fake.api_url, clock=SystemClock())
    address = f"{desk.fake.workspace.base_url}/files-pri/T-{file.id}/a.txt"
    with pytest.raises(FetchFailed, match="sign-in"):
        await stranger._client.download(address, 1000, page=False)
    await stranger.close()


async def test_garbage_and_silence_leave_a_post_unknown() -> None:
    """A page instead of an answer, no answer at all, no server at all."""
    async with SlackFake() as fake:
        fake.channel("C1")
        adapter = SlackAdapter(bot_token=fake.bot_token, api_url=fake.api_url, clock=SystemClock(), call_seconds=0.3)
        place = Place("slack", "C1")
        order, target = Order("show", place, Post(text("x"))), Target(place, "e")
        fake.answer_garbage("chat.postMessage")
        assert (await adapter.deliver(order, target)).outcome == "unknown"
        fake.hang("chat.postMessage", accept=True)
        assert (await adapter.deliver(order, target)).outcome == "unknown"
        found = await adapter.find(order, target)
        assert found is not None
        assert found.outcome == "sent"
        fake.fail_next("conversations.history", "ratelimited", retry_after=9)
        unasked = await adapter.find(order, target)
        assert unasked is not None
        assert (unasked.outcome, unasked.retry_after) == ("unknown", 9.0)
        await adapter.close()
    adapter = SlackAdapter(bot_token="xoxb-x", api_url="http://127.0.0.1:9/api", clock=SystemClock())
    assert (await adapter.deliver(order, target)).outcome == "retry"
    await adapter.close()


async def test_a_dead_token_is_told_loudly_and_throws_nothing_away(
    desk: SlackDesk, caplog: pytest.LogCaptureFixture
) -> None:
    """The order waits."""
    desk.fake.fail_next("chat.postMessage", "token_revoked")
    delivery = await desk.adapter.deliver(show(desk, Post(text("x"))), Target(desk.room, "e"))
    assert (delivery.outcome, delivery.reason) == ("retry", "token")
    assert "does not accept the token" in caplog.text


async def test_orders_that_slack_has_no_way_for_are_refused(desk: SlackDesk) -> None:
    """Topics, and files without content."""
    for order in (Order("topic", desk.room, title="x"), Order("file", desk.room), Order("show", desk.room)):
        delivery = await desk.adapter.deliver(order, Target(desk.room, "e"))
        assert (delivery.outcome, delivery.reason) == ("refused", "invalid")
