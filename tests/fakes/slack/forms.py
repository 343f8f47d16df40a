"""What stands in the inputs of a view or message: initial state, what a person enters, what the client insists on.

Written as Slack's client behaves: it refuses to submit while a required input is empty or a text is too long, and
nothing reaches the app. Shapes of the state: `state.values` in the block_actions and view_submission samples.
"""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from tests.fakes.slack.model import JSON

_FIELDS = {
    "plain_text_input": "value", "email_text_input": "value", "url_text_input": "value", "number_input": "value",
    "rich_text_input": "rich_text_value", "file_input": "files",
    "static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option",
    "multi_static_select": "selected_options", "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user", "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation", "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel", "multi_channels_select": "selected_channels",
    "datepicker": "selected_date", "timepicker": "selected_time", "datetimepicker": "selected_date_time",
}  # fmt: skip
STATEFUL = set(_FIELDS)
_EMPTY: tuple[Any, ...] = (None, "", [])
_MANY = ("selected_options", "selected_users", "selected_conversations", "selected_channels", "files")

REQUIRED = "Please complete this required field."


class NoSuchChoice(AssertionError):
    """The test wants a person to choose or enter what the screen does not offer."""


def stateful(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """(block, element) of every element that keeps a state: inputs and menus, not buttons and overflows."""
    for block, element in interactive(blocks):
        if element["type"] in _FIELDS:
            yield block, element


def interactive(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """(block, element) of everything that a person can press, choose or fill in, top to bottom."""
    for block in blocks:
        candidates = [block.get("accessory"), block.get("element")]
        if block["type"] == "actions":
            candidates += block["elements"]
        for element in candidates:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def state_of(element: JSON, content: Any) -> JSON:
    """The state of an element that holds `content`, already in Slack's form."""
    return {"type": element["type"], _FIELDS[element["type"]]: content}


def content_of(state: JSON) -> Any:
    """What an element's state holds; None, "" or [] when it is empty."""
    return state.get(_FIELDS[state["type"]])


def _initial(element: JSON) -> Any:
    field = _FIELDS[element["type"]]
    given = element.get(field.replace("selected_", "initial_") if field != "value" else "initial_value")
    return given if given is not None else [] if field in _MANY else None


def initial_values(blocks: list[JSON]) -> JSON:
    """state.values of a view that nobody has touched."""
    values: JSON = {}
    for block, element in stateful(blocks):
        values.setdefault(block["block_id"], {})[element["action_id"]] = state_of(element, _initial(element))
    return values


def kept_values(old: JSON, blocks: list[JSON]) -> JSON:
    """state.values after an update: kept where block_id, action_id and kind are the same."""
    values = initial_values(blocks)
    for block_id, elements in values.items():
        for action_id, state in elements.items():
            before = old.get(block_id, {}).get(action_id)
            if before and before["type"] == state["type"]:
                elements[action_id] = before
    return values


def options_of(element: JSON) -> list[JSON]:
    """The options that a menu offers, groups flattened."""
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return (element.get("options") or []) + grouped


def _option(element: JSON, wanted: Any) -> JSON:
    if isinstance(wanted, dict):
        return wanted
    for option in options_of(element):
        if wanted in (option.get("value"), option["text"]["text"]):
            return option
    offered = [option["text"]["text"] for option in options_of(element)]
    raise NoSuchChoice(f"{wanted!r} is not offered; there are {offered}")


def entered(element: JSON, value: Any) -> Any:
    """What a person's choice or typing looks like in Slack's form.

    Options are named by value or label; users and channels by id or record; dates and times as ISO text or objects.
    """
    field = _FIELDS[element["type"]]
    if value is None:
        return [] if field in _MANY else None
    if field == "selected_option":
        return _option(element, value)
    if field == "selected_options":
        return [_option(element, one) for one in value]
    if field in _MANY:
        return [getattr(one, "id", one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if field in ("value", "selected_user", "selected_conversation", "selected_channel"):
        return str(getattr(value, "id", value))
    return value


def client_errors(blocks: list[JSON], values: JSON) -> dict[str, str]:
    """What the client shows instead of submitting, by block_id: empty required inputs, too short or too long texts."""
    errors = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        content = content_of(values[block["block_id"]][element["action_id"]])
        if content in _EMPTY:
            if not block.get("optional", False):
                errors[block["block_id"]] = REQUIRED
        elif problem := _wrong(element, content):
            errors[block["block_id"]] = problem
    return errors


def _wrong(element: JSON, content: Any) -> str:
    if element["type"] == "plain_text_input":
        longest = min(element.get("max_length", 3000), 3000)
        if not element.get("min_length", 0) <= len(content) <= longest:
            return f"must have {element.get('min_length', 0)} to {longest} characters"
    if element["type"] == "email_text_input" and "@" not in content:
        return "not an e-mail address"
    if element["type"] == "url_text_input" and "://" not in content:
        return "not a URL"
    if element["type"] == "number_input" and not content.lstrip("-").replace(".", "", 1).isdigit():
        return "not a number"
    return ""
