"""The stories of the knowledge base, each told on Slack, Telegram and in the built-in chat at once.

The customer, the agent and the one who looks after an article sit at three platforms, and change places.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.knowledge.rules import Content, Tally
from bot.tickets.rules import Status, Ticket
from tests.stories.library import Rush, rush
from tests.stories.seats import Page, Seat

HOURS = Content("春节营业时间", "春节照常营业，每天 **9:00** 到 18:00。", aliases=("几点开门", "opening hours"))
REFUND = Content("怎么申请退款", "打开 **订单**，点“退款”，三天到账。", aliases=("退钱", "how to get a refund"))
INVOICE = Content("发票在哪里下载", "在订单页右上角。")

PLACES = (("slack", "telegram", "web"), ("telegram", "web", "slack"), ("web", "slack", "telegram"))


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Rush]:
    """Everybody."""
    async with rush(tmp_path) as opened:
        yield opened


@pytest.fixture(params=PLACES, ids=["customer on slack", "customer on telegram", "customer in the built-in chat"])
def seats(request: pytest.FixtureRequest, here: Rush) -> tuple[Seat, Seat, Seat]:
    """The customer, the agent, and the article's owner."""
    customer, agent, owner = request.param
    return here.customers[customer], here.agents[agent], here.owners[owner]


async def ticket(here: Rush, number: int = 1) -> Ticket:
    """A ticket as it is stored."""
    found: Ticket = await here.baton.read(lambda unit: unit.tickets.get(number))
    return found


async def test_a_question_is_solved_without_a_person(here: Rush, seats: tuple[Seat, Seat, Seat]) -> None:
    """Covers U19, U21, P15: he has the answer at once, says that it was enough, and nobody was disturbed."""
    customer, agent, _ = seats
    await here.stock(HOURS, REFUND)
    await customer.writes("春节几点开门？")
    answer = await customer.sees("每天 9:00 到 18:00")
    assert "K-1" in answer
    assert (await ticket(here)).status is Status.PENDING
    await customer.presses("已解决", "每天 9:00 到 18:00")
    assert "✓ 已解决" in await customer.sees("每天 9:00 到 18:00")
    assert (await ticket(here)).status is Status.SOLVED
    assert await agent.saw("T-1") == 0
    assert await here.baton.read(lambda unit: unit.knowledge.tallies([1])) == {1: Tally(helped=1)}


async def test_a_complaint_is_not_held_up(here: Rush, seats: tuple[Seat, Seat, Seat]) -> None:
    """Covers U19, U20: no article stands between a complaint and a person, however well one fits."""
    customer, agent, _ = seats
    await here.stock(HOURS, REFUND)
    await customer.writes("怎么申请退款？再不退我就投诉你们")
    assert await customer.saw("三天到账") == 0
    assert await agent.sees(" T-1 ·", "再不退我就投诉你们")
    assert (await ticket(here)).status is Status.NEW


async def test_who_needs_a_person_after_all_never_repeats_himself(here: Rush, seats: tuple[Seat, Seat, Seat]) -> None:
    """Covers U20: the agent sees the question, the answer, and what the customer said to it."""
    customer, agent, _ = seats
    await here.stock(HOURS)
    await customer.writes("opening hours?")
    await customer.presses("需要人工", "每天 9:00 到 18:00")
    assert await agent.sees(" T-1 ·", "opening hours?", "客户要求人工")
    assert await agent.sees("每天 9:00 到 18:00")


async def test_an_agent_finds_sends_and_judges(here: Rush, seats: tuple[Seat, Seat, Seat]) -> None:
    """Covers U7, U8, U9, G6: by a slip of the input method and by traditional script; sent with one tap."""
    customer, agent, _ = seats
    await here.stock(REFUND, INVOICE)
    await customer.writes("你好，我上周买的鞋子太小了，能不能处理一下")
    for slip in ("申请推款", "怎麼申請退款"):
        await agent.types(f"知识 {slip}", under="T-1")
        assert "三天到账" in await agent.sees(f"“{slip}”", "K-1 · 怎么申请退款")
    await agent.presses("发给客户", "怎麼申請退款")
    assert await customer.saw("三天到账") == 0
    await here.passes(11)
    assert "三天到账" in await customer.sees("怎么申请退款")
    assert "K-1" in await agent.presses("👍 有用", "怎麼申請退款")
    assert await here.baton.read(lambda unit: unit.knowledge.tallies([1])) == {1: Tally(used=1, helped=1)}


