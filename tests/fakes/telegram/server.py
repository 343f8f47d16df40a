"""The HTTP face: addresses, tokens, validation, faults, and the envelope around every answer."""

import copy
import inspect
import re
from typing import Any

from aiohttp import web

from tests.fakes.telegram import call as calls
from tests.fakes.telegram import limits, spec
from tests.fakes.telegram.call import Call
from tests.fakes.telegram.faults import Fault, Faults
from tests.fakes.telegram.refusals import Refusal, not_found, unauthorized
from tests.fakes.telegram.registry import METHODS
from tests.fakes.telegram.signal import Signal
from tests.fakes.telegram.world import World

JSON = dict[str, Any]

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
LARGEST_REQUEST = 60 * 1024 * 1024
SHUTDOWN_WITHIN = 0.1


class BotApiServer:
    """Answers `/bot<token>/<method>` and `/file/bot<token>/<path>` on a free loopback port."""

    def __init__(self, token: str, world: World, faults: Faults, signal: Signal) -> None:
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.url = ""
        self._token = token
        self._world = world
        self._faults = faults
        self._signal = signal
        self._spec = spec.load()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listens on 127.0.0.1 and sets `url`."""
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_route("*", "/bot{token:[^/]*}/{method}", self._answer)
        app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", self._download)
        app.router.add_route("*", "/{rest:.*}", self._nowhere)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=SHUTDOWN_WITHIN, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Closes every connection, also those that wait."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        call = Call(self._spelled(name), at=self._world.now())
        try:
            self._check_token(request)
            self._check_method(name, call.method)
            read = await calls.read(request, call.method, self._spec)
            call.parameters, call.files = read.parameters, read.files
            self._record(call)
            return await self._process(request, call)
        except Refusal as refusal:
            self._record(call)
            return self._refused(call, refusal)
        except Exception as fault:  # a defect of the fake must not look like an answer of Telegram
            self.violations.append(f"the fake broke on {name}: {fault!r}")
            raise

    async def _process(self, request: web.Request, call: Call) -> web.StreamResponse:
        self._validate(call)
        fault = self._faults.take(call.method)
        if fault is None:
            return self._granted(call, await self._result(call))
        if fault.kind == "cut before":
            return _cut(request)
        if fault.kind == "hang before":
            await fault.wait()
        if fault.refusal is not None:
            raise fault.refusal
        if fault.kind == "garbage":
            return self._garbage(call, fault)
        result = await self._result(call)
        if fault.kind == "hang after":
            await fault.wait()
        self._signal.fire()
        return _cut(request) if fault.kind == "cut after" else self._granted(call, result)

    async def _result(self, call: Call) -> Any:
        if self._world.logged_out and call.method != "logOut":
            raise Refusal(400, "Logged out")
        result = METHODS[call.method](self._world, call)
        if inspect.isawaitable(result):
            result = await result
        call.result = copy.deepcopy(result)
        return call.result

    def _validate(self, call: Call) -> None:
        """Refuses what is malformed: in the server's words where they are known, else in the specification's."""
        found = self._spec.call_violations(call.method, call.parameters, set(call.files)) if self._spec else []
        self.violations += found
        try:
            limits.check(call)
        except Refusal as refusal:
            if not found and refusal.violation:
                self.violations.append(refusal.violation)
            raise
        if found:
            raise Refusal(400, f"Bad Request: {found[0]}")

    def _spelled(self, name: str) -> str:
        return next((known for known in METHODS if known.lower() == name.lower()), name)

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if not TOKEN.fullmatch(token):
            raise not_found()
        if token != self._token:
            raise unauthorized()

    def _check_method(self, name: str, spelled: str) -> None:
        if spelled in METHODS:
            return
        if self._spec is not None and self._spec.method_name(name):
            self.violations.append(f"the fake does not implement {name}")
        else:
            self.violations.append(f"unknown method {name}")
        raise not_found()

    def _record(self, call: Call) -> None:
        if not any(known is call for known in self.calls[-50:]):
            self.calls.append(call)
        self._signal.fire()

    def _granted(self, call: Call, result: Any) -> web.Response:
        call.code = 200
        self._signal.fire()
        return web.json_response({"ok": True, "result": result})

    def _refused(self, call: Call, refusal: Refusal) -> web.Response:
        call.code, call.error = refusal.code, refusal.description
        self._signal.fire()
        return web.json_response(refusal.payload(), status=refusal.code)

    def _garbage(self, call: Call, fault: Fault) -> web.Response:
        call.code, call.error = fault.status, "garbage"
        self._signal.fire()
        return web.Response(body=fault.body, status=fault.status, content_type="text/html")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
            stored = self._world.files.at_path(request.match_info["path"])
            if stored is None:
                raise not_found()
        except Refusal as refusal:
            return web.json_response(refusal.payload(), status=refusal.code)
        call = Call("file download", {"path": stored.path}, at=self._world.now())
        self._record(call)
        fault = self._faults.take("file download")
        if fault is not None:
            return await self._spoiled_download(request, call, fault)
        call.code = 200
        return web.Response(body=stored.content, content_type="application/octet-stream")

    async def _spoiled_download(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        if fault.refusal is not None:
            return self._refused(call, fault.refusal)
        if fault.kind == "garbage":
            return self._garbage(call, fault)
        if fault.kind.startswith("hang"):
            await fault.wait()
        return _cut(request)

    async def _nowhere(self, request: web.Request) -> web.Response:
        self.violations.append(f"no such address: {request.path}")
        return web.json_response(not_found().payload(), status=404)


def _cut(request: web.Request) -> web.Response:
    """Ends the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
