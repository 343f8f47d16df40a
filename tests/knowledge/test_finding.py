"""Asking through the wire: whatever is typed is answered; use decides among equals; nobody is shown what he may not."""

from dataclasses import replace

import pytest

from bot.knowledge.rules import Article, Content, Opinion, Outcome, Vote
from bot.unit import Unit
from tests.knowledge.stage import Reading

STRANGE = [
    "x",
    "？",
    "🙂🙂🙂",
    "'; DROP TABLE articles; --",
    "<script>alert(1)</script> *bold* `code`",
    "怎麼 refund 退kuan ﾃｽﾄ",
    "%_\\ :name {} NULL",
    "\u202egnp.exe",
]


@pytest.mark.parametrize("said", STRANGE)
async def test_whatever_is_typed_is_answered(reading: Reading, said: str) -> None:
    """Covers G6: one character, emoji only, SQL, markup, mixed scripts."""
    await reading.stored(Content("怎么退款", "打开订单"))
    before = len(reading.direct("lin"))
    await reading.command("lin", None, "/kb", said)
    assert len(reading.direct("lin")) == before + 1


async def test_ten_thousand_characters_are_answered(reading: Reading) -> None:
    """Covers G6: and what is remembered of them is bounded."""
    await reading.stored(Content("怎么退款", "打开订单"))
    await reading.say("lin", None, f"kb 怎么退款 {'啊' * 10_000}")
    assert len(reading.direct("lin")) == 1
    question = await reading.baton.read(lambda unit: unit.knowledge.question(1))
    assert question.said.startswith("怎么退款")
    assert len(question.said) <= 1000


async def test_use_decides_among_equals(reading: Reading) -> None:
    """Covers U8, U9: pinned first, then what helped; the mark is shown."""
    first, second, third = await reading.stored(
        Content("退款说明", "三天到账"), Content("退款说明", "三天到账"), Content("退款说明", "三天到账")
    )

    def use(unit: Unit) -> None:
        for person in unit.people.all_persons()[:3]:
            unit.knowledge.vote(Vote(second.id, person.id, Opinion.HELPED, unit.now))

    await reading.baton.baton.database.write(use)
    assert await order(reading) == [second.id, first.id, third.id]
    assert "⭐ K-2 ·" in reading.direct("lin")[-1]
    await pin(reading, third)
    assert (await order(reading))[0] == third.id


async def pin(reading: Reading, article: Article) -> None:
    """Somebody pinned it."""

    def work(unit: Unit) -> None:
        unit.knowledge.save(replace(unit.knowledge.get(article.id), pinned=True), unit.now)

    await reading.baton.baton.database.write(work)
    await reading.read_up()


async def order(reading: Reading) -> list[int]:
    """In which order three articles are shown."""
    await reading.command("lin", None, "/kb", "退款说明")
    shown = reading.direct("lin")[-1]
    return sorted((1, 2, 3), key=lambda number: shown.index(f"K-{number} ·"))


async def test_what_is_staff_only_is_never_sent(reading: Reading) -> None:
    """Covers T10: not even by a button that was forged."""
    await reading.writes("lin", "内部口径", "不能告诉客户", audience="仅内部")
    await reading.say("ann", reading.help, "我要退款")
    await reading.mention("lin", reading.support, "kb 内部口径", under=reading.card())
    found = reading.latest(reading.support)
    assert "发给客户" not in reading.slack.buttons(found)
    told = await reading.forge("lin", found, "kb.send", 1, "1")
    assert "仅供内部" in told
    await reading.later()
    assert "不能告诉客户" not in reading.shown_to_customer("ann")


async def test_what_came_of_a_question_is_remembered(reading: Reading) -> None:
    """Covers U10, U20: sent, useful, not useful."""
    await reading.stored(Content("怎么退款", "打开订单"))
    await reading.command("lin", None, "/kb", "怎么退款")
    card = reading.told("lin")
    await reading.press("lin", card, "👎 没用")
    question = await reading.baton.read(lambda unit: unit.knowledge.question(1))
    assert question.outcome is Outcome.NOT_HELPED
    await reading.press("lin", card, "👍 有用")
    question = await reading.baton.read(lambda unit: unit.knowledge.question(1))
    assert question.outcome is Outcome.HELPED
    tally = (await reading.baton.read(lambda unit: unit.knowledge.tallies([1])))[1]
    assert (tally.helped, tally.not_helped) == (1, 0)


async def test_an_article_that_is_gone_is_not_shown_though_the_index_is_behind(reading: Reading) -> None:
    """Covers T10: the database has the last word."""
    await reading.writes("lin", "怎么退款")
    await reading.command("chen", None, "/kb", "archive K-1")
    await reading.command("lin", None, "/kb", "怎么退款")
    assert "没有找到" in reading.direct("lin")[-1]
