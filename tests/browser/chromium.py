"""Chromium for tests: Debian's if it is installed, else the one that `playwright install chromium` fetched.

Where neither is found the tests that need it are skipped, loudly; with `CI=true` in the environment they fail.
"""

import os
import shutil
from collections.abc import AsyncIterator
from typing import NoReturn

import pytest
from playwright.async_api import Browser, Playwright, async_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",  # root and containers have no sandbox; only our own pages are opened
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # a test's browser talks to nobody but the server under test
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def launch(playwright: Playwright) -> Browser:
    """Start the browser. Raises `playwright.async_api.Error` if there is none."""
    installed = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return await playwright.chromium.launch(executable_path=installed, args=ARGUMENTS)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A fresh browser on the test's own event loop, beside which the application under test may run.

    Not shared among tests: Playwright belongs to the loop it was started on, and a start costs half a second.
    """
    connection = async_playwright()
    try:
        playwright = await connection.start()
        browser = await launch(playwright)
    except Exception as error:  # a driver that can't even start (no libatomic) raises nothing more precise
        no_browser(str(error))
    yield browser
    await browser.close()
    await playwright.stop()


def no_browser(reason: str) -> NoReturn:
    """Fail in CI, skip elsewhere."""
    message = (
        f"no Chromium: install Debian's `chromium` and `libatomic1`, or run `playwright install chromium`\n{reason}"
    )
    if os.environ.get("CI") == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
