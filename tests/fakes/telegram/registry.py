"""Which function answers which Bot API method."""

from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.world import World

Answer = Callable[[World, Call], Any]
"""Returns the `result` of the answer (or an awaitable of it), or raises `Refusal`."""

METHODS: dict[str, Answer] = {}


def answers(*names: str) -> Callable[[Answer], Answer]:
    """Registers the decorated function for the Bot API methods `names`."""

    def register(function: Answer) -> Answer:
        METHODS.update(dict.fromkeys(names, function))
        return function

    return register
