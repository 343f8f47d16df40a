"""What a first answer does when something is in its way: nothing is held up, lost or done twice.

Covers U19, U20, P5.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.knowledge.rules import Content, Kind, Occasion, Outcome, Question, Tally
from bot.tickets.rules import Status
from bot.unit import Unit
from tests.knowledge.stage import ANSWERS_FIRST, PEOPLE_FIRST, Reading, open_reading

HOURS = Content("营业时间", "每天 9:00 到 18:00", aliases=("几点开门", "opening hours"))
NEVER = ["我要投诉，营业时间几点", "营业时间？转人工", "营业时间？" + "请问" * 200]


async def questions(stage: Reading) -> list[Question]:
    """All that was ever asked."""

    def look(unit: Unit) -> list[Question]:
        found = (unit.knowledge.question(number) for number in range(1, 10))
        return [question for question in found if question is not None]

    asked: list[Question] = await stage.baton.read(look)
    return asked


@pytest.mark.parametrize("said", NEVER)
async def test_some_words_go_straight_to_a_person(open_to_all: Reading, said: str) -> None:
    """A complaint, the wish for a person, a long story: no search, and no gap of the knowledge base either."""
    await open_to_all.stored(HOURS)
    await open_to_all.say("ann", None, said)
    assert "自动答复" not in open_to_all.read(open_to_all.card())
    assert (await open_to_all.ticket()).status is Status.NEW
    assert await questions(open_to_all) == []


async def test_files_go_to_a_person(open_to_all: Reading) -> None:
    """Whatever is written beside them."""
    shot = open_to_all.slack.file("shot.png", b"\x89PNG\r\n", mimetype="image/png")
    await open_to_all.stored(HOURS)
    await open_to_all.say("ann", None, "营业时间？", files=[shot])
    assert (await open_to_all.ticket()).status is Status.NEW


async def test_what_nothing_surely_answers_is_remembered(open_to_all: Reading) -> None:
    """For the list of what is missing; the customer notices nothing."""
    await open_to_all.stored(HOURS)
    await open_to_all.say("ann", None, "我的猫把鼠标线咬断了")
    (question,) = await questions(open_to_all)
    assert (question.occasion, question.sure, question.ticket) == (Occasion.ANSWER, False, 1)
    assert (question.outcome, question.articles) == (Outcome.NOTHING, ())
    assert open_to_all.card()
    assert "T-1" in open_to_all.direct("ann")[-1]


async def test_greetings_stay_greetings(open_to_all: Reading) -> None:
    """Also where an article would answer them."""
    await open_to_all.stored(HOURS, Content("你好", "您好"))
    await open_to_all.say("ann", None, "你好")
    assert await open_to_all.count() == 0


async def test_whoever_waits_for_a_person_there_is_not_answered_by_an_article(open_to_all: Reading) -> None:
    """His next message at the intake is another case, but he has a colleague's attention already."""
    await open_to_all.stored(HOURS)
    await open_to_all.say("ann", open_to_all.help, "鼠标坏了")
    await open_to_all.later(timedelta(minutes=5).total_seconds())
    await open_to_all.say("ann", open_to_all.help, "营业时间？")
    assert (await open_to_all.ticket(2)).status is Status.NEW


async def test_the_house_can_switch_it_off(sqlite_url: str, tmp_path: Path) -> None:
    async with open_reading(tmp_path, database_url=sqlite_url, more=PEOPLE_FIRST) as stage:
        await stage.stored(HOURS)
        await stage.say("ann", None, "营业时间？")
        assert (await stage.ticket()).status is Status.NEW
        assert await questions(stage) == []


async def test_the_house_adds_words_that_need_a_person(sqlite_url: str, tmp_path: Path) -> None:
    more = f'{ANSWERS_FIRST}straight_to_person = ["總店"]\n'
    async with open_reading(tmp_path, database_url=sqlite_url, more=more) as stage:
        await stage.stored(HOURS)
        await stage.say("ann", None, "总店营业时间？")
        assert (await stage.ticket()).status is Status.NEW


async def test_what_only_the_staff_may_read_answers_nobody(open_to_all: Reading) -> None:
    """Covers T10: nor what was archived while the index was behind."""
    await open_to_all.writes("lin", "营业时间", "内部：可以晚到", audience="仅内部")
    await open_to_all.say("ann", None, "营业时间")
    assert open_to_all.card()
    await open_to_all.stored(HOURS)
    await open_to_all.command("lin", None, "/kb", "archive K-2")
    await open_to_all.say("bo", None, "营业时间")
    assert (await open_to_all.ticket(2)).status is Status.NEW
    assert "可以晚到" not in open_to_all.shown_to_customer("bo")


