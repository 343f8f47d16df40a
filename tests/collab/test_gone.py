"""Who had a request is gone: his department hears it, and is waited for again."""

from pathlib import Path
from zoneinfo import ZoneInfo

from bot.collab.rules import State
from bot.language.catalogue import Words
from bot.teamfile.applying import apply
from bot.teamfile.reading import parse
from bot.tickets.rules import Status
from tests.clocks.stage import clocks
from tests.collab.stage import House, open_house

RESPONSE = """
[[policies]]
key = "asked"
on = "collab.response"
target = "1h"
steps = [{ at = "target", notify = ["assignee"], via = ["thread"] }]
"""


async def _disable(house: House, folder: Path, key: str) -> None:
    text = (folder / "baton.toml").read_text("utf-8").replace(f'key = "{key}"\n', f'key = "{key}"\nactive = false\n')
    file = parse(text, "baton.toml", Words("en", ZoneInfo("UTC")))
    await house.baton.baton.database.write(lambda unit: apply(unit, file))
    await house.settle()


async def test_what_he_had_is_for_another_one_to_accept(tmp_path: Path) -> None:
    """Covers U3 O6: both sides read it, and the clock of the first answer runs again."""
    async with open_house(tmp_path, more=RESPONSE) as house:
        await house.opened()
        await house.asks("协作 技术部 请看看")
        await house.tells("zhao", "接受 2h", to=house.request_card())
        assert (await clocks(house))["response"].outcome == "met"
        await _disable(house, tmp_path, "zhao")
        request = await house.request()
        assert (request.state, request.owner) == (State.ASKED, 0)
        assert any("赵磊 已停用" in note for note in house.notes())
        assert any("赵磊 已停用" in line for line in house.thread())
        await house.command("lin", None, "/baton", "为什么 C-1")
        shown = house.direct("lin")[-1]
        assert shown.startswith("C-1 · 请看看：时限说明")
        assert shown.count("合计 1 小时") == 2
        assert "仍在等待：还剩" in shown
        assert "没有用到" in shown  # of the hour that was met
        assert shown.count("还将计时") == 1


async def test_a_ticket_that_went_to_another_department_does_not_come_back_to_who_asked(house: House) -> None:
    """Covers A3: it was transferred while 技术部 worked on it; its new department takes it."""
    await house.opened()
    await house.asks("协作 财务部 请退款")
    await house.command("wang", house.support, "/baton", "T-1 team 技术部")
    await house.settle()
    await house.mention("zhou", house.finance, "C-1 完成 已退款")
    await house.settle()
    assert (await house.request()).state is State.DONE
    assert await house.owner() == ""
    assert any("已退款" in note for note in house.notes())


async def test_a_merged_ticket_waits_for_what_came_with_it(house: House) -> None:
    """Covers U31: the ticket that is left is on hold while a department is at work on a request of the other."""
    await house.opened()
    await house.asks("协作 技术部 请检查打印机日志")
    await house.say("bo", house.help, "My printer is broken as well")
    await house.command("wang", house.support, "/baton", "T-1 tag 打印机")
    await house.command("wang", house.support, "/baton", "T-2 merge T-1")
    await house.settle()
    assert (await house.ticket(2)).status is Status.ON_HOLD
    assert (await house.ticket(2)).tags == ("打印机",)
