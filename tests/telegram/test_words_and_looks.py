"""What is written arrives as it was meant: escaped, formatted, split, edited, taken away. Covers B4, B9, T9."""

from pathlib import Path

from tests.factories import SLACK_ROOMS, team_file
from tests.telegram.stage import open_stage, telegram_team


async def test_markup_in_a_customers_words_is_shown_and_never_obeyed(tmp_path: Path) -> None:
    """HTML, entities and mass mentions are what they look like: characters."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        said = '<b>急</b> & <a href="https://evil.example">点这里</a> @all &lt;script&gt; </code>'
        await stage.say(stage.ann, text=said)
        card = stage.card(room)
        assert said in stage.telegram.visible_text(card)
        assert not any(entity["type"] == "text_link" for entity in card.entities)
        await stage.say(stage.ann, text="a < b && c > d <i>x")
        assert "a < b && c > d <i>x" in stage.telegram.visible_text(stage.last(room, "a < b"))


async def test_formatting_is_carried_between_slack_and_telegram(tmp_path: Path) -> None:
    """Bold, italics, struck out, code and links, both ways."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        await stage.play(team_file(tmp_path, **SLACK_ROOMS))
        await stage.say(
            stage.ann, html='请看 <b>这里</b> 和 <code>error 42</code>，<a href="https://example.com/a">日志</a>'
        )
        card = stage.slack.sent(room)[0]
        assert "*这里*" in str(card.blocks) or "bold" in str(card.blocks)
        assert "https://example.com/a" in str(card.blocks)
        await stage.slack.says(
            lin, room, "回复 请 *重启* 后运行 `reset`，见 <https://example.com/b|说明>", thread_ts=card.ts, raw=True
        )
        await stage.settle()
        await stage.later()
        answer = stage.last(stage.ann, "重启")
        assert stage.telegram.visible_text(answer).endswith("请 重启 后运行 reset，见 说明")
        kinds = {entity["type"] for entity in answer.entities}
        assert {"bold", "code", "text_link"} <= kinds


async def test_a_long_reply_is_split_on_a_sentence(tmp_path: Path) -> None:
    """Several messages in order, each ending with a sentence; a reply to any of them is a reply to the ticket."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        await stage.play(team_file(tmp_path, **SLACK_ROOMS))
        await stage.say(stage.ann, text="怎么安装？")
        sentence = "第{0}步，请按说明书第{0}页操作，完成后等待指示灯变绿。"
        words = "".join(sentence.format(number) for number in range(300))
        assert len(words) > 8192
        await stage.slack.says(lin, room, f"回复 {words}", thread_ts=stage.slack.sent(room)[0].ts)
        await stage.settle()
        await stage.later()
        pieces = [text for text in stage.shown(stage.ann) if "指示灯" in text]
        assert len(pieces) == 3
        assert all(piece.endswith("变绿。") for piece in pieces)
        assert "".join(pieces).endswith(words)


async def test_a_reply_to_any_piece_of_a_long_message_belongs_to_the_ticket(tmp_path: Path) -> None:
    """A customer's long message is several messages in the team's room; each of them can be answered."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        await stage.say(stage.ann, text="日志：" + "第十七行出错。" * 584)
        pieces = [message for message in stage.telegram.sent(room) if "出错" in stage.telegram.visible_text(message)]
        assert len(pieces) == 2
        for number, piece in enumerate(pieces):
            await stage.say(stage.lin, room, f"看到第 {number} 段了", reply_to=piece)
        await stage.later()
        assert stage.sees(stage.ann, "看到第 0 段了")
        assert stage.sees(stage.ann, "看到第 1 段了")


async def test_an_edit_reaches_the_copies(tmp_path: Path) -> None:
    """The customer's edit in the team's room, the agent's in the customer's chat; marked as edited."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="打印机坏了")
        said = await stage.say(stage.ann, text="在三楼")
        copy = stage.last(room, "在三楼")
        await stage.telegram.edits(stage.ann, said, "在四楼")
        await stage.settle()
        assert "在四楼" in stage.telegram.visible_text(copy)
        assert "已编辑" in stage.telegram.visible_text(copy)
        replied = await stage.say(stage.lin, room, "回复 明天十点到", reply_to=stage.card(room))
        await stage.later(60)
        answer = stage.last(stage.ann, "明天十点到")
        await stage.telegram.edits(stage.lin, replied, "回复 明天十一点到")
        await stage.settle()
        assert "明天十一点到" in stage.telegram.visible_text(answer)
        assert "回复" not in stage.telegram.visible_text(answer)


async def test_the_first_message_can_be_edited_too(tmp_path: Path) -> None:
    """The card shows how it reads now."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        said = await stage.say(stage.ann, text="打印机坏了，在三楼")
        await stage.telegram.edits(stage.ann, said, "打印机坏了，在四楼")
        await stage.settle()
        assert "在四楼" in stage.telegram.visible_text(stage.card(room))


async def test_what_the_team_deletes_on_slack_goes_from_telegram(tmp_path: Path) -> None:
    """A reply that was deleted is taken away from the customer; before it left, he never sees it."""
    async with open_stage(tmp_path, slack=True) as stage:
        assert stage.slack is not None
        room, lin = stage.slack_room()
        stage.slack.channel("C0HELP", members=[lin])
        await stage.play(team_file(tmp_path, **SLACK_ROOMS))
        await stage.say(stage.ann, text="打印机坏了")
        card = stage.slack.sent(room)[0]
        sent = await stage.slack.says(lin, room, "回复 密码是 1234", thread_ts=card.ts)
        await stage.settle()
        await stage.later()
        assert stage.sees(stage.ann, "密码是 1234")
        await stage.slack.deletes(lin, sent)
        await stage.settle()
        assert not stage.sees(stage.ann, "密码是 1234")
        held = await stage.slack.says(lin, room, "回复 密码是 5678", thread_ts=card.ts)
        await stage.settle()
        await stage.slack.deletes(lin, held)
        await stage.settle()
        await stage.later()
        texts = [str(call.parameters.get("text", "")) for call in stage.telegram.calls("sendMessage")]
        assert not any("5678" in words for words in texts)


async def test_unkind_characters_do_no_harm(tmp_path: Path) -> None:
    """Right-to-left overrides, zero-width spaces and 4,096 emoji are taken, cleaned, shown."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path))
        await stage.say(stage.ann, text="发\u200b票\u202egpj.exe\u202c 打不开")
        assert (await stage.ticket()).title == "发票gpj.exe 打不开"
        await stage.say(stage.ann, text="😀" * 2048)
        assert sum("😀" in words for words in stage.shown(room)) >= 1
        assert len(await stage.conversation()) == 2
