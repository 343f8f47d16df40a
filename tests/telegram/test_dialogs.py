"""Forms on Telegram: a short dialogue with buttons, kept in storage. Covers T9, G2."""

from pathlib import Path

from bot.tickets.rules import Priority, Status
from tests.telegram.stage import Stage, open_stage, picture, telegram_team


async def test_a_ticket_is_opened_by_answering_four_questions(tmp_path: Path) -> None:
    """Title, description, team, priority: typed, or chosen by a button; the last press hands the form in."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/ticket")
        question = stage.last(stage.ann)
        assert "新建工单（1/4）" in stage.telegram.visible_text(question)
        assert stage.telegram.buttons(question) == ["取消"]
        await stage.say(stage.ann, text="打印机坏了")
        assert stage.telegram.buttons(stage.last(stage.ann)) == ["跳过", "上一步", "取消"]
        await stage.press(stage.ann, stage.last(stage.ann), "跳过")
        assert stage.telegram.buttons(stage.last(stage.ann)) == ["✓ 客服部", "技术部", "上一步", "取消"]
        await stage.press(stage.ann, stage.last(stage.ann), "✓ 客服部")
        toast = await stage.press(stage.ann, stage.last(stage.ann), "紧急")
        assert toast == "已新建工单 T-1。"
        ticket = await stage.ticket()
        assert (ticket.title, ticket.priority) == ("打印机坏了", Priority.URGENT)
        assert "打印机坏了" in stage.telegram.visible_text(stage.card(room))
        assert not stage.sees(stage.ann, "4/4"), "the last question has gone"
        await stage.say(stage.ann, text="卡纸了")
        assert len(await stage.tickets()) == 1, "what follows belongs to the ticket"


async def test_a_wrong_answer_is_explained_and_asked_again(tmp_path: Path) -> None:
    """Empty, too long, not one of the choices: the question comes again with the reason, nothing is lost."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/工单")
        await stage.say(stage.ann, text="很" * 130)
        assert "共 130 个字，最多 120 个字" in stage.telegram.visible_text(stage.last(stage.ann))
        await stage.say(stage.ann, photo=b"a photo without a word")
        assert "这一项不能为空" in stage.telegram.visible_text(stage.last(stage.ann))
        await stage.say(stage.ann, text="打印机坏了")
        await stage.say(stage.ann, text="卡纸")
        await stage.say(stage.ann, text="财务部")
        question = stage.last(stage.ann)
        assert "请从按钮中选择一项" in stage.telegram.visible_text(question)
        assert "（3/4）" in stage.telegram.visible_text(question)
        await stage.say(stage.ann, text="技术部")
        await stage.say(stage.ann, text="高")
        ticket = await stage.ticket()
        assert (ticket.title, ticket.priority) == ("打印机坏了", Priority.HIGH)
        assert len((await stage.conversation())[0].files) == 1, "the photo was kept all the same"
        assert stage.sees(stage.ann, "已新建工单 T-1")


