"""What comes first among equals: what leads pin, and what a team asks most. Covers U8, U9, G6."""

from datetime import timedelta

from bot.knowledge import pinning
from bot.knowledge.rules import Content, Occasion, Opinion, Outcome, Question, Vote
from bot.unit import Unit
from tests.knowledge.stage import Reading

SAME = tuple(Content("退款说明", f"三天到账。{mark}") for mark in "甲乙丙")


async def order(stage: Reading, who: str = "lin") -> list[int]:
    """In which order somebody is shown three articles that fit equally well."""
    await stage.command(who, None, "/kb", "退款说明")
    shown = stage.direct(who)[-1]
    return sorted((1, 2, 3), key=lambda number: shown.index(f"K-{number} ·"))


async def asked(stage: Reading, article: int, times: int = pinning.LEAST, *, days_ago: int = 0, **more: object) -> None:
    """客服部 asked so often, and was answered with this article first."""

    def ask(unit: Unit) -> None:
        team = next(team.id for team in unit.people.teams() if team.key == "support")
        for _ in range(times):
            question = Question(0, unit.now - timedelta(days=days_ago), 0, "退款", sure=True, articles=(article, 9),
                                team=team)  # fmt: skip
            unit.knowledge.ask(replace_with(question, more))

    await stage.baton.baton.database.write(ask)


def replace_with(question: Question, more: dict[str, object]) -> Question:
    """The question with other particulars."""
    return Question(**{name: more.get(name, getattr(question, name)) for name in Question.__slots__})  # type: ignore[arg-type]


async def counted(stage: Reading) -> None:
    """An hour has passed, and the calendar came by."""
    await stage.later(3600)
    await stage.baton.baton.calendar.run("most asked articles")


async def test_a_lead_pins_and_unpins(anywhere: Reading) -> None:
    """By word and by button; the mark is on every card, and the day as of which it holds stays."""
    stage = anywhere
    await stage.stored(*SAME)
    assert await order(stage) == [1, 2, 3]
    before = (await stage.article(3)).updated_at
    await stage.later(100)
    told = await stage.command("wang", None, "/kb", "置顶 K-3")
    assert "K-3 已置顶" in told + stage.direct("wang")[-1]
    assert (await stage.article(3)).updated_at == before
    assert (await order(stage))[0] == 3
    assert "📌 K-3 · 退款说明" in stage.direct("lin")[-1]

    await stage.command("wang", None, "/kb", "K-3")
    card = stage.told("wang")
    assert "📌" in stage.read(card)
    await stage.press("wang", card, "取消置顶")
    assert await order(stage) == [1, 2, 3]


async def test_who_leads_nobody_pins_nothing(reading: Reading) -> None:
    """He sees no button, and a word or a forged press is answered."""
    await reading.stored(*SAME)
    told = await reading.command("lin", None, "/kb", "pin K-1")
    assert "只有团队负责人和主管" in told + reading.direct("lin")[-1]
    await reading.command("lin", None, "/kb", "K-1")
    card = reading.told("lin")
    assert "📌 置顶" not in reading.slack.buttons(card)
    assert "只有团队负责人和主管" in await reading.forge("lin", card, "kb.pin", 1)
    assert not (await reading.article()).pinned
    told = await reading.command("ann", None, "/kb", "pin K-1")
    assert "文章由团队编写" in told + reading.direct("ann")[-1]


async def test_a_supervisor_pins_for_his_own_teams(reading: Reading) -> None:
    """What belongs to another department is pinned there; what belongs to none, by whoever leads."""
    tech = await reading.baton.read(lambda unit: next(team.id for team in unit.people.teams() if team.key == "tech"))
    await reading.stored(Content("打印机说明", "x"), team=tech)
    told = await reading.command("wang", None, "/kb", "pin K-1")
    assert "只有团队负责人和主管" in told + reading.direct("wang")[-1]
    await reading.command("root", None, "/kb", "pin K-1")
    assert (await reading.article()).pinned
    told = await reading.command("root", None, "/kb", "pin K-1")
    assert "已经置顶了" in told + reading.direct("root")[-1]


async def test_the_most_asked_come_first_for_the_team_that_asks(anywhere: Reading) -> None:
    """By themselves, from the last seven days; another department's order stays as it was."""
    stage = anywhere
    await stage.stored(*SAME)
    await asked(stage, 2)
    await asked(stage, 3, days_ago=8)
    await counted(stage)
    assert await order(stage) == [2, 1, 3]
    assert "🔥 K-2 · 退款说明" in stage.direct("lin")[-1]
    assert await order(stage, "zhao") == [1, 2, 3]
    await stage.command("wang", None, "/kb", "pin K-3")
    assert await order(stage) == [3, 2, 1]

    await stage.later(7 * 86400)
    await counted(stage)
    assert await order(stage) == [3, 1, 2]


async def test_what_answered_nothing_does_not_count(reading: Reading) -> None:
    """A customer who needed a person, an answer that did not help, a suggestion that nobody took up, a guess."""
    await reading.stored(*SAME)
    await asked(reading, 1, outcome=Outcome.PERSON, occasion=Occasion.ANSWER)
    await asked(reading, 1, outcome=Outcome.NOT_HELPED)
    await asked(reading, 1, occasion=Occasion.SUGGESTION)
    await asked(reading, 1, sure=False)
    await asked(reading, 2, pinning.LEAST - 1)
    await counted(reading)
    assert await reading.baton.read(lambda unit: unit.keys.get(pinning.MOST_ASKED)) is None
    await asked(reading, 3, outcome=Outcome.SENT, occasion=Occasion.SUGGESTION)
    await asked(reading, 3, outcome=Outcome.QUIET, occasion=Occasion.ANSWER)
    await asked(reading, 2, sure=False, outcome=Outcome.HELPED)
    await counted(reading)
    assert list((await reading.baton.read(lambda unit: unit.keys.get(pinning.MOST_ASKED))).values()) == [[3, 2]]


async def test_the_word_alone_lists_what_is_asked_most(reading: Reading) -> None:
    """With a button to read each; what went into the archive meanwhile is left out."""
    await reading.stored(Content("怎么退款", "三天到账"), Content("营业时间", "九点"))
    await asked(reading, 1, 4)
    await asked(reading, 2, 3)
    await counted(reading)
    await reading.command("lin", None, "/kb")
    card = reading.told("lin")
    assert "🔥 本周问得最多\nK-1 · 怎么退款\nK-2 · 营业时间" in reading.read(card)
    await reading.press("lin", card, "K-2")
    assert "九点" in reading.direct("lin")[-1]
    await reading.command("wang", None, "/kb", "archive K-1")
    await reading.command("lin", None, "/kb")
    assert "K-1 · 怎么退款" not in reading.direct("lin")[-1]
    await reading.command("zhao", None, "/kb")
    assert "🔥" not in reading.direct("zhao")[-1]


async def test_very_useful_ones_bear_their_mark(reading: Reading) -> None:
    """Covers U9: on what was found and on the article itself."""
    await reading.stored(*SAME[:1])

    def use(unit: Unit) -> None:
        for person in unit.people.all_persons()[:3]:
            unit.knowledge.vote(Vote(1, person.id, Opinion.HELPED, unit.now))

    await reading.baton.baton.database.write(use)
    await reading.command("lin", None, "/kb", "退款说明")
    assert "⭐ K-1" in reading.direct("lin")[-1]
    await reading.command("lin", None, "/kb", "K-1")
    assert "⭐ K-1" in reading.direct("lin")[-1]
