"""How a message is remembered: by its number, or by the numbers of its pieces in order, `101,102`."""

from collections.abc import Iterable


def joined(numbers: Iterable[int]) -> str:
    """The reference of a message that these messages make together."""
    return ",".join(map(str, numbers))


def numbers(ref: str) -> list[int]:
    """The messages behind a reference; empty for one that is not Telegram's."""
    parts = ref.split(",")
    return [int(part) for part in parts] if all(part.isascii() and part.isdigit() for part in parts) else []
