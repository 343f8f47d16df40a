"""Reviews that are due: whoever looks after an article is asked on its day, and again a week later."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.knowledge.reminding import HALF_A_YEAR, SHOWN, next_review
from bot.knowledge.rules import Article, Content, Kind, State
from bot.people.leaving import disable
from bot.unit import Unit
from tests.clock import START
from tests.fakes.slack import Message
from tests.knowledge.office import until, work
from tests.knowledge.stage import Reading

TODAY = date(2026, 12, 1)
TOMORROW = date(2026, 12, 2)


async def due(stage: Reading, *titles: str, owner: str = "", on: date = TOMORROW, **more: object) -> list[Article]:
    """Articles to be looked at on a day; `owner` looks after them."""
    number = await stage.baton.read(lambda unit: unit.people.by_key(owner).id) if owner else 0
    return await stage.stored(*(Content(title, "…") for title in titles), owner=number, review_on=on, **more)


def asked(stage: Reading, who: str) -> list[Message]:
    """The messages in which somebody was asked to look at articles."""
    sent = stage.slack.sent(stage.slack.dm(stage[who]))
    return [message for message in sent if "该复审了" in stage.read(message)]


async def test_an_owner_is_asked_on_the_day_and_says_that_it_holds(office_anywhere: Reading) -> None:
    """Covers issue 4 section 2: several in one message, in his hours; what holds is to be looked at again later."""
    office = office_anywhere
    await due(office, "退款多久到账", "营业时间", owner="lin")
    await due(office, "明年的价目", owner="lin", on=TOMORROW + timedelta(days=9))
    await until(office, 1, 8)
    assert asked(office, "lin") == []
    await until(office, 0, 9, 5)
    await until(office, 0, 17)
    [message] = asked(office, "lin")
    shown = office.read(message)
    assert "有 2 篇文章该复审了" in shown
    assert "K-1 · 退款多久到账" in shown
    assert "明年的价目" not in shown

    told = await office.press("lin", message, "kb.right:1#0")
    assert "2027年6月2日" in told
    assert (await office.article(1)).review_on == TOMORROW + HALF_A_YEAR
    assert "已经有人复审过" in await office.press("lin", message, "kb.right:1#0")
    await office.press("lin", message, "kb.archive:2#2")
    assert (await office.article(2)).state is State.ARCHIVED


async def test_who_does_nothing_hears_of_it_again_after_a_week(office: Reading) -> None:
    """Covers issue 4 section 2: not daily."""
    await due(office, "退款多久到账", owner="lin")
    for _ in range(6):
        await until(office, 1, 9, 5)
    assert len(asked(office, "lin")) == 1
    for _ in range(2):
        await until(office, 1, 9, 5)
    assert len(asked(office, "lin")) == 2


async def test_on_a_day_off_it_waits(office: Reading) -> None:
    """Covers issue 4 section 2: what is due on Saturday is asked on Monday."""
    await due(office, "退款多久到账", owner="lin", on=date(2026, 12, 5))
    await until(office, 4, 12)
    assert asked(office, "lin") == []
    await until(office, 2, 9, 5)
    assert len(asked(office, "lin")) == 1


async def test_nobody_owns_it_so_the_lead_or_an_administrator_is_asked(office: Reading) -> None:
    """Covers C13: somebody always looks after it."""
    team = await office.baton.read(lambda unit: unit.people.teams()[0].id)
    await due(office, "团队的文章", team=team)
    await due(office, "没有人的文章")
    await until(office, 1, 9, 5)
    assert ["团队的文章" in office.read(message) for message in asked(office, "wang")] == [True]
    assert ["没有人的文章" in office.read(message) for message in asked(office, "root")] == [True]


async def test_many_are_asked_for_day_by_day(office: Reading) -> None:
    """Covers P7: a message that can be read on a phone; nothing is forgotten."""
    await due(office, *(f"文章{number}号" for number in range(SHOWN + 2)), owner="lin")
    await until(office, 1, 9, 5)
    await until(office, 1, 9, 5)
    first, second = asked(office, "lin")
    assert f"有 {SHOWN + 2} 篇" in office.read(first)
    assert "有 2 篇" in office.read(second)


async def test_what_nobody_finds_any_more_is_not_asked_for(office: Reading) -> None:
    """Covers issue 4 section 1: drafts, what is in the archive, announcements that have ended."""
    await due(office, "草稿", owner="lin", state=State.DRAFT)
    await due(office, "旧文", owner="lin", state=State.ARCHIVED)
    lin = await office.baton.read(lambda unit: unit.people.by_key("lin").id)
    over = Content("双十一活动", "五折", kind=Kind.ANNOUNCEMENT, ends_on=date(2026, 11, 30))
    await office.stored(over, owner=lin, review_on=TODAY)
    await until(office, 1, 12)
    assert asked(office, "lin") == []


async def test_whoever_mends_it_has_looked_at_it(office: Reading) -> None:
    """Covers issue 4 section 2: the day moves on by itself, unless another one was named."""
    await due(office, "退款多久到账", "营业时间", owner="lin", on=TODAY)
    for number, day in ((1, ""), (2, "2027-01-15")):
        await office.command("chen", None, "/kb", f"edit K-{number}")
        assert await office.submit("chen", {"答案": "五天", **({"复审日期": day} if day else {})}) == {}
    assert (await office.article(1)).review_on == TODAY + HALF_A_YEAR
    assert (await office.article(2)).review_on == date(2027, 1, 15)


async def test_the_articles_of_somebody_who_left_are_the_leads(office: Reading) -> None:
    """Covers C13, issue 4 section 2: who hears of it when he is at work; what is in the archive stays."""
    team = await office.baton.read(lambda unit: unit.people.teams()[0].id)
    await due(office, "退款多久到账", "营业时间", owner="lin", team=team)
    await due(office, "旧文", owner="lin", team=team, state=State.ARCHIVED)
    await until(office, 0, 20)

    def leave(unit: Unit) -> int:
        person = unit.people.by_key("lin")
        assert person is not None
        disable(unit, person)
        return person.id

    lin = await office.baton.baton.database.write(leave)
    owners = [await office.person((await office.article(number)).owner) for number in (1, 2)]
    assert owners == ["王芳", "王芳"]
    assert (await office.article(3)).owner == lin
    assert office.direct("wang") == [], "the day is over"
    await until(office, 1, 9, 5)
    [told] = [words for words in office.direct("wang") if "账号已停用" in words]
    assert "林晓" in told
    assert "K-1、K-2" in told


async def test_customers_cannot_say_that_it_holds(office: Reading) -> None:
    """Covers T10."""
    await due(office, "退款多久到账", on=TODAY)
    await office.forge("ann", await office.say("ann", None, "你好"), "kb.right", 1)
    assert (await office.article(1)).review_on == TODAY
    await work(office)


@pytest.mark.parametrize(("stood", "length"), [(90, 90), (366, 366), (27, 182), (400, 182), (0, 182), (-5, 182)])
def test_how_long_it_holds_again(stood: int, length: int) -> None:
    """As long as it was to stand before; half a year where that was no sensible time."""
    article = Article(1, Content("x"), START, START, review_on=START.date() + timedelta(days=stood))
    late = START.date() + timedelta(days=stood + 3)
    assert next_review(article, late) == late + timedelta(days=length)
    assert next_review(replace(article, review_on=None), late) == late + HALF_A_YEAR