async def test_a_gap_becomes_an_article_that_is_found_a_second_later(
    here: Rush, seats: tuple[Seat, Seat, Seat]
) -> None:
    """Covers U10, K7, G6: what a customer asked in vain, without his number, is written down and found."""
    customer, agent, owner = seats
    await here.stock(HOURS)
    await asked_in_vain(here, customer)
    await owner.writes("知识 缺口")
    shown = await owner.sees("积分什么时候过期")
    assert "13812345678" not in shown
    assert "[电话]" in shown
    await written_down(owner)
    await here.read_up()
    await agent.writes("知识 积分几时过期")
    assert "12 月 31 日" in await agent.sees("K-2 · 积分什么时候过期")


async def test_it_is_found_a_second_later_on_every_replica(migrated_postgres_url: str, tmp_path: Path) -> None:
    """Covers C4, G6: 吴敏's page is served by another one."""
    async with rush(tmp_path, migrated_postgres_url) as here, here.replica() as page:
        await here.stock(HOURS)
        await asked_in_vain(here, here.customers["telegram"])
        await here.owners["slack"].writes("知识 缺口")
        await written_down(here.owners["slack"])
        await here.passes(1)
        assert "K-2 · 积分什么时候过期" in await found_without_time_passing(page, "積分過期")


async def found_without_time_passing(page: Page, said: str) -> list[str]:
    """What the page's search box finds; a replica's own work takes some real moments."""
    found: list[str] = []
    for _ in range(500):
        found = [one["title"] for one in (await page.get("/chat/api/search", q=said)).json()["found"]]
        if found:
            break
        await asyncio.sleep(0.02)
    return found


async def asked_in_vain(here: Rush, customer: Seat) -> None:
    """He asks what nobody has written down."""
    await customer.writes("积分什么时候过期？我电话13812345678")
    await here.gathered()


async def written_down(owner: Seat) -> None:
    """Somebody presses *write it* under the gap."""
    await owner.presses("✍️ 写一篇", "积分什么时候过期")
    before = await owner.fills({"标题": "积分什么时候过期", "答案": "每年 12 月 31 日。"})
    assert "13812345678" not in str(before)


async def test_a_wrong_article_is_reported_mended_and_reverted(here: Rush, seats: tuple[Seat, Seat, Seat]) -> None:
    """Covers U7, U9: its owner hears what is wrong and from whom, mends it where he reads that, and can go back."""
    _, agent, owner = seats
    await here.stock(REFUND, owner={"周强": "zhou", "孙丽": "sun", "zheng": "zheng"}[owner.name])
    await agent.writes("知识 怎么退款")
    await agent.presses("⚠️ 有误或过时", "K-1 · 怎么申请退款")
    await agent.fills({"哪里有误？": "现在要五天了"})
    assert "K-1" in await owner.sees("有误或过时", "现在要五天了")
    await owner.presses("编辑", "现在要五天了")
    await owner.fills({"答案": "打开 **订单**，点“退款”，五天到账。"})
    await here.read_up()
    await agent.writes("知识 退款多久到账")
    assert "五天到账" in await agent.sees("“退款多久到账”")
    await owner.writes("知识 历史 K-1")
    history = await owner.sees("历史版本")
    assert "五天到账" in history
    assert "三天到账" in history
    await owner.presses("恢复到这一版", "历史版本")
    await here.read_up()
    await agent.writes("知识 退款几天到账")
    assert "三天到账" in await agent.sees("“退款几天到账”")


async def test_one_quiet_line_is_offered_and_sent_with_one_tap(here: Rush, seats: tuple[Seat, Seat, Seat]) -> None:
    """Covers U19, U7: unasked, in the ticket's thread; ten seconds later the customer has it, and the line is gone."""
    customer, agent, _ = seats
    await here.stock(REFUND, HOURS)
    await customer.writes("我要投诉！怎么申请退款")
    for _ in range(10):
        await here.passes(1)
    assert await agent.saw("💡") == 1
    assert await customer.saw("💡") == 0
    await agent.presses("发给客户", "💡", "K-1 · 怎么申请退款")
    await here.passes(11)
    assert "三天到账" in await customer.sees("怎么申请退款")
    assert await agent.saw("💡") == 0
