"""A customer asks, a clock starts, its steps fall due one after the other, an answer stops it, and `why` explains."""

from tests.clocks.stage import clocks, fired
from tests.tickets.stage import Stage

PRINTER = "打印机坏了，一直卡纸"
MINUTE = 60.0


async def test_a_question_starts_a_clock_whose_steps_fall_due_until_it_is_answered(anywhere: Stage) -> None:
    """Covers U15, U25, G5: the first response by policy, on both databases, through the wire."""
    stage = anywhere
    await stage.say("ann", None, PRINTER)
    running = await clocks(stage)
    assert set(running) == {"first_response", "resolution"}
    assert "首次响应" in stage.read(stage.card())
    await stage.later(9 * MINUTE)
    assert await fired(stage) == []
    await stage.later(2 * MINUTE)
    assert await fired(stage) == [("first_response", 0, 0, 0)]
    await stage.mention("lin", stage.support, "回复 请重启打印机", under=stage.card())
    await stage.later()
    stopped = (await clocks(stage))["first_response"]
    assert stopped.outcome == "met"
    await stage.later(60 * MINUTE)
    assert await fired(stage) == [("first_response", 0, 0, 0)]
    assert "首次响应" not in stage.read(stage.card())
    told = await stage.command("lin", stage.support, "/baton", "为什么 T-1")
    assert "first" in told
    assert "30 分" in told
