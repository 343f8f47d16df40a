"""An article from the message it was written in until the customer has read it, and somebody found it wrong."""

from bot.knowledge.rules import Content, State, Tally
from tests.knowledge.stage import REFUND, Reading


async def test_written_found_sent_reported_and_mended(anywhere: Reading) -> None:
    """Covers U7, U9, G6: everybody of the staff writes, it is found at once, and who owns it hears what is wrong."""
    stage = anywhere
    assert await stage.writes("lin", "怎么申请退款？", aliases="怎么退钱\nrefund", category="售后") == {}
    assert "K-1" in "\n".join(stage.direct("lin"))
    article = await stage.article()
    assert article.state is State.PUBLISHED
    assert article.content.aliases == ("怎么退钱", "refund")
    assert article.content.language == "zh-CN"

    await stage.say("ann", stage.help, "我要退款，怎么弄？")
    await stage.mention("chen", stage.support, "知识 怎么退款", under=stage.card())
    found = stage.latest(stage.support)
    shown = stage.read(found)
    assert "K-1 · 怎么申请退款？" in shown
    assert "一般三天到账" in shown

    await stage.press("chen", found, "发给客户")
    await stage.later()
    assert "一般三天到账" in stage.shown_to_customer("ann")
    await stage.press("chen", found, "👍 有用")
    assert await stage.baton.read(lambda unit: unit.knowledge.tallies([1])) == {1: Tally(used=1, helped=1)}

    await stage.press("chen", found, "⚠️ 有误或过时")
    assert await stage.submit("chen", {"哪里有误？": "现在要五天"}) == {}
    report = stage.told("lin")
    assert "陈曦" in stage.read(report)
    assert "现在要五天" in stage.read(report)
    await stage.press("lin", report, "编辑")
    assert stage.form("lin")["答案"] == REFUND
    assert await stage.submit("lin", {"答案": REFUND.replace("三天", "五天")}) == {}
    await stage.read_up()
    await stage.command("chen", None, "/kb", "退款多久到账")
    assert "一般五天到账" in stage.direct("chen")[-1]


async def test_the_same_title_is_not_written_twice(reading: Reading) -> None:
    """Covers U7."""
    await reading.writes("lin", "营业时间")
    errors = await reading.writes("chen", " 营业 时间".replace(" ", ""))
    assert "K-1" in "".join(errors.values())


async def test_nothing_found_is_said_with_a_way_on(reading: Reading) -> None:
    """Covers G6, U10: never silence for somebody who asks."""
    await reading.command("lin", None, "/kb", "量子纠缠怎么报销")
    card = reading.told("lin")
    assert "没有找到" in reading.read(card)
    question = await reading.baton.read(lambda unit: unit.knowledge.question(1))
    assert (question.said, question.sure, question.articles) == ("量子纠缠怎么报销", False, ())
    await reading.press("lin", card, "✍️ 写一篇")
    assert reading.form("lin")["标题"] == ""


async def test_customers_read_what_is_for_them(reading: Reading) -> None:
    """Covers U7, T10: what is for the team, a draft or in the archive does not exist to a customer."""
    await reading.writes("lin", "退款内部口径", audience="仅内部")
    await reading.stored(Content("退款到账时间", "三天"), Content("退款草稿", "x"), state=State.PUBLISHED)
    await reading.command("ann", None, "/kb", "退款")
    shown = reading.shown_to_customer("ann")
    assert "K-2 · 退款到账时间" in shown
    assert "内部口径" not in shown
    told = await reading.command("ann", None, "/kb", "K-1")
    assert "没有文章 K-1" in told + reading.direct("ann")[-1]
    told = await reading.command("ann", None, "/kb", "new")
    assert "团队编写" in told + reading.direct("ann")[-1]


async def test_more_and_why(reading: Reading) -> None:
    """Covers G6: the best three, then the next ones."""
    await reading.stored(
        *(Content(f"打印机{what}", f"打印机{what}怎么办") for what in ("卡纸", "缺墨", "脱机", "异响", "漏粉"))
    )
    await reading.command("lin", None, "/kb", "打印机")
    card = reading.told("lin")
    assert reading.read(card).count("K-") >= 3
    await reading.press("lin", card, "更多")
    rest = reading.told("lin")
    numbers = {number for number in range(1, 6) if f"K-{number} ·" in reading.read(card) + reading.read(rest)}
    assert numbers == {1, 2, 3, 4, 5}
