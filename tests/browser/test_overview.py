"""The overview at `/` in Chromium: live, readable on a phone, in three languages."""

import pytest
from playwright.async_api import Browser, expect

from adapters.console import build_console
from bot.chat.text import text
from bot.tickets.facts import TicketOpened
from bot.tickets.rules import Ticket
from bot.unit import Unit
from tests.adapters.web.house import house
from tests.browser.conftest import PHONE, Site
from tests.clock import ManualClock


def one_more(unit: Unit) -> None:
    """A ticket is opened."""
    person, team = unit.people.all_persons()[0], unit.people.teams()[0]
    made = Ticket(0, "<b>包裹</b>没到", text("x"), person.id, team.id, unit.now, unit.now)
    unit.record(TicketOpened(unit.tickets.add(made).id, by="message"))


async def test_a_ticket_appears_by_itself(site: Site) -> None:
    page = await site.open("/")
    column = page.get_by_role("region", name="新咨询")
    await expect(column.get_by_text("这里是空的。")).to_be_visible()
    await expect(page.get_by_text("实时")).to_be_visible()
    await site.house.database.write(one_more)
    await expect(column.get_by_role("heading", name="<b>包裹</b>没到")).to_be_visible()
    await expect(column.get_by_label("1 张")).to_have_text("1")
    await expect(column.get_by_text("还没人领取")).to_be_visible()


@pytest.mark.parametrize(("locale", "title"), [("zh-CN", "未结工单"), ("zh-TW", "未結工單"), ("en-US", "Open tickets")])
async def test_it_speaks_the_language_of_the_browser_and_fits_a_phone(site: Site, locale: str, title: str) -> None:
    page = await site.open("/", locale=locale, **PHONE)
    await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    await expect(page.get_by_role("region")).to_have_count(3)
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def test_it_is_for_the_team_only(chromium: Browser, sqlite_url: str) -> None:
    async with house(sqlite_url, ManualClock(), demo=False, more=build_console) as made:
        context = await chromium.new_context(base_url=made.url, locale="zh-CN")
        page = await context.new_page()
        await page.goto("/")
        await expect(page.get_by_text("这个页面只对团队开放。")).to_be_visible()
        await page.goto(made.adapter.sign_in_link("lin"))
        await page.goto("/")
        await expect(page.get_by_role("region")).to_have_count(3)
        await context.close()
