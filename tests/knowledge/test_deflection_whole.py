"""A first answer, and the way to a person after it, happen whole or not at all. Covers P5, G1."""

import pytest

from bot.knowledge import noting
from bot.knowledge.rules import Content
from bot.unit import Unit
from tests.knowledge.stage import Reading


@pytest.fixture(autouse=True)
def no_faults_of_ours() -> None:
    """Here faults are what is asked for."""


async def test_a_fault_in_the_middle_leaves_nothing_half_done(
    open_to_all: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ticket, answer, question and timer are one unit, as card, clocks and number are: it is tried again as if it had
    never begun."""
    stage, note, faults = open_to_all, noting.note, ["when ticket, question and answer were written"]
    await stage.stored(Content("营业时间", "每天 9:00 到 18:00"))

    def failing(unit: Unit, ticket: int, noted: noting.Noted) -> None:
        note(unit, ticket, noted)
        if faults:
            raise RuntimeError(faults.pop())

    monkeypatch.setattr(noting, "note", failing)
    await stage.say("ann", None, "营业时间？")
    await stage.later(3)
    assert faults == []
    assert (await stage.count(), len(stage.direct("ann"))) == (1, 1)
    assert await stage.baton.read(lambda unit: unit.knowledge.question(2)) is None

    faults.append("when a person was to have it")
    await stage.press("ann", stage.told("ann"), "需要人工")
    await stage.later(3)
    assert faults == []
    assert len([one for one in stage.slack.sent(stage.support) if not one.thread_ts]) == 1
    assert sum("消息我们已收到" in shown for shown in stage.direct("ann")) == 1
    assert len(await stage.conversation()) == 2
