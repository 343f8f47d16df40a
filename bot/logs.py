"""What Baton writes to its log, and what it never writes: customers' numbers, addresses and secrets are masked."""

import logging
import re
import sys

_MASKS = (
    (re.compile(r"\b(xox[a-z]-|xapp-)[\w-]+"), r"\1…"),
    (re.compile(r"\b(bot)?\d{6,}:[\w-]{20,}"), "<token>"),
    (re.compile(r"://([^:/@\s]+):[^@/\s]+@"), r"://\1:…@"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "<mail>"),
    (re.compile(r"(?<![\w.-])\+?\d(?:[ -]?\d){8,17}(\d{2})(?![\w-])"), r"…\1"),
    (re.compile(r"([¥￥$€£]\s?)\d[\d,]*(\.\d+)?"), r"\1…"),
)


def masked(words: str) -> str:
    """The same words without what identifies a customer or opens a door.

    Long numbers (phones, cards, identity numbers) keep their last two digits, mail addresses and sums of money nothing.
    """
    for pattern, mask in _MASKS:
        words = pattern.sub(mask, words)
    return words


# What ends a line or moves a terminal's cursor (C0, C1, Unicode's line ends): a log line with it could be two.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Masking(logging.Formatter):
    """Masks whole lines, tracebacks included, after they have been put together.

    A message is one line, whatever somebody wrote into what it tells of; only tracebacks have more.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name is logging's
        """The line, with control characters as escapes."""
        return _CONTROLS.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """The line, masked."""
        return masked(super().format(record))


def configure(level: str = "INFO") -> None:
    """Log to standard error, one line an event. Libraries that talk a lot are asked to say only what went wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger().setLevel(logging.WARNING)  # libraries say only what went wrong
    for name in ("bot", "adapters", "storage"):
        logging.getLogger(name).setLevel(level)
