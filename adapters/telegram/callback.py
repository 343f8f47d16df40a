"""What a button carries: `action:subject:value`, within Telegram's 64 bytes of `callback_data`."""

import re
from typing import NamedTuple

from adapters.telegram.limits import CALLBACK_BYTES

_ACTION = re.compile(r"[^:\s]+")
_SUBJECT = re.compile(r"-?\d{1,18}")


class Pressed(NamedTuple):
    """What a press says: do `action` to `subject` with `value`."""

    action: str
    subject: int = 0
    value: str = ""


def encoded(action: str, subject: int = 0, value: str = "") -> str:
    """The token of a button; `decoded` gives the three back.

    Raises ValueError when it would not fit, or when the action could not be told from what follows.
    """
    if not _ACTION.fullmatch(action):
        raise ValueError(f"a button's action is one word without a colon, not {action!r}")
    token = f"{action}:{subject}:{value}"
    size = len(token.encode())
    if size > CALLBACK_BYTES:
        raise ValueError(f"the button {token!r} needs {size} bytes; Telegram allows {CALLBACK_BYTES}")
    return token


def decoded(token: str) -> Pressed:
    """What a token says. One of no known shape (an old button, or a forged one) is an action of that name."""
    action, _, rest = token.partition(":")
    subject, _, value = rest.partition(":")
    if action and _SUBJECT.fullmatch(subject):
        return Pressed(action, int(subject), value)
    return Pressed(token)
