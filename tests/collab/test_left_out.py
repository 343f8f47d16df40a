"""Steps that are left out, rooms that can't be had, and people who are back before their time."""

from pathlib import Path

from bot.collab.rules import State
from tests.collab.stage import House, open_house

FLOW = """
[[flows]]
key = "aftersales"
name = "售后"
steps = [
  { key = "log", team = "finance", problem = "登记" },
  { key = "check", team = "tech", problem = "检测", limit = "2h" },
  { key = "refund", team = "finance", problem = "退款" },
]
"""


async def test_what_came_after_a_step_that_is_left_out_comes_after_what_that_came_after(tmp_path: Path) -> None:
    """Covers U6: nothing is paid back before it was registered, because the check in between is not needed."""
    async with open_house(tmp_path, more=FLOW) as house:
        await house.opened()
        await house.asks("流程 售后")
        assert "2 小时" in house.read(house.asking_card(2))
        await house.asks("C-2 跳过 客户已自检")
        assert (await house.request(3)).state is State.BLOCKED
        await house.command("lin", None, "/baton", "到哪了 T-1")
        assert "等 C-1" in house.direct("lin")[-1]
        await house.mention("zhou", house.finance, "C-1 完成 已登记")
        await house.settle()
        assert (await house.request(3)).state is State.ASKED


async def test_the_joint_room_is_opened_elsewhere_where_the_first_place_has_none(house: House) -> None:
    """Covers U24: the group on Telegram has no topics; a channel on Slack is as good."""
    await house.opened()
    await house.asks("协作 技术部 请看看")
    await house.press("lin", house.asking_card(), "会诊")
    await house.settle()
    assert any("会诊室 t-1-c-1" in line and "已开" in line for line in house.thread())
    assert not any("您的消息没能送达" in line for line in [*house.thread(), *house.direct("lin")])


async def test_who_is_back_early_gets_what_was_kept_for_him(house: House) -> None:
    """Covers U14 U15: with his return, not with the hour that he had named."""
    await house.opened()
    await house.command("chen", None, "/baton", "休息 2h")
    await house.say("lin", house.support, "@陈曦 在吗", under=house.card())
    await house.settle()
    assert not any("提到了您" in line for line in house.direct("chen"))
    await house.command("chen", None, "/baton", "休息 结束")
    await house.later(1)
    assert any("提到了您" in line for line in house.direct("chen"))
