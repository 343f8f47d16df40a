"""The steps of a script, and what an edit makes of them. Covers U7."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.chat.text import plain
from bot.knowledge.markdown import shown
from bot.knowledge.rules import Article, Content, Kind, State
from bot.knowledge.steps import marked, steps_of

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BODY = """先听客户说完。

1. 先**道歉**
2. 问订单号
   - 没有的话查手机号
3. 转给退款组

- [ ] 登记
- [x] 登记

> - 引用别人的话
"""


def script(body: str, kind: Kind = Kind.SCRIPT) -> Article:
    return Article(1, Content("客户要退款", body, kind=kind), NOW, NOW)


def test_the_items_of_its_lists_are_its_steps() -> None:
    """Boxes of a task list belong to no step's words; what stands under a step is no step of its own."""
    steps = steps_of(script(BODY))
    assert [step.words for step in steps] == ["先道歉", "问订单号", "转给退款组", "登记", "登记"]
    assert len({step.name for step in steps}) == len(steps)


def test_only_scripts_have_steps() -> None:
    """A list in an answer is a list; what is in the archive is worked through by nobody."""
    assert steps_of(script(BODY, Kind.QA)) == ()
    assert steps_of(replace(script(BODY), state=State.ARCHIVED)) == ()
    assert steps_of(script("没有步骤的话术。")) == ()


def test_boxes_stand_before_the_steps() -> None:
    article = script(BODY)
    steps = steps_of(article)
    assert plain(shown(marked(BODY, steps, {steps[0].name, steps[4].name}))) == (
        "先听客户说完。\n\n1. ☑ 先道歉\n2. ☐ 问订单号\n   • 没有的话查手机号\n3. ☐ 转给退款组\n\n"
        "• ☐ 登记\n• ☑ 登记\n\n• 引用别人的话"
    )


def test_a_step_that_still_reads_the_same_is_the_same_step() -> None:
    """Wherever an edit has moved it, and however it is marked up."""
    before = {step.words: step.name for step in steps_of(script("1. 道歉\n2. 问订单号\n3. 转走"))}
    after = {
        step.words: step.name for step in steps_of(script("- [ ] 问好\n- [ ] 问订单号\n- [ ] 道歉\n- [ ] 转给退款组"))
    }
    assert before["道歉"] == after["道歉"]
    assert before["问订单号"] == after["问订单号"]
    assert not {before["转走"]} & set(after.values())


def test_lines_are_those_of_markdown() -> None:
    """Marks that only some programs take for the end of a line do not move a box."""
    body = "甲\u2028乙\x0b丙\r\n\r\n- 一\r\n- 二"
    steps = steps_of(script(body))
    assert plain(shown(marked(body, steps, {steps[1].name}))).endswith("• ☐ 一\n• ☑ 二")
