"""What every adapter must do with rooms that Baton opens, where `can.rooms` says that it can.

Covers U26: a channel, a topic or a room with both sides.
"""

from dataclasses import replace

import pytest

from bot.chat.contract import REASONS, Delivery, Order, Target
from bot.chat.events import Place
from bot.chat.text import text
from bot.chat.views import Post
from tests.contracts.desk import Desk

TITLE = "t-1-c-2-技术部"


async def opened(desk: Desk, *users: str, title: str = TITLE) -> Place:
    """A room that was opened for these users; where it is."""
    order = Order("room", desk.hall, key="room:2.1", title=title, users=users)
    delivery = await desk.adapter.deliver(order, Target(desk.hall, f"open {title}"))
    assert delivery.outcome == "sent", delivery
    assert delivery.place is not None
    return delivery.place


async def close(desk: Desk, place: Place) -> Delivery:
    """Nobody is to write there any more."""
    return await desk.adapter.deliver(Order("close", place), Target(place, "close"))


class RoomsContract:
    """The tests. A subclass or module brings the fixture `desk`."""

    @pytest.fixture(autouse=True)
    async def _only_where_rooms_can_be_opened(self, desk: Desk) -> object:
        """The platform found nothing wrong with anything it was sent, in every one of these tests."""
        assert desk.adapter.can.rooms, "every platform of Baton can bring people together, in its own way"
        yield
        assert desk.complaints() == []

    async def test_a_room_stands_apart_and_takes_messages(self, desk: Desk) -> None:
        """It is another place than that from which it was opened."""
        place = await opened(desk, desk.agent)
        assert place not in (desk.hall, desk.room, desk.direct)
        shown = Order("show", place, Post(text("der Kontext")))
        delivery = await desk.adapter.deliver(shown, Target(place, "context"))
        assert (delivery.outcome, delivery.place) == ("sent", place)

    async def test_rooms_of_two_names_are_two(self, desk: Desk) -> None:
        """Each request has its own."""
        assert await opened(desk, desk.agent) != await opened(desk, desk.agent, title="t-1-c-3")

    async def test_opening_it_again_is_harmless_where_the_platform_can_tell(self, desk: Desk) -> None:
        """An order of unknown fate is simply tried again."""
        if not desk.adapter.can.lookup:
            return
        place = await opened(desk, desk.agent)
        assert await opened(desk, desk.agent) == place
        order = Order("room", desk.hall, key="room:2.1", title=TITLE, users=(desk.agent,))
        found = await desk.adapter.find(order, Target(desk.hall, "open"))
        assert found is not None
        assert found.outcome == "retry"

    async def test_closing_twice_is_as_good_as_once(self, desk: Desk) -> None:
        """What is closed already is closed."""
        place = await opened(desk, desk.agent)
        assert [(await close(desk, place)).outcome for _ in range(2)] == ["sent", "sent"]

    async def test_somebody_who_can_not_be_brought_in_keeps_nobody_out(self, desk: Desk) -> None:
        """The others wait for the room."""
        stranger = f"{desk.agent[0]}9999999"
        place = await opened(desk, stranger, desk.agent)
        shown = Order("show", place, Post(text("hallo")))
        assert (await desk.adapter.deliver(shown, Target(place, "e"))).outcome == "sent"

    async def test_a_place_where_none_can_be_opened_is_said_so(self, desk: Desk) -> None:
        """With a reason that the catalogue has a sentence for; many platforms need no place."""
        nowhere = replace(desk.hall, room=desk.direct.room)
        order = Order("room", nowhere, key="room:2.1", title=TITLE, users=(desk.agent,))
        delivery = await desk.adapter.deliver(order, Target(nowhere, "e"))
        assert delivery.outcome == "sent" or delivery.reason in REASONS

    async def test_every_order_has_its_pace_or_none(self, desk: Desk) -> None:
        """Paces are named apart by platform."""
        for order in (Order("room", desk.hall, title=TITLE), Order("close", desk.hall)):
            assert all(pace.name.startswith(desk.adapter.platform) for pace in desk.adapter.paces(order))
