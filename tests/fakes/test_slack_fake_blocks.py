"""What Slack refuses in blocks and views, its fake refuses too: by schema and, alone, by the table of limits."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import SlackFake, block_kit

JSON = dict[str, Any]
SHARED = block_kit.shared_folder()


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def section(text: str = "Hello", **more: Any) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str = "Take", **more: Any) -> JSON:
    return {"type": "button", "text": plain(label), "action_id": "take", **more}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def options(count: int) -> list[JSON]:
    return [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]


def field(**more: Any) -> JSON:
    element = {"type": "plain_text_input", "action_id": "title"}
    return {"type": "input", "block_id": "title", "label": plain("Title"), "element": element, **more}


def modal(*blocks: JSON, **more: Any) -> JSON:
    view = {"type": "modal", "title": plain("Ticket"), "submit": plain("Open"), "blocks": list(blocks) or [section()]}
    return {name: value for name, value in {**view, **more}.items() if value is not None}


BAD_BLOCKS: dict[str, list[Any]] = {
    "51 blocks": [section()] * 51,
    "section text of 3001": [section("x" * 3001)],
    "empty section text": [section("")],
    "section with neither text nor fields": [{"type": "section"}],
    "11 fields": [{"type": "section", "fields": [plain("x")] * 11}],
    "field of 2001": [{"type": "section", "fields": [plain("x" * 2001)]}],
    "header of 151": [{"type": "header", "text": plain("x" * 151)}],
    "mrkdwn header": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    "11 context elements": [{"type": "context", "elements": [plain("x")] * 11}],
    "26 actions": [actions(*(button(action_id=str(n)) for n in range(26)))],
    "no actions": [actions()],
    "input in actions": [actions({"type": "plain_text_input", "action_id": "x"})],
    "label of 76": [actions(button("x" * 76))],
    "empty label": [actions(button(""))],
    "value of 2001": [actions(button(value="x" * 2001))],
    "url of 3001": [actions(button(url="https://x/" + "x" * 3000))],
    "unknown style": [actions(button(style="green"))],
    "unknown property": [actions(button(disabled=True))],
    "mrkdwn label": [actions(button() | {"text": {"type": "mrkdwn", "text": "x"}})],
    "action_id of 256": [actions(button(action_id="x" * 256))],
    "block_id of 256": [section(block_id="x" * 256)],
    "the same block_id twice": [section(block_id="x"), section(block_id="x")],
    "the same action_id twice": [actions(button(), button())],
    "overflow of 6": [actions({"type": "overflow", "action_id": "x", "options": options(6)})],
    "select of 101": [actions({"type": "static_select", "action_id": "x", "options": options(101)})],
    "select without options": [actions({"type": "static_select", "action_id": "x", "options": []})],
    "option of 76": [actions({"type": "static_select", "action_id": "x", "options": [{"text": plain("x" * 76)}]})],
    "placeholder of 151": [actions({"type": "users_select", "action_id": "x", "placeholder": plain("x" * 151)})],
    "11 checkboxes": [actions({"type": "checkboxes", "action_id": "x", "options": options(11)})],
    "confirmation title of 101": [actions(button(confirm={"title": plain("x" * 101), "text": plain("Sure?")}))],
    "image without alt_text": [{"type": "image", "image_url": "https://x/y.png"}],
    "markdown of 12001": [{"type": "markdown", "text": "x" * 12_001}],
    "markdown of 12001 in two": [{"type": "markdown", "text": "x" * 6_001}, {"type": "markdown", "text": "x" * 6_000}],
    "a button alone": [button()],
    "no object": ["section"],
}
BAD_VIEWS: dict[str, JSON] = {
    "title of 25": modal(title=plain("x" * 25)),
    "submit of 25": modal(submit=plain("x" * 25)),
    "no title": modal(title=None),
    "mrkdwn title": modal(title={"type": "mrkdwn", "text": "x"}),
    "input without submit": modal(field(), submit=None),
    "private_metadata of 3001": modal(private_metadata="x" * 3001),
    "callback_id of 256": modal(callback_id="x" * 256),
    "101 blocks": modal(*[section()] * 101),
    "the same block_id twice": modal(field(), field()),
    "label of 2001": modal(field(label=plain("x" * 2001))),
    "unknown property": modal(colour="red"),
    "unknown type": modal(type="sheet"),
    "no blocks": {"type": "modal", "title": plain("Ticket")},
    "option of 76": modal(
        field(element={"type": "static_select", "action_id": "x", "options": [{"text": plain("x" * 76), "value": "1"}]})
    ),
}


@pytest.fixture(params=["schema", "limits alone"])
def judge(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """With the JSON Schema of the shared fixtures, and as in a checkout without them."""
    if request.param == "schema" and not (SHARED / block_kit.SCHEMA_FILE).is_file():
        pytest.skip("the shared fixtures are not there")
    if request.param != "schema":
        monkeypatch.setenv("BATON_SHARED", str(tmp_path))
    block_kit.forget_schema()
    yield request.param
    monkeypatch.undo()
    block_kit.forget_schema()


@pytest.mark.parametrize("bad", BAD_BLOCKS.values(), ids=BAD_BLOCKS.keys())
def test_bad_blocks_are_refused(bad: list[Any], judge: str) -> None:
    problems = block_kit.message_problems(bad)
    assert problems, judge
    assert all("[json-pointer:/blocks" in problem for problem in problems)


@pytest.mark.parametrize("bad", BAD_VIEWS.values(), ids=BAD_VIEWS.keys())
def test_bad_views_are_refused(bad: JSON, judge: str) -> None:
    assert block_kit.view_problems(bad), judge


@pytest.mark.usefixtures("judge")
def test_good_blocks_and_views_pass() -> None:
    menu = {"type": "static_select", "action_id": "menu", "placeholder": plain("Priority"), "options": options(100)}
    blocks = [
        {"type": "header", "text": plain("T-12")},
        section("x" * 3000, accessory=button(style="primary", value="12")),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "*new*"}, plain("2 h")]},
        actions(button(), menu, {"type": "overflow", "action_id": "more", "options": options(1)}),
        {"type": "divider"},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}]},
    ]
    assert block_kit.message_problems(blocks) == []
    assert block_kit.message_problems([section()] * 50) == []
    assert block_kit.view_problems(modal(field(), private_metadata="x" * 3000, title=plain("x" * 24))) == []
    assert block_kit.view_problems({"type": "home", "blocks": blocks}) == []


def test_views_of_other_apps_pass(judge: str) -> None:
    files = sorted((SHARED / "fixtures/slack").glob("outgoing_view.*.json"))
    if not files:
        pytest.skip("the shared fixtures are not there")
    for file in files:
        assert block_kit.view_problems(json.loads(file.read_text(encoding="utf-8"))) == [], (file.name, judge)


@pytest.fixture
async def fake() -> AsyncIterator[SlackFake]:
    async with SlackFake() as running:
        yield running


async def test_a_refusal_says_where_and_leaves_a_violation(fake: SlackFake) -> None:
    room = fake.channel("C0SUP")
    client = AsyncWebClient(fake.bot_token, base_url=fake.api_url)
    for name, blocks in BAD_BLOCKS.items():
        if name == "no object":
            continue
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=room.id, text="x", blocks=blocks)
        assert caught.value.response["error"] == "invalid_blocks"
        assert caught.value.response["response_metadata"]["messages"][0].startswith("[ERROR] ")
    assert fake.messages(room) == []
    assert {violation.rule for violation in fake.take_violations()} == {"invalid_blocks"}


async def test_a_label_too_long_is_told_as_slack_tells_it(fake: SlackFake) -> None:
    room = fake.channel("C0SUP")
    client = AsyncWebClient(fake.bot_token, base_url=fake.api_url)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=room.id, text="x", blocks=[section(), actions(button("x" * 76))])
    expected = "must be less than 76 characters [json-pointer:/blocks/1/elements/0/text/text]"
    assert caught.value.response["errors"] == [expected]
    fake.take_violations()


async def test_blocks_of_attachments_are_judged_too(fake: SlackFake) -> None:
    room = fake.channel("C0SUP")
    client = AsyncWebClient(fake.bot_token, base_url=fake.api_url)
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await client.chat_postMessage(channel=room.id, text="x", attachments=[{"blocks": [section("")]}])
    with pytest.raises(SlackApiError, match="too_many_attachments"):
        await client.chat_postMessage(channel=room.id, text="x", attachments=[{"text": "x"}] * 101)
    with pytest.raises(SlackApiError, match="invalid_blocks_format"):
        await client.chat_postMessage(channel=room.id, text="x", blocks='[{"type": ')
    assert len(fake.take_violations()) == 3
