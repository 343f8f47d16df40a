"""The same on Telegram, where a form is asked in words and a reaction offers it. Covers U7, G6, P5."""

from pathlib import Path

from bot.knowledge.rules import Audience, Kind
from tests.knowledge.stage import PEOPLE_FIRST
from tests.telegram.stage import Stage, open_stage, telegram_team


async def read_up(stage: Stage) -> None:
    """Let the librarian follow."""
    await stage.baton.baton.librarian.look()


async def test_an_article_is_written_question_by_question_and_sent(tmp_path: Path) -> None:
    """An agent writes, another one finds it by pinyin slip and by traditional script, and sends it to the customer."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(stage.folder, more=PEOPLE_FIRST))
        await stage.say(stage.lin, text="/kb new 怎么申请退款")
        assert "怎么申请退款" in stage.shown(stage.lin)[-1]
        await stage.press(stage.lin, stage.last(stage.lin), "保持不变")
        await stage.say(stage.lin, text="在**订单页**点“退款”")
        await stage.say(stage.lin, text="退钱\nrefund")
        await stage.press(stage.lin, stage.last(stage.lin), "跳过")
        await stage.press(stage.lin, stage.last(stage.lin), "话术")
        await stage.press(stage.lin, stage.last(stage.lin), "✓ 客户和团队")
        assert stage.sees(stage.lin, "K-1“怎么申请退款”已发布")
        article = await stage.baton.read(lambda unit: unit.knowledge.get(1))
        assert (article.content.kind, article.content.audience) == (Kind.SCRIPT, Audience.CUSTOMERS)
        assert article.content.aliases == ("退钱", "refund")

        await read_up(stage)
        await stage.say(stage.ann, text="我要退款")
        for asked in ("申请推款", "怎麼申請退款"):
            await stage.say(stage.chen, room, f"/kb {asked}", reply_to=stage.card(room))
            found = stage.last(room, "K-1 · 怎么申请退款")
            assert "在订单页点“退款”" in stage.telegram.visible_text(found)
        await stage.press(stage.chen, found, "发给客户")
        await stage.later()
        assert stage.sees(stage.ann, "在订单页点“退款”")


async def test_a_writing_hand_offers_the_form_alone(tmp_path: Path) -> None:
    """Nobody else in the room is asked. Telegram does not say what was reacted to; the conversation knows."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(stage.folder, more=PEOPLE_FIRST))
        await stage.start(stage.chen)
        await stage.say(stage.ann, text="发票在哪里下载")
        said = await stage.say(stage.lin, room, "发票在订单页下载", reply_to=stage.card(room))
        await stage.telegram.reacts(stage.chen, said, "✍")
        await stage.settle()
        offer = stage.last(stage.chen, "发票在订单页下载")
        assert not stage.sees(room, "写进知识库")
        await stage.press(stage.chen, offer, "✍️ 写一篇")
        assert "发票在订单页下载" in stage.shown(stage.chen)[-1]


async def test_a_reply_with_the_word_takes_the_message_it_answers(tmp_path: Path) -> None:
    """Where no reaction helps."""
    async with open_stage(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(stage.folder, more=PEOPLE_FIRST))
        said = await stage.say(stage.lin, room, "退货地址在订单详情里")
        await stage.say(stage.chen, room, "/kb new", reply_to=said)
        assert stage.sees(room, "退货地址在订单详情里")
