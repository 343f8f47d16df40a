"""`/` shows the open tickets by column, live, to whom they concern. Covers T8, G3, C4."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.console import build_console
from bot.chat.text import text
from bot.tickets.facts import TicketOpened
from bot.tickets.rules import Priority, Status, Ticket
from bot.unit import Unit
from tests.adapters.web.house import Browser, House, house
from tests.clock import START, ManualClock


def tickets(unit: Unit) -> None:
    """Two in 客服部, one of them taken; one in 技术部, solved; a closed one that nobody looks at."""
    team = {team.key: team.id for team in unit.people.teams()}
    people = {person.key: person.id for person in unit.people.all_persons()}
    for n, (title, owner, status, assignee, priority) in enumerate(
        (
            ("包裹没到", "support", Status.NEW, 0, Priority.NORMAL),
            ("<b>退款</b>", "support", Status.OPEN, people["lin"], Priority.URGENT),
            ("登录失败", "tech", Status.SOLVED, people["zhao"], Priority.NORMAL),
            ("旧事", "tech", Status.CLOSED, people["zhao"], Priority.NORMAL),
        )
    ):
        at = START + timedelta(minutes=n)
        made = Ticket(0, title, text(title), people["zhang"], team[owner], at, at)
        stored = unit.tickets.add(made)
        changed = Ticket(
            stored.id, title, text(title), people["zhang"], team[owner], at, at,
            status=status, priority=priority, assignee=assignee, version=stored.version,
        )  # fmt: skip
        unit.tickets.save(changed, at)


@pytest.fixture
async def open_house(sqlite_url: str, clock: ManualClock) -> AsyncIterator[House]:
    """A demonstration with tickets."""
    async with house(sqlite_url, clock, more=build_console) as made:
        await made.database.write(tickets)
        yield made


@pytest.fixture
async def closed_house(sqlite_url: str, clock: ManualClock) -> AsyncIterator[House]:
    """The same where people sign in."""
    async with house(sqlite_url, clock, more=build_console, demo=False) as made:
        await made.database.write(tickets)
        yield made


def titles(overview: dict[str, Any]) -> list[list[str]]:
    """The titles in each column."""
    return [[ticket["title"] for ticket in column["tickets"]] for column in overview["columns"]]


async def signed_in(chat: House, user: str) -> Browser:
    """A browser with a session."""
    browser = chat.browser()
    await browser.client.get(chat.adapter.sign_in_link(user))
    return browser


async def test_in_a_demonstration_everybody_sees_all_of_it(open_house: House) -> None:
    overview = (await open_house.browser().get("/overview", lang="zh-CN")).json()
    assert [column["title"] for column in overview["columns"]] == ["新咨询", "处理中", "已解决"]
    assert titles(overview) == [["包裹没到"], ["<b>退款</b>"], ["登录失败"]]
    assert [column["count"] for column in overview["columns"]] == [1, 1, 1]
    working = overview["columns"][1]["tickets"][0]
    assert (working["reference"], working["assignee"], working["team"]) == ("T-2", "林晓", "客服部")
    assert (working["priority"], working["priorityName"]) == ("urgent", "紧急")


@pytest.mark.parametrize(
    ("user", "seen", "counts"),
    [
        ("lin", [["包裹没到"], ["<b>退款</b>"], []], [1, 1, 0]),
        ("zhao", [[], [], ["登录失败"]], [0, 0, 1]),
        ("root", [["包裹没到"], ["<b>退款</b>"], ["登录失败"]], [1, 1, 1]),
        ("ana", [[], [], []], [1, 1, 1]),
    ],
)
async def test_the_staff_sees_its_teams_and_an_analyst_the_figures(
    closed_house: House, user: str, seen: list[list[str]], counts: list[int]
) -> None:
    overview = (await (await signed_in(closed_house, user)).get("/overview")).json()
    assert titles(overview) == seen
    assert [column["count"] for column in overview["columns"]] == counts


@pytest.mark.parametrize("path", ["/overview", "/overview/live"])
async def test_customers_and_strangers_see_nothing(closed_house: House, path: str) -> None:
    customer = await signed_in(closed_house, "zhang")
    assert (await customer.get(path)).status_code == 401
    assert (await closed_house.browser("root").get(path)).status_code == 401
    assert "包裹" not in (await customer.get("/")).text


async def test_a_page_hears_when_something_happened(open_house: House) -> None:
    lines: list[str] = []
    async with open_house.browser().client.stream("GET", "/overview/live") as response:
        stream = response.aiter_lines()
        async for line in stream:
            lines.append(line)
            if line.startswith("data"):
                break
        open_house.clock.advance(1)  # type: ignore[attr-defined]
        await open_house.database.write(lambda unit: unit.record(TicketOpened(1, by="message")))
        async for line in stream:
            lines.append(line)
            if line.startswith("data"):
                break
    assert [line for line in lines if line.startswith("id")] == ["id: 0", "id: 1"]
