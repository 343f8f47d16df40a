"""Block Kit as Slack checks it: structure, limits, unique ids, inputs that need a submit button.

Two judges, either of which may refuse: the JSON Schema generated from npm @slack/types (present when the shared
fixtures are), and `block_limits`, which knows the published limits and is always there.
"""

import functools
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from tests.fakes.slack import block_limits
from tests.fakes.slack.model import JSON

SCHEMA_FILE = "fixtures/slack/schema.block_kit.slack_types_3_2_0.json"
MARKDOWN_SUM = 12_000
VIEW_BYTES = 250_000
PROJECT_ROOT = Path(__file__).resolve().parents[3]


def shared_folder() -> Path:
    """Where the shared fixtures are looked for: `BATON_SHARED`, else beside the project."""
    return Path(os.environ.get("BATON_SHARED") or PROJECT_ROOT.parent / "shared")


@functools.cache
def _schema() -> JSON | None:
    file = shared_folder() / SCHEMA_FILE
    schema: JSON | None = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    return schema


@functools.cache
def _validator(definition: str) -> Draft7Validator | None:
    schema = _schema()
    return None if schema is None else Draft7Validator({**schema, "$ref": f"#/definitions/{definition}"})


@functools.cache
def _block_definitions() -> dict[str, str]:
    """Block type -> definition, so that an error names what is wrong instead of "fits none of 20 types"."""
    definitions = (_schema() or {"definitions": {}})["definitions"]
    wanted = {name: body.get("properties", {}).get("type", {}).get("const") for name, body in definitions.items()}
    return {kind: name for name, kind in wanted.items() if kind and name.endswith("Block")} | {"image": "ImageBlock"}


def forget_schema() -> None:
    """Look for the schema again, after BATON_SHARED has changed."""
    for cached in (_schema, _validator, _block_definitions):
        cached.cache_clear()


def message_problems(blocks: Any, pointer: str = "/blocks") -> list[str]:
    """What Slack would object to in a message's blocks, as "what is wrong [json-pointer:/where]"."""
    if not isinstance(blocks, list):
        return [f"must be an array [json-pointer:{pointer}]"]
    problems = [f"no more than 50 items allowed [json-pointer:{pointer}]"] if len(blocks) > 50 else []
    return problems + _blocks_problems(blocks, "message", pointer)


def view_problems(view: Any) -> list[str]:
    """What Slack would object to in a modal or home view."""
    if not isinstance(view, dict):
        return ["must be an object [json-pointer:/view]"]
    if view.get("type") not in ("modal", "home"):
        return ["must be one of: modal, home [json-pointer:/view/type]"]
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return ["must provide an array of blocks [json-pointer:/view/blocks]"]
    envelope = {**view, "blocks": []}
    problems = _by_schema("SlackModal" if view["type"] == "modal" else "SlackHome", envelope, "/view")
    problems += block_limits.view_problems(view)
    if len(blocks) > 100:
        problems.append("no more than 100 items allowed [json-pointer:/view/blocks]")
    if view["type"] == "modal" and "submit" not in view and any(b.get("type") == "input" for b in _dicts(blocks)):
        problems.append("`submit` is required when an input block is within blocks [json-pointer:/view]")
    return list(dict.fromkeys(problems + _blocks_problems(blocks, view["type"], "/view/blocks")))


def view_bytes(view: JSON) -> int:
    """The view's size as it travels, in bytes."""
    return len(json.dumps(view, ensure_ascii=False).encode())


def options_problems(answer: Any) -> list[str]:
    """What Slack would object to in the answer to an options request."""
    if not isinstance(answer, dict) or not ({"options", "option_groups"} & answer.keys()):
        return ["must define `options` or `option_groups` [json-pointer:/]"]
    return block_limits.option_list_problems(answer, "")


def _dicts(items: list[Any]) -> Iterator[JSON]:
    return (item for item in items if isinstance(item, dict))


def _blocks_problems(blocks: list[Any], surface: str, pointer: str) -> list[str]:
    problems: list[str] = []
    for index, block in enumerate(blocks):
        problems += _block_problems(block, surface, f"{pointer}/{index}")
    problems += _duplicates(blocks, pointer)
    markdown = sum(len(str(block.get("text", ""))) for block in _dicts(blocks) if block.get("type") == "markdown")
    if markdown > MARKDOWN_SUM:
        problems.append(f"markdown must be less than {MARKDOWN_SUM + 1} characters in all [json-pointer:{pointer}]")
    return list(dict.fromkeys(problems))


def _block_problems(block: Any, surface: str, pointer: str) -> list[str]:
    if not isinstance(block, dict):
        return [f"must be an object [json-pointer:{pointer}]"]
    kind = str(block.get("type"))
    if surface == "home" and kind == "file":
        return [f"unsupported type: {kind} [json-pointer:{pointer}]"]
    if _schema() is not None and kind not in _block_definitions():
        return [f"unsupported type: {kind} [json-pointer:{pointer}]"]
    by_schema = _by_schema(_block_definitions()[kind], block, pointer) if _schema() is not None else []
    return by_schema + block_limits.block_problems(block, pointer)


def _duplicates(blocks: list[Any], pointer: str) -> list[str]:
    """block_id must be unique in a message or view; action_id within a block (docs.slack.dev/reference/block-kit)."""
    block_ids = Counter(block["block_id"] for block in _dicts(blocks) if isinstance(block.get("block_id"), str))
    problems = _twice("block_id", block_ids, pointer)
    for index, block in enumerate(blocks):
        elements = block.get("elements") if isinstance(block, dict) else None
        action_ids = Counter(
            element["action_id"]
            for element in (elements if isinstance(elements, list) else [])
            if isinstance(element, dict) and isinstance(element.get("action_id"), str)
        )
        problems += _twice("action_id", action_ids, f"{pointer}/{index}")
    return problems


def _twice(what: str, names: Counter[str], pointer: str) -> list[str]:
    return [f"`{what}` {name!r} already exists [json-pointer:{pointer}]" for name, n in names.items() if n > 1]


def _by_schema(definition: str, value: JSON, pointer: str) -> list[str]:
    validator = _validator(definition)
    if validator is None:
        return []
    return [_told(error, pointer) for error in validator.iter_errors(value)]


def _told(error: ValidationError, pointer: str) -> str:
    """The error that a person can act on: of a union's branches, the one whose type was meant."""
    while error.context:
        branches: dict[Any, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).append(inner)
        meant = [errors for errors in branches.values() if not any(_is_other_type(inner) for inner in errors)]
        if not meant:
            break
        error = meant[0][0]
    where = "".join(f"/{part}" for part in error.absolute_path)
    return f"{_shortly(error)} [json-pointer:{pointer}{where}]"


def _is_other_type(error: ValidationError) -> bool:
    return error.validator == "const" and bool(error.path) and error.path[-1] == "type"


def _shortly(error: ValidationError) -> str:
    if error.validator == "maxLength":
        return f"must be less than {int(str(error.validator_value)) + 1} characters"
    if error.validator == "maxItems":
        return f"no more than {error.validator_value} items allowed"
    if error.context:
        kind = error.instance.get("type") if isinstance(error.instance, dict) else error.instance
        return f"unsupported type: {kind}"
    return error.message[:200]
