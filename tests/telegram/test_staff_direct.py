"""A member of the staff alone with the bot: commands without a slash, and work from anywhere. Covers U32, P5."""

from pathlib import Path

from tests.telegram.stage import open_stage, telegram_team


async def test_commands_need_no_slash(tmp_path: Path) -> None:
    """In Chinese and English, with the reference first or last."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        await stage.say(stage.lin, text="队列")
        assert "T-1" in stage.telegram.visible_text(stage.last(stage.lin, "待领取"))
        await stage.say(stage.lin, text="T-1 领取")
        assert stage.sees(stage.lin, "T-1 由您处理了。")
        await stage.say(stage.lin, text="priority T-1 urgent")
        assert stage.sees(stage.lin, "T-1：优先级已改为紧急。")
        await stage.say(stage.lin, text="我的")
        assert "打印机坏了" in stage.telegram.visible_text(stage.last(stage.lin, "我的待办"))
        await stage.say(stage.lin, text="T-1")
        assert "状态: 处理中" in stage.telegram.visible_text(stage.last(stage.lin))
        await stage.say(stage.lin, text="回复 T-1 请重启")
        await stage.later()
        assert stage.sees(stage.ann, "请重启")
        assert len(await stage.tickets()) == 1


async def test_unknown_words_are_met_with_the_nearest(tmp_path: Path) -> None:
    """Never silence, and never a ticket by mistake."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.lin, text="看版")
        offer = stage.last(stage.lin)
        assert "看板" in stage.telegram.visible_text(offer)
        await stage.say(stage.lin, text="今天下午茶喝什么")
        assert "帮助" in stage.telegram.visible_text(stage.last(stage.lin))
        assert await stage.tickets() == []
        await stage.say(stage.lin, text="T-7 领取")
        assert stage.sees(stage.lin, "没有工单 T-7")


async def test_a_reply_to_a_notification_is_a_note_in_the_tickets_thread(tmp_path: Path) -> None:
    """What the owner answers to "assigned to you" stands in the team's room, inside."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.start(stage.chen)
        await stage.say(stage.ann, text="打印机坏了")
        await stage.say(stage.wang, room, "/assign 陈曦", reply_to=stage.card(room))
        notice = stage.last(stage.chen, "指派给了您")
        await stage.say(stage.chen, text="我下午去看", reply_to=notice)
        note = stage.last(room, "我下午去看")
        assert note.reply_to is stage.card(room)
        assert "仅团队可见" in stage.telegram.visible_text(note)
        await stage.later()
        assert not stage.sees(stage.ann, "我下午去看")
        await stage.say(stage.chen, text="/take", reply_to=notice)
        assert stage.sees(stage.chen, "T-1 已经在您名下了。")


async def test_what_only_the_house_may_read_is_not_shown_among_customers(tmp_path: Path) -> None:
    """Asked for in a customers' group, the board comes in private."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        await stage.start(stage.lin)
        await stage.say(stage.lin, group, "/board")
        assert stage.shown(group) == []
        assert stage.sees(stage.lin, "新咨询")
        assert stage.sees(stage.lin, "打印机坏了")


async def test_a_customer_is_not_offered_the_teams_words(tmp_path: Path) -> None:
    """What he writes is his case; words of the team are words to him. With a slash he is told his role."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="关闭 按钮按不动")
        assert (await stage.ticket()).title == "关闭 按钮按不动"
        await stage.say(stage.ann, text="/queue")
        assert stage.sees(stage.ann, "“客户”角色没有这项权限")
        await stage.say(stage.bo, text="/show T-1")
        assert stage.sees(stage.bo, "There is no ticket T-1")


async def test_a_reply_to_a_card_that_was_asked_for_is_about_its_ticket(tmp_path: Path) -> None:
    """Wherever it was shown: alone, or in the team's room."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        await stage.say(stage.lin, text="查看 T-1")
        await stage.say(stage.lin, text="/take", reply_to=stage.last(stage.lin, "T-1 ·"))
        assert stage.sees(stage.lin, "T-1 由您处理了。")
        await stage.say(stage.lin, room, "/show T-1")
        shown = stage.last(room, "T-1 ·")
        assert shown is not stage.card(room)
        await stage.say(stage.lin, room, "回复 请重启", reply_to=shown)
        await stage.later()
        assert stage.sees(stage.ann, "请重启")
