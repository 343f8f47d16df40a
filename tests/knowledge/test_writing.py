"""Every way to write an article, change it, go back, and put it away; review where a team demands it."""

from pathlib import Path

import pytest

from bot.knowledge.rules import Audience, Content, Kind, Standing, State
from tests.knowledge.stage import REFUND, Reading, open_reading


async def test_every_revision_is_kept_and_any_can_come_back(reading: Reading) -> None:
    """Covers U7: author, difference and one-tap revert."""
    await reading.writes("lin", "怎么退款", "第一行\n第二行\n第三行")
    await reading.command("chen", None, "/kb", "编辑 K-1")
    await reading.submit("chen", {"答案": "第一行\n改过的第二行\n第三行", "标签": "退款 售后"})
    await reading.command("wang", None, "/kb", "历史 K-1")
    card = reading.told("wang")
    shown = reading.read(card)
    assert "林晓" in shown
    assert "陈曦" in shown
    assert "改过的第二行" in shown
    assert "退款 / 售后" in shown
    await reading.press("wang", card, "恢复到这一版")
    article = await reading.article()
    assert (article.content.body, article.revision, article.latest) == ("第一行\n第二行\n第三行", 3, 3)
    kept = await reading.revisions()
    assert [(one.number, one.reverts) for one in kept] == [(3, 1), (2, 0), (1, 0)]
    told = await reading.command("lin", None, "/kb", "revert K-1 2")
    assert (await reading.article()).content.tags == ("退款", "售后"), told
    assert "没有第 9 版" in await _told(reading, "lin", "revert K-1 9")
    assert "第几版" in await _told(reading, "lin", "revert K-1 last")
    assert "现在就是第 2 版" in await _told(reading, "lin", "revert K-1 2")


async def _told(reading: Reading, who: str, words: str) -> str:
    told = await reading.command(who, None, "/kb", words)
    return told + reading.direct(who)[-1]


async def test_what_two_change_at_once_is_not_overwritten(reading: Reading) -> None:
    """Covers U7: the second one hears who was faster, and his words stay in the form."""
    await reading.writes("lin", "怎么退款")
    await reading.command("lin", None, "/kb", "edit K-1")
    await reading.command("chen", None, "/kb", "edit K-1")
    assert await reading.submit("chen", {"答案": "陈曦写的"}) == {}
    await reading.submit("lin", {"答案": "林晓写的"})
    assert (await reading.article()).content.body == "陈曦写的"
    assert "陈曦" in reading.direct("lin")[-1] + str(reading.slack.ephemeral(reading["lin"]))


async def test_into_the_archive_and_back(reading: Reading) -> None:
    """Covers U7."""
    await reading.writes("lin", "旧活动")
    assert "已归档" in await _told(reading, "chen", "归档 K-1")
    await reading.read_up()
    await reading.command("lin", None, "/kb", "旧活动")
    assert "没有找到" in reading.direct("lin")[-1]
    assert "已经归档" in await _told(reading, "chen", "archive K-1")
    await reading.writes("lin", "旧活动")
    assert "K-2" in await _told(reading, "lin", "取消归档 K-1")
    assert (await reading.article(1)).state is State.ARCHIVED
    await reading.command("lin", None, "/kb", "archive K-2")
    assert "已取消归档" in await _told(reading, "lin", "restore K-1")
    assert (await reading.article(1)).state is State.PUBLISHED


@pytest.mark.parametrize("words", ["K-1", "kb K-1", "kb show K-1", "show K-1", "知识 查看 K-1", "K-1 kb"])
async def test_an_article_is_shown_however_it_is_asked_for(reading: Reading, words: str) -> None:
    """Covers U7, G6: with owner and what it is."""
    await reading.writes("lin", "怎么退款", kind="话术", audience="仅内部")
    await reading.say("chen", None, words)
    shown = reading.read(reading.told("chen"))
    for told in ("K-1 · 怎么退款", "打开 订单", "话术", "仅内部", "林晓"):
        assert told in shown


async def test_from_the_menu_of_a_message(reading: Reading) -> None:
    """Covers U7: written where the knowledge is."""
    said = await reading.say("lin", reading.support, "发票在订单页下载\n要公司抬头就点“修改”")
    await reading.shortcut("chen", said, "kb_write")
    form = reading.form("chen")
    assert (form["标题"], form["答案"]) == ("发票在订单页下载", "发票在订单页下载\n要公司抬头就点“修改”")
    assert await reading.submit("chen", {"标题": "怎么开发票"}) == {}
    assert (await reading.article()).title == "怎么开发票"


@pytest.mark.parametrize("emoji", ["book", "writing_hand"])
async def test_a_book_on_a_message_offers_the_form(reading: Reading, emoji: str) -> None:
    """Covers U7: to the one who put it there, and to nobody else."""
    said = await reading.say("lin", reading.support, "发票在订单页下载")
    await reading.react("chen", said, emoji)
    offer = reading.slack.ephemeral(reading["chen"])[-1]
    assert "发票在订单页下载" in reading.slack.visible_text(offer)
    await reading.press("chen", offer, "✍️ 写一篇")
    assert reading.form("chen")["标题"] == "发票在订单页下载"
    assert await reading.submit("chen") == {}
    assert (await reading.article()).owner
    await reading.react("ann", await reading.say("bo", reading.general, "hi"), emoji)
    assert reading.slack.ephemeral(reading["ann"]) == []


