"""Who can be reached, rooms that move, updates that nobody understands. Covers P5, W6, T8."""

from pathlib import Path

from bot.language.catalogue import Words
from bot.tickets.rules import Fate
from tests.telegram.stage import HELP_ROOM, PUBLIC_URL, TEAM_ROOM, Stage, open_stage, telegram_team


async def _reachable(stage: Stage, user: str = "2001") -> bool:
    account = await stage.baton.read(lambda unit: unit.people.account("telegram", user))
    return bool(account.reachable)


async def test_the_author_is_told_that_the_customer_blocked_the_bot(tmp_path: Path) -> None:
    """The account counts as unreachable until he unblocks it; the reply is marked as refused."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        await stage.telegram.blocks(stage.ann)
        await stage.settle()
        assert not await _reachable(stage)
        await stage.say(stage.lin, room, "回复 请重启", reply_to=stage.card(room))
        await stage.later()
        told = stage.last(room, "没能送达")
        assert "T-1" in stage.telegram.visible_text(told)
        assert "已屏蔽机器人" in stage.telegram.visible_text(told)
        assert told.reply_to is stage.card(room)
        assert (await stage.conversation())[-1].fate is Fate.REFUSED
        await stage.telegram.unblocks(stage.ann)
        await stage.settle()
        assert await _reachable(stage)
        await stage.say(stage.lin, room, "回复 现在请重启", reply_to=stage.card(room))
        await stage.later()
        assert stage.sees(stage.ann, "现在请重启")


async def test_a_block_that_was_missed_is_learned_from_the_refusal(tmp_path: Path) -> None:
    """Telegram's 403 says it as well."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        stage.ann.blocked = True
        await stage.say(stage.lin, room, "回复 请重启", reply_to=stage.card(room))
        await stage.later()
        assert stage.sees(room, "没能送达")
        assert not await _reachable(stage)


async def test_a_group_that_becomes_a_supergroup_keeps_its_tickets(tmp_path: Path, database_url: str) -> None:
    """Cards, threads and later messages: everything goes on under the new id."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        room = stage.team_room(supergroup=False)
        group = stage.help_room(supergroup=False)
        await stage.play(telegram_team(tmp_path, f'intake = ["telegram:{HELP_ROOM}"]'))
        await stage.say(stage.ann, group, "打印机坏了")
        card = stage.card(room)
        new_room = await stage.telegram.migrates(room)
        new_group = await stage.telegram.migrates(group)
        await stage.settle()
        await stage.say(stage.lin, new_room, "T-1 领取")
        await stage.say(stage.lin, new_room, "/take T-1")
        assert (await stage.ticket()).assignee
        await stage.say(stage.bo, new_group, "The scanner, too")
        assert (await stage.ticket(2)).title == "The scanner, too"
        assert "The scanner, too" in stage.telegram.visible_text(stage.card(new_room, 2))
        await stage.say(stage.lin, new_room, "/reply T-1 请重启打印机")
        await stage.later()
        assert stage.sees(new_group, "请重启打印机")
        assert stage.telegram.calls("sendMessage")[-1].ok
        assert not card.deleted


async def test_a_move_that_nobody_told_is_learned_from_the_refusal(tmp_path: Path) -> None:
    """What was on its way goes to the new room."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room(supergroup=False)
        await stage.play(telegram_team(tmp_path))
        stage.telegram.queue.allowed = ["callback_query"]
        new_room = await stage.telegram.migrates(room)
        stage.telegram.queue.allowed = []
        await stage.say(stage.ann, text="打印机坏了")
        assert "打印机坏了" in stage.telegram.visible_text(stage.card(new_room))
        await stage.say(stage.ann, text="卡纸")
        assert stage.last(new_room, "卡纸").reply_to is stage.card(new_room)


async def test_an_update_that_nobody_understands_is_kept_and_passed_over(tmp_path: Path, database_url: str) -> None:
    """Fault I8. It is stored, shows up among the dead letters, and stalls nobody."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        await stage.play(telegram_team(tmp_path))
        broken = {"message": {"message_id": "not a number", "date": {"no": "date"}, "chat": []}}
        number = stage.telegram.queue_raw(broken)
        stage.telegram.queue_raw({"something_new_in_2031": {"date": 1}})
        await stage.say(stage.ann, text="打印机坏了")
        assert (await stage.ticket()).title == "打印机坏了"
        (dead,) = await stage.baton.read(lambda unit: unit.inbox.dead())
        assert dead.key.startswith(str(number))
        assert "not a number" in dead.payload.decode()
        assert stage.telegram.pending == []


async def test_a_customer_without_a_started_chat_is_reached_where_he_wrote(tmp_path: Path) -> None:
    """The bot may not begin a conversation: nobody is written to who never pressed Start."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path, f'intake = ["telegram:{HELP_ROOM}"]'))
        await stage.say(stage.ann, group, "打印机坏了")
        await stage.press(stage.lin, stage.card(room), "解决")
        assert stage.sees(group, "已为您解决")
        assert all(call.parameters["chat_id"] != "2001" for call in stage.telegram.calls("sendMessage"))


async def test_what_the_bot_cannot_see_in_groups_is_explained(tmp_path: Path) -> None:
    """`baton check` names privacy mode and the room that it blinds, and how to change both."""
    async with open_stage(tmp_path) as stage:
        stage.team_room(bot="member")
        await stage.play(telegram_team(tmp_path))
        problems = await stage.baton.baton.adapters["telegram"].check()
        said = [Words("zh-CN")(problem.key, **dict(problem.values)) for problem in problems]
        assert any("隐私模式" in words and "/setprivacy" in words for words in said)
        assert any(str(TEAM_ROOM) in words and "管理员" in words for words in said)
        assert not any(problem.fatal for problem in problems)


async def test_everything_works_by_webhook_too(tmp_path: Path, database_url: str) -> None:
    """The same story with deliveries over HTTP: opened, taken by a button, answered."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path), TELEGRAM_MODE="webhook", BATON_PUBLIC_URL=PUBLIC_URL)
        await stage.start(stage.ann)
        await stage.say(stage.ann, text="打印机坏了")
        assert await stage.press(stage.lin, stage.card(room), "领取") == "T-1 由您处理了。"
        await stage.say(stage.lin, room, "回复 请重启", reply_to=stage.card(room))
        await stage.later()
        assert stage.sees(stage.ann, "请重启")
        assert all(delivery.ok for delivery in stage.telegram.deliveries)
        for update in list(stage.telegram.updates):
            await stage.telegram.redeliver(update["update_id"], times=2)
        await stage.settle()
        await stage.later()
        assert len(await stage.tickets()) == 1
        assert sum("请重启" in words for words in stage.shown(stage.ann)) == 1
