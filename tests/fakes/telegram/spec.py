"""The machine-readable Bot API 10.1 as a judge of what the bot sends, and of what this fake answers.

The file (180 methods, 359 types, MIT) is a fixture outside the checkout: `BATON_SHARED`, or `../shared` beside the
project root. Without it `load()` is None and only the checks in `limits.py` remain.
"""

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

from tests.fakes.telegram import markup
from tests.fakes.telegram.refusals import Refusal

JSON = dict[str, Any]

FILE = "fixtures/telegram/schema.telegram_bot_api_10_1.json"
LENGTH = re.compile(r"(\d+)-(\d+) (characters|bytes)")
ITEMS = re.compile(r"must include (\d+)-(\d+) items|at most (\d+) commands", re.IGNORECASE)
RANGE = re.compile(r"Values between (\d+)-(\d+) are accepted")
CONSTANT = re.compile(r"(?:always|must be) [\"“]?(\w+)[\"”]?$")
NO_ACTION = {"text", "icon_custom_emoji_id", "style"}


def shared_folder() -> Path:
    """Where the read-only references lie, whether or not they are there."""
    return Path(os.environ.get("BATON_SHARED") or Path(__file__).resolve().parents[3].parent / "shared")


@functools.cache
def load() -> "Spec | None":
    """The specification, or None when the references are not beside this checkout."""
    path = shared_folder() / FILE
    return Spec(json.loads(path.read_text("utf-8"))) if path.is_file() else None