async def test_a_solved_ticket_is_written_down_without_its_customer(reading: Reading) -> None:
    """Covers U7, T10: what identifies the customer is gone before anybody sees the form."""
    await reading.say("ann", reading.help, "我是Ann，订单号 88213456，电话13812345678，怎么退款？")
    await reading.mention("lin", reading.support, "reply Ann您好，在订单页点退款", under=reading.card())
    await reading.later()
    await reading.mention("lin", reading.support, "note 这个客户很急", under=reading.card())
    await reading.mention("lin", reading.support, "solve", under=reading.card())
    await reading.press("lin", reading.card(), "📖 写进知识库")
    body = reading.form("lin")["答案"]
    assert "怎么退款" in body
    assert "在订单页点退款" in body
    for secret in ("Ann", "88213456", "13812345678", "很急"):
        assert secret not in body + reading.form("lin")["标题"]
    assert await reading.submit("lin", {"标题": "怎么退款"}) == {}
    assert (await reading.article()).state is State.PUBLISHED


@pytest.mark.parametrize(
    ("title", "body", "field"),
    [("！！！", "x", "title"), ("标题", "\u200b", "body")],
)
async def test_what_can_not_be_an_article_is_said_at_its_field(
    reading: Reading, title: str, body: str, field: str
) -> None:
    """Covers G6: a clear answer, and nothing is lost: the form stays open."""
    errors = await reading.writes("lin", title, body)
    assert list(errors) == [field]
    assert await reading.baton.read(lambda unit: unit.knowledge.page(0)) == []


async def test_customers_can_not_write(reading: Reading) -> None:
    """Covers U7: however they try."""
    await reading.writes("lin", "怎么退款")
    card_of_lin = reading.told("lin")
    for action in ("kb.edit", "kb.archive", "kb.history", "kb.revert", "kb.accept"):
        told = await reading.forge("ann", card_of_lin, action, 1, "1")
        assert told or "团队编写" in "".join(reading.direct("ann"))
    assert (await reading.article()).content.body == REFUND
    assert len(await reading.revisions()) == 1


async def test_a_team_may_demand_review(sqlite_url: str, tmp_path: Path) -> None:
    """Covers U7: what is written waits for the lead; what is live stays as it is until then."""
    async with open_reading(tmp_path, database_url=sqlite_url, support="review_articles = true") as reading:
        await reading.writes("lin", "怎么退款", "一版")
        assert "等主管看过" in "".join(reading.direct("lin"))
        assert (await reading.article()).state is State.DRAFT
        await reading.command("chen", None, "/kb", "怎么退款")
        assert "没有找到" in reading.direct("chen")[-1]
        assert "王芳" in await _told(reading, "chen", "archive K-1")

        asked = reading.told("wang")
        assert "林晓" in reading.read(asked)
        assert "一版" in reading.read(asked)
        await reading.press("wang", asked, "发布")
        assert (await reading.article()).state is State.PUBLISHED
        assert "王芳" in reading.direct("lin")[-1]

        await reading.command("chen", None, "/kb", "edit K-1")
        await reading.submit("chen", {"答案": "二版"})
        assert (await reading.article()).content.body == "一版"
        await reading.press("wang", reading.told("wang"), "退回")
        assert "退回" in reading.direct("chen")[-1]
        assert (await reading.revisions())[0].standing is Standing.DECLINED
        assert (await reading.article()).content.body == "一版"

        await reading.writes("wang", "主管写的")
        assert (await reading.article(2)).state is State.PUBLISHED


@pytest.mark.parametrize("words", ["kb owner K-1 <@U0CHEN>", "知识 负责人 K-1 陈曦", "K-1 kb owner 陈曦"])
async def test_somebody_else_looks_after_it(reading: Reading, words: str) -> None:
    """Covers G6: an owner each article has; what is wrong is told to the new one."""
    await reading.writes("lin", "怎么退款")
    await reading.say("wang", None, words)
    assert "由 陈曦 负责" in reading.direct("wang")[-1]
    assert "王芳 请您以后负责 K-1“怎么退款”" in reading.direct("chen")[-1]
    await reading.say("wang", None, "K-1")
    await reading.press("wang", reading.told("wang"), "⚠️ 有误或过时")
    await reading.submit("wang")
    assert "有误或过时" in reading.read(reading.told("chen"))


async def test_long_articles_keep_their_text(reading: Reading) -> None:
    """Covers G6: what does not fit a form is not cut by it."""
    (long,) = await reading.stored(Content("很长", "字" * 5000, kind=Kind.PROCEDURE, audience=Audience.STAFF))
    await reading.command("lin", None, "/kb", "edit K-1")
    assert "答案" not in reading.form("lin")
    assert await reading.submit("lin", {"标题": "还是很长"}) == {}
    changed = await reading.article(long.id)
    assert (changed.title, changed.content.body) == ("还是很长", "字" * 5000)
