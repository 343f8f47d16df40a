"""A mail server on loopback: it takes mails, refuses as it is told, or hangs."""

import asyncio
import contextlib
import email
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class PostOffice:
    """What arrived. `recipients` and `contents` have the answers to give instead of taking a mail (by address; once).

    `hold` keeps the answer to a mail's content back until it is set. `hang_up` breaks the connection instead.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: dict[str, str] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    hold: asyncio.Event | None = None
    hang_up: bool = False

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take the recipient, or refuse him."""
        refusal = self.recipients.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail, or refuse it."""
        if self.contents:
            return self.contents.pop(0)
        assert isinstance(envelope.content, bytes)
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))
        if self.hold is not None:
            await self.hold.wait()
        if self.hang_up:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 taken"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Whether somebody may come in."""
        right = self.passwords.get(data.login.decode()) == data.password.decode()
        return AuthResult(success=right, handled=False)


@contextlib.asynccontextmanager
async def post_office(*, sign_in: bool = False) -> AsyncIterator[PostOffice]:
    """A mail server without TLS; with `sign_in` one that lets only those in whose passwords it knows."""
    office = PostOffice()
    signing: dict[str, Any] = {"authenticator": office.authenticate, "auth_required": True, "auth_require_tls": False}

    def session() -> SMTP:
        return SMTP(office, hostname="post.example.com", timeout=20, **(signing if sign_in else {}))

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        if office.hold is not None:
            office.hold.set()
        server.close()
