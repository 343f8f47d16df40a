"""People in the fake workspace drive a real Bolt app, over HTTP and over websockets."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from tests.fakes.slack import Channel, Delivery, NoSuchChoice, SlackFake, User, block_kit
from tests.fakes.slack_apps import bolt_app, card, client_of, form, over_http, over_sockets

JSON = dict[str, Any]


class Desk:
    """A fake workspace with one person, one room, and a Bolt app that notes what it hears."""

    def __init__(self, fake: SlackFake) -> None:
        self.fake = fake
        self.lin: User = fake.user("U0LIN", "林晓", locale="zh-CN", email="lin@example.com")
        self.room: Channel = fake.channel("C0SUP", [self.lin], name="support")
        self.app: AsyncApp = bolt_app(fake)
        self.client = client_of(fake)
        self.heard: list[JSON] = []

        @self.app.event({"type": "message", "subtype": None})
        @self.app.event("message")
        @self.app.event("app_mention")
        @self.app.event("reaction_added")
        @self.app.event("app_home_opened")
        @self.app.event("member_joined_channel")
        async def hear(event: JSON) -> None:
            self.heard.append(event)
            fake.changed()


@pytest.fixture(params=["http", "sockets"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """The desk, once over HTTP and once over Socket Mode; no violation may be left."""
    async with SlackFake() as fake:
        made = Desk(fake)
        way = over_http if request.param == "http" else over_sockets
        async with way(fake, made.app):
            yield made
        assert fake.violations == []


async def test_a_post_with_a_mention_is_two_events(desk: Desk) -> None:
    said = await desk.fake.says(desk.lin, desk.room, f"{desk.fake.bot_mention} 打印机坏了 <b>&")
    await desk.fake.until(lambda: len(desk.heard) == 2)
    assert [delivery.status for delivery in said.deliveries] == [200, 200]
    assert [event["type"] for event in desk.heard] == ["message", "app_mention"]
    assert {(event["channel"], event["ts"]) for event in desk.heard} == {("C0SUP", said.ts)}
    assert len({delivery.event_id for delivery in said.deliveries}) == 2
    assert desk.heard[0]["text"] == "<@U0BATON> 打印机坏了 &lt;b&gt;&amp;"
    assert desk.fake.visible_text(said) == "@Baton 打印机坏了 <b>&"
    assert "channel_type" not in desk.heard[1]


async def test_a_direct_message_is_one_event(desk: Desk) -> None:
    await desk.fake.says(desk.lin, desk.fake.dm(desk.lin), f"{desk.fake.bot_mention} hello")
    await desk.fake.until(lambda: desk.heard)
    assert [(event["type"], event["channel_type"]) for event in desk.heard] == [("message", "im")]


async def test_edits_deletions_reactions_and_threads(desk: Desk) -> None:
    fake, lin, room = desk.fake, desk.lin, desk.room
    said = await fake.says(lin, room, "first")
    reply = await fake.says(lin, room, "reply", thread_ts=said)
    await fake.edits(lin, said, "first, mended")
    await fake.reacts(lin, said, "ticket")
    await fake.deletes(lin, reply)
    await fake.until(lambda: len(desk.heard) == 5)
    posted, replied, changed, reacted, deleted = sorted(desk.heard, key=lambda event: event["event_ts"])
    assert posted["text"] == "first"
    assert (replied["thread_ts"], replied["parent_user_id"]) == (said.ts, lin.id)
    assert changed["subtype"] == "message_changed"
    assert "user" not in changed
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("first", "first, mended")
    assert reacted["item"] == {"type": "message", "channel": room.id, "ts": said.ts}
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", reply.ts)
    assert fake.messages(room, thread_ts=said) == []


async def test_a_file_is_downloaded_with_the_token_only(desk: Desk) -> None:
    picture = desk.fake.file("错误 1.png", b"\x89PNG")
    said = await desk.fake.says(desk.lin, desk.room, files=[picture])
    await desk.fake.until(lambda: desk.heard)
    shared = desk.heard[0]["files"][0]
    assert (desk.heard[0]["subtype"], shared["mimetype"], shared["size"]) == ("file_share", "image/png", 4)
    assert desk.fake.visible_text(said) == "(错误 1.png)"


async def test_a_button_carries_all_that_slack_sends(desk: Desk) -> None:
    pressed: list[JSON] = []

    @desk.app.action("take")
    async def take(ack: Any, body: JSON, respond: Any) -> None:
        pressed.append(body)
        await ack()
        await respond(text="Taken by you", replace_original=False)

    await desk.client.chat_postMessage(channel=desk.room.id, text="T-12", blocks=card())
    shown = desk.fake.sent(desk.room)[0]
    assert desk.fake.buttons(shown) == ["Take"]
    delivery = await desk.fake.presses(desk.lin, shown, "Take")
    await desk.fake.until(lambda: desk.fake.ephemeral(desk.lin))
    body = pressed[0]
    assert delivery.ok
    assert body["container"] == {
        "type": "message",
        "message_ts": shown.ts,
        "channel_id": "C0SUP",
        "is_ephemeral": False,
    }
    assert body["actions"][0]["value"] == "12"
    assert body["state"]["values"]["levers"]["priority"] == {"type": "static_select", "selected_option": None}
    assert desk.fake.visible_text(desk.fake.ephemeral(desk.lin)[0]) == "Taken by you"


@pytest.mark.parametrize(
    ("control", "choice", "field", "expected"),
    [
        ("priority", "High", "selected_option", {"text": {"type": "plain_text", "text": "High"}, "value": "high"}),
        ("due", "2026-03-02", "selected_date", "2026-03-02"),
        ("assign", "U0LIN", "selected_user", "U0LIN"),
        ("more", "Low", "selected_option", {"text": {"type": "plain_text", "text": "Low"}, "value": "low"}),
    ],
)
async def test_menus(desk: Desk, control: str, choice: str, field: str, expected: Any) -> None:
    chosen: list[JSON] = []

    @desk.app.action(control)
    async def choose(ack: Any, body: JSON) -> None:
        chosen.append(body)
        await ack()

    await desk.client.chat_postMessage(channel=desk.room.id, text="T-12", blocks=card())
    await desk.fake.chooses(desk.lin, desk.fake.sent(desk.room)[0], control, choice)
    assert chosen[0]["actions"][0][field] == expected
    if control != "more":
        assert chosen[0]["state"]["values"]["levers"][control][field] == expected


async def test_what_is_not_on_the_screen_cannot_be_pressed(desk: Desk) -> None:
    await desk.client.chat_postMessage(channel=desk.room.id, text="T-12", blocks=card())
    with pytest.raises(NoSuchChoice, match="Take"):
        await desk.fake.presses(desk.lin, desk.fake.sent(desk.room)[0], "Solve")
    with pytest.raises(NoSuchChoice, match="Low"):
        await desk.fake.chooses(desk.lin, desk.fake.sent(desk.room)[0], "priority", "Urgent")
    stranger = desk.fake.user("U0STR")
    with pytest.raises(AssertionError, match="is not in support"):
        await desk.fake.presses(stranger, desk.fake.sent(desk.room)[0], "Take")


async def test_a_modal_from_a_command_with_errors_at_the_field(desk: Desk) -> None:
    submitted: list[JSON] = []

    @desk.app.command("/ticket")
    async def ticket(ack: Any, body: JSON) -> None:
        await desk.client.views_open(trigger_id=body["trigger_id"], view=form())
        await ack("Here is the form")

    @desk.app.view("ticket")
    async def submit(ack: Any, view: JSON) -> None:
        submitted.append(view["state"]["values"])
        title = view["state"]["values"]["title"]["text"]["value"]
        await (ack(response_action="errors", errors={"title": "too vague"}) if title == "help" else ack())

    await desk.fake.command(desk.lin, desk.room, "/ticket")
    assert desk.fake.visible_text(desk.fake.ephemeral(desk.lin)[0]) == "Here is the form"

    kept_back = await desk.fake.submits(desk.lin)
    assert kept_back.errors == {"title": "Please complete this required field."}
    assert submitted == []
    too_long = await desk.fake.submits(desk.lin, {"Title": "x" * 21})
    assert (too_long.delivery, list(too_long.errors)) == (None, ["title"])

    refused = await desk.fake.submits(desk.lin, {"Title": "help"})
    assert (refused.errors, refused.accepted) == ({"title": "too vague"}, False)
    assert desk.fake.modal(desk.lin) is not None

    accepted = await desk.fake.submits(desk.lin, {"Title": "Printer", "Priority": "High"})
    assert accepted.accepted
    assert desk.fake.modal(desk.lin) is None
    assert submitted[-1]["title"]["text"] == {"type": "plain_text_input", "value": "Printer"}
    assert submitted[-1]["priority"]["menu"]["selected_option"]["value"] == "high"
    assert submitted[-1]["note"]["text"] == {"type": "plain_text_input", "value": None}


async def test_updates_keep_what_was_typed_and_pushes_stack(desk: Desk) -> None:
    @desk.app.shortcut("new")
    async def open_form(ack: Any, body: JSON) -> None:
        await ack()
        await desk.client.views_open(trigger_id=body["trigger_id"], view=form(notify_on_close=True))

    @desk.app.view("ticket")
    async def push(ack: Any) -> None:
        await ack(response_action="push", view=form(callback_id="details", notify_on_close=True))

    closed: list[JSON] = []

    @desk.app.view_closed("details")
    @desk.app.view_closed("ticket")
    async def close(ack: Any, body: JSON) -> None:
        closed.append(body)
        await ack()

    await desk.fake.shortcut(desk.lin, None, "new")
    await desk.fake.until(lambda: desk.fake.modal(desk.lin))
    view = desk.fake.fills(desk.lin, {"Title": "Printer"})
    await desk.client.views_update(view_id=view.id, hash=view.hash, view=form(notify_on_close=True))
    assert view.values["title"]["text"]["value"] == "Printer"

    assert (await desk.fake.submits(desk.lin)).action == "push"
    top = desk.fake.modal(desk.lin)
    assert top is not None
    assert (top.previous, top.root) == (view.id, view.id)
    await desk.fake.closes(desk.lin, everything=True)
    assert [(body["view"]["callback_id"], body["is_cleared"]) for body in closed] == [
        ("details", True),
        ("ticket", True),
    ]


async def test_message_shortcut_and_home(desk: Desk) -> None:
    used: list[JSON] = []

    @desk.app.shortcut("make_ticket")
    async def use(ack: Any, body: JSON) -> None:
        used.append(body)
        await ack()

    @desk.app.action("take")
    async def take(ack: Any, body: JSON) -> None:
        used.append(body)
        await ack()

    said = await desk.fake.says(desk.lin, desk.room, "the printer is broken")
    await desk.fake.shortcut(desk.lin, said, "make_ticket")
    assert used[0]["message"]["text"] == "the printer is broken"
    assert used[0]["channel"] == {"id": "C0SUP", "name": "support"}

    await desk.fake.opens_home(desk.lin)
    await desk.client.views_publish(user_id=desk.lin.id, view={"type": "home", "blocks": card()})
    await desk.fake.presses(desk.lin, "home", "Take")
    assert (used[1]["container"]["type"], used[1]["view"]["type"]) == ("view", "home")
    await desk.fake.opens_home(desk.lin)

    def opened() -> list[JSON]:
        return [event for event in desk.heard if event["type"] == "app_home_opened"]

    await desk.fake.until(lambda: len(opened()) == 2)
    assert ["view" in event for event in opened()] == [False, True]


async def test_a_button_in_an_attachment(desk: Desk) -> None:
    containers: list[JSON] = []

    @desk.app.action("take")
    async def take(ack: Any, body: JSON) -> None:
        containers.append(body["container"])
        await ack()

    await desk.client.chat_postMessage(channel=desk.room.id, text="T-12", attachments=[{"blocks": card()}])
    await desk.fake.presses(desk.lin, desk.fake.sent(desk.room)[0], "Take")
    assert (containers[0]["type"], containers[0]["attachment_id"]) == ("message_attachment", 1)


async def test_whoever_joins_is_shown_in_the_channel(desk: Desk) -> None:
    await desk.fake.joins(desk.fake.user("U0NEW", "Ann"), desk.room)
    await desk.fake.until(lambda: len(desk.heard) == 2)
    assert {event["type"] for event in desk.heard} == {"member_joined_channel", "message"}
    assert desk.fake.visible_text(desk.fake.messages(desk.room)[0]) == "@Ann has joined the channel"


async def test_other_bots_are_heard_as_bots(desk: Desk) -> None:
    robot = desk.fake.user("U0ROB", "Robot", is_bot=True)
    desk.room.members.append(robot.id)
    await desk.fake.says(robot, desk.room, "build failed")
    await desk.fake.until(lambda: desk.heard)
    assert (desk.heard[0]["bot_id"], desk.heard[0]["user"], desk.heard[0].get("subtype")) == ("B0ROB", "U0ROB", None)


async def test_external_selects_ask_the_app(desk: Desk) -> None:
    options = [{"text": {"type": "plain_text", "text": "林晓"}, "value": "lin"}]

    @desk.app.options("who")
    async def offer(ack: Any, payload: JSON) -> None:
        assert payload["value"] == "li"
        await ack(options=options)

    block = {"type": "actions", "elements": [{"type": "external_select", "action_id": "who"}]}
    await desk.client.chat_postMessage(channel=desk.room.id, text="Who?", blocks=[block])
    assert await desk.fake.searches(desk.lin, desk.fake.sent(desk.room)[0], "who", "li") == options


async def test_the_app_hears_of_its_own_deeds(desk: Desk) -> None:
    posted = await desk.client.chat_postMessage(channel=desk.room.id, text="T-12")
    await desk.client.chat_update(channel=desk.room.id, ts=posted["ts"], text="T-12 taken")
    await desk.fake.settle()
    echoes = [delivery.payload["event"] for delivery in desk.fake.deliveries]
    assert [event.get("subtype") for event in echoes] == [None, "message_changed"]
    assert echoes[0]["bot_id"] == "B0BATON"
    assert desk.heard == [], "Bolt drops what the app did itself"


async def test_payloads_lack_no_field_of_real_ones(desk: Desk) -> None:
    folder = block_kit.shared_folder() / "fixtures/slack"
    if not folder.is_dir():
        pytest.skip("the shared fixtures are not there")

    @desk.app.action("take")
    @desk.app.shortcut("x")
    @desk.app.command("/x")
    async def take(ack: Any) -> None:
        await ack()

    said = await desk.fake.says(desk.lin, desk.room, "hello")
    await desk.client.chat_postMessage(channel=desk.room.id, text="T-12", blocks=card())
    await desk.fake.settle()
    made: dict[str, Delivery] = {"event.message.channel.real": said.deliveries[0]}
    made["block_actions.button.message_with_blocks"] = await desk.fake.presses(
        desk.lin, desk.fake.sent(desk.room)[0], "Take"
    )
    made["message_shortcut.with_rich_text"] = await desk.fake.shortcut(desk.lin, said, "x")
    made["slash_command.real_workspace"] = await desk.fake.command(desk.lin, desk.room, "/x")
    for name, delivery in made.items():
        real = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        assert real.keys() - delivery.payload.keys() == set(), name
        for part in ("event", "message", "container", "actions"):
            inner, ours = real.get(part, {}), delivery.payload.get(part, {})
            inner, ours = (inner[0], ours[0]) if isinstance(inner, list) else (inner, ours)
            assert inner.keys() - ours.keys() == set(), (name, part)
