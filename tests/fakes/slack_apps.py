"""A small real Bolt app, over HTTP or Socket Mode, with which the Slack fake is tried."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp.test_utils import TestServer
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import SlackFake

JSON = dict[str, Any]


def client_of(fake: SlackFake, token: str | None = None) -> AsyncWebClient:
    """The real client, pointed at the fake; it never repeats a call by itself."""
    return AsyncWebClient(token or fake.bot_token, base_url=fake.api_url, retry_handlers=[])


def bolt_app(fake: SlackFake) -> AsyncApp:
    """A real Bolt app without listeners."""
    return AsyncApp(client=client_of(fake), signing_secret=fake.signing_secret)


@asynccontextmanager
async def over_http(fake: SlackFake, app: AsyncApp) -> AsyncIterator[str]:
    """Serve the app on a port of its own and tell the fake where; yields the address."""
    server = TestServer(app.web_app(path="/slack/events"))
    await server.start_server()
    fake.request_url = str(server.make_url("/slack/events"))
    try:
        yield fake.request_url
    finally:
        await fake.settle()
        fake.request_url = None
        await server.close()


@asynccontextmanager
async def over_sockets(fake: SlackFake, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the app by websocket."""
    handler = AsyncSocketModeHandler(app, fake.app_token, web_client=client_of(fake, fake.app_token), ping_interval=0.5)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await fake.until(lambda: fake.socket.connections)
    try:
        yield handler
    finally:
        await fake.settle()
        await handler.close_async()  # type: ignore[no-untyped-call]


def card(text: str = "T-12 the printer is broken") -> list[JSON]:
    """A message with a button, a menu, a date, people and an overflow."""
    options = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Low", "High")]
    return [
        {"type": "section", "block_id": "words", "text": {"type": "mrkdwn", "text": text}},
        {
            "type": "actions",
            "block_id": "levers",
            "elements": [
                {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "Take"}, "value": "12"},
                {"type": "static_select", "action_id": "priority", "options": options},
                {"type": "datepicker", "action_id": "due"},
                {"type": "users_select", "action_id": "assign"},
                {"type": "overflow", "action_id": "more", "options": options},
            ],
        },
    ]


def form(**more: Any) -> JSON:
    """A modal with a required title, a menu and an optional note."""
    options = [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Low", "High")]
    view = {
        "type": "modal",
        "callback_id": "ticket",
        "title": {"type": "plain_text", "text": "New ticket"},
        "submit": {"type": "plain_text", "text": "Open"},
        "blocks": [
            {
                "type": "input",
                "block_id": "title",
                "label": {"type": "plain_text", "text": "Title"},
                "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
            },
            {
                "type": "input",
                "block_id": "priority",
                "label": {"type": "plain_text", "text": "Priority"},
                "element": {
                    "type": "static_select",
                    "action_id": "menu",
                    "options": options,
                    "initial_option": options[0],
                },
            },
            {
                "type": "input",
                "block_id": "note",
                "optional": True,
                "label": {"type": "plain_text", "text": "Note"},
                "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
            },
        ],
    }
    return {**view, **more}
