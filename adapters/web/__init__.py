"""The built-in chat: a team chat in the browser, and a platform like any other."""

from adapters.web.adapter import WebAdapter
from adapters.web.pages import build_chat

__all__ = ["WebAdapter", "build_chat"]
