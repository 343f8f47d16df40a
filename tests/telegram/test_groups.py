"""Customers and agents in groups: what becomes a ticket, what continues one, and what is none of Baton's business.

Covers B1, B4, T8, G2.
"""

from pathlib import Path

from bot.tickets.rules import Side
from tests.telegram.stage import HELP_ROOM, open_stage, telegram_team

INTAKE = f'intake = ["telegram:{HELP_ROOM}"]'


async def test_in_an_intake_group_every_message_is_a_ticket(tmp_path: Path) -> None:
    """Two persons, two tickets; each is answered in reply to his own message."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path, INTAKE))
        asked = await stage.say(stage.ann, group, "我的快递三天没动了")
        await stage.say(stage.bo, group, "How do I return a parcel?")
        one, two = await stage.tickets()
        assert (one.title, two.title) == ("我的快递三天没动了", "How do I return a parcel?")
        assert one.requester != two.requester
        acknowledged = stage.last(group, "T-1")
        assert acknowledged.reply_to is asked

        await stage.say(stage.lin, room, "/reply 正在为您查询", reply_to=stage.card(room, 1))
        await stage.later()
        assert stage.last(group, "正在为您查询").reply_to is asked
        assert not any("正在为您查询" in stage.telegram.visible_text(m) for m in stage.telegram.sent(stage.ann))


async def test_messages_of_one_person_within_two_minutes_join_one_ticket(tmp_path: Path, database_url: str) -> None:
    """After two minutes of silence the next message is another matter."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path, INTAKE))
        await stage.say(stage.ann, group, "我的快递三天没动了")
        await stage.later(60)
        await stage.say(stage.ann, group, "单号 SF1234567")
        await stage.later(100)
        await stage.say(stage.ann, group, "收件人是李安")
        assert len(await stage.tickets()) == 1
        assert stage.last(room, "收件人是李安").reply_to is stage.card(room, 1)
        await stage.later(121)
        await stage.say(stage.ann, group, "另外，怎么开发票？")
        assert [ticket.title for ticket in await stage.tickets()] == ["我的快递三天没动了", "另外，怎么开发票？"]


async def test_pleasantries_open_no_ticket(tmp_path: Path) -> None:
    """谢谢 and 你好 are no case, in a group as in a direct message (there they are greeted)."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path, INTAKE))
        for words in ("你好", "谢谢！", "thanks 🙏", "👍"):
            await stage.say(stage.ann, group, words)
        assert await stage.tickets() == []
        assert stage.shown(group) == []
        await stage.say(stage.ann, text="你好")
        assert await stage.tickets() == []
        assert stage.sees(stage.ann, "请直接描述您的问题")


async def test_replies_in_a_group_continue_the_ticket_they_answer(tmp_path: Path) -> None:
    """A reply to Baton's words, or to a message of the ticket, goes on with it, however late, whoever writes it."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path, INTAKE))
        asked = await stage.say(stage.ann, group, "我的快递三天没动了")
        await stage.say(stage.bo, group, "How do I return a parcel?")
        await stage.later(3600)
        await stage.say(stage.ann, group, "还是没有动", reply_to=stage.last(group, "T-1"))
        await stage.say(stage.bo, group, "I saw his parcel in the hall", reply_to=asked)
        assert len(await stage.tickets()) == 2
        assert stage.last(room, "还是没有动").reply_to is stage.card(room, 1)
        assert stage.last(room, "I saw his parcel").reply_to is stage.card(room, 1)
        assert [entry.side for entry in await stage.conversation(1)] == [Side.CUSTOMER] * 3


