"""One call as it arrived: read from the query, a form, multipart or JSON, the way the Bot API reads it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from tests.fakes.telegram.refusals import malformed
from tests.fakes.telegram.spec import Spec

JSON = dict[str, Any]

# Parameters that are JSON inside a form field; used when the specification file is not there to say so.
STRUCTURED = {
    "reply_markup", "reply_parameters", "entities", "caption_entities", "commands", "scope", "media", "reaction",
    "allowed_updates", "link_preview_options", "message_ids", "menu_button", "permissions", "rights",
}  # fmt: skip


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    content: bytes
    content_type: str


@dataclass
class Call:
    """A call of the bot, and afterwards how it was answered."""

    method: str
    parameters: JSON = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    at: datetime | None = None
    """When it arrived, on the fake's clock."""
    error: str | None = None
    """The refusal's description; None when it was accepted."""
    code: int | None = None
    """HTTP status of the answer; None when none was given (yet)."""
    result: Any = None

    @property
    def ok(self) -> bool:
        """Whether it was accepted and the answer was given."""
        return self.code == 200

    def has(self, name: str) -> bool:
        """Whether the parameter came at all."""
        return name in self.parameters

    def text(self, name: str) -> str:
        """The parameter as text, empty when it is missing."""
        return str(self.parameters.get(name, ""))

    def integer(self, name: str) -> int | None:
        """The parameter as a number, None when it is missing or none."""
        try:
            return int(self.parameters[name])
        except (KeyError, TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """The parameter as a truth value, False when it is missing."""
        return str(self.parameters.get(name, "")).lower() in {"true", "1"}

    def structure(self, name: str) -> Any:
        """The decoded JSON parameter, None when it is missing."""
        return self.parameters.get(name)


async def read(request: web.Request, method: str, spec: Spec | None) -> Call:
    """The call in `request`; raises `Refusal` when a JSON parameter cannot be read."""
    parameters: JSON = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        parameters.update(await request.json())
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename or name, value.file.read(), value.content_type)
            else:
                parameters[name] = value
    known = spec is not None and method in spec.methods
    structured = spec.structured(method) if spec is not None and known else STRUCTURED
    for name in structured & set(parameters):
        parameters[name] = _decoded(method, name, parameters[name])
    return Call(method, parameters, files)


def _decoded(method: str, name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise malformed(f"can't parse {name} JSON object", f"{method}.{name}: no JSON: {value!r}") from None
