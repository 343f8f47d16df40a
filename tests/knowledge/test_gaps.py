"""What is asked in vain becomes a gap, the gap becomes an article, and those who asked hear of it."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.knowledge.chores import Chores
from bot.knowledge.gaps import AGAIN, SETTLED
from bot.knowledge.mending import monday_of
from bot.knowledge.rules import Content, Gap, Occasion, Outcome, Question
from bot.unit import Unit
from tests.knowledge.office import SHANGHAI, until, work
from tests.knowledge.stage import Reading


async def ask(stage: Reading, *asked: tuple[str, str]) -> None:
    """Who asked what, one after the other; after that it is grouped."""
    for who, said in asked:
        await stage.command(who, None, "/kb", said)
    await stage.baton.pass_time(SETTLED.total_seconds())
    await work(stage)


async def open_gaps(stage: Reading) -> list[Gap]:
    """The gaps that are open."""
    found: list[Gap] = await stage.baton.read(lambda unit: unit.knowledge.gaps())
    return found


def weekly(stage: Reading, who: str) -> list[str]:
    """The weekly messages that somebody has had."""
    return [words for words in stage.direct(who) if "上周有人问" in words]


async def test_a_gap_is_told_of_written_and_found_a_second_later(office_anywhere: Reading) -> None:
    """Covers U7, U10, K7, issue 4 section 2: on Monday when his day begins the lead hears what was missing; the form
    is filled in, the article found, and whoever asked lately is told once, when he is at work."""
    office = office_anywhere
    await ask(
        office, ("lin", "发票抬头怎么改"), ("chen", "發票抬頭怎麼改"), ("lin", "修改发票抬头"), ("lin", "年假有几天")
    )
    often, once = await open_gaps(office)
    assert (often.count, once.count) == (3, 1)
    await until(office, 6, 8, 30)
    assert weekly(office, "wang") == []
    await until(office, 0, 9, 10)
    await until(office, 1, 12)
    [words] = weekly(office, "wang")
    assert "“发票抬头怎么改”" in words
    assert "问过 3 次 · 2 人" in words
    assert "“修改发票抬头”" in words
    assert "年假有几天" in words
    assert weekly(office, "root") == []
    [card] = [one for one in office.slack.sent(office.slack.dm(office["wang"])) if "上周" in office.read(one)]

    await office.press("wang", card, f"kb.gap.write:{often.id}#0")
    assert office.form("wang")["标题"] == "发票抬头怎么改"
    assert office.form("wang")["其他问法"].splitlines() == ["發票抬頭怎麼改", "修改发票抬头"]
    assert await office.submit("wang", {"答案": "在订单里点“发票”，改好抬头再提交。"}) == {}
    await office.read_up()
    assert [gap.id for gap in await open_gaps(office)] == [once.id]
    assert not [words for words in office.direct("lin") if "现在有了" in words], "they asked eight days ago"
    await office.command("chen", None, "/kb", "抬头怎么改")
    assert "K-1 · 发票抬头怎么改" in office.direct("chen")[-1]


async def test_colleagues_who_asked_lately_are_told_when_they_are_at_work(office: Reading) -> None:
    """Covers U10: once, quietly; whoever wrote it knows."""
    await ask(office, ("lin", "VPN 连不上"), ("wang", "vpn连接不上"), ("ann", "VPN連不上"))
    await until(office, 0, 20)
    await office.command("wang", None, "/kb", "gaps")
    await office.press("wang", office.told("wang"), "✍️ 写一篇")
    await office.submit("wang", {"答案": "重启客户端。"})
    assert not [words for words in office.direct("lin") if "现在有了" in words], "his day is over"
    await until(office, 1, 9, 5)
    await until(office, 1, 12)
    assert len([words for words in office.direct("lin") if "现在有了：K-1“VPN 连不上”" in words]) == 1
    assert not [words for words in office.direct("wang") if "现在有了" in words]
    assert "现在有了" not in office.shown_to_customer("ann")


async def test_a_gap_that_an_article_answers_meanwhile_closes_itself(office: Reading) -> None:
    """Covers U7: by an import or anybody's article, without a word."""
    await ask(office, ("lin", "怎么开增值税专用发票"), ("chen", "年假有几天"))
    await office.stored(Content("怎么开增值税专用发票", "在订单里点“发票”。", aliases=("开专票",)))
    await office.baton.pass_time(600)
    await work(office)
    assert [gap.said for gap in await open_gaps(office)] == ["年假有几天"]
    closed = await office.baton.read(lambda unit: unit.knowledge.gap(1))
    assert closed.article == 1


