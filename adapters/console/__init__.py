"""The console; for now a plain, live overview of the open tickets."""

from adapters.console.overview import Desk, build_console

__all__ = ["Desk", "build_console"]
