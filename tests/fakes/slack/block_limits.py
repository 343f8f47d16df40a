"""The published limits of Block Kit, in a table. Source: docs.slack.dev/reference/block-kit, @slack/types 3.2.0.

Used besides the JSON Schema, and alone where the shared fixtures are absent. A character is a code point here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack.model import JSON

ID_LENGTH = 255


@dataclass(frozen=True)
class Shape:
    """What a block or element may hold: required fields, texts (kinds, longest), strings, lists (fewest, most)."""

    required: tuple[str, ...] = ()
    texts: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    strings: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    def known(self) -> set[str]:
        """Every property that Slack accepts."""
        return {"type", *self.required, *self.texts, *self.strings, *self.lists, *self.others}


PLAIN, ANY = "plain_text", "plain_text|mrkdwn"
_BLOCK = {"block_id": ID_LENGTH}
_ACTION = {"action_id": ID_LENGTH}
_PLACEHOLDER = {"placeholder": (PLAIN, 150)}
_INPUT_EXTRAS = ("focus_on_load", "dispatch_action_config")
_MENU_EXTRAS = ("confirm", "focus_on_load")


def _menu(*others: str, most: int = 0) -> Shape:
    lists = {"options": (1, most), "option_groups": (1, most)} if most else {}
    return Shape((), _PLACEHOLDER, _ACTION, lists, (*_MENU_EXTRAS, *others))


def _choice(*others: str) -> Shape:
    return Shape(("options",), {}, _ACTION, {"options": (1, 10)}, (*_MENU_EXTRAS, *others))


def _typing(*others: str) -> Shape:
    return Shape((), _PLACEHOLDER, _ACTION, {}, (*_INPUT_EXTRAS, "initial_value", *others))


BLOCKS: dict[str, Shape] = {
    "section": Shape((), {"text": (ANY, 3000)}, _BLOCK, {"fields": (1, 10)}, ("accessory", "expand")),
    "header": Shape(("text",), {"text": (PLAIN, 150)}, _BLOCK),
    "divider": Shape((), {}, _BLOCK),
    "context": Shape(("elements",), {}, _BLOCK, {"elements": (1, 10)}),
    "actions": Shape(("elements",), {}, _BLOCK, {"elements": (1, 25)}),
    "input": Shape(
        ("label", "element"),
        {"label": (PLAIN, 2000), "hint": (PLAIN, 2000)},
        _BLOCK,
        others=("optional", "dispatch_action"),
    ),
    "image": Shape(
        ("alt_text",), {"title": (PLAIN, 2000)}, {**_BLOCK, "image_url": 3000, "alt_text": 2000}, {}, ("slack_file",)
    ),
    "markdown": Shape(("text",), {}, {**_BLOCK, "text": 12_000}),
    "table": Shape(("rows",), {}, _BLOCK, {"rows": (1, 100)}, ("column_settings",)),
}

UNMEASURED_BLOCKS = {
    "rich_text", "video", "file", "context_actions", "alert", "card", "carousel", "container", "data_table", "plan",
    "task_card",
}  # fmt: skip

ELEMENTS: dict[str, Shape] = {
    "button": Shape(
        ("text",), {"text": (PLAIN, 75)}, {**_ACTION, "url": 3000, "value": 2000, "accessibility_label": 75},
        {}, ("style", "confirm"),
    ),
    "overflow": Shape(("options",), {}, _ACTION, {"options": (1, 5)}, ("confirm",)),
    "static_select": _menu("initial_option", most=100),
    "multi_static_select": _menu("initial_options", "max_selected_items", most=100),
    "external_select": _menu("initial_option", "min_query_length"),
    "multi_external_select": _menu("initial_options", "min_query_length", "max_selected_items"),
    "users_select": _menu("initial_user"),
    "multi_users_select": _menu("initial_users", "max_selected_items"),
    "conversations_select": _menu(
        "initial_conversation", "default_to_current_conversation", "filter", "response_url_enabled"
    ),
    "multi_conversations_select": _menu(
        "initial_conversations", "default_to_current_conversation", "filter", "max_selected_items"
    ),
    "channels_select": _menu("initial_channel", "response_url_enabled"),
    "multi_channels_select": _menu("initial_channels", "max_selected_items"),
    "datepicker": _menu("initial_date"),
    "timepicker": _menu("initial_time", "timezone"),
    "datetimepicker": Shape((), {}, _ACTION, {}, (*_MENU_EXTRAS, "initial_date_time")),
    "checkboxes": _choice("initial_options"),
    "radio_buttons": _choice("initial_option"),
    "plain_text_input": _typing("multiline", "min_length", "max_length"),
    "email_text_input": _typing(),
    "url_text_input": _typing(),
    "number_input": _typing("is_decimal_allowed", "min_value", "max_value"),
    "rich_text_input": _typing(),
    "file_input": Shape((), {}, _ACTION, {}, ("filetypes", "max_files")),
}  # fmt: skip

_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input"}
MESSAGE_ACTIONS = (ELEMENTS.keys() - _TYPED) | {"workflow_button"}
INPUTS = ELEMENTS.keys() - {"button", "overflow"}
ACCESSORIES = (MESSAGE_ACTIONS - {"datetimepicker", "rich_text_input"}) | {"image"}


def block_problems(block: JSON, pointer: str) -> list[str]:
    """What breaks a published limit in one block. Of kinds that are not in the table only the name is known."""
    shape = BLOCKS.get(str(block.get("type")))
    if shape is None:
        known = block.get("type") in UNMEASURED_BLOCKS
        return [] if known else [f"unsupported type: {block.get('type')} [json-pointer:{pointer}]"]
    problems = list(_shape_problems(shape, block, pointer))
    if block["type"] == "section":
        problems += _section_problems(block, pointer)
    allowed = {"actions": MESSAGE_ACTIONS, "context": {"image", PLAIN, "mrkdwn"}}.get(block["type"])
    if allowed and isinstance(block.get("elements"), list):
        for index, element in enumerate(block["elements"]):
            problems += _element_problems(element, allowed, f"{pointer}/elements/{index}")
    if block["type"] == "input" and "element" in block:
        problems += _element_problems(block["element"], INPUTS, f"{pointer}/element")
    return problems


def view_problems(view: JSON) -> list[str]:
    """What breaks a limit in a view's own fields; its blocks are judged one by one."""
    modal = Shape(
        ("title", "blocks"), dict.fromkeys(("title", "submit", "close"), (PLAIN, 24)),
        {"private_metadata": 3000, "callback_id": 255, "external_id": 255}, {},
        ("clear_on_close", "notify_on_close", "submit_disabled"),
    )  # fmt: skip
    home = Shape(("blocks",), {}, {"private_metadata": 3000, "callback_id": 255, "external_id": 255})
    return list(_shape_problems(modal if view["type"] == "modal" else home, view, "/view"))