async def test_what_only_the_team_may_read_is_no_answer_to_a_customer(office: Reading) -> None:
    """Covers T10: the gap of a customer's question stays open."""
    await ask(office, ("ann", "怎么开增值税专用发票"), ("lin", "出差报销标准"))
    await office.writes("wang", "怎么开增值税专用发票", audience="仅内部")
    await office.writes("wang", "出差报销标准", audience="仅内部")
    await office.baton.pass_time(600)
    await work(office)
    assert [gap.said for gap in await open_gaps(office)] == ["怎么开增值税专用发票"]


async def test_what_is_dropped_comes_back_when_it_goes_on_being_asked(office: Reading) -> None:
    """Covers U10."""
    await ask(office, ("lin", "年假有几天"))
    await office.command("lin", None, "/kb", "缺口")
    told = await office.press("lin", office.told("lin"), "不用写")
    assert str(AGAIN) in told
    await office.command("lin", None, "/kb", "gaps")
    assert "没有缺口" in office.direct("lin")[-1]
    await ask(office, *[("chen", "年假有幾天")] * (AGAIN - 1))
    assert await open_gaps(office) == []
    await ask(office, ("chen", "年假到底有几天"))
    [gap] = await open_gaps(office)
    assert gap.count == AGAIN + 1


async def test_a_customers_data_is_masked_for_everybody_else(office: Reading) -> None:
    """Covers T10, K7: in the list, and in the form."""
    await ask(office, ("ann", "我是Ann 订单 SF1234567890 怎么改地址 13800138000"))
    await office.command("lin", None, "/kb", "gaps")
    card = office.told("lin")
    await office.press("lin", card, "✍️ 写一篇")
    for shown in (office.read(card), office.form("lin")["标题"]):
        assert "怎么改地址" in shown
        assert not [secret for secret in ("Ann", "SF1234567890", "13800138000") if secret in shown]


async def test_what_helped_after_all_is_no_gap(office: Reading) -> None:
    """Covers U10: nor is a greeting, nor what agents were to be offered."""

    def asked(unit: Unit) -> None:
        def one(said: str, outcome: Outcome, occasion: Occasion = Occasion.SEARCH) -> None:
            unit.knowledge.ask(Question(0, unit.now, 0, said, False, outcome=outcome, occasion=occasion))

        one("年假有几天", Outcome.HELPED)
        one("怎么开发票", Outcome.SENT)
        one("你好", Outcome.NOTHING)
        one("我的快递怎么还没到", Outcome.SHOWN, Occasion.SUGGESTION)
        one("打印机卡纸", Outcome.NOT_HELPED)

    await office.baton.baton.database.write(asked)
    await ask(office)
    assert [gap.said for gap in await open_gaps(office)] == ["打印机卡纸"]


async def test_customers_neither_see_nor_fill_gaps(office: Reading) -> None:
    """Covers T10: not even by a button that was forged."""
    await ask(office, ("lin", "年假有几天"))
    assert "团队" in await office.command("ann", None, "/kb", "gaps") + office.direct("ann")[-1]
    told = await office.forge("ann", await office.say("ann", None, "你好"), "kb.gap.write", 1)
    assert "团队" in told + office.direct("ann")[-1]


