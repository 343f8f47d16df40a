"""Views, orders, forms, texts and attachments as versioned JSON, and back.

What stands in storage may have been written by another version: fields that this one does not know are passed over,
fields that are missing get their defaults, controls of an unknown kind are left out. Fields that hold their default
are not written. One of several kinds (a card or a post; a button, a menu or a date) is told by `"is"`.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import orjson

from bot.chat.contract import Order
from bot.chat.events import Attachment
from bot.chat.text import Span, Text
from bot.chat.views import Form, View

VERSION = 1

Encode = Callable[[Any], Any]
Decode = Callable[[Any], Any]


class Unreadable(ValueError):
    """The JSON is not what it should be, or too new to be understood at all."""


def order_to_json(order: Order) -> bytes:
    """An order, to be read back by `order_from_json`."""
    return _dumped("order", order, Order)


def order_from_json(data: bytes) -> Order:
    """What `order_to_json` wrote. Raises `Unreadable`."""
    order: Order = _loaded("order", data, Order)
    return order


def view_to_json(view: View) -> bytes:
    """A card or a post, to be read back by `view_from_json`."""
    return _dumped("view", view, View)


def view_from_json(data: bytes) -> View:
    """What `view_to_json` wrote. Raises `Unreadable`."""
    view: View = _loaded("view", data, View)
    return view


def form_to_json(form: Form) -> bytes:
    """A form, to be read back by `form_from_json`."""
    return _dumped("form", form, Form)


def form_from_json(data: bytes) -> Form:
    """What `form_to_json` wrote. Raises `Unreadable`."""
    form: Form = _loaded("form", data, Form)
    return form


def text_to_json(words: Text) -> bytes:
    """A text, to be read back by `text_from_json`."""
    return _dumped("text", words, Text)


def text_from_json(data: bytes) -> Text:
    """What `text_to_json` wrote. Raises `Unreadable`."""
    text: Text = _loaded("text", data, Text)
    return text


def attachments_to_json(attachments: tuple[Attachment, ...]) -> bytes:
    """Announced files, to be read back by `attachments_from_json`."""
    return _dumped("files", attachments, tuple[Attachment, ...])


def attachments_from_json(data: bytes) -> tuple[Attachment, ...]:
    """What `attachments_to_json` wrote. Raises `Unreadable`."""
    files: tuple[Attachment, ...] = _loaded("files", data, tuple[Attachment, ...])
    return files


def without_surrogates(value: Any) -> Any:
    """The same value of strings, lists and dictionaries, with halves of surrogate pairs joined or made U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [without_surrogates(part) for part in value]
    return value


def _dumped(name: str, value: Any, hint: Any) -> bytes:
    written = {"v": VERSION, name: _encoder(hint)(value)}
    try:
        return orjson.dumps(written)
    except orjson.JSONEncodeError:  # half a surrogate pair
        return orjson.dumps(without_surrogates(written))


def _loaded(name: str, data: bytes, hint: Any) -> Any:
    try:
        return _decoder(hint)(orjson.loads(data)[name])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
        raise Unreadable(f"no {name} that this version can read: {problem!r}") from problem


@cache
def _encoder(hint: Any) -> Encode:
    """How a value with this annotation is written."""
    if hint is Span:
        return _span_out
    if is_dataclass(hint):
        return _record_out(hint)
    kinds = _records_of(hint)
    if len(kinds) > 1:
        tagged = {kind: _encoder(kind) for kind in kinds}
        return lambda value: None if value is None else {"is": type(value).__name__, **tagged[type(value)](value)}
    if kinds:
        one = _encoder(kinds[0])
        return lambda value: None if value is None else one(value)
    if get_origin(hint) is tuple:
        parts = _part_codecs(hint, _encoder)
        if len(parts) == 1:
            each = parts[0]
            return lambda value: [each(part) for part in value]
        return lambda value: [encode(part) for encode, part in zip(parts, value, strict=True)]
    if get_origin(hint) is frozenset:
        return lambda value: sorted(value)
    return _same


@cache
def _decoder(hint: Any) -> Decode:
    """How a value with this annotation is read."""
    if hint is Span:
        return _span_in
    if is_dataclass(hint):
        return _record_in(hint)
    kinds = _records_of(hint)
    if len(kinds) > 1:
        return _one_of_in(hint, {kind.__name__: _decoder(kind) for kind in kinds})
    if kinds:
        one = _decoder(kinds[0])
        return lambda value: None if value is None else one(value)
    if get_origin(hint) is tuple:
        return _tuple_in(hint)
    if get_origin(hint) is frozenset:
        return frozenset
    return _plain_in(hint)


def _records_of(hint: Any) -> list[Any]:
    """The dataclasses of a union; [] if it is none."""
    if get_origin(hint) not in (Union, UnionType):
        return []
    return [part for part in get_args(hint) if is_dataclass(part)]


def _part_codecs(hint: Any, codec: Callable[[Any], Any]) -> list[Any]:
    return [codec(part) for part in get_args(hint) if part is not Ellipsis]


def _record_out(kind: Any) -> Encode:
    hints = get_type_hints(kind)
    plan = [(field.name, _default(field), _encoder(hints[field.name])) for field in fields(kind)]

    def encode(record: Any) -> dict[str, Any]:
        written = {}
        for name, default, out in plan:
            value = getattr(record, name)
            if value != default:
                written[name] = out(value)
        return written

    return encode


def _record_in(kind: Any) -> Decode:
    hints = get_type_hints(kind)
    plan = {field.name: _decoder(hints[field.name]) for field in fields(kind)}

    def decode(written: Any) -> Any:
        known = {name: plan[name](value) for name, value in written.items() if name in plan}
        return kind(**known)

    return decode


def _default(field: "Field[Any]") -> Any:
    return MISSING if field.default is MISSING else field.default


def _one_of_in(hint: Any, kinds: dict[str, Decode]) -> Decode:
    optional = type(None) in get_args(hint)

    def decode(written: Any) -> Any:
        if written is None and optional:
            return None
        return kinds[written["is"]](written)

    return decode


def _tuple_in(hint: Any) -> Decode:
    parts = _part_codecs(hint, _decoder)
    if len(parts) > 1:
        return lambda written: tuple(decode(part) for decode, part in zip(parts, written, strict=True))
    each = parts[0]
    known = {kind.__name__ for kind in _records_of(get_args(hint)[0])}
    if len(known) > 1:
        return lambda written: tuple(each(part) for part in written if part["is"] in known)
    return lambda written: tuple(each(part) for part in written)


def _plain_in(hint: Any) -> Decode:
    """Checks the type, so that a damaged row shows here and not in an adapter."""
    allowed = tuple(type(value) for value in get_args(hint)) if get_origin(hint) is Literal else (hint,)

    def decode(written: Any) -> Any:
        if not isinstance(written, allowed):
            raise TypeError(f"{written!r} is no {hint}")
        return written

    return decode


def _same(value: Any) -> Any:
    return value


def _span_out(span: Span) -> Any:
    """A span without any look, which most are, is just its characters."""
    if not (span.style or span.link or span.account):
        return span.text
    written: dict[str, Any] = {"text": span.text}
    if span.style:
        written["style"] = sorted(span.style)
    if span.link:
        written["link"] = span.link
    if span.account:
        written["account"] = span.account
    return written


def _span_in(written: Any) -> Span:
    if isinstance(written, str):
        return Span(written)
    return Span(
        written["text"], frozenset(written.get("style", ())), written.get("link", ""), written.get("account", "")
    )
