"""Several departments at once, one after the other, and whole flows."""

from pathlib import Path

from bot.collab.rules import State
from bot.tickets.rules import Status
from tests.collab.stage import House, open_house

FLOW = """
[[flows]]
key = "after-sales"
name = "售后"
type = "故障"
steps = [
  { key = "check", team = "tech", problem = "请检测并给出结论", limit = "2h" },
  { key = "refund", team = "finance", problem = "请按结论安排退款" },
]
"""


async def test_two_at_once_and_back_when_both_are_done(house: House) -> None:
    """Covers U24, U31, M11, M12: the ticket waits, shows each one's state, and comes back with the last."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.asks("协作 财务部 请安排退款")
    card = house.read(house.card())
    assert "C-1 技术部" in card
    assert "C-2 财务部" in card
    await house.tells("zhao", "完成 已检查", to=house.request_card(1))
    assert (await house.ticket()).status is Status.ON_HOLD
    await house.say("zhou", house.finance, "完成 已退款", under=house.finance_card(2))
    await house.settle()
    assert (await house.ticket()).status is Status.OPEN
    assert await house.owner() == "林晓"


async def test_as_soon_as_one_comes_back_so_does_the_ticket(house: House) -> None:
    """Covers U24."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.asks("协作 财务部 请安排退款")
    await house.tells("zhao", "退回 看不懂", to=house.request_card(1))
    assert (await house.ticket()).status is Status.OPEN
    assert (await house.request(2)).state is State.ASKED


async def test_one_after_the_other(house: House) -> None:
    """Covers A3, A2: the second is put to its team, and its clocks begin, when the first is done."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.asks("协作 财务部 请安排退款 等 C-1")
    second = await house.request(2)
    assert (second.state, second.after, second.started_at) == (State.BLOCKED, (1,), None)
    assert not house.slack.sent(house.finance)
    assert "请安排退款" in house.read(house.asking_card(2))
    await house.tells("zhao", "完成 已检查", to=house.request_card(1))
    assert (await house.request(2)).state is State.ASKED
    assert "请安排退款" in house.read(house.finance_card(2))
    assert (await house.ticket()).status is Status.ON_HOLD
    assert any("现在轮到财务部" in text for text in house.thread())


async def test_nothing_can_come_after_what_is_not_there(house: House) -> None:
    """Covers A3."""
    await house.opened()
    told = await house.command("lin", house.support, "/baton", "T-1 collab 财务部 请安排退款 after C-9")
    assert "没有 C-9" in told


async def test_a_circle_is_refused(house: House) -> None:
    """Covers A3, A2: named as the circle that it would be."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.asks("协作 财务部 请安排退款 等 C-1")
    await house.tells("zhao", "退回 看不懂", to=house.request_card(1))
    await house.press("lin", house.below("退回了"), "补充")
    errors = await house.submit("lin", {"排在哪个请求之后": ["C-2 · 财务部"]})
    assert ["C-1 → C-2 → C-1" in error for error in errors.values()] == [True]
    assert (await house.request(1)).state is State.RETURNED


async def test_where_is_it(house: House) -> None:
    """Covers U4, A3, A4: open steps in their order, owners, the expected time."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.asks("协作 财务部 请安排退款 等 C-1")
    await house.tells("zhao", "/accept 2h", to=house.request_card(1))
    await house.asks("到哪了")
    shown = "\n".join(house.thread())
    assert "到哪了" in shown
    first, second = shown.index("请检查打印机日志", shown.index("到哪了")), shown.rindex("请安排退款")
    assert first < second
    assert "赵磊" in shown[first:second]
    assert "等 C-1" in shown[second:]
    assert "1 个请求没有预计时间" in shown


async def test_a_flow_opens_its_requests_by_itself(tmp_path: Path) -> None:
    """Covers U6, U31, U13, P13: when the ticket gets its type; the last step ends with the same agent."""
    async with open_house(tmp_path, more=FLOW) as house:
        await house.opened()
        await house.asks("流程")
        await house.press("lin", house.below("要启动哪个流程"), "售后")
        await house.settle()
        first, second = await house.request(1), await house.request(2)
        assert (first.state, first.flow, first.limit) == (State.ASKED, "after-sales", "2h")
        assert (second.state, second.after) == (State.BLOCKED, (1,))
        await house.asks("流程 售后")
        told = [house.slack.visible_text(message) for message in house.slack.ephemeral(house["lin"])]
        assert any("已经在进行中" in text for text in told)
        await house.tells("zhao", "完成 主板损坏", to=house.request_card(1))
        await house.say("zhou", house.finance, "完成 已退款 300", under=house.finance_card(2))
        await house.settle()
        assert (await house.ticket()).status is Status.OPEN
        assert await house.owner() == "林晓"
        assert "告知客户" in str(house.below("已退款 300").blocks)


async def test_a_type_starts_its_flow_and_a_step_can_be_skipped(tmp_path: Path) -> None:
    """Covers U6, M9: skipping asks why, and stays visible."""
    file = tmp_path / "baton.toml"
    async with open_house(tmp_path, more=FLOW, types='types = ["故障", "咨询"]') as house:
        assert file.is_file()
        await house.opened()
        await house.choose("lin", house.card(), "类型", "故障")
        await house.settle()
        assert (await house.ticket()).type == "故障"
        assert (await house.request(1)).state is State.ASKED
        await house.press("lin", house.asking_card(1), "跳过")
        assert await house.submit("lin", {"为什么跳过": "客户已自行更换"}) == {}
        await house.settle()
        assert (await house.request(1)).state is State.SKIPPED
        assert (await house.request(2)).state is State.ASKED
        assert "客户已自行更换" in house.read(house.asking_card(1))
        await house.asks("到哪了")
        assert any("客户已自行更换" in text for text in house.thread())