def option_list_problems(holder: JSON, pointer: str) -> list[str]:
    """What breaks a limit in the `options` or `option_groups` of a menu or of an options answer."""
    groups = holder.get("option_groups") or []
    too_many = [name for name in ("options", "option_groups") if len(holder.get(name) or []) > 100]
    problems = [f"no more than 100 items allowed [json-pointer:{pointer}/{name}]" for name in too_many]
    for index, option in enumerate(holder.get("options") or []):
        problems += _option_problems(option, f"{pointer}/options/{index}")
    for index, group in enumerate(groups):
        problems += _text_problems(group.get("label"), PLAIN, 75, f"{pointer}/option_groups/{index}/label")
        problems += option_list_problems({"options": group.get("options")}, f"{pointer}/option_groups/{index}")
    return problems


def _shape_problems(shape: Shape, thing: JSON, pointer: str) -> Iterator[str]:
    for name in shape.required:
        if name not in thing:
            yield f"missing required field: {name} [json-pointer:{pointer}]"
    for name in thing.keys() - shape.known():
        yield f"additional property: {name} [json-pointer:{pointer}]"
    for name, (kinds, longest) in shape.texts.items():
        if name in thing:
            yield from _text_problems(thing[name], kinds, longest, f"{pointer}/{name}")
    for name, longest in shape.strings.items():
        if name in thing:
            yield from _string_problems(thing[name], longest, f"{pointer}/{name}")
    for name, (fewest, most) in shape.lists.items():
        if name in thing:
            yield from _list_problems(thing[name], fewest, most, f"{pointer}/{name}")


