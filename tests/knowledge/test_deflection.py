"""A customer's question is answered first, through the wire of Slack: solved without a person, or handed over whole.

Covers U10, U19, U20, U21, P15.
"""

from bot.knowledge.rules import Content, Occasion, Outcome, Question, Tally
from bot.tickets.rules import Side, Status
from tests.fakes.slack import Message
from tests.knowledge.stage import Reading

HOURS = Content("营业时间", "每天 **9:00** 到 18:00", aliases=("几点开门", "opening hours", "什么时候上班"))


async def answered(stage: Reading, who: str = "ann", said: str = "你们营业时间是几点？") -> Message:
    """Somebody asks, alone with the bot, and has the answer; the message it stands in."""
    await stage.say(who, None, said)
    return stage.told(who)


async def asked(stage: Reading, number: int = 1) -> Question:
    """What is remembered of a question."""
    found: Question = await stage.baton.read(lambda unit: unit.knowledge.question(number))
    return found


async def test_solved_without_a_person(open_to_all: Reading) -> None:
    """Nobody of the house hears of it, and the article counts as useful."""
    stage = open_to_all
    await stage.stored(HOURS)
    answer = await answered(stage)
    assert "每天 9:00 到 18:00" in stage.read(answer)
    assert "知识库" in stage.read(answer)
    assert stage.slack.buttons(answer) == ["已解决", "需要人工"]
    ticket = await stage.ticket()
    assert (ticket.status, ticket.tags) == (Status.PENDING, ("K-1",))
    assert stage.slack.sent(stage.support) == []

    await stage.press("ann", answer, "已解决")
    assert (await stage.ticket()).status is Status.SOLVED
    assert stage.slack.buttons(stage.slack.message(answer.ts)) == []
    assert "✓ 已解决" in stage.read(answer)
    question = await asked(stage)
    assert (question.occasion, question.sure, question.ticket) == (Occasion.ANSWER, True, 1)
    assert question.outcome is Outcome.HELPED
    assert await stage.baton.read(lambda unit: unit.knowledge.tallies([1])) == {1: Tally(helped=1)}
    assert stage.slack.sent(stage.support) == []
    assert len(stage.direct("ann")) == 1


async def test_a_person_gets_all_that_was_said(open_to_all: Reading) -> None:
    """The card says with what he was answered and that he asks for a person; the thread has both words in full."""
    stage = open_to_all
    await stage.stored(HOURS)
    answer = await answered(stage)
    await stage.press("ann", answer, "需要人工")
    card = stage.read(stage.card())
    assert "你们营业时间是几点" in card
    assert "K-1“营业时间”：客户要求人工" in card
    thread = "\n".join(stage.thread())
    assert "你们营业时间是几点" in thread
    assert "每天 9:00 到 18:00" in thread
    assert "T-1" in stage.direct("ann")[-1]
    assert "→ 已转人工" in stage.read(answer)
    ticket = await stage.ticket()
    assert ticket.status is Status.NEW
    assert (await asked(stage)).outcome is Outcome.PERSON

    await stage.press("lin", stage.card(), "领取")
    await stage.mention("lin", stage.support, "reply 节假日照常", under=stage.card())
    await stage.later()
    assert "节假日照常" in stage.direct("ann")[-1]


async def test_thanks_in_words_solve_it(open_to_all: Reading) -> None:
    """In any of the languages, and with what is polite besides."""
    stage = open_to_all
    await stage.stored(HOURS)
    for number, said in enumerate(("好了，谢谢！", "Solved, thanks", "👍"), start=1):
        await answered(stage)
        await stage.say("ann", None, said)
        assert (await stage.ticket(number)).status is Status.SOLVED, said
        assert "能帮到您就好" in stage.direct("ann")[-1]
    assert await stage.count() == 3
    assert stage.slack.sent(stage.support) == []
    assert [message.side for message in await stage.conversation()] == [Side.CUSTOMER, Side.TEAM, Side.CUSTOMER]


async def test_whatever_else_he_writes_needs_a_person(open_to_all: Reading) -> None:
    """Also another clear question while the first answer stands: nobody is answered in a circle."""
    stage = open_to_all
    await stage.stored(HOURS, Content("怎么退款", "打开订单"))
    for number, said in enumerate(("没解决", "人工", "怎么退款？"), start=1):
        who = ("ann", "bo", "hua")[number - 1]
        await answered(stage, who)
        await stage.say(who, None, said)
        assert "客户又发了消息" in stage.read(stage.card(number)), said
        assert said in "\n".join(stage.thread(number))
        assert (await stage.ticket(number)).status is Status.NEW
    assert await stage.count() == 3


async def test_one_character_is_no_question(open_to_all: Reading) -> None:
    """However sure the engine is that it stands in a title: he may mean anything, so a person asks."""
    stage = open_to_all
    await stage.stored(Content("退款流程", "打开订单"))
    await stage.say("ann", None, "退")
    assert "打开订单" not in stage.shown_to_customer("ann")
    assert "退" in stage.read(stage.card())
    await stage.mention("lin", stage.support, "退")
    assert "打开订单" not in stage.read(stage.latest(stage.support))
    await stage.say("bo", None, "退款")
    assert "打开订单" in stage.direct("bo")[-1]


async def test_after_solved_he_may_ask_something_else(open_to_all: Reading) -> None:
    """What is surely known is answered as a case of its own; anything else brings the first one back, to a person."""
    stage = open_to_all
    await stage.stored(HOURS, Content("怎么退款", "打开订单"))
    await stage.press("ann", await answered(stage), "已解决")
    await stage.press("ann", await answered(stage, said="怎么退款？"), "已解决")
    assert await stage.count() == 2
    assert stage.slack.sent(stage.support) == []
    await stage.say("ann", None, "我的猫把鼠标线咬断了")
    assert await stage.count() == 2
    assert "客户又回来了" in stage.read(stage.card(2))
    assert "咬断" in "\n".join(stage.thread(2))


async def test_at_an_intake_it_is_answered_in_its_thread(open_to_all: Reading) -> None:
    """Nobody but the one who asked can say what he makes of it."""
    stage = open_to_all
    await stage.stored(HOURS)
    said = await stage.say("bo", stage.help, "opening hours?")
    answer = stage.slack.messages(stage.help, said)[-1]
    assert "每天 9:00 到 18:00" in stage.read(answer)
    assert "只有提问的人" in await stage.press("ann", answer, "已解决")
    assert (await stage.ticket()).status is Status.PENDING
    await stage.say("bo", stage.help, "and on holidays?", under=said)
    assert "and on holidays?" in "\n".join(stage.thread())


async def test_buttons_that_come_late(open_to_all: Reading) -> None:
    """Pressed twice, after it was solved, after a person had it: each is answered, and nothing happens twice."""
    stage = open_to_all
    await stage.stored(HOURS)
    answer = await answered(stage)
    await stage.press("ann", answer, "已解决")
    assert "已经解决" in await stage.forge("ann", answer, "answer.solved", 1)
    assert "已为您转人工" in await stage.forge("ann", answer, "answer.person", 1)
    assert "客户要求人工" in stage.read(stage.card())
    assert "已经在跟进" in await stage.forge("ann", answer, "answer.person", 1)
    assert len(stage.slack.sent(stage.support)) == len({one.ts for one in stage.slack.sent(stage.support)})
    assert await stage.baton.read(lambda unit: unit.knowledge.tallies([1])) == {1: Tally(not_helped=1)}
    await stage.forge("ann", answer, "answer.solved", 1)
    assert (await stage.ticket()).status is Status.SOLVED
    await stage.command("lin", stage.support, "/baton", "T-1 close")
    assert "已关闭" in await stage.forge("ann", answer, "answer.person", 1)
    await stage.forge("ann", answer, "answer.person", 99)
