"""The record of a ticket, finding it again, and the board's own columns."""

from pathlib import Path

import pytest

from bot.language.catalogue import Words
from bot.teamfile.applying import apply
from bot.teamfile.reading import parse
from tests.tickets.stage import Stage


@pytest.fixture
async def worked(stage: Stage) -> Stage:
    """T-1: asked, taken, talked about, answered, edited, solved."""
    said = await stage.say("ann", stage.help, "打印机坏了")
    await stage.press("lin", stage.card(), "领取")
    await stage.say("lin", stage.support, "供应商说要换主板", under=stage.card())
    await stage.say("lin", stage.support, "回复 明天上午给您换一台", under=stage.card())
    await stage.later()
    await stage.edit("ann", said, "打印机坏了，型号 M203")
    await stage.press("lin", stage.card(), "解决")
    return stage


async def test_the_history_tells_who_did_what_when_and_from_where(worked: Stage) -> None:
    """Covers B7, C11, C13: everything in order, hand-overs included, with how an edited message read before."""
    await worked.mention("wang", worked.support, "history T-1")
    history = worked.slack.visible_text(worked.slack.sent(worked.support)[-1])
    wanted = [
        "打印机坏了",
        "转交：无人负责 → 林晓",
        "供应商说要换主板",
        "明天上午给您换一台",
        "原文：“打印机坏了”",
        "处理中 → 已解决",
    ]
    places = [history.find(words) for words in wanted]
    assert -1 not in places
    assert places == sorted(places)
    assert history.count("slack") >= 4


async def test_a_customer_reads_of_his_ticket_only_what_he_saw(worked: Stage) -> None:
    """Covers T8, B7: the same word shows him his words and the answers, nothing of the inside."""
    told = await worked.command("ann", worked.general, "/baton", "历史 T-1")
    assert "型号 M203" in told
    assert "明天上午给您换一台" in told
    assert "主板" not in told
    assert "转交" not in told
    assert "打印机" not in await worked.command("bo", worked.general, "/baton", "历史 T-1")


async def test_a_ticket_is_found_by_words_that_stand_in_it(worked: Stage) -> None:
    """Covers B7: what was said is searchable, in either script, for those who may see it."""
    assert "T-1" in await worked.command("lin", worked.general, "/baton", "查找 主板")
    assert "T-1" in await worked.command("lin", worked.general, "/baton", "find 供應商")
    assert "T-1" not in await worked.command("zhao", worked.general, "/baton", "查找 主板")
    assert "T-1" not in await worked.command("ann", worked.general, "/baton", "查找 主板")
    assert "T-1" in await worked.command("ann", worked.general, "/baton", "查找 m203")
    assert "2 到 100" in await worked.command("lin", worked.general, "/baton", "查找 x")


async def test_the_boards_columns_are_the_workspaces_own(worked: Stage, tmp_path: Path) -> None:
    """Covers B2, T2: the team file names the columns and what stands in each."""
    columns = (
        '[{ name = "未回复咨询", statuses = ["new"] }, '
        '{ name = "正在处理咨询", statuses = ["open", "pending", "on_hold"] }, '
        '{ name = "已解决咨询", statuses = ["solved", "closed"] }]'
    )
    text = (tmp_path / "baton.toml").read_text("utf-8").replace("[workspace]", f"[workspace]\ncolumns = {columns}")
    file = parse(text, "baton.toml", Words("en"))
    await worked.baton.baton.database.write(lambda unit: apply(unit, file))
    assert await worked.baton.baton.database.write(lambda unit: apply(unit, file)) == []
    shown = await worked.command("lin", worked.general, "/baton", "看板")
    assert [name for name in ("未回复咨询", "正在处理咨询", "已解决咨询") if name in shown] == [
        "未回复咨询",
        "正在处理咨询",
        "已解决咨询",
    ]
    assert "新咨询" not in shown
