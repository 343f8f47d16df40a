"""`report knowledge`: the figures, counted by both databases alike, and who may see whose."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.knowledge.ports import Activity, Condition, Taught, Whose
from bot.knowledge.rules import Article, Content, Gap, Occasion, Opinion, Outcome, Question, Revision, State, Vote
from bot.people.rules import Person, Role, Team
from bot.unit import Unit
from storage.unit import SqlDatabase
from tests.clock import START
from tests.knowledge.stage import Reading

DAY, WEEK = timedelta(days=1), timedelta(days=7)
EVERYTHING = Whose()


class House:
    """Two teams with an agent each, and a customer."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.teams = [unit.people.add_team(Team(0, key, key)).id for key in ("support", "tech")]
        self.lin, self.zhao = (
            unit.people.add_person(Person(0, name, Role.AGENT, teams=frozenset({team}))).id
            for name, team in zip(("林晓", "赵磊"), self.teams, strict=True)
        )
        self.ann = unit.people.add_person(Person(0, "Ann", Role.CUSTOMER)).id

    def ask(self, at: datetime, person: int, team: int, sure: bool, outcome: Outcome = Outcome.SHOWN,
            occasion: Occasion = Occasion.SEARCH) -> Question:  # fmt: skip
        """Somebody asks."""
        number = self.teams[team] if team >= 0 else 0
        asked = Question(0, at, person, "…", sure, team=number, outcome=outcome, occasion=occasion)
        return self.unit.knowledge.ask(asked)

    def write(self, at: datetime, author: int, team: int, **more: object) -> Article:
        """Somebody writes."""
        fresh = Article(0, Content(f"{at}"), at, at, owner=author, team=self.teams[team], **more)  # type: ignore[arg-type]
        return self.unit.knowledge.add([fresh], author)[0]

    def vote(self, article: Article, at: datetime, opinion: Opinion) -> None:
        """The other one says what he thinks."""
        self.unit.knowledge.vote(Vote(article.id, self.zhao, opinion, at))


def asked(unit: Unit) -> House:
    """A week of questions, and what is not of it."""
    house = House(unit)
    first = partial(house.ask, START, house.ann, 0, occasion=Occasion.ANSWER)
    house.ask(START, house.lin, 0, True)
    house.ask(START + DAY, house.lin, 0, False)
    house.ask(START + DAY, house.zhao, 1, True)
    first(True, Outcome.HELPED)
    first(True, Outcome.QUIET)
    first(True, Outcome.PERSON)
    first(False, Outcome.PERSON)
    house.ask(START, house.lin, 0, True, occasion=Occasion.SUGGESTION)
    house.ask(START - timedelta(microseconds=1), house.lin, 0, True)
    house.ask(START + WEEK, house.lin, 0, True)
    return house


async def test_what_was_asked_and_answered(database: SqlDatabase) -> None:
    """Covers U10, U19: customers who were answered first apart, with what came of it; the end of a period is out."""
    house = await database.write(asked)

    def counted(whose: Whose) -> Activity:
        return Activity(*figures(whose)[:6])

    def figures(whose: Whose) -> tuple[int, ...]:
        found = activities[whose]
        return tuple(getattr(found, name) for name in Activity.__slots__)

    scopes = [EVERYTHING, Whose((house.teams[0],)), Whose((house.teams[1],)), Whose(person=house.lin), Whose(())]
    activities = await database.read(
        lambda unit: {whose: unit.knowledge_figures.activity(whose, START, START + WEEK) for whose in scopes}
    )
    assert counted(EVERYTHING) == Activity(7, 5, 3, 1, 1, 1)
    assert counted(scopes[1]) == Activity(6, 4, 3, 1, 1, 1)
    assert counted(scopes[2]) == Activity(1, 1)
    assert counted(scopes[3]) == Activity(2, 1)
    assert counted(scopes[4]) == Activity()