async def test_back_keep_and_cancel(tmp_path: Path) -> None:
    """One can go back, see and keep what was said, change it, and leave without a trace."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/ticket")
        await stage.say(stage.ann, text="打印机坏了")
        await stage.press(stage.ann, stage.last(stage.ann), "上一步")
        question = stage.last(stage.ann)
        assert "当前：打印机坏了" in stage.telegram.visible_text(question)
        assert "（1/4）" in stage.telegram.visible_text(question)
        await stage.press(stage.ann, question, "保持不变")
        await stage.press(stage.ann, stage.last(stage.ann), "上一步")
        await stage.say(stage.ann, text="扫描仪坏了")
        question = stage.last(stage.ann)
        await stage.press(stage.ann, question, "取消")
        assert stage.telegram.visible_text(question) == "已取消，没有做任何改动。"
        assert stage.telegram.buttons(question) == []
        assert await stage.tickets() == []
        await stage.say(stage.ann, text="打印机还是坏的")
        assert (await stage.ticket()).title == "打印机还是坏的"


async def test_it_goes_on_after_a_restart(tmp_path: Path, database_url: str) -> None:
    """Baton is stopped and started in the middle: the answers given before are still there."""
    async with open_stage(tmp_path, database_url=database_url) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/ticket")
        await stage.say(stage.ann, text="打印机坏了")
        await stage.stop()
        await stage.telegram.says(stage.ann, text="卡纸，型号 M428")
        await stage.restart()
        await stage.settle()
        await stage.press(stage.ann, stage.last(stage.ann), "技术部")
        await stage.press(stage.ann, stage.last(stage.ann), "✓ 普通")
        ticket = await stage.ticket()
        assert (ticket.title, "".join(span.text for span in ticket.description)) == ("打印机坏了", "卡纸，型号 M428")


async def test_another_replica_goes_on_with_it(tmp_path: Path, postgres_url: str) -> None:
    """Two replicas on one database, deliveries by webhook: each question may be put by another one."""
    async with open_stage(tmp_path, database_url=postgres_url) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path), TELEGRAM_MODE="webhook", BATON_PUBLIC_URL="https://baton.example")
        async with stage.replica() as other:
            await stage.say(stage.ann, text="/ticket")
            stage.deliver_to(other)
            await stage.say(stage.ann, text="打印机坏了")
            stage.deliver_to(stage.baton)
            await stage.press(stage.ann, stage.last(stage.ann), "跳过")
            stage.deliver_to(other)
            await stage.press(stage.ann, stage.last(stage.ann), "✓ 客服部")
            toast = await stage.press(stage.ann, stage.last(stage.ann), "✓ 普通")
            assert toast == "已新建工单 T-1。"
            assert (await stage.ticket()).title == "打印机坏了"


async def _asked_in_the_room(stage: Stage) -> None:
    await stage.play(telegram_team(stage.folder))
    await stage.say(stage.ann, text="打印机坏了")


async def test_in_a_group_only_a_reply_to_the_question_is_an_answer(tmp_path: Path) -> None:
    """A remark to a colleague never becomes a reply to a customer."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await _asked_in_the_room(stage)
        await stage.press(stage.lin, stage.card(room), "回复客户")
        question = stage.last(room, "客户将看到的内容")
        assert "请回复这条消息作答" in stage.telegram.visible_text(question)
        await stage.say(stage.lin, room, "这个客户真难缠")
        await stage.say(stage.chen, room, "我来回答", reply_to=question)
        assert stage.sees(room, "这个问题是问别人的")
        await stage.say(stage.lin, room, "请重启打印机", reply_to=question)
        question = stage.last(room, "之后")
        assert stage.telegram.buttons(question) == ["等待客户", "已解决", "跳过", "上一步", "取消"]
        await stage.press(stage.chen, question, "已解决")
        assert (await stage.ticket()).status is Status.NEW, "the question was put to somebody else"
        await stage.press(stage.lin, question, "等待客户")
        assert (await stage.ticket()).status is Status.PENDING
        await stage.later()
        assert stage.sees(stage.ann, "请重启打印机")
        assert not stage.sees(stage.ann, "难缠")
        assert not stage.sees(stage.ann, "我来回答")


async def test_an_old_question_takes_no_answer_for_a_new_one(tmp_path: Path) -> None:
    """The reply that was meant for one customer is never given to another."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await _asked_in_the_room(stage)
        await stage.say(stage.bo, text="My scanner is broken")
        await stage.press(stage.lin, stage.card(room, 1), "回复客户")
        old = stage.last(room, "客户将看到的内容")
        stage.telegram.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
        stage.telegram.fail_next("editMessageText", 400, "Bad Request: message can't be edited")
        await stage.press(stage.lin, stage.card(room, 2), "回复客户")
        assert not old.deleted
        await stage.say(stage.lin, room, "Ann，您的保修已过期", reply_to=old)
        toast = await stage.press(stage.lin, old, "取消")
        assert toast == "这个问题已经回答过了。"
        await stage.later()
        assert not stage.sees(stage.ann, "保修")
        assert not stage.sees(stage.bo, "保修")
        await stage.say(stage.lin, room, "Please restart it", reply_to=stage.last(room, "客户将看到的内容"))
        await stage.press(stage.lin, stage.last(room, "之后"), "跳过")
        await stage.later()
        assert stage.sees(stage.bo, "Please restart it")


async def test_a_command_in_the_middle_is_carried_out(tmp_path: Path) -> None:
    """A slash command is never an answer; afterwards the dialogue goes on; `/cancel` ends it."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/ticket")
        await stage.say(stage.ann, text="/help")
        assert stage.sees(stage.ann, "在这里您可以")
        await stage.say(stage.ann, text="打印机坏了")
        assert stage.sees(stage.ann, "（2/4）")
        await stage.say(stage.ann, text="/cancel")
        assert stage.sees(stage.ann, "已取消，没有做任何改动")
        assert not stage.sees(stage.ann, "（2/4）")
        assert await stage.tickets() == []
        await stage.say(stage.ann, text="/取消")
        assert stage.sees(stage.ann, "这里没有可以取消的操作")


