"""The console; for now a plain, live overview of the open tickets."""

from adapters.console.overview import build_console

__all__ = ["build_console"]