async def test_who_asked_week_by_week(database: SqlDatabase) -> None:
    """Covers U10: customers are not learning."""
    house = await database.write(asked)
    found = await database.read(lambda unit: unit.knowledge_figures.askers(EVERYTHING, START - WEEK, 3))
    assert found == {house.lin: (1, 2, 1), house.zhao: (0, 1, 0)}
    own = await database.read(lambda unit: unit.knowledge_figures.askers(Whose(person=house.zhao), START, 2))
    assert own == {house.zhao: (1, 0)}


async def test_who_taught_and_how_useful_it_was(database: SqlDatabase) -> None:
    """Covers U9, K7: what somebody wrote long ago teaches still; an opinion of an article is its first author's."""

    def work(unit: Unit) -> House:
        house = House(unit)
        old = house.write(START - 10 * WEEK, house.lin, 0)
        for opinion in (Opinion.USED, Opinion.USED, Opinion.HELPED):
            house.vote(old, START, opinion)
        house.vote(old, START - DAY, Opinion.USED)
        new = house.write(START + DAY, house.zhao, 1)
        house.vote(new, START + DAY, Opinion.NOT_HELPED)
        unit.knowledge.revise(Revision(new.id, 2, house.lin, START + DAY, new.content))
        return house

    house = await database.write(work)
    span = (START, START + WEEK)
    found = await database.read(lambda unit: unit.knowledge_figures.teachers(EVERYTHING, *span))
    assert found == [Taught(house.lin, 0, 3), Taught(house.zhao, 1, 0)]
    tech = await database.read(lambda unit: unit.knowledge_figures.teachers(Whose((house.teams[1],)), *span))
    assert tech == [Taught(house.zhao, 1, 0)]
    own = await database.read(lambda unit: unit.knowledge_figures.activity(Whose(person=house.lin), *span))
    assert (own.useful, own.useless, own.wrong) == (1, 0, 0)


async def test_gaps_that_came_and_went(database: SqlDatabase) -> None:
    """Covers K7: a gap is closed when the article that closes it first said so, whenever that was written."""

    def work(unit: Unit) -> House:
        house = House(unit)
        team = house.teams[0]
        unit.knowledge.save_gap(Gap(0, "a", 1, START - DAY, START - DAY, team))
        unit.knowledge.save_gap(Gap(0, "b", 1, START, START, team, dropped=True))
        new = house.write(START + DAY, house.lin, 0)
        unit.knowledge.save_gap(Gap(0, "c", 1, START, START, team, new.id))
        old = house.write(START - WEEK, house.lin, 0)
        unit.knowledge.revise(Revision(old.id, 2, house.lin, START + 2 * DAY, old.content))
        unit.knowledge.revise(Revision(old.id, 3, house.lin, START + 2 * WEEK, old.content))
        unit.knowledge.save_gap(Gap(0, "d", 1, START + DAY, START + DAY, house.teams[1], old.id))
        return house

    house = await database.write(work)

    def look(unit: Unit) -> list[tuple[int, int, int]]:
        found = []
        for whose in (EVERYTHING, Whose((house.teams[0],))):
            week = unit.knowledge_figures.activity(whose, START, START + WEEK)
            condition = unit.knowledge_figures.condition(whose, START.date(), START)
            found.append((week.missing, week.filled, condition.gaps))
        return found

    assert await database.read(look) == [(3, 2, 1), (2, 1, 1)]


async def test_what_is_stale(database: SqlDatabase) -> None:
    """Covers issue 4 section 2: overdue, not used for long though it is old, found wrong and not changed since."""

    def work(unit: Unit) -> House:
        house = House(unit)
        long_ago, today = START - 30 * WEEK, START.date()
        house.write(long_ago, house.lin, 0, review_on=today - DAY)
        used = house.write(long_ago, house.lin, 0, review_on=today)
        house.vote(used, START - DAY, Opinion.USED)
        house.vote(used, START - DAY, Opinion.WRONG)
        mended = house.write(START - DAY, house.lin, 0)
        house.vote(mended, START - DAY, Opinion.WRONG)
        unit.knowledge.save(replace(mended, pinned=True), START)
        house.write(long_ago, house.zhao, 1, state=State.ARCHIVED, review_on=today - DAY)
        house.write(long_ago, house.zhao, 1)
        return house

    house = await database.write(work)

    def look(whose: Whose, unit: Unit) -> Condition:
        return unit.knowledge_figures.condition(whose, START.date(), START - 13 * WEEK)

    assert await database.read(partial(look, EVERYTHING)) == Condition(0, overdue=1, unused=2, wrong=1)
    assert await database.read(partial(look, Whose(person=house.zhao))) == Condition(0, overdue=0, unused=1, wrong=0)


