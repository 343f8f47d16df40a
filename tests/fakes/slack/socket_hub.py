"""Socket Mode: websocket connections of the app, envelopes to one of them, acknowledgements recorded."""

import asyncio
import itertools
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.fakes.slack.model import JSON, Attempt
from tests.fakes.slack.workspace import APP_ID

MOST_CONNECTIONS = 10
_TYPES = {"event": "events_api", "interaction": "interactive", "options": "interactive", "command": "slash_commands"}


@dataclass
class Connection:
    """One websocket of the app. `acks` are the envelope ids it acknowledged, in order."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    acks: list[str] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[JSON]] = field(default_factory=dict)


class SocketHub:
    """All websocket connections of the app. Each envelope goes to one of them, in turn."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._tickets: set[str] = set()
        self._turn = itertools.count()
        self._numbers = itertools.count(1)
        self._connected = asyncio.Event()
        self.connections: list[Connection] = []
        self.acks: list[JSON] = []
        self.enabled = True
        self.used = False
        """Whether the app has ever been connected."""

    def new_ticket(self) -> str:
        """A ticket for one connection."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return ticket

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends; a used or unknown ticket is refused."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(next(self._numbers), socket, request)
        if not self.enabled or len(self.connections) >= MOST_CONNECTIONS:
            await self._say_goodbye(connection, "too_many_websockets" if self.enabled else "link_disabled")
            return socket
        self.connections.append(connection)
        self.used = True
        self._connected.set()
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {"host": "applink-fake", "build_number": 1, "approximate_connection_time": 18060},
                "connection_info": {"app_id": APP_ID},
            }
        )
        self._changed()
        await self._listen(connection)
        return socket

    async def _listen(self, connection: Connection) -> None:
        try:
            async for frame in connection.socket:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledged(connection, json.loads(frame.data))
        finally:
            self._lost(connection)

    def _lost(self, connection: Connection) -> None:
        """Forget a connection; what it had not acknowledged has failed and will be sent again."""
        if connection in self.connections:
            self.connections.remove(connection)
        if not self.connections:
            self._connected.clear()
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError("the connection went away before the acknowledgement"))
        self._changed()

    def _acknowledged(self, connection: Connection, frame: JSON) -> None:
        envelope_id = frame.get("envelope_id", "")
        connection.acks.append(envelope_id)
        self.acks.append(frame)
        waiting = connection.waiting.get(envelope_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(frame)
        self._changed()

    async def deliver(self, kind: str, payload: JSON, patience: float, retry_num: int, reason: str) -> Attempt:
        """Send an envelope to one connection and wait for its acknowledgement; status 0 when none comes in time."""
        try:
            async with asyncio.timeout(patience):
                frame = await self._exchange(kind, payload, retry_num, reason)
        except TimeoutError:
            return Attempt(0, reason="timeout", retry_num=retry_num)
        except ConnectionError:
            return Attempt(0, reason="connection_failed", retry_num=retry_num)
        body = json.dumps(frame["payload"], ensure_ascii=False) if frame.get("payload") else ""
        return Attempt(200, body, retry_num=retry_num)

    async def _exchange(self, kind: str, payload: JSON, retry_num: int, reason: str) -> JSON:
        while not self.connections:
            await self._connected.wait()
        connection = self.connections[next(self._turn) % len(self.connections)]
        envelope_id = str(uuid.uuid4())
        envelope: JSON = {
            "envelope_id": envelope_id,
            "payload": payload,
            "type": _TYPES[kind],
            "accepts_response_payload": kind != "event",
        }
        if kind == "event":
            envelope |= {"retry_attempt": retry_num, "retry_reason": reason}
        acknowledged: asyncio.Future[JSON] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = acknowledged
        try:
            await connection.socket.send_json(envelope)
            return await acknowledged
        finally:
            connection.waiting.pop(envelope_id, None)

    async def disconnect(self, reason: str = "warning") -> None:
        """Recycle every connection: `warning`, `refresh_requested`, or `link_disabled` (which stays)."""
        self.enabled = reason != "link_disabled"
        for connection in list(self.connections):
            await self._say_goodbye(connection, reason)

    async def _say_goodbye(self, connection: Connection, reason: str) -> None:
        await connection.socket.send_json(
            {
                "type": "disconnect",
                "reason": reason,
                "num_connections": len(self.connections),
                "debug_info": {"host": "applink-fake"},
                "connection_info": {"app_id": APP_ID},
            }
        )
        self._lost(connection)
        await connection.socket.close()

    def drop(self) -> None:
        """Reset every connection without a word."""
        for connection in list(self.connections):
            self._lost(connection)
            if connection.request.transport is not None:
                connection.request.transport.abort()

    async def close(self) -> None:
        """Close every connection, at the end of a test."""
        for connection in list(self.connections):
            await connection.socket.close()
