"""The whole of Baton in a browser, as `make run` starts it without any token: the real bot behind the real page."""

import tempfile
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.pictures import free_port, seat, start

# A held reply leaves after ten seconds of real time.
LEAVES_WITHIN = 20_000
TALK = "这位客户上次就没付钱"


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """A running Baton with its demo team, in an empty folder."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        baton = await start(folder, url, port)
        try:
            yield url
        finally:
            baton.terminate()
            await baton.wait()


async def say(page: Page, words: str, box: str = "main") -> None:
    """Type it and send it."""
    composer = page.locator(f"#{box}-composer textarea")
    await composer.fill(words)
    await composer.press("Enter")


async def team_card(page: Page, words: str) -> Locator:
    """The card of the ticket with these words, in the team's room."""
    await page.get_by_role("link", name="客服部").or_(page.get_by_role("button", name="客服部")).first.click()
    return page.locator("#main-timeline .message", has_text=words).last


async def open_thread(card: Locator) -> None:
    """By the count of what was said in it; while there is none, by the button that appears beside the card."""
    await card.hover()
    await card.locator('[data-focus="thread"], [data-focus="reply"]').first.click()


async def test_a_ticket_from_the_first_word_to_solved(chromium: Browser, address: str) -> None:
    """Covers B1, B4, C9, U20, U32: taken, talked about, answered, answered back, solved; the talk stays inside."""
    zhang, lin = await seat(chromium, address, "zhang"), await seat(chromium, address, "lin")
    await say(zhang, "耳机左边没有声音 <!channel> <b>急</b>")
    await expect(zhang.get_by_text("T-1").last).to_be_visible()
    card = await team_card(lin, "耳机左边没有声音")
    await expect(card.get_by_text("<b>急</b>").first).to_be_visible()
    await card.get_by_role("button", name="领取").click()
    await expect(card.get_by_text("处理中").first).to_be_visible()
    await open_thread(card)
    await say(lin, TALK, "side")
    await expect(lin.locator("#side-timeline, #side").get_by_text(TALK).first).to_be_visible()
    await say(lin, "回复 马上为您换一副", "side")
    await expect(lin.get_by_role("button", name="撤回")).to_be_visible()
    await expect(zhang.get_by_text("马上为您换一副")).to_be_visible(timeout=LEAVES_WITHIN)
    await say(zhang, "太好了")
    await expect(lin.get_by_text("太好了").first).to_be_visible()
    await card.get_by_role("button", name="解决", exact=True).click()
    await expect(zhang.get_by_role("button", name="还没解决")).to_be_visible()
    assert TALK not in await zhang.content()


async def test_a_reply_taken_back_is_never_seen(chromium: Browser, address: str) -> None:
    """Covers U32."""
    emma, lin = await seat(chromium, address, "emma"), await seat(chromium, address, "lin")
    await say(emma, "The app shows error E-203")
    card = await team_card(lin, "E-203")
    await expect(card.get_by_role("button", name="领取")).to_be_visible()
    await open_thread(card)
    await say(lin, f"回复 {TALK}", "side")
    await lin.get_by_role("button", name="撤回").click()
    await expect(lin.get_by_text("已撤回").first).to_be_visible()
    await say(lin, "回复 Please sign in again", "side")
    await expect(emma.get_by_text("Please sign in again")).to_be_visible(timeout=LEAVES_WITHIN)
    assert TALK not in await emma.content()
