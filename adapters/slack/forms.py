"""Forms as modals, and what comes back from them. Pure.

A field is an input block whose block_id is the field's name, so that an error finds its way back to it; a text that
may be longer than an input takes is asked in several. What Slack does not know of a form (its subject, its state, where
it was opened, what stands between the inputs of a text) travels in the modal's private metadata.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made
from typing import Any

from adapters.slack import limits
from adapters.slack.limits import cut, utf16
from adapters.slack.outbound import options_of, plain_text
from adapters.slack.parts import Joints, Parts, cut_up, packed, part_name, put_together, unpacked
from adapters.slack.rich_text import blocks_of
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Field, FieldErrors, Form

Block = dict[str, Any]

_VALUE = "value"  # the action_id of every input: one a block


@dataclass(frozen=True, slots=True)
class Origin:
    """What a modal carries along: the form's subject and state, the place in which it was asked for, and what stands
    between the inputs of long texts."""

    place: Place | None = None
    subject: int = 0
    state: str = ""
    joints: Joints = made(default_factory=dict)

    def written(self) -> str:
        """For `private_metadata`. Raises ValueError when the state is longer than Slack takes."""
        carried = [str(self.place or ""), self.subject, self.state, *([packed(self.joints)] if self.joints else [])]
        written = json.dumps(carried, ensure_ascii=False)
        if len(written) > limits.PRIVATE_METADATA:
            raise ValueError(f"the state of a form must stay below {limits.PRIVATE_METADATA - 300} characters")
        return written

    @classmethod
    def read(cls, written: str) -> "Origin":
        """What `written` gave; a modal that Baton did not make has no place."""
        try:
            place, subject, state, *joints = json.loads(written)
            return cls(Place.parse(place) if place else None, int(subject), str(state), unpacked("".join(joints)))
        except (ValueError, TypeError):
            return cls(state=written)


def modal(form: Form, place: Place | None) -> Block:
    """The form as a modal view, to be opened for somebody who acted in `place`."""
    intro = blocks_of(text(form.intro)) if form.intro.strip() else []
    long = {each.name: _parts(each) for each in form.fields if _is_long(each)}
    joints = {name: parts.joints for name, parts in long.items() if len(parts.words) > 1}
    asked = [piece for each in form.fields for piece in _pieces(each, long.get(each.name))]
    return {
        "type": "modal",
        "callback_id": form.name,
        "title": plain_text(form.title, limits.MODAL_TITLE),
        "submit": plain_text(form.submit, limits.MODAL_TITLE),
        "private_metadata": Origin(place, form.subject, form.state, joints).written(),
        "blocks": intro + [_input(each) for each in asked],
    }


def _is_long(field: Field) -> bool:
    return field.kind == "text" and field.limit > limits.INPUT_LENGTH


def _parts(field: Field) -> Parts:
    """The inputs that a text needs, and an empty one at the end where the last is half full: texts grow."""
    parts = cut_up(field.value)
    if 2 * len(parts.words[-1]) <= limits.INPUT_LENGTH:
        return parts
    return Parts((*parts.words, ""), (*parts.joints, "\n\n"))


def _pieces(field: Field, parts: Parts | None) -> list[Field]:
    """The field as one for each input. The hint stands under the first one; only that one may have to be filled in."""
    if parts is None or len(parts.words) == 1:
        return [field]
    count = len(parts.words)
    return [
        replace(
            field,
            name=part_name(field.name, number),
            label=f"{field.label} ({number + 1}/{count})",
            value=value,
            required=field.required and not number,
            hint="" if number else field.hint,
        )
        for number, value in enumerate(parts.words)
    ]


def _input(field: Field) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, limits.LABEL),
        "element": _element(field),
        "optional": not field.required,
    }
    if field.hint.strip():
        block["hint"] = plain_text(field.hint, limits.LABEL)
    return block


def _element(field: Field) -> Block:
    if field.kind == "date":
        chosen = {"initial_date": field.value} if field.value else {}
        return {"type": "datepicker", "action_id": _VALUE, **chosen}
    if field.kind in ("choice", "choices") and field.choices:
        return _select(field)
    # What stands there already is never cut because Slack counts an emoji for two.
    longest = max(1, min(max(field.limit, utf16(field.value)), limits.INPUT_LENGTH))
    element: Block = {"type": "plain_text_input", "action_id": _VALUE, "max_length": longest}
    if field.kind == "text":
        element["multiline"] = True
    if field.value:
        element["initial_value"] = cut(field.value, longest)
    return element


def _select(field: Field) -> Block:
    options = options_of(field.choices)
    chosen = [option for option in options if option["value"] in field.value.split(",")]
    if field.kind == "choices":
        initial = {"initial_options": chosen} if chosen else {}
        return {"type": "multi_static_select", "action_id": _VALUE, "options": options, **initial}
    first = {"initial_option": chosen[0]} if chosen else {}
    return {"type": "static_select", "action_id": _VALUE, "options": options, **first}


def values_of(view: Mapping[str, Any], joints: Joints | None = None) -> dict[str, str]:
    """What was entered, by the name of the field; nothing chosen is an empty string."""
    blocks: Mapping[str, Mapping[str, Any]] = (view.get("state") or {}).get("values") or {}
    values = {name: chosen(next(iter(inputs.values()), {})) for name, inputs in blocks.items()}
    return put_together(values, joints or {})


def chosen(element: Mapping[str, Any]) -> str:
    """The value of a pressed or filled-in element, of whichever kind; several are joined by commas."""
    single = element.get("selected_option")
    if single is not None:
        return str(single.get("value") or "")
    for name, value in element.items():
        if name == "value" or name.startswith("selected_"):
            return _joined(value)
    return ""


def _joined(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(str(item.get("value") or "") if isinstance(item, dict) else str(item) for item in value)
    return str(value)


def errors_of(errors: FieldErrors, view: Mapping[str, Any]) -> Block:
    """The answer that shows each sentence at its field; one for a field that the modal lacks goes to the first."""
    names = [block["block_id"] for block in view.get("blocks") or [] if block.get("type") == "input"]
    told: dict[str, str] = {}
    for name, sentence in errors.errors:
        at = name if name in names or not names else names[0]
        told[at] = f"{told[at]} {sentence}" if at in told else sentence
    return {"response_action": "errors", "errors": told}