async def test_two_cannot_write_the_same(office: Reading) -> None:
    """Covers G6: whoever comes second reads what the first one wrote."""
    await ask(office, ("lin", "年假有几天"))
    for who in ("lin", "chen"):
        await office.command(who, None, "/kb", "gaps")
        await office.press(who, office.told(who), "✍️ 写一篇")
    assert await office.submit("lin", {"答案": "五天起。"}) == {}
    await office.submit("chen", {"标题": "年假", "答案": "十天。"})
    assert "K-1" in office.direct("chen")[-1] + "".join(map(office.read, office.slack.ephemeral(office["chen"])))
    with pytest.raises(Exception, match=r"kb\.unknown"):
        await office.article(2)


async def test_the_words_gaps_in_a_question_are_a_question(office: Reading) -> None:
    """`kb gaps between teeth` asks."""
    await office.command("lin", None, "/kb", "gaps between teeth")
    assert "gaps between teeth" in office.direct("lin")[-1]


class TestWhoHears:
    """Exactly one message a week and person, whoever looks how often."""

    async def test_it_is_told_once_however_often_it_is_looked(self, office_anywhere: Reading) -> None:
        """Covers issue 4 section 2: by four replicas at once, each minute, and on the other days of the week."""
        office = office_anywhere
        await ask(office, ("lin", "年假有几天"), ("chen", "年假有幾天"))
        await office.baton.pass_time(6 * 24 * 3600)
        baton = office.baton.baton
        chores = Chores(baton.router, baton.librarian.library)
        await asyncio.gather(*(baton.database.write(chores.round) for _ in range(4)))
        await office.baton.settle()
        assert len(weekly(office, "wang")) == 1
        for _ in range(2):
            await work(office)
        await until(office, 4, 17)
        assert len(weekly(office, "wang")) == 1
        await until(office, 3, 12)
        assert len(weekly(office, "wang")) == 1, "nobody asked in the week before"

    async def test_what_was_asked_this_week_waits_for_the_next(self, office: Reading) -> None:
        await ask(office, ("lin", "年假有几天"), ("chen", "年假天数"))
        await until(office, 1, 17)
        assert weekly(office, "wang") == []

    async def test_on_leave_all_week_somebody_else_hears(self, office: Reading) -> None:
        """Covers issue 4 section 2: of what belongs to a lead who is away, administrators hear."""
        await ask(office, ("lin", "年假有几天"), ("chen", "年假天数"))
        await office.command("wang", None, "/baton", "leave 2026-12-07 2026-12-13")
        await until(office, 6, 12)
        assert weekly(office, "wang") == []
        assert len(weekly(office, "root")) == 1

    async def test_on_leave_on_monday_it_waits_for_tuesday(self, office: Reading) -> None:
        await ask(office, ("lin", "年假有几天"), ("chen", "年假天数"))
        await office.command("wang", None, "/baton", "leave 2026-12-07 2026-12-07")
        await until(office, 6, 17)
        assert weekly(office, "wang") == []
        await until(office, 1, 10)
        assert len(weekly(office, "wang")) == 1

    async def test_what_customers_asked_outside_of_tickets_is_for_administrators(self, office: Reading) -> None:
        """Covers U19: nobody's team asked."""
        await ask(office, ("ann", "年假有几天"), ("bo", "年假天数"))
        await until(office, 6, 12)
        assert weekly(office, "wang") == []
        assert len(weekly(office, "root")) == 1


def test_a_week_begins_where_the_workspace_is() -> None:
    """Monday's midnight there, whatever day it is in UTC."""
    sunday = datetime(2026, 12, 6, 23, 59, tzinfo=SHANGHAI)
    assert monday_of(sunday, SHANGHAI) == datetime(2026, 11, 30, tzinfo=SHANGHAI)
    assert monday_of(sunday + timedelta(minutes=1), SHANGHAI) == datetime(2026, 12, 7, tzinfo=SHANGHAI)