class Spec:
    """Names every way in which a call or an object departs from the Bot API."""

    def __init__(self, document: JSON) -> None:
        self.methods: dict[str, JSON] = document["methods"]
        self.types: dict[str, JSON] = document["types"]
        self.update_kinds = {field["name"] for field in self.types["Update"]["fields"]} - {"update_id"}

    def method_name(self, name: str) -> str | None:
        """The spelling of a method in the documentation; the server takes any case."""
        return next((known for known in self.methods if known.lower() == name.lower()), None)

    def structured(self, method: str) -> set[str]:
        """The parameters of `method` that are JSON inside a form field."""
        return {
            field["name"]
            for field in self.methods[method].get("fields", [])
            if any(kind.startswith("Array of ") or kind in self.types for kind in field["types"])
            and "String" not in field["types"]
        }

    def call_violations(self, method: str, parameters: JSON, files: set[str]) -> list[str]:
        """Everything wrong with one call, as sentences that name the parameter."""
        fields = {field["name"]: field for field in self.methods[method].get("fields", [])}
        found = [
            f"{method}.{name} missing"
            for name, field in fields.items()
            if field["required"] and name not in parameters and name not in files
        ]
        for name, value in parameters.items():
            if name not in fields:
                found.append(f"unknown parameter {method}.{name}")
            else:
                self._check(fields[name], value, parameters, f"{method}.{name}", found, form=True)
        attached = set(re.findall(r"attach://([^\"\s]+)", json.dumps(parameters)))
        found += [f"{method}: file {name} is not attached" for name in sorted(attached - files)]
        found += [f"unknown file {method}.{name}" for name in sorted(files - attached - set(fields))]
        return found

    def object_violations(self, kind: str, value: Any) -> list[str]:
        """Everything wrong with one object of type `kind`, for example a `Message` or an `Update`."""
        found: list[str] = []
        self._check_kind([kind], value, kind, found, form=False)
        return found

    def _check(self, field: JSON, value: Any, siblings: JSON, path: str, found: list[str], *, form: bool) -> None:
        description = field["description"]
        if isinstance(value, str):
            found += _length_violations(description, value, siblings, path)
        if isinstance(value, list) and (limits := ITEMS.search(description)):
            low, high = int(limits[1] or 0), int(limits[2] or limits[3])
            if not low <= len(value) <= high:
                found.append(f"{path}: {len(value)} items not in {low}-{high}")
        accepted = RANGE.search(description)
        if accepted and str(value).isdigit() and not int(accepted[1]) <= int(value) <= int(accepted[2]):
            found.append(f"{path}: {value} not in {accepted[1]}-{accepted[2]}")
        self._check_kind(field["types"], value, path, found, form=form)
        if path.endswith(".allowed_updates") and isinstance(value, list):
            found += [f"{path}: no update is called {name!r}" for name in value if name not in self.update_kinds]

    def _check_kind(self, kinds: list[str], value: Any, path: str, found: list[str], *, form: bool) -> None:
        """Checks `value` against the nearest of several types and reports what that one misses."""
        attempts: list[list[str]] = []
        for kind in kinds:
            if kind.startswith("Array of "):
                attempts.append(self._array_violations(kind.removeprefix("Array of "), value, path, form=form))
            elif kind in self.types:
                attempts.append(self._object_violations(kind, value, path))
            else:
                attempts.append([] if _is_scalar(kind, value, form=form) else [f"{path}: {value!r} is not {kind}"])
        if all(attempts):
            # Mixed arrays (an album of photos and videos) match no single alternative: judge item by item.
            items = [kind.removeprefix("Array of ") for kind in kinds if kind.startswith("Array of ")]
            if len(items) > 1 and isinstance(value, list):
                for index, item in enumerate(value):
                    self._check_kind(items, item, f"{path}[{index}]", found, form=False)
            else:
                nearest: list[str] = min(attempts, key=len)
                found += nearest

    def _array_violations(self, kind: str, value: Any, path: str, *, form: bool) -> list[str]:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is not a list of {kind}"]
        found: list[str] = []
        for index, item in enumerate(value):
            self._check_kind([kind], item, f"{path}[{index}]", found, form=False)
        return found

    def _object_violations(self, kind: str, value: Any, path: str) -> list[str]:
        definition = self.types[kind]
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is not {kind}"]
        if definition.get("subtypes") and not definition.get("fields"):
            found: list[str] = []
            self._check_kind(self._candidates(definition["subtypes"], value), value, path, found, form=False)
            return found
        fields = {field["name"]: field for field in definition.get("fields", [])}
        found = [f"{path}: {kind}.{name} missing" for name, f in fields.items() if f["required"] and name not in value]
        for name, item in value.items():
            if name not in fields:
                found.append(f"{path}: unknown field {kind}.{name}")
            else:
                self._check(fields[name], item, value, f"{path}.{name}", found, form=False)
        actions = sorted(set(fields) & set(value) - NO_ACTION)
        if kind == "InlineKeyboardButton" and len(actions) != 1:
            found.append(f"{path}: InlineKeyboardButton needs exactly one action, has {actions}")
        return found

    def _candidates(self, subtypes: list[str], value: JSON) -> list[str]:
        """The subtypes whose constant field (`type`, `status`, `source`) says what `value` says."""
        matching = [kind for kind in subtypes if self._constants(kind).items() <= value.items()]
        return matching or subtypes

    def _constants(self, kind: str) -> JSON:
        constants = {f["name"]: CONSTANT.search(f["description"]) for f in self.types[kind].get("fields", [])}
        return {name: match[1] for name, match in constants.items() if match and name in {"type", "status", "source"}}


def _is_scalar(kind: str, value: Any, *, form: bool) -> bool:
    """Form fields are all text; inside JSON a number must be one."""
    if kind == "Integer":
        if form and isinstance(value, str):
            return re.fullmatch(r"-?\d+", value) is not None
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in {"Boolean", "True", "False"}:
        return str(value).lower() in {"true", "false"} if form else isinstance(value, bool)
    if kind in {"Float", "Float number"}:
        return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None
    return isinstance(value, str)


def _length_violations(description: str, value: str, siblings: JSON, path: str) -> list[str]:
    limit = LENGTH.search(description)
    if limit is None:
        return []
    if "after entit" in description:
        mode = siblings.get("quote_parse_mode" if path.endswith(".quote") else "parse_mode")
        try:
            length = markup.utf16_length(markup.parse(value, mode).text)
        except Refusal:
            return []  # reported as broken markup, not as a length
    else:
        length = len(value.encode()) if limit[3] == "bytes" else len(value)
    return [] if int(limit[1]) <= length <= int(limit[2]) else [f"{path}: length {length} not in {limit[0]}"]
