"""Chat platforms and other channels, each behind the same contract; loaded only when they are switched on.

A platform's SDK costs start-up time and memory, so a platform that is off is never imported. This is the one place with
hidden imports.
"""

from importlib import import_module
from typing import Any

_PARTS = {
    "slack": ("adapters.slack.adapter", "SlackAdapter"),
    "telegram": ("adapters.telegram.adapter", "TelegramAdapter"),
    "telegram.command": ("adapters.telegram.commands", "CommandHint"),
    "web": ("adapters.web", "WebAdapter"),
    "web.pages": ("adapters.web", "build_chat"),
    "console": ("adapters.console", "build_console"),
    "console.desk": ("adapters.console", "Desk"),
    "notify": ("adapters.notify.adapter", "build_gateways"),
    "objects": ("adapters.objects", "ObjectVault"),
    "heartbeat": ("adapters.heartbeat", "Heartbeat"),
    "sessions": ("adapters.http", "Sessions"),
    "http": ("adapters.http", "build_http"),
    "http.serve": ("adapters.http", "serve"),
}


def load(part: str) -> Any:
    """A class or function by the name of what it is for (`slack`, `web.pages`, …). Raises KeyError for any other."""
    module, name = _PARTS[part]
    return getattr(import_module(module), name)
