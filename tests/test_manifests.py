"""The manifests ask for exactly what the code uses: no right too many, none too few. Covers W6 (least privilege)."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from adapters.slack import inbound, rights
from adapters.slack.webhook import PATH
from bot.chat.events import Event
from tests.adapters.slack.payloads import BOT, CAME, callback, message
from tests.fakes.slack.block_kit import shared_folder

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "adapters" / "slack"

# What each Web API method needs: all of these scopes, since Baton calls it for every kind of conversation that it
# hears. Source: docs.slack.dev/reference/methods, "Required scopes", and the OpenAPI of slackapi/slack-api-specs.
METHODS: dict[str, set[str]] = {
    "apps.connections.open": set(),  # an app-level token with connections:write
    "auth.test": set(),
    "chat.delete": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.archive": {"groups:write"},
    "conversations.create": {"groups:write"},  # private ones only
    "conversations.history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations.info": {
        "channels:read",
        "groups:read",
    },  # of rooms that the team file names, or that it was let into
    "conversations.invite": {"groups:write"},
    "conversations.join": {"channels:join"},
    "conversations.list": {"groups:read"},
    "conversations.open": {"im:write"},
    "conversations.replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "files.completeUploadExternal": {"files:write"},
    "files.delete": {"files:write"},
    "files.getUploadURLExternal": {"files:write"},
    "files.info": {"files:read"},
    "users.info": {"users:read", "users:read.email"},  # the second for profile.email
    "views.open": set(),
    "views.publish": set(),
    "views.push": set(),
}
_METHOD = re.compile(r'"((?:apps|auth|bots|chat|conversations|files|reactions|team|users|views)\.[a-zA-Z.]+)"')


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """`manifests/slack.yaml`."""
    content: dict[str, Any] = yaml.safe_load((ROOT / "manifests" / "slack.yaml").read_text("utf-8"))
    return content


def called() -> set[str]:
    """The Web API methods that the adapter names."""
    return {name for path in SOURCES.glob("*.py") for name in _METHOD.findall(path.read_text("utf-8"))}


def scopes(manifest: dict[str, Any]) -> list[str]:
    """The bot scopes that it asks for."""
    found: list[str] = manifest["oauth_config"]["scopes"]["bot"]
    return found


def subscribed(manifest: dict[str, Any]) -> list[str]:
    """The events that it subscribes to."""
    found: list[str] = manifest["settings"]["event_subscriptions"]["bot_events"]
    return found


def test_every_method_that_is_called_is_known_here() -> None:
    """A new call has to say which right it needs; a call that is gone takes its right with it."""
    assert called() == METHODS.keys()


def test_the_scopes_are_those_that_methods_events_and_commands_need(manifest: dict[str, Any]) -> None:
    """Exactly: what is not needed is not asked for."""
    needed = set[str]().union(*METHODS.values(), *rights.EVENTS.values(), {"commands"})
    assert set(scopes(manifest)) == needed == rights.SCOPES.keys()
    assert len(scopes(manifest)) == len(set(scopes(manifest)))
    assert list(manifest["oauth_config"]["scopes"]) == ["bot"], "Baton acts as nobody but itself"


def test_the_events_are_those_that_are_read(manifest: dict[str, Any]) -> None:
    """Each subscription leads to an event of Baton's, and each event that is read is subscribed to."""
    assert sorted(subscribed(manifest)) == sorted(rights.EVENTS)
    for name in rights.EVENTS:
        assert meaning(name), f"nothing reads {name}"


def meaning(subscription: str) -> list[Event]:
    """What a typical event of this subscription means to the adapter."""
    event: dict[str, Any] = {"type": subscription.partition(".")[0], "user": "U1", "channel": "C1", "event_ts": "1.2"}
    typical: dict[str, dict[str, Any]] = {
        "app_home_opened": {"tab": "home"},
        "app_mention": message(type="app_mention"),
        "channel_id_changed": {"old_channel_id": "C1", "new_channel_id": "C2"},
        "member_joined_channel": {"user": BOT},
        "member_left_channel": {"user": BOT},
        "reaction_added": {"reaction": "ticket", "item": {"type": "message", "channel": "C1", "ts": "1.2"}},
    }
    if event["type"] == "message":
        event = message()
    body = callback(event | typical.get(subscription, {}))
    return inbound.events_of(body, "key", CAME, watched=frozenset({"ticket"}))


def test_the_commands_and_shortcuts_are_those_that_are_read(manifest: dict[str, Any]) -> None:
    """By name, and in the menu that they are meant for."""
    commands = [command["command"] for command in manifest["features"]["slash_commands"]]
    assert commands == [f"/{name}" for name in rights.COMMANDS]
    assert all(command["should_escape"] for command in manifest["features"]["slash_commands"]), "mentions must be ids"
    shortcuts = {shortcut["callback_id"]: shortcut["type"] for shortcut in manifest["features"]["shortcuts"]}
    assert shortcuts == {name: menu for name, (menu, _) in rights.SHORTCUTS.items()}


def test_what_the_code_needs_besides_rights_is_switched_on(manifest: dict[str, Any]) -> None:
    """Buttons and forms, App Home, writing to the bot."""
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    home = manifest["features"]["app_home"]
    assert home["home_tab_enabled"] is True
    assert (home["messages_tab_enabled"], home["messages_tab_read_only_enabled"]) == (True, False)


def test_the_addresses_for_http_are_the_one_that_is_served() -> None:
    """Commented out, ready to be put in: as many as there are places for one."""
    text = (ROOT / "manifests" / "slack.yaml").read_text("utf-8")
    addresses = re.findall(r"# (?:request_)?url: https://[^/\s]+(\S+) +# HTTP", text)
    assert addresses == [PATH] * (len(rights.COMMANDS) + 2)


def test_the_manifest_stays_valid_when_it_is_switched_to_http() -> None:
    """Taking the marks off the lines for HTTP gives a manifest with every address in it."""
    text = (ROOT / "manifests" / "slack.yaml").read_text("utf-8")
    switched = yaml.safe_load(
        re.sub(r"# ((?:request_)?url:)", r"\1", text).replace("mode_enabled: true", "mode_enabled: false")
    )
    assert switched["settings"]["socket_mode_enabled"] is False
    assert switched["settings"]["event_subscriptions"]["request_url"].endswith(PATH)
    assert switched["settings"]["interactivity"]["request_url"].endswith(PATH)
    assert all(command["url"].endswith(PATH) for command in switched["features"]["slash_commands"])
    check(switched)


def test_slack_s_own_schema_accepts_the_manifest(manifest: dict[str, Any]) -> None:
    """And it keeps to the published lengths, which the schema does not all hold."""
    check(manifest)
    assert 1 <= len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140
    assert 175 <= len(manifest["display_information"]["long_description"]) <= 4000
    assert all(len(shortcut["name"]) <= 24 for shortcut in manifest["features"]["shortcuts"])
    assert all(2 <= len(command["command"]) <= 32 for command in manifest["features"]["slash_commands"])


def check(manifest: dict[str, Any]) -> None:
    """Validate with the schema among the shared fixtures; skips where they are absent."""
    path = shared_folder() / "fixtures" / "slack" / "schema.app_manifest.v2.json"
    if not path.is_file():
        pytest.skip(f"Slack's manifest schema is not beside this checkout ({path.parent})")
    jsonschema.Draft7Validator(json.loads(path.read_text("utf-8"))).validate(manifest)
