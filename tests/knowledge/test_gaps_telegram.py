"""A gap on Telegram: written question by question, found a second later."""

from pathlib import Path

from bot.knowledge.chores import Chores
from bot.knowledge.gaps import SETTLED
from tests.telegram.stage import open_stage, telegram_team


async def test_a_gap_is_written_question_by_question(tmp_path: Path) -> None:
    """Covers U7, P5: the title and the other ways to ask are there already."""
    async with open_stage(tmp_path) as stage:
        await stage.play(telegram_team(stage.folder))
        for said in ("发票抬头怎么改", "發票抬頭怎麼改", "年假有几天"):
            await stage.say(stage.lin, text=f"/kb {said}")
        await stage.later(SETTLED.total_seconds() + 60)
        baton = stage.baton.baton
        await baton.database.write(Chores(baton.router, baton.librarian.library).round)

        await stage.say(stage.chen, text="/kb gaps")
        card = stage.last(stage.chen, "发票抬头怎么改")
        assert "问过 2 次 · 1 人" in stage.telegram.visible_text(card)
        await stage.press(stage.chen, card, "✍️ 写一篇 · “发票抬头怎么改”")
        assert "发票抬头怎么改" in stage.shown(stage.chen)[-1]
        await stage.press(stage.chen, stage.last(stage.chen), "保持不变")
        await stage.say(stage.chen, text="在订单里点“发票”，改好再提交。")
        assert "發票抬頭怎麼改" in stage.shown(stage.chen)[-1]
        await stage.press(stage.chen, stage.last(stage.chen), "保持不变")
        await stage.press(stage.chen, stage.last(stage.chen), "跳过")
        await stage.press(stage.chen, stage.last(stage.chen), "✓ 问答")
        await stage.press(stage.chen, stage.last(stage.chen), "✓ 客户和团队")
        assert stage.sees(stage.chen, "K-1“发票抬头怎么改”已发布")
        assert stage.sees(stage.lin, "现在有了：K-1“发票抬头怎么改”")
        await baton.librarian.look()
        await stage.say(stage.lin, text="/kb 抬头怎么改")
        assert "K-1 · 发票抬头怎么改" in stage.shown(stage.lin)[-1]
