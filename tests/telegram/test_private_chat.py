"""A customer writes to the bot; the team works in a group. Covers B1, B4, B9, T1, T8, U20."""

from pathlib import Path

from bot.tickets.rules import Status
from tests.telegram.stage import open_stage, telegram_team


async def test_a_direct_message_becomes_a_ticket_and_is_answered_from_its_card(
    tmp_path: Path, database_url: str
) -> None:
    """From the first word to the last, without leaving Telegram."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.start(stage.ann)
        assert stage.sees(stage.ann, "Ann，您好！这里是 Aurora")
        await stage.say(stage.ann, text="打印机坏了，一直卡纸")
        assert stage.sees(stage.ann, "工单编号 T-1")
        card = stage.card(room)
        assert "打印机坏了，一直卡纸" in stage.telegram.visible_text(card)
        toast = await stage.press(stage.lin, card, "领取")
        assert toast == "T-1 由您处理了。"
        assert "林晓" in stage.telegram.visible_text(card)

        await stage.say(stage.lin, room, "回复 请试试重启", reply_to=card)
        assert not stage.sees(stage.ann, "重启")
        await stage.later()
        assert stage.sees(stage.ann, "请试试重启")

        await stage.say(stage.ann, text="好了，太棒了")
        relayed = stage.last(room, "太棒了")
        assert relayed.reply_to is card
        await stage.press(stage.lin, card, "解决")
        assert (await stage.ticket()).status is Status.SOLVED
        assert stage.sees(stage.ann, "已为您解决")


async def test_what_the_team_says_among_itself_stays_inside(tmp_path: Path) -> None:
    """Covers U20: a reply to the card is a note; a reply to the customer's own words is for the customer."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        card = stage.card(room)
        await stage.say(stage.lin, room, "这个客户脾气不好", reply_to=card)
        await stage.say(stage.lin, room, "大家中午吃什么？")
        await stage.say(stage.ann, text="急！在线等")
        await stage.say(stage.lin, room, "马上为您看", reply_to=stage.last(room, "急！在线等"))
        await stage.later()
        assert stage.sees(stage.ann, "马上为您看")
        assert not stage.sees(stage.ann, "脾气")
        assert not stage.sees(stage.ann, "中午")
        said = ["".join(span.text for span in entry.text) for entry in await stage.conversation()]
        assert "大家中午吃什么？" not in said