def _text_problems(text: Any, kinds: str, longest: int, pointer: str) -> Iterator[str]:
    if not isinstance(text, dict) or text.get("type") not in kinds.split("|"):
        yield f"must be a {kinds} object [json-pointer:{pointer}]"
        return
    yield from _string_problems(text.get("text"), longest, f"{pointer}/text", fewest=1)


def _string_problems(value: Any, longest: int, pointer: str, *, fewest: int = 0) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"must be a string [json-pointer:{pointer}]"
    elif len(value) > longest:
        yield f"must be less than {longest + 1} characters [json-pointer:{pointer}]"
    elif len(value) < fewest:
        yield f"must be more than 0 characters [json-pointer:{pointer}]"


def _list_problems(value: Any, fewest: int, most: int, pointer: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"must be an array [json-pointer:{pointer}]"
    elif len(value) > most:
        yield f"no more than {most} items allowed [json-pointer:{pointer}]"
    elif len(value) < fewest:
        yield f"no less than {fewest} items required [json-pointer:{pointer}]"


def _section_problems(block: JSON, pointer: str) -> list[str]:
    problems = []
    if "text" not in block and "fields" not in block:
        problems.append(f"must define `text` or `fields` [json-pointer:{pointer}]")
    fields = block.get("fields")
    for index, text in enumerate(fields if isinstance(fields, list) else []):
        problems += _text_problems(text, ANY, 2000, f"{pointer}/fields/{index}")
    if "accessory" in block:
        problems += _element_problems(block["accessory"], ACCESSORIES, f"{pointer}/accessory")
    return problems


def _element_problems(element: Any, allowed: set[str], pointer: str) -> list[str]:
    if not isinstance(element, dict) or element.get("type") not in allowed:
        kind = element.get("type") if isinstance(element, dict) else element
        return [f"unsupported type: {kind} [json-pointer:{pointer}]"]
    kind = element["type"]
    if kind in ("mrkdwn", PLAIN):
        return list(_text_problems(element, kind, 3000, pointer))
    if kind == "image" or kind not in ELEMENTS:
        return []
    problems = list(_shape_problems(ELEMENTS[kind], element, pointer))
    if kind == "button" and element.get("style", "primary") not in ("primary", "danger"):
        problems.append(f"must be one of: primary, danger [json-pointer:{pointer}/style]")
    if "confirm" in element:
        problems += _confirm_problems(element["confirm"], f"{pointer}/confirm")
    if isinstance(element.get("options"), list) or isinstance(element.get("option_groups"), list):
        problems += option_list_problems(element, pointer)
    return problems


def _confirm_problems(confirm: Any, pointer: str) -> list[str]:
    shape = Shape(
        ("text",), {"title": (PLAIN, 100), "text": (ANY, 300), "confirm": (PLAIN, 30), "deny": (PLAIN, 30)},
        {}, {}, ("style",),
    )  # fmt: skip
    return list(_shape_problems(shape, confirm, pointer))


def _option_problems(option: Any, pointer: str) -> list[str]:
    shape = Shape(("text",), {"text": (ANY, 75), "description": (ANY, 75)}, {"value": 150, "url": 3000})
    if not isinstance(option, dict):
        return [f"must be an object [json-pointer:{pointer}]"]
    return list(_shape_problems(shape, option, pointer))