async def test_a_script_is_for_those_who_speak_with_customers(open_to_all: Reading) -> None:
    """It tells an agent what to say, step by step; the customer himself never reads it."""
    stage = open_to_all
    await stage.stored(replace(HOURS, kind=Kind.SCRIPT))
    await stage.say("ann", None, "你们营业时间是几点？")
    assert (await stage.ticket()).status is Status.NEW
    assert "每天" not in stage.read(stage.told("ann"))


async def test_an_answer_that_never_reached_him_is_none(open_to_all: Reading) -> None:
    """The team has it at once."""
    await open_to_all.stored(HOURS)
    open_to_all.slack.fail_next("chat.postMessage", "user_disabled")
    await open_to_all.say("ann", None, "营业时间？")
    assert "没能送达客户" in open_to_all.read(open_to_all.card())
    assert (await open_to_all.ticket()).status is Status.NEW


async def test_edited_before_a_person_was_needed(open_to_all: Reading) -> None:
    """The team reads it as it is now, and that it was changed."""
    await open_to_all.stored(HOURS)
    said = await open_to_all.say("ann", None, "营业时间？")
    answer = open_to_all.told("ann")
    await open_to_all.edit("ann", said, "周末的营业时间？")
    await open_to_all.press("ann", answer, "需要人工")
    assert "周末的营业时间" in open_to_all.read(open_to_all.card())
    assert any("周末的营业时间" in line and "已编辑" in line for line in open_to_all.thread())


async def test_edited_into_a_complaint(open_to_all: Reading) -> None:
    """No article holds it up."""
    await open_to_all.stored(HOURS)
    said = await open_to_all.say("ann", None, "营业时间？")
    await open_to_all.edit("ann", said, "你们营业时间乱写，我要投诉")
    assert "我要投诉" in open_to_all.read(open_to_all.card())
    assert (await open_to_all.ticket()).status is Status.NEW


async def test_deleted_before_a_person_was_needed(open_to_all: Reading) -> None:
    """Nothing of it stands in the team's thread; the buttons work."""
    await open_to_all.stored(HOURS)
    said = await open_to_all.say("ann", None, "营业时间？")
    answer = open_to_all.told("ann")
    await open_to_all.delete("ann", said)
    await open_to_all.press("ann", answer, "需要人工")
    assert not any("营业时间？" in line for line in open_to_all.thread()[1:])


async def test_archived_after_it_answered(open_to_all: Reading) -> None:
    """What he says to it still counts."""
    await open_to_all.stored(HOURS)
    await open_to_all.say("ann", None, "营业时间？")
    await open_to_all.command("lin", None, "/kb", "archive K-1")
    await open_to_all.press("ann", open_to_all.told("ann"), "已解决")
    assert (await open_to_all.ticket()).status is Status.SOLVED


async def test_solved_by_his_own_command(open_to_all: Reading) -> None:
    """Instead of the button: the answer looks the same, and it counts as helped."""
    await open_to_all.stored(HOURS)
    await open_to_all.say("ann", None, "营业时间？")
    answer = open_to_all.told("ann")
    await open_to_all.say("ann", None, "T-1 解决")
    assert (await open_to_all.ticket()).status is Status.SOLVED
    assert open_to_all.slack.buttons(open_to_all.slack.message(answer.ts)) == []
    assert [question.outcome for question in await questions(open_to_all)] == [Outcome.HELPED]


async def test_deliveries_that_come_twice(open_to_all: Reading) -> None:
    """One question, one answer, one vote."""
    await open_to_all.stored(HOURS)
    said = await open_to_all.say("ann", None, "营业时间？")
    event = {"type": "message", "channel": said.channel, "channel_type": "im", "user": said.user, "text": said.text,
             "ts": said.ts}  # fmt: skip
    await open_to_all.slack.send_event(None, event)
    await open_to_all.baton.settle()
    assert len(open_to_all.direct("ann")) == await open_to_all.count() == 1
    answer = open_to_all.told("ann")
    delivery = await open_to_all.slack.presses(open_to_all["ann"], answer, "已解决")
    await open_to_all.slack.redeliver(delivery)
    await open_to_all.baton.settle()
    assert await open_to_all.baton.read(lambda unit: unit.knowledge.tallies([1])) == {1: Tally(helped=1)}
    assert len(open_to_all.direct("ann")) == 1
