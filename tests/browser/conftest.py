"""The built-in chat in a real browser, with a small stand-in for the bot behind it."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from adapters.console import build_console
from bot.clock import SystemClock
from tests.adapters.web.house import House, house
from tests.adapters.web.stand_in import StandIn

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@dataclass
class Site:
    """The chat's address, and pages on which any fault of a script fails the test."""

    house: House
    browser: Browser
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    @property
    def bot(self) -> StandIn:
        """What stands in for the bot."""
        assert isinstance(self.house.inlet, StandIn)
        return self.house.inlet

    async def open(self, address: str = "/chat", **context: Any) -> Page:
        """A page in a browser of its own, in Chinese unless told otherwise."""
        wished = {"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}} | context
        made = await self.browser.new_context(base_url=self.house.url, **wished)
        self.contexts.append(made)
        page = await made.new_page()
        page.on("pageerror", lambda error: self.faults.append(f"{error}"))
        page.on("console", lambda note: self.faults.append(note.text) if _is_fault(note.type, note.text) else None)
        await page.goto(address)
        return page

    async def chat(self, user: str, room: str = "", **context: Any) -> Page:
        """The chat as `user`, in a room, ready to be used."""
        page = await self.open(f"/chat?as={user}" + (f"&room={room}" if room else ""), **context)
        await page.wait_for_selector("body.ready .messages > *")
        return page


def _is_fault(kind: str, text: str) -> bool:
    """Answers that a test provokes on purpose are logged by the browser itself."""
    return kind in ("error", "warning") and not re.search(r"status of \d|ERR_INTERNET_DISCONNECTED|ERR_NETWORK", text)


@pytest.fixture
async def site(sqlite_url: str, chromium: Browser) -> AsyncIterator[Site]:
    """A demonstration, served."""
    async with house(sqlite_url, SystemClock(), inlet=StandIn, more=build_console) as made:
        opened = Site(made, chromium)
        yield opened
        for context in opened.contexts:
            await context.close()
        assert opened.faults == [], "a script failed in the browser"


Say = Callable[[Page, str], Awaitable[None]]


@pytest.fixture
def say() -> Say:
    """Type into the room's own input and send."""

    async def typed(page: Page, words: str) -> None:
        box = page.locator("#main-composer textarea")
        await box.fill(words)
        await box.press("Enter")

    return typed