# Through the wire


async def test_the_card_is_read_on_a_phone(anywhere: Reading) -> None:
    """Covers U10, K7: this week beside the one before, who asked and who taught; longer times by a button."""
    stage = anywhere
    await stage.writes("lin", "怎么退款")
    for who, said in (("chen", "怎么退款"), ("chen", "量子纠缠"), ("zhao", "怎么退款")):
        await stage.command(who, None, "/kb", said)
    await stage.press("chen", stage.told("chen"), "✍️ 写一篇")
    await stage.command("zhao", None, "/kb", "怎么退款")
    await stage.press("zhao", stage.told("zhao"), "👍 有用")
    await stage.say("wang", None, "报表 知识")
    card = stage.told("wang")
    shown = stage.read(card)
    assert "知识库报表：客服部" in shown
    assert "2（上期 0）" in shown
    assert "50% (1/2)（上期 –）" in shown
    assert "陈曦：0 → 0 → 0 → 0 → 0 → 2" in shown
    assert "赵磊" not in shown
    assert "林晓：写了 1 篇，被用到 1 次" in shown
    await stage.press("wang", card, "近 30 天")
    assert "2026-11-01 至 2026-12-01" in stage.direct("wang")[-1]


@pytest.mark.parametrize(
    ("who", "said", "there", "not_there"),
    [
        ("root", "report knowledge", ("知识库报表\n", "陈曦：", "赵磊："), ()),
        ("root", "report knowledge 技术部 30d", ("知识库报表：技术部", "赵磊："), ("陈曦：",)),
        ("root", "report kb 2026-11-30 2026-12-01", ("2026-11-30 至 2026-12-01",), ()),
        ("ana", "报表 知识", ("#1：", "#2："), ("陈曦", "赵磊")),
        ("chen", "報表 知識", ("知识库报表：陈曦", "陈曦："), ("赵磊",)),
        ("chen", "报表 知识 客服部", ("不能看客服部",), ("陈曦：",)),
        ("wang", "report knowledge tech", ("不能看技术部", "客服部"), ("赵磊",)),
        ("wang", "report", ("哪个报表？有：知识",), ()),
        ("wang", "report nonsense", ("哪个报表？",), ()),
        ("wang", "report knowledge 2026-12-05 2026-12-01", ("2026-12-05",), ("知识库报表",)),
    ],
)
async def test_everybody_sees_what_is_his(
    reading: Reading, who: str, said: str, there: tuple[str, ...], not_there: tuple[str, ...]
) -> None:
    """Covers T8: administrators all, analysts without names, leads their teams, others themselves."""
    for asker in ("chen", "zhao"):
        await reading.command(asker, None, "/kb", "怎么退款")
    await reading.say(who, None, said)
    shown = "\n".join([*reading.direct(who)[-1:], ""])
    assert [words for words in there if words not in shown] == []
    assert [words for words in not_there if words in shown] == []


async def test_customers_see_no_figures(reading: Reading) -> None:
    """Covers T10: not by the command, nor by a button that was forged."""
    told = await reading.command("ann", None, "/baton", "report knowledge")
    told += await reading.forge("ann", await reading.say("ann", None, "你好"), "report.knowledge", 0)
    shown = told + reading.shown_to_customer("ann")
    assert "内部使用" in shown
    assert "知识库报表" not in shown


async def test_a_forged_button_shows_nothing_more(reading: Reading) -> None:
    """Covers T10: another team's number under one's own report."""
    await reading.say("wang", None, "report knowledge")
    told = await reading.forge("wang", reading.told("wang"), "report.knowledge", 2, "30d")
    assert "不能看技术部" in told + reading.direct("wang")[-1]
