"""Forms between the page and the bot: what a form was is signed and travels with it, so no replica must remember it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from adapters.web.directory import PLATFORM
from adapters.web.outbound import is_day
from bot.chat.events import Place
from bot.chat.views import Field, Form
from bot.errors import Invalid


@dataclass(frozen=True, slots=True)
class OpenedForm:
    """A form as it was shown: to whom, where, and what may be answered."""

    name: str
    subject: int
    state: str
    user: str
    place: Place
    fields: tuple[Mapping[str, Any], ...]


class FormTokens:
    """Signs forms for the page, and reads them back."""

    def __init__(self, secret_key: str) -> None:
        self._signed = URLSafeSerializer(secret_key, salt="baton.form")

    def token(self, form: Form, user: str, place: Place) -> str:
        """What the page sends back with the answers."""
        fields = [_field(field) for field in form.fields]
        return str(self._signed.dumps([form.name, form.subject, form.state, user, place.room, place.thread, fields]))

    def opened(self, token: str, user: str) -> OpenedForm:
        """The form that was shown to `user`. Raises `Invalid` for one that never was."""
        try:
            name, subject, state, owner, room, thread, fields = self._signed.loads(token)
        except (BadData, ValueError) as problem:
            raise Invalid("web.refused.stale_form") from problem
        if owner != user:
            raise Invalid("web.refused.stale_form")
        return OpenedForm(name, subject, state, user, Place(PLATFORM, room, thread), tuple(fields))


def _field(field: Field) -> dict[str, Any]:
    choices = {"choices": [choice.value for choice in field.choices]} if field.choices else {}
    return {"name": field.name, "kind": field.kind, "required": field.required, "limit": field.limit, **choices}


def answers(form: OpenedForm, given: Mapping[str, str]) -> dict[str, str]:
    """The answers to the form's own fields, tidied; everything else that came is left out."""
    return {field["name"]: str(given.get(field["name"], "")).strip() for field in form.fields}


def complaints(form: OpenedForm, values: Mapping[str, str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """What the chat itself finds wrong: for each field at fault the sentence's key and its values."""
    found = {field["name"]: _complaint(field, values[field["name"]]) for field in form.fields}
    return {name: complaint for name, complaint in found.items() if complaint}


def _complaint(field: Mapping[str, Any], value: str) -> tuple[str, dict[str, Any]] | None:
    if not value:
        return ("web.form.required", {}) if field["required"] else None
    if len(value) > field["limit"]:
        return "web.form.too_long", {"limit": field["limit"], "length": len(value)}
    if field["kind"] == "date" and not is_day(value):
        return "web.form.no_day", {}
    if field["kind"] == "choice" and value not in field.get("choices", ()):
        return "web.form.no_choice", {}
    if field["kind"] == "choices" and not set(value.split(",")) <= set(field.get("choices", ())):
        return "web.form.no_choice", {}
    return None
