"""Private channels for two departments."""

import pytest

from adapters.slack.rooms import channel_name
from bot.chat.contract import Order, Target
from tests.contracts.desks.slack import SlackDesk
from tests.fakes.slack import Channel


def order(desk: SlackDesk, *users: str, title: str = "t-12-c-7-技术部") -> Order:
    return Order("room", desk.room, title=title, users=users)


def channels(desk: SlackDesk) -> list[Channel]:
    """What was opened."""
    return [channel for channel in desk.fake.workspace.channels.values() if channel.name.startswith("t-12")]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("t-12-c-7-技术部", "t-12-c-7-技术部"),
        ("T-12 · Field Service (EU)!", "t-12-field-service-eu"),
        ("x" * 100, "x" * 80),
        ("！！！", "baton"),
    ],
)
def test_a_title_becomes_a_name_that_slack_takes(title: str, name: str) -> None:
    assert channel_name(title) == name


async def test_the_channel_is_private_and_has_those_who_were_named(desk: SlackDesk) -> None:
    """Covers U26: nobody else of the workspace reads along."""
    delivery = await desk.adapter.deliver(order(desk, desk.agent), Target(desk.room, "e"))
    [channel] = channels(desk)
    assert delivery.place is not None
    assert delivery.place.room == channel.id
    assert channel.kind == "group"
    assert desk.agent in channel.members
    assert desk.customer not in channel.members


async def test_a_lost_answer_opens_no_second_channel(desk: SlackDesk) -> None:
    """Covers P5: the name is taken, by the first try."""
    desk.fake.break_connection_after_accept("conversations.create")
    first = await desk.adapter.deliver(order(desk, desk.agent), Target(desk.room, "e"))
    assert first.outcome == "retry"
    again = await desk.adapter.deliver(order(desk, desk.agent), Target(desk.room, "e"))
    assert again.outcome == "sent"
    [channel] = channels(desk)
    assert desk.agent in channel.members


async def test_a_name_that_somebody_else_has_is_refused(desk: SlackDesk) -> None:
    """A channel that Baton can't see stands in its way."""
    desk.fake.channel("C0OTHER", name="t-12-c-7-技术部", private=True, bot_is_member=False)
    delivery = await desk.adapter.deliver(order(desk, desk.agent), Target(desk.room, "e"))
    assert delivery.outcome == "refused"


async def test_without_the_right_it_is_refused_and_said_which(desk: SlackDesk) -> None:
    """Covers C7: what an administrator has to add."""
    desk.fake.scopes.discard("groups:write")
    delivery = await desk.adapter.deliver(order(desk, desk.agent), Target(desk.room, "e"))
    assert (delivery.outcome, delivery.reason) == ("refused", "forbidden")
    assert "groups:write" in delivery.detail
    desk.fake.violations.clear()


async def test_rate_limits_are_passed_on(desk: SlackDesk) -> None:
    desk.fake.fail_next("conversations.invite", "ratelimited", retry_after=3)
    delivery = await desk.adapter.deliver(order(desk, desk.agent), Target(desk.room, "e"))
    assert (delivery.outcome, delivery.retry_after) == ("retry", 3.0)
