"""A question that is put to the bot in so many words, without any command. Covers U7, U19, U20, G6."""

from pathlib import Path

from bot.knowledge.rules import Article, Audience, Content, Outcome
from bot.unit import Unit
from tests.knowledge.stage import ANSWERS_FIRST, Reading
from tests.telegram.stage import open_stage as open_telegram
from tests.telegram.stage import telegram_team

REFUND = Content("怎么申请退款", "打开订单，点退款，三天到账。", aliases=("how to get a refund",))
RULES = Content("退款内部口径", "超过五百元要主管同意", audience=Audience.STAFF)


async def test_a_mention_with_a_question_is_answered(reading: Reading) -> None:
    """In a ticket's thread it can be sent on; a ticket from exactly that message is still one tap away."""
    await reading.stored(REFUND, RULES)
    await reading.say("ann", reading.help, "鞋子太小了")
    await reading.mention("lin", reading.support, "怎么申请退款？", under=reading.card())
    found = reading.latest(reading.support)
    assert "三天到账" in reading.read(found)
    assert "发给客户" in reading.slack.buttons(found)
    assert reading.slack.buttons(found)[-1] == "由这条消息新建工单"
    question = await reading.baton.read(lambda unit: unit.knowledge.question(1))
    assert (question.said, question.sure, question.ticket, question.outcome) == (
        "怎么申请退款？",
        True,
        1,
        Outcome.SHOWN,
    )


async def test_so_is_what_the_staff_writes_alone_and_what_stands_after_the_slash(reading: Reading) -> None:
    """Covers G6: no word before it is needed."""
    await reading.stored(REFUND)
    await reading.say("lin", None, "how to get a refund")
    assert "三天到账" in reading.direct("lin")[-1]
    await reading.command("chen", None, "/baton", "怎么申请退款")
    assert "三天到账" in reading.direct("chen")[-1]


async def test_what_is_not_sure_is_looked_up_with_one_tap(reading: Reading) -> None:
    """Nothing is guessed at; whoever wants to see what there is presses for it."""
    await reading.stored(REFUND, Content("退货地址", "在订单详情里"))
    await reading.mention("lin", reading.support, "退的运费谁来出")
    offer = reading.latest(reading.support)
    assert "没看懂" in reading.read(offer)
    assert await reading.baton.read(lambda unit: unit.knowledge.question(1)) is None
    assert "“退的运费谁来出”：" in await reading.press("lin", offer, "🔎 查知识库")
    question = await reading.baton.read(lambda unit: unit.knowledge.question(1))
    assert (question.said, question.sure) == ("退的运费谁来出", False)


async def test_where_customers_read_along_nobody_is_offered_to_look_it_up(reading: Reading) -> None:
    """Covers T10: the button would be theirs as well."""
    said = await reading.mention("lin", reading.help, "退的运费谁来出")
    (offer,) = reading.under(said)
    assert "没看懂" in offer
    assert "查知识库" not in offer
    await reading.say("lin", None, "退的运费谁来出")
    assert "🔎 查知识库" in reading.slack.buttons(reading.told("lin"))


async def test_a_customer_is_told_what_is_for_him(open_to_all: Reading) -> None:
    """Covers T10: what is for the team alone is not found, and a complaint is answered by no article."""
    stage = open_to_all
    await stage.stored(REFUND, RULES)
    said = await stage.mention("ann", stage.general, "怎么申请退款？")
    (answer,) = stage.under(said)
    assert "三天到账" in answer
    assert "由这条消息新建工单" in answer
    said = await stage.mention("ann", stage.general, "退款内部口径")
    assert "主管同意" not in stage.shown_to_customer("ann")
    said = await stage.mention("bo", stage.general, "怎么申请退款？我要投诉")
    (offer,) = stage.under(said)
    assert "三天到账" not in offer
    assert await stage.forge("bo", stage.slack.messages(stage.general, said)[-1], "kb.ask", 0, "x")
    assert "主管同意" not in stage.shown_to_customer("bo")


async def test_in_a_group_of_telegram(tmp_path: Path) -> None:
    """By its name, in reply to a ticket's card."""
    async with open_telegram(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(stage.folder, more=ANSWERS_FIRST))
        await stage.baton.baton.database.write(_add)
        await stage.baton.baton.librarian.look()
        await stage.say(stage.ann, text="鞋子太小了")
        at = f"@{stage.telegram.bot.username}"
        await stage.say(stage.lin, room, f"{at} 怎么申请退款", reply_to=stage.card(room))
        found = stage.last(room, "K-1 · 怎么申请退款")
        await stage.press(stage.lin, found, "发给客户")
        await stage.later()
        assert stage.sees(stage.ann, "三天到账")


def _add(unit: Unit) -> None:
    unit.knowledge.add([Article(0, REFUND, unit.now, unit.now)], 0)