async def test_the_label_of_a_button_can_be_typed(tmp_path: Path) -> None:
    """Who types 取消 wants to cancel, not to open a ticket about it."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/ticket")
        await stage.say(stage.ann, text="打印机坏了")
        await stage.say(stage.ann, text="跳过")
        await stage.say(stage.ann, text="上一步")
        assert stage.sees(stage.ann, "（2/4）")
        await stage.say(stage.ann, text="取消")
        assert await stage.tickets() == []
        assert stage.sees(stage.ann, "已取消")


async def test_a_question_that_was_left_alone_takes_no_later_message(tmp_path: Path) -> None:
    """After an hour what somebody writes is a matter of its own; the buttons of the question still work."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/ticket")
        await stage.later(3700)
        await stage.say(stage.ann, text="打印机坏了")
        assert (await stage.ticket()).title == "打印机坏了"
        question = stage.last(stage.ann, "（1/4）")
        await stage.press(stage.ann, question, "取消")
        assert stage.telegram.visible_text(question) == "已取消，没有做任何改动。"


async def test_what_can_no_longer_be_done_ends_the_dialogue(tmp_path: Path) -> None:
    """The ticket was closed while the reply was being written: that is said, and nobody is caught in the question."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await _asked_in_the_room(stage)
        await stage.press(stage.lin, stage.card(room), "回复客户")
        await stage.say(stage.wang, room, "T-1 关闭", reply_to=stage.card(room))
        await stage.say(stage.wang, room, "/close", reply_to=stage.card(room))
        assert (await stage.ticket()).status is Status.CLOSED
        await stage.say(stage.lin, room, "请重启", reply_to=stage.last(room, "客户将看到的内容"))
        toast = await stage.press(stage.lin, stage.last(room, "之后"), "跳过")
        assert "T-1 已结束，请先重新打开" in toast
        assert not stage.sees(room, "之后")


async def test_files_are_an_answer_too(tmp_path: Path) -> None:
    """Pictures that are sent as the answer come with the ticket, all of an album."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="/ticket")
        await stage.say(stage.ann, text="屏幕碎了")
        album = [picture(shade) for shade in (10, 20, 30)]
        await stage.say(stage.ann, text="看照片", media_group=album)
        await stage.press(stage.ann, stage.last(stage.ann), "✓ 客服部")
        await stage.press(stage.ann, stage.last(stage.ann), "✓ 普通")
        assert len((await stage.conversation())[0].files) == 3
        pictures = [m for m in stage.telegram.sent(room) if "photo" in m.content]
        assert [stage.telegram.file(picture) for picture in pictures] == album


async def test_a_form_that_was_asked_for_in_a_group_is_answered_there(tmp_path: Path) -> None:
    """Somebody the bot may not write to (he never started it) is answered in reply to his own words."""
    async with open_stage(tmp_path) as stage:
        stage.team_room()
        group = stage.help_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, group, "/ticket")
        await stage.say(stage.ann, group, "打印机坏了", reply_to=stage.last(group, "（1/4）"))
        await stage.press(stage.ann, stage.last(group, "（2/4）"), "跳过")
        await stage.press(stage.ann, stage.last(group, "（3/4）"), "✓ 客服部")
        await stage.press(stage.ann, stage.last(group, "（4/4）"), "✓ 普通")
        assert stage.sees(group, "工单编号 T-1")
        assert stage.telegram.private(stage.ann).messages == {}
        await stage.say(stage.bo, group, "What a day")
        assert len(await stage.conversation()) == 1


async def test_an_album_can_be_the_answer_in_a_group(tmp_path: Path) -> None:
    """All of it is a reply to the question; all of it reaches the customer, in one reply."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await _asked_in_the_room(stage)
        await stage.press(stage.lin, stage.card(room), "回复客户")
        album = [picture(shade) for shade in (10, 20, 30)]
        question = stage.last(room, "客户将看到的内容")
        await stage.say(stage.lin, room, "请对照", media_group=album, reply_to=question)
        assert not stage.sees(room, "已经回答过了")
        await stage.press(stage.lin, stage.last(room, "之后"), "跳过")
        await stage.later(60)
        assert stage.sees(stage.ann, "请对照")
        sent = [stage.telegram.file(m) for m in stage.telegram.sent(stage.ann) if "photo" in m.content]
        assert sent == album
