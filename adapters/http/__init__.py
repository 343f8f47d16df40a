"""The one HTTP server: webhooks of platforms, the built-in chat, the console, health and figures."""

from adapters.http.server import Health, build_http, serve
from adapters.http.session import Sessions, SignInNeeded, StrangeOrigin
from adapters.http.static import page, static_files
from adapters.http.stream import ServerEvent, event_stream

__all__ = [
    "Health",
    "ServerEvent",
    "Sessions",
    "SignInNeeded",
    "StrangeOrigin",
    "build_http",
    "event_stream",
    "page",
    "serve",
    "static_files",
]
