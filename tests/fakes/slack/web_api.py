"""The Web API's frame: arguments from wherever they come, token, scopes, limits, faults, the record of each call."""

import asyncio
import html
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from tests.fakes.slack.faults import Fault
from tests.fakes.slack.inbound import Inbound
from tests.fakes.slack.model import JSON, Call, Channel, Refusal
from tests.fakes.slack.workspace import BOT_USER_ID, Workspace

TokenKind = Literal["bot", "app"]

SCOPE_FAMILY = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
GARBAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body><h1>Something went wrong</h1></body></html>"


@dataclass(frozen=True)
class Method:
    """One Web API method: what it needs and what it does. `tier` None is the special tier of 1.8."""

    name: str
    run: Callable[["MethodCall"], JSON]
    scope: str | None
    tier: int | None
    takes_json: bool
    token: TokenKind
    posts: bool


REGISTRY: dict[str, Method] = {}


def method(
    name: str,
    *,
    scope: str | None = None,
    tier: int | None,
    takes_json: bool = True,
    token: TokenKind = "bot",
    posts: bool = False,
) -> Callable[[Callable[["MethodCall"], JSON]], Callable[["MethodCall"], JSON]]:
    """Register a method. `takes_json` false: only query and form arguments are read, as Slack does for its reads."""

    def register(run: Callable[["MethodCall"], JSON]) -> Callable[["MethodCall"], JSON]:
        REGISTRY[name] = Method(name, run, scope, tier, takes_json, token, posts)
        return run

    return register


class MethodCall:
    """What a method sees of a call: its arguments, checked on reading, and the workspace."""

    def __init__(self, fake: Inbound, name: str, arguments: JSON) -> None:
        self.fake = fake
        self.name = name
        self.arguments = arguments
        self.workspace: Workspace = fake.workspace

    def required(self, name: str) -> str:
        """A non-empty argument; refuses with invalid_arguments."""
        value = self.arguments.get(name)
        if value in (None, ""):
            raise Refusal("invalid_arguments", f"[ERROR] missing required field: {name}", fault=True)
        return str(value)

    def text(self, name: str) -> str:
        """An optional string argument, "" when absent."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """An optional boolean argument in any of the spellings that clients use."""
        return str(self.arguments.get(name, "")).lower() in ("true", "1")

    def structured(self, name: str, error: str = "invalid_arguments") -> Any:
        """An argument that is JSON, as an object or as a string that holds one; None when absent."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise Refusal(error, f"[ERROR] invalid JSON [json-pointer:/{name}]", fault=True) from None

    def need_scope(self, *any_of: str) -> None:
        """Refuse with missing_scope unless one of these scopes was granted."""
        if not self.fake.scopes & set(any_of):
            provided = ",".join(sorted(self.fake.scopes))
            raise Refusal("missing_scope", fault=True, needed=",".join(any_of), provided=provided)

    def conversation(self, right: str, *, member: bool = False) -> Channel:
        """The conversation in `channel`, its scope (such as groups:history) checked, membership if asked for."""
        channel = self.workspace.channel_named(self.required("channel"))
        self.need_scope(f"{SCOPE_FAMILY[channel.kind]}:{right}")
        if member and BOT_USER_ID not in channel.members:
            raise Refusal("not_in_channel")
        return channel

    def page(self, items: list[Any], default: int, most: int = 999) -> tuple[list[Any], str]:
        """One page of `items` by `limit` and `cursor`, and the cursor of the next one, "" at the end."""
        limit, cursor = self.text("limit"), self.text("cursor")
        if limit and (not limit.isdigit() or not int(limit) > 0):
            raise Refusal("invalid_limit", fault=True)
        start = 0
        if cursor:
            if not cursor.startswith("next:") or not cursor[5:].rstrip("=").isdigit():
                raise Refusal("invalid_cursor", fault=True)
            start = int(cursor[5:].rstrip("="))
        end = start + min(int(limit or default), most)
        return items[start:end], (f"next:{end}=" if end < len(items) else "")


async def handle(fake: Inbound, request: web.Request) -> web.StreamResponse:
    """Answer one Web API request, faults included, and record it."""
    name = request.match_info["method"]
    fault = fake.faults.next_for(name)
    call = Call(name, {}, fake.workspace.now(), headers=dict(request.headers))
    arguments, broken = await _arguments(request, REGISTRY.get(name))
    call.arguments = arguments
    if fault is not None and not _does_the_work(fault):
        return await _misbehave(fake, request, call, fault)
    _perform(fake, request, call, broken)
    if fault is not None:
        return await _misbehave(fake, request, call, fault)
    fake.record(call)
    return _answer(fake, call)


