"""From views to what the page shows, as JSON. Pure: no clock, no database, nothing of who looks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from adapters.web import limits
from adapters.web.markup import safe_link, spans_json
from bot.chat.text import Text, shortened
from bot.chat.views import (
    Button,
    Card,
    Control,
    DatePicker,
    Field,
    FieldErrors,
    Form,
    Reply,
    Section,
    Toast,
    View,
)


def words_body(text: Text, source: str) -> dict[str, Any]:
    """A person's message; `source` is what was typed, to be edited later."""
    return {"kind": "words", "text": spans_json(text), "source": source}


def file_body(text: Text = ()) -> dict[str, Any]:
    """A message of the bot's that consists of a file."""
    return {"kind": "post", "text": spans_json(text)}


def topic_body(title: str) -> dict[str, Any]:
    """The head of a topic."""
    return {"kind": "topic", "title": shortened(title, limits.TITLE)}


def view_body(view: View) -> dict[str, Any]:
    """A card or a post, cut to what fits."""
    view = limits.fitting(view)
    if isinstance(view, Card):
        return {
            "kind": "card",
            "title": view.title,
            "text": spans_json(view.body),
            "rows": [
                {"label": shortened(row.label, limits.ROW_LABEL), "value": spans_json(row.value)} for row in view.rows
            ],
            "sections": [_section(section) for section in view.sections],
            "controls": [control_json(control) for control in view.controls],
            "footer": view.footer,
        }
    return {
        "kind": "post",
        "text": spans_json(view.body),
        "author": view.author,
        "label": view.label,
        "controls": [control_json(control) for control in view.controls],
        "footer": view.footer,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "heading": section.heading,
        "text": spans_json(section.body),
        "controls": [control_json(control) for control in section.controls],
    }


def control_json(control: Control) -> dict[str, Any]:
    """A button, a menu or a date picker."""
    label = shortened(control.label, limits.LABEL)
    if isinstance(control, Button):
        if control.url:
            return {"type": "link", "label": label, "url": safe_link(control.url), "style": control.style}
        return {
            "type": "button",
            "label": label,
            "action": control.action,
            "subject": control.subject,
            "value": control.value,
            "style": control.style,
            "confirm": control.confirm,
        }
    common = {"label": label, "action": control.action, "subject": control.subject, "chosen": control.chosen}
    if isinstance(control, DatePicker):
        return {"type": "date", **common}
    choices = [{"value": choice.value, "label": choice.label} for choice in control.choices[: limits.CHOICES]]
    return {"type": "menu", **common, "choices": choices}


def controls_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """All controls that stand on a message or a home page."""
    parts = [body, *body.get("sections", ())]
    return [control for part in parts for control in part.get("controls", ())]


def offers(body: Mapping[str, Any], action: str, subject: int, value: str) -> bool:
    """Whether somebody who sees this could press that: what the page sends back is not taken on trust."""
    return any(_could_send(control, action, subject, value) for control in controls_of(body))


def _could_send(control: Mapping[str, Any], action: str, subject: int, value: str) -> bool:
    if (control.get("action"), control.get("subject")) != (action, subject):
        return False
    if isinstance(control.get("choices"), list):
        return any(choice["value"] == value for choice in control["choices"])
    if control["type"] == "date":
        return is_day(value)
    return bool(control.get("value") == value)


def is_day(value: str) -> bool:
    """Whether this is a day as a date picker gives it: YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def form_json(form: Form, token: str) -> dict[str, Any]:
    """A form as a dialog; `token` is what the page sends back instead of name, subject and state."""
    return {
        "title": form.title,
        "intro": form.intro,
        "submit": form.submit,
        "token": token,
        "fields": [_field(field) for field in form.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "kind": field.kind,
        "required": field.required,
        "value": field.value,
        "hint": field.hint,
        "limit": field.limit,
        "choices": [{"value": choice.value, "label": choice.label} for choice in field.choices],
    }


def reply_json(reply: Reply | None, form_token: str = "") -> dict[str, Any]:
    """The immediate answer to an act."""
    if reply is None:
        return {}
    if isinstance(reply, Toast):
        return {"toast": reply.words}
    if isinstance(reply, FieldErrors):
        return {"errors": dict(reply.errors)}
    return {"form": form_json(reply.form, form_token)}