async def test_an_agent_who_answers_in_the_customers_group_has_replied(tmp_path: Path) -> None:
    """What the house writes where customers read is a reply already, and the team sees it."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path, INTAKE))
        asked = await stage.say(stage.ann, group, "我的快递三天没动了")
        await stage.say(stage.lin, group, "我帮您催一下", reply_to=asked)
        assert stage.last(room, "我帮您催一下").reply_to is stage.card(room)
        entry = (await stage.conversation())[-1]
        assert (entry.side, entry.public) == (Side.TEAM, True)
        assert (await stage.ticket()).last_reply == "我帮您催一下"
        assert len(await stage.tickets()) == 1


async def test_a_command_opens_a_ticket_in_any_group(tmp_path: Path) -> None:
    """Only the command is heard; the rest of the group's talk stays the group's."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.bo, group, "Nice weather today")
        asked = await stage.say(stage.ann, group, "/ticket 打印机坏了")
        await stage.say(stage.bo, group, "Lunch, anyone?")
        await stage.say(stage.ann, group, "我也去吃饭")
        (ticket,) = await stage.tickets()
        assert ticket.title == "打印机坏了"
        assert stage.last(group, "T-1").reply_to is asked
        assert "打印机坏了" in stage.telegram.visible_text(stage.card(room))
        assert len(await stage.conversation()) == 1
        assert len(stage.shown(group)) == 1


async def test_a_command_in_reply_to_a_message_makes_that_message_the_ticket(tmp_path: Path, database_url: str) -> None:
    """Its author is the requester, and hears of it in reply to his own words; a second time names the same ticket."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        room, group = stage.team_room(), stage.help_room()
        await stage.play(telegram_team(tmp_path))
        asked = await stage.say(stage.ann, group, "付款页面打不开，急")
        await stage.say(stage.lin, group, "/ticket", reply_to=asked)
        ticket = await stage.ticket()
        assert ticket.title == "付款页面打不开，急"
        requester = await stage.baton.read(lambda unit: unit.people.person(ticket.requester))
        assert requester.name == "Ann"
        assert stage.last(group, "T-1").reply_to is asked
        assert "Ann" in stage.telegram.visible_text(stage.card(room))

        await stage.say(stage.lin, group, "/ticket", reply_to=asked)
        assert len(await stage.tickets()) == 1
        await stage.say(stage.lin, room, "回复 我们正在修", reply_to=stage.card(room))
        await stage.later()
        assert stage.last(group, "我们正在修").reply_to is asked


async def test_a_mention_with_the_word_opens_a_ticket(tmp_path: Path) -> None:
    """`@baton_bot ticket …`, in English and Chinese, and after a slash in Chinese, also without a space."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path))
        said = (
            "@baton_bot ticket The scanner is broken",
            "@baton_bot 工单 扫描仪坏了",
            "/工单 显示器黑屏",
            "/工单键盘失灵",
            "/工單 滑鼠壞了",
        )
        for words in said:
            await stage.say(stage.ann, group, words)
            await stage.later(300)
        titles = [ticket.title for ticket in await stage.tickets()]
        assert titles == ["The scanner is broken", "扫描仪坏了", "显示器黑屏", "键盘失灵", "滑鼠壞了"]


async def test_a_mention_without_a_known_word_is_never_met_with_silence(tmp_path: Path) -> None:
    """The nearest word is offered; the button opens a ticket from exactly that message."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path))
        said = await stage.say(stage.ann, group, "@baton_bot tikcet 打印机坏了")
        offer = stage.last(group, "您是不是想输入")
        assert "工单" in stage.telegram.visible_text(offer)
        assert offer.reply_to is said
        await stage.press(stage.ann, offer, "由这条消息新建工单")
        assert (await stage.ticket()).title == "tikcet 打印机坏了"
        await stage.say(stage.ann, group, "/tiket 打印机坏了")
        assert "工单" in stage.telegram.visible_text(stage.last(group, "您是不是想输入"))


async def test_in_a_group_with_privacy_mode_commands_and_replies_are_enough(tmp_path: Path) -> None:
    """A bot that is no administrator sees commands and replies to itself: a ticket can be opened and worked."""
    async with open_stage(tmp_path) as stage:
        room, group = stage.team_room(bot="member"), stage.help_room(bot="member")
        await stage.play(telegram_team(tmp_path, INTAKE))
        unseen = await stage.say(stage.bo, group, "nobody of the bots reads this")
        assert not unseen.seen_by_bot
        await stage.say(stage.ann, group, "/ticket@baton_bot 打印机坏了")
        await stage.say(stage.lin, room, "回复 请稍等", reply_to=stage.card(room))
        await stage.later()
        answer = stage.last(group, "请稍等")
        await stage.say(stage.ann, group, "好的，我等", reply_to=answer)
        assert stage.last(room, "好的，我等").reply_to is stage.card(room)
