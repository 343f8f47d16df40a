"""What customers are told who look something up themselves; and announcements, which end by themselves."""

from datetime import timedelta

from bot.knowledge.rules import Content, Kind
from tests.knowledge.stage import Reading


async def test_a_customer_who_finds_nothing_is_shown_the_way_to_a_person(reading: Reading) -> None:
    """Covers U20: he is never asked to write an article; under whatever he finds stands the way to a colleague."""
    await reading.stored(Content("营业时间", "九点到六点"))
    await reading.command("ann", None, "/kb", "量子纠缠怎么报销")
    assert "同事会回复您" in reading.direct("ann")[-1]
    assert "写下来" not in reading.direct("ann")[-1]
    await reading.command("ann", None, "/kb", "营业时间")
    assert "同事会回复您" in reading.direct("ann")[-1]
    assert "同事会回复您" in await reading.press("ann", reading.told("ann"), "👎 没用")
    await reading.command("lin", None, "/kb", "量子纠缠怎么报销")
    assert "写下来" in reading.direct("lin")[-1]
    await reading.command("lin", None, "/kb", "营业时间")
    assert "同事会回复您" not in reading.direct("lin")[-1]


async def test_what_is_wrong_with_an_article_that_is_nobodys_is_heard(reading: Reading) -> None:
    """Covers U9: an imported one without owner and team goes to whoever looks after the knowledge base."""
    await reading.stored(Content("营业时间", "九点到六点"))
    await reading.command("ann", None, "/kb", "营业时间")
    await reading.press("ann", reading.told("ann"), "⚠️ 有误或过时")
    assert await reading.submit("ann", {"哪里有误？": "周末不开门"}) == {}
    assert "周末不开门" in reading.direct("root")[-1]
    assert "编辑" in reading.slack.buttons(reading.told("root"))


async def test_an_announcement_is_asked_for_its_last_day(reading: Reading) -> None:
    """Covers U7: with one tap, and after that day nobody finds it."""
    await reading.writes("lin", "春节放假安排", "除夕到初七放假", kind="公告")
    told = reading.told("lin")
    assert "还没有截止日期" in reading.read(told)
    await reading.press("lin", told, "设置截止日期")
    last = reading.baton.clock.now().date() + timedelta(days=3)
    assert await reading.submit("lin", {"截止日期": last.isoformat()}) == {}
    assert "截止日期" not in reading.direct("lin")[-1]
    await reading.read_up()
    article = await reading.article()
    assert (article.content.kind, article.content.ends_on) == (Kind.ANNOUNCEMENT, last)
    await reading.command("ann", None, "/kb", "春节放假")
    assert "除夕到初七" in reading.direct("ann")[-1]
    await reading.later(4 * 86400)
    for who in ("ann", "lin"):
        await reading.command(who, None, "/kb", "春节放假")
        assert "除夕到初七" not in reading.direct(who)[-1]
