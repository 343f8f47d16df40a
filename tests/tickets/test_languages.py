"""In whose language Baton speaks: a person's own, else the room's, else the workspace's."""

import pytest

from tests.tickets.stage import Stage


async def test_a_persons_language_wins_then_the_rooms_then_the_workspaces(stage: Stage) -> None:
    """Covers P1."""
    told = await stage.command("chen", stage.general, "/baton", "queue")
    assert "待领取" in told  # the workspace's
    await stage.mention("wang", stage.general, "lang room zh-TW")
    assert "待認領" in await stage.command("chen", stage.general, "/baton", "queue")
    assert "待领取" in await stage.command("chen", stage.help, "/baton", "queue")
    assert "English" in await stage.command("chen", stage.general, "/baton", "lang en")
    assert "Waiting to be taken" in await stage.command("chen", stage.general, "/baton", "queue")
    assert "待認領" in await stage.command("lin", stage.general, "/baton", "queue")


async def test_a_room_speaks_one_language_whoever_acts(stage: Stage) -> None:
    """Covers P1: cards and notices of a team's room are in the room's language."""
    await stage.mention("wang", stage.support, "lang room en")
    await stage.command("lin", stage.general, "/baton", "lang zh-TW")
    await stage.say("ann", None, "打印机坏了")
    card = stage.card()
    assert "Status" in stage.read(card)
    assert "T-1" in await stage.press("lin", card, "Take")
    assert "is on it" in stage.thread()[-1]


@pytest.mark.parametrize(
    ("who", "received", "solved"),
    [("ann", "已收到", "已为您解决"), ("hua", "已收到", "已為您解決"), ("bo", "received", "solved")],
)
async def test_a_customer_is_answered_in_the_language_of_his_client(
    stage: Stage, who: str, received: str, solved: str
) -> None:
    """Covers P1: on first contact; he can choose another."""
    await stage.say(who, None, "8812")
    assert received in stage.direct(who)[-1] or "T-1" in stage.direct(who)[-1]
    await stage.press("lin", stage.card(), "解决")
    assert solved in stage.direct(who)[-1]
    await stage.command(who, None, "/baton", "lang en")
    await stage.say(who, None, "not yet 8812")
    await stage.press("lin", stage.card(), "解决")
    assert "has been solved" in stage.direct(who)[-1]


async def test_only_a_supervisor_sets_a_rooms_language(stage: Stage) -> None:
    """Covers T8."""
    told = await stage.command("lin", stage.support, "/baton", "lang room en")
    assert "主管" in told
    await stage.say("ann", None, "打印机坏了")
    assert "状态" in stage.read(stage.card())