def _does_the_work(fault: Fault) -> bool:
    return fault.kind in ("break_after_accept", "slow") or (fault.kind == "hang" and fault.accept)


async def _arguments(request: web.Request, known: Method | None) -> tuple[JSON, str]:
    """Arguments of query and body, and the error in the body if there is one."""
    arguments: JSON = dict(request.query)
    if request.content_type == "application/json":
        raw = await request.text()
        try:
            body = json.loads(raw) if raw else {}
        except ValueError:
            return arguments, "invalid_json"
        if not isinstance(body, dict):
            return arguments, "json_not_object"
        if known is None or known.takes_json:
            arguments.update(body)
    elif request.can_read_body:
        arguments.update({name: value for name, value in (await request.post()).items() if isinstance(value, str)})
    return arguments, ""


def _perform(fake: Inbound, request: web.Request, call: Call, broken: str) -> None:
    """Run the method and fill in the call's status and response."""
    call.status = 200
    token = call.arguments.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    try:
        if broken:
            raise Refusal(broken, fault=True)
        wanted = _admitted(fake, call, str(token))
        call.response = {"ok": True, **wanted.run(MethodCall(fake, call.method, call.arguments))}
    except Refusal as refusal:
        _refused(fake, call, refusal)


def _admitted(fake: Inbound, call: Call, token: str) -> Method:
    """The method, if it exists and token, scope and rate allow it."""
    wanted = REGISTRY.get(call.method)
    if wanted is None:
        raise Refusal("unknown_method", fault=True, req_method=call.method)
    if not token:
        raise Refusal("not_authed")
    if token not in (fake.bot_token, fake.app_token):
        raise Refusal("invalid_auth")
    if call.method != "auth.test" and token != (fake.app_token if wanted.token == "app" else fake.bot_token):
        raise Refusal("not_allowed_token_type", fault=True)
    if fake.limits is not None:
        channel = str(call.arguments.get("channel", "")) if wanted.posts else None
        wait = fake.limits.seconds_to_wait(call.method, wanted.tier, channel)
        if wait > 0:
            call.status = 429
            raise Refusal("ratelimited", retry_after=wait)
    if wanted.scope:
        MethodCall(fake, call.method, call.arguments).need_scope(wanted.scope)
    return wanted


def _refused(fake: Inbound, call: Call, refusal: Refusal) -> None:
    call.response = {"ok": False, "error": refusal.error, **refusal.extra}
    if refusal.messages:
        said = [m if m.startswith("[ERROR]") else f"[ERROR] {m}" for m in refusal.messages]
        call.response["response_metadata"] = {"messages": said}
    if refusal.fault:
        detail = "; ".join(refusal.messages) or str(refusal.extra.get("needed", ""))
        fake.violate(call.method, refusal.error, detail)


def _answer(fake: Inbound, call: Call) -> web.Response:
    known = REGISTRY.get(call.method)
    headers = {
        "x-oauth-scopes": ",".join(sorted(fake.scopes)),
        "x-accepted-oauth-scopes": (known and known.scope) or "",
    }
    response = dict(call.response)
    if call.status == 429:
        headers["Retry-After"] = str(response.pop("retry_after", 1))
    return web.json_response(response, status=call.status, headers=headers)


async def _misbehave(fake: Inbound, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
    """Answer (or not) as the fault says; the work has been done or left undone before."""
    if fault.kind == "answer":
        call.status, call.response = fault.status, {"ok": False, "error": fault.error or f"http_{fault.status}"}
        fake.record(call)
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        if fault.error:
            return web.json_response(call.response, status=fault.status, headers=headers)
        page = f"<html><body><h1>{fault.status}</h1>{html.escape(call.method)}</body></html>"
        return web.Response(status=fault.status, text=page, content_type="text/html", headers=headers)
    if fault.kind == "garbage":
        call.status, call.response = 200, {"ok": False, "error": "garbage"}
        fake.record(call)
        return web.Response(text=GARBAGE, content_type="text/html")
    if fault.kind in ("break_after_accept", "break_before_accept"):
        call.status = 0
        fake.record(call)
        return _reset(request)
    fake.record(call)
    await (fault.released.wait() if fault.kind == "hang" else fake.sleep(fault.seconds))
    return _answer(fake, call) if call.response else _reset(request)


def _reset(request: web.Request) -> web.Response:
    """Tear the connection down under the request; what is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError
