"""What agents are offered in a ticket's thread: one quiet line, when the engine is sure. Covers U7, U19."""

from pathlib import Path

from bot.knowledge.rules import Article, Audience, Content, Occasion, Outcome, Question
from bot.unit import Unit
from tests.fakes.slack import Message
from tests.knowledge.stage import PEOPLE_FIRST, Reading, open_reading
from tests.telegram.stage import open_stage as open_telegram
from tests.telegram.stage import telegram_team

LINE = "💡"
ASKED = "怎么申请退款？"


async def paused(stage: Reading) -> None:
    """The customers have said what they wanted to say, and the engine has been heard."""
    await stage.later(6)
    for _ in range(50):
        if not await stage.baton.read(lambda unit: unit.timers.get("suggest", 1) or unit.timers.get("suggest", 2)):
            return
        await stage.later(0.5)
    raise AssertionError("the engine was never heard")


def lines(stage: Reading, number: int = 1) -> list[Message]:
    """The lines in the thread of a ticket."""
    card = stage.card(number)
    return [one for one in stage.slack.messages(card.channel, card) if LINE in stage.read(one)]


async def question(stage: Reading, number: int = 1) -> Question:
    """What was asked for an agent."""

    def look(unit: Unit) -> list[Question]:
        found = (unit.knowledge.question(number) for number in range(1, 20))
        return [one for one in found if one is not None and one.occasion is Occasion.SUGGESTION]

    asked: list[Question] = await stage.baton.read(look)
    return asked[number - 1]


async def refund(stage: Reading, **more: object) -> list[Article]:
    """What there is to be found."""
    return await stage.stored(
        Content("怎么申请退款", "打开订单，点退款，三天到账", **more),  # type: ignore[arg-type]
        Content("发票在哪里下载", "订单页右上角"),
        Content("营业时间", "九点到六点"),
    )


async def test_a_new_ticket_is_offered_what_answers_it(anywhere: Reading) -> None:
    """One line, small, that sends the article to the customer and then goes."""
    stage = anywhere
    await refund(stage)
    await stage.say("ann", stage.help, ASKED)
    assert lines(stage) == []
    await paused(stage)
    (line,) = lines(stage)
    assert "K-1 · 怎么申请退款" in stage.read(line)
    assert stage.slack.buttons(line) == ["发给客户", "查看", "这里用不上"]
    assert "💡" not in stage.shown_to_customer("ann")
    await stage.press("lin", line, "发给客户")
    await stage.later()
    assert "三天到账" in stage.shown_to_customer("ann")
    assert lines(stage) == []
    asked = await question(stage)
    assert (asked.outcome, asked.sure, asked.articles, asked.ticket) == (Outcome.SENT, True, (1,), 1)


async def test_what_is_said_in_several_messages_is_one_question(reading: Reading) -> None:
    """Nothing while he still writes; courtesies are no part of it."""
    await refund(reading)
    first = await reading.say("ann", reading.help, "你好，我有个订单")
    await reading.later(4)
    await reading.say("ann", reading.help, "怎么申请退款？", under=first)
    await reading.later(4)
    await reading.say("ann", reading.help, "谢谢", under=first)
    await reading.later(4)
    assert lines(reading) == []
    await paused(reading)
    assert len(lines(reading)) == 1
    assert (await question(reading)).said == "你好，我有个订单\n怎么申请退款？"


async def test_a_newer_line_takes_the_place_of_the_older(reading: Reading) -> None:
    """At most one at any time, and never the same article twice."""
    await refund(reading)
    said = await reading.say("ann", reading.help, ASKED)
    await paused(reading)
    (line,) = lines(reading)
    await reading.say("ann", reading.help, "发票在哪里下载？", under=said)
    await paused(reading)
    (newer,) = lines(reading)
    assert newer.ts == line.ts
    assert "K-2 · 发票在哪里下载" in reading.read(newer)
    await reading.say("ann", reading.help, ASKED, under=said)
    await paused(reading)
    assert "K-2" in reading.read(lines(reading)[0])


async def test_nothing_is_offered_when_the_engine_is_not_sure(reading: Reading) -> None:
    """Covers U19: silence when there is no answer."""
    await refund(reading)
    await reading.say("ann", reading.help, "空调漏水了谁来修")
    await paused(reading)
    assert lines(reading) == []


async def test_not_useful_here_is_no_vote(reading: Reading) -> None:
    """The line goes, for this ticket the article is not offered again; for another one it is."""
    await refund(reading)
    said = await reading.say("ann", reading.help, ASKED)
    await paused(reading)
    (line,) = lines(reading)
    assert "不会再推荐" in await reading.press("lin", line, "这里用不上")
    assert lines(reading) == []
    assert (await question(reading)).outcome is Outcome.NOT_HELPED
    assert await reading.baton.read(lambda unit: unit.knowledge.tallies([1])) == {}
    await reading.say("ann", reading.help, ASKED, under=said)
    await paused(reading)
    assert lines(reading) == []
    await reading.say("bo", reading.help, ASKED)
    await paused(reading)
    assert len(lines(reading, 2)) == 1


async def test_what_is_for_the_team_is_shown_and_not_sent(reading: Reading) -> None:
    """Covers T10: an agent may read it; there is no way to send it, not even by a button that was forged."""
    await refund(reading, audience=Audience.STAFF)
    await reading.say("ann", reading.help, ASKED)
    await paused(reading)
    (line,) = lines(reading)
    assert reading.slack.buttons(line) == ["查看", "这里用不上"]
    number = (await question(reading)).id
    assert "仅供内部" in await reading.forge("lin", line, "kb.send", 1, str(number))
    told = await reading.press("lin", line, "查看")
    assert "三天到账" in told
    await reading.later()
    assert "三天到账" not in reading.shown_to_customer("ann")


async def test_it_is_read_found_useful_and_sent_from_the_article(reading: Reading) -> None:
    """Covers U9, U10: what came of it is known, whichever button it was."""
    await refund(reading)
    await reading.say("ann", reading.help, ASKED)
    await paused(reading)
    (line,) = lines(reading)
    await reading.press("lin", line, "查看")
    article = reading.slack.ephemeral(reading["lin"])[-1]
    await reading.press("lin", article, "👍 有用")
    assert (await question(reading)).outcome is Outcome.HELPED
    assert len(lines(reading)) == 1
    await reading.press("lin", article, "发给客户")
    assert (await question(reading)).outcome is Outcome.SENT
    assert lines(reading) == []
    await reading.later()
    assert "三天到账" in reading.shown_to_customer("ann")


async def test_who_reads_it_and_finds_it_useless_is_rid_of_it(reading: Reading) -> None:
    """That is said of the article, and settles the question."""
    await refund(reading)
    await reading.say("ann", reading.help, ASKED)
    await paused(reading)
    await reading.press("lin", lines(reading)[0], "查看")
    await reading.press("lin", reading.slack.ephemeral(reading["lin"])[-1], "👎 没用")
    assert (await question(reading)).outcome is Outcome.NOT_HELPED
    assert lines(reading) == []


async def test_nothing_is_offered_that_the_customer_has(reading: Reading) -> None:
    """An agent was quicker than the line, and what he sent is not offered later either."""
    await refund(reading)
    said = await reading.say("ann", reading.help, "我有个问题")
    await reading.mention("chen", reading.support, "知识 怎么申请退款", under=reading.card())
    await reading.press("chen", reading.latest(reading.support), "发给客户")
    await reading.later()
    await reading.say("ann", reading.help, ASKED, under=said)
    await paused(reading)
    assert lines(reading) == []


async def test_the_line_goes_when_the_ticket_is_solved(reading: Reading) -> None:
    """And a question that comes after the end is not answered by a line under it."""
    await refund(reading)
    await reading.say("ann", reading.help, ASKED)
    await paused(reading)
    assert len(lines(reading)) == 1
    await reading.mention("lin", reading.support, "solve", under=reading.card())
    assert lines(reading) == []


async def test_a_ticket_that_was_merged_has_no_line(reading: Reading) -> None:
    """What was offered for it is not offered again where it went on."""
    await refund(reading)
    first = await reading.say("ann", reading.help, "打印机坏了")
    await reading.later(180)
    await reading.say("ann", reading.help, ASKED)
    await paused(reading)
    assert len(lines(reading, 2)) == 1
    await reading.mention("lin", reading.support, "T-1 merge T-2")
    assert lines(reading, 2) == []
    await reading.say("ann", reading.help, ASKED, under=first)
    await paused(reading)
    assert lines(reading, 1) == lines(reading, 2) == []


async def test_a_house_may_do_without(sqlite_url: str, tmp_path: Path) -> None:
    """`suggest = false` in the team file."""
    async with open_reading(tmp_path, database_url=sqlite_url, more=f"{PEOPLE_FIRST}suggest = false\n") as stage:
        await refund(stage)
        await stage.say("ann", stage.help, ASKED)
        assert await stage.baton.read(lambda unit: unit.timers.get("suggest", 1)) is None


async def test_on_telegram_it_makes_no_sound(tmp_path: Path) -> None:
    """Covers P5: a message that nobody's phone rings for."""
    async with open_telegram(tmp_path) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(stage.folder, more=PEOPLE_FIRST))

        def add(unit: Unit) -> None:
            article = Article(0, Content("怎么申请退款", "打开订单，点退款，三天到账"), unit.now, unit.now)
            unit.knowledge.add([article], 0)

        await stage.baton.baton.database.write(add)
        await stage.baton.baton.librarian.look()
        await stage.say(stage.ann, text=ASKED)
        for _ in range(20):
            await stage.later(1)
            if stage.sees(room, LINE):
                break
        line = stage.last(room, LINE)
        assert line.silent
        assert not stage.card(room).silent
        await stage.press(stage.lin, line, "发给客户")
        await stage.later()
        assert stage.sees(stage.ann, "三天到账")
        assert not stage.sees(room, LINE)


async def test_what_the_customer_was_answered_first_is_not_offered_after(open_to_all: Reading) -> None:
    """Covers U20: he has had that; the team is offered something else, or nothing."""
    stage = open_to_all
    await refund(stage)
    await stage.say("ann", None, ASKED)
    assert (await stage.ticket()).answered_with == "K-1"
    assert await stage.baton.read(lambda unit: unit.timers.get("suggest", 1)) is None
    await stage.press("ann", stage.told("ann"), "需要人工")
    await stage.say("ann", None, ASKED)
    await paused(stage)
    assert lines(stage) == []
    await stage.say("ann", None, "发票在哪里下载？")
    await paused(stage)
    assert "K-2" in stage.read(lines(stage)[0])
