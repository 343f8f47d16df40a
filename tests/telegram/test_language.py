"""Every sentence in the reader's language: his own, else the room's, else the workspace's. Covers G3."""

from pathlib import Path

from tests.telegram.stage import HELP_ROOM, open_stage, telegram_team


async def test_a_customer_is_answered_in_the_language_of_his_telegram(tmp_path: Path) -> None:
    """From the first word on; the team reads its own language."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        tang = stage.telegram.user(2003, "唐", language_code="zh-hant")
        for person in (stage.ann, stage.bo, tang):
            await stage.say(person, text="T" + "打印机坏了")
        assert stage.sees(stage.ann, "您的消息我们已收到，工单编号 T-1")
        assert stage.sees(stage.bo, "Your ticket number is T-2")
        assert stage.sees(tang, "工單編號 T-3")
        assert all("无人负责" in stage.telegram.visible_text(stage.card(room, number)) for number in (1, 2, 3))


async def test_lang_changes_it(tmp_path: Path) -> None:
    """By the word, or by the buttons that the word alone brings; everything after it is in that language."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.bo, text="/lang")
        question = stage.last(stage.bo)
        assert stage.telegram.buttons(question) == ["简体中文", "繁體中文", "English"]
        assert await stage.press(stage.bo, question, "繁體中文") == "好的，以後我用繁體中文與您交談。"
        await stage.say(stage.bo, text="印表機壞了")
        assert stage.sees(stage.bo, "工單編號 T-1")
        await stage.say(stage.bo, text="lang English")
        assert stage.sees(stage.bo, "From now on I speak English with you.")
        await stage.press(stage.lin, stage.card(room), "解决")
        assert stage.sees(stage.bo, "solved")
        await stage.say(stage.bo, text="/lang Klingon")
        assert stage.sees(stage.bo, "I don't speak “Klingon”")


async def test_a_room_can_have_a_language(tmp_path: Path) -> None:
    """A supervisor sets it; it holds for whoever has not chosen his own, and for cards and notices there."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path, f'intake = ["telegram:{HELP_ROOM}"]'))
        await stage.say(stage.lin, group, "/lang room en")
        assert not stage.sees(group, "this room is served in English")
        await stage.say(stage.wang, group, "/语言 群 en")
        assert stage.sees(group, "From now on this room is served in English.")
        await stage.say(stage.bo, group, "My scanner is broken")
        assert stage.sees(group, "Your ticket number is T-1")
        assert "无人负责" in stage.telegram.visible_text(stage.card(room))
        await stage.say(stage.wang, room, "/lang room zh-TW")
        await stage.press(stage.lin, stage.card(room), "领取")
        assert "負責人" in stage.telegram.visible_text(stage.card(room))


async def test_the_menu_of_commands_speaks_their_language(tmp_path: Path) -> None:
    """Registered for each language and scope: alone with the bot, in groups, in the team's room."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path))
        await stage.telegram.until(lambda: len(stage.telegram.calls("setMyCommands")) == 6)  # beside the receiving
        private = dict(stage.telegram.menu(stage.ann))
        assert private["ticket"].startswith("内容")
        assert dict(stage.telegram.menu(stage.bo))["ticket"].startswith("TEXT")
        assert {"ticket", "mine", "show", "help", "lang", "link"} <= set(private)
        assert "take" not in private
        assert set(dict(stage.telegram.menu(stage.ann, group))) == {"ticket", "help"}
        team = dict(stage.telegram.menu(stage.lin, room))
        assert {"take", "assign", "reply", "note", "solve", "queue", "board"} <= set(team)
        assert team["take"] == "由我处理"
