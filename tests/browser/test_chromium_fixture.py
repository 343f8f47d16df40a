"""The tests' browser: real, headless, able to show Chinese, and never silently absent."""

import pytest
from playwright.async_api import Browser

from tests.browser.chromium import no_browser


async def test_it_renders_a_page_and_runs_its_script(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.set_content("<p id=p>接力</p><script>document.title = document.getElementById('p').textContent</script>")
    assert await page.title() == "接力"


async def test_it_has_a_chinese_font(chromium: Browser) -> None:
    """Without one every character is the same box, and screenshots lie."""
    page = await chromium.new_page()
    await page.set_content("<span style='font-size: 60px'>一</span>")
    first = await page.locator("span").screenshot()
    await page.set_content("<span style='font-size: 60px'>龘</span>")
    assert await page.locator("span").screenshot() != first


def test_its_absence_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        no_browser("not found")


def test_its_absence_is_a_skip_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="install Debian's `chromium`"):
        no_browser("not found")
