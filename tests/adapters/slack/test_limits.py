"""How often Slack may be asked. Source of the figures: docs.slack.dev/apis/web-api/rate-limits."""

import pytest

from adapters.slack import limits
from bot.chat.contract import Order
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Post

ROOM = Place("slack", "C1", "1.2")


def paced(kind: str, **changes: str) -> dict[str, float]:
    """The paces of an order, by name."""
    order = Order(kind, ROOM, Post(text("x")), **changes)  # type: ignore[arg-type]
    return {pace.name: pace.per_second for pace in limits.paces(order)}


def test_a_channel_gets_a_message_a_second() -> None:
    """Its threads count with it."""
    assert paced("show")["slack:room:C1"] == 1.0
    assert paced("file")["slack:room:C1"] == 1.0


@pytest.mark.parametrize(
    ("kind", "method", "most"),
    [("remove", "chat.delete", 50), ("home", "views.publish", 100), ("whisper", "chat.postEphemeral", 100)],
)
def test_methods_keep_to_their_tier(kind: str, method: str, most: int) -> None:
    """Per minute and workspace."""
    assert paced(kind)[f"slack:{method}"] * 60 == pytest.approx(most)


def test_what_may_become_an_update_is_held_by_a_limit_on_either() -> None:
    """The order does not tell whether its message stands already."""
    assert {"slack:chat.postMessage", "slack:chat.update"} <= paced("show", key="t12").keys()
    assert "slack:chat.update" not in paced("show")


def test_the_answer_to_an_act_counts_against_nothing() -> None:
    """Its own address takes five."""
    assert paced("whisper", trigger="https://hooks.slack.com/actions/x") == {}
