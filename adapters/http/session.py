"""Who is at the browser: a signed cookie, got by a signed link; or, on a demonstration's own machine, anybody.

Against requests forged by other pages (OWASP CSRF cheat sheet): the cookie is `SameSite=Strict`, everything that
changes something must carry a header that a foreign page can't set without asking first, and its origin must be ours.
Against DNS rebinding, an open demonstration answers to the machine's loopback names only.
"""

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request, Response
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from bot.clock import Clock

COOKIE = "baton_session"
# Over HTTPS alone: browsers take a cookie of this name from this very host only, so no neighbour under the same domain
# can slip somebody a session of his own (RFC 6265bis, section 4.1.3.2).
HOST_COOKIE = f"__Host-{COOKIE}"
HEADER = "x-baton"
# Seconds: a session lasts a month, a link a week.
SESSION_AGE = 30 * 86_400
LINK_AGE = 7 * 86_400


class SignInNeeded(Exception):
    """Nobody is known to sit there."""


class StrangeOrigin(Exception):
    """The request comes from another page, or to a name that is not ours."""


class Sessions:
    """Knows the user of a request, by the chat's own ids.

    `demo`: on this machine everybody may be anybody; the parameter `as` of a request says who. `address` is where
    browsers reach us, which a proxy in between may not tell.
    """

    def __init__(self, secret_key: str, clock: Clock, *, address: str = "", demo: bool = False) -> None:
        self.demo = demo
        self._host = urlsplit(address).netloc
        self.cookie = HOST_COOKIE if address.startswith("https:") else COOKIE
        signer = _signer_by(clock)
        self._cookies = URLSafeTimedSerializer(secret_key, salt="baton.session", signer=signer)
        self._links = URLSafeTimedSerializer(secret_key, salt="baton.sign-in", signer=signer)

    def key(self, user: str) -> str:
        """What a sign-in link carries for `user`; good for `LINK_AGE` seconds."""
        return str(self._links.dumps(user))

    def redeemed(self, key: str) -> str:
        """The user that a link was made for, "" if it is false or too old."""
        return _loaded(self._links, key, LINK_AGE)

    def begin(self, response: Response, user: str, *, secure: bool) -> None:
        """Give the browser a session."""
        response.set_cookie(
            self.cookie,
            str(self._cookies.dumps(user)),
            max_age=SESSION_AGE,
            httponly=True,
            samesite="strict",
            secure=secure or self.cookie == HOST_COOKIE,
            path="/",
        )

    def end(self, response: Response) -> None:
        """Take the session away."""
        response.delete_cookie(
            self.cookie, path="/", httponly=True, samesite="strict", secure=self.cookie == HOST_COOKIE
        )

    def user(self, request: Request) -> str:
        """Who asks; "" in a demonstration when he has not said. Raises `SignInNeeded`, `StrangeOrigin`."""
        signed = _loaded(self._cookies, request.cookies.get(self.cookie, ""), SESSION_AGE)
        if self.open(request):
            return request.query_params.get("as", "") or signed
        if not signed:
            raise SignInNeeded
        return signed

    def open(self, request: Request) -> bool:
        """Whether this request may name its user itself."""
        return self.demo and _loopback(request.url.hostname or "")

    def writer(self, request: Request) -> str:
        """The same as `user`, for a request that changes something: it must come from a page of ours."""
        if HEADER not in request.headers or not self._ours(request):
            raise StrangeOrigin
        return self.user(request)

    def _ours(self, request: Request) -> bool:
        """Browsers send `Origin` with every POST; programs that are no browsers have no session to be abused."""
        origin = request.headers.get("origin")
        return origin is None or urlsplit(origin).netloc in {request.headers.get("host", ""), self._host} - {""}


def _signer_by(clock: Clock) -> type[TimestampSigner]:
    class ClockSigner(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(clock.now().timestamp())

    return ClockSigner


def _loaded(serializer: URLSafeTimedSerializer, signed: str, age: int) -> str:
    if not signed:
        return ""
    try:
        return str(serializer.loads(signed, max_age=age))
    except BadData:
        return ""


def _loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
