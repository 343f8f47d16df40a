"""The pictures of the README, taken of the running product: `python -m tests.browser.pictures` (or `make pictures`).

A fresh Baton with the demo team is started; persons talk in it as people would; what they see is kept in docs/pictures.
"""

import asyncio
import os
import socket
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.chromium import launch

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(folder: str, address: str, port: int) -> asyncio.subprocess.Process:
    """A Baton of its own, ready to be looked at."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("BATON_", "SLACK_", "TELEGRAM_"))
    }
    root = str(Path(__file__).parents[2])
    baton = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment | {"BATON_PORT": str(port), "PYTHONPATH": root}
    )
    for _ in range(200):
        try:
            await asyncio.to_thread(urlopen, f"{address}/readyz", timeout=1)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return baton
    raise SystemExit("Baton did not get ready")


async def seat(browser: Browser, address: str, person: str, *, phone: bool = False, dark: bool = False) -> Page:
    """A window in which `person` is signed in."""
    context = await browser.new_context(
        viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
        device_scale_factor=2,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if dark else "light",
    )
    page = await context.new_page()
    await page.goto(f"{address}/chat?as={person}")
    await page.locator("#main-composer textarea").wait_for()
    return page


async def say(page: Page, words: str, *, thread: bool = False) -> None:
    """Type it and send it."""
    box = page.locator(f"#{'side' if thread else 'main'}-composer textarea")
    await box.fill(words)
    await box.press("Enter")
    await page.get_by_text(words.split("\n")[0].removeprefix("回复 ")).last.wait_for()


async def command(page: Page, words: str) -> None:
    """Type a slash command, which nobody else sees."""
    box = page.locator("#main-composer textarea")
    await box.fill(words)
    await box.press("Escape")
    await box.press("Enter")
    await asyncio.sleep(1.2)


async def quiet(page: Page) -> None:
    """Put the guide of the first minute away."""
    guide = page.locator("#guide .icon-button").first
    if await guide.is_visible():
        await guide.click()


async def keep(page: Page, name: str) -> None:
    """Take the picture, with nothing that blinks."""
    await page.mouse.move(2, 2)
    await page.evaluate("document.activeElement && document.activeElement.blur()")
    await asyncio.sleep(0.8)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


async def play(browser: Browser, address: str) -> None:
    """The story that the pictures tell."""
    zhang = await seat(browser, address, "zhang")
    yijun = await seat(browser, address, "yijun")
    lin = await seat(browser, address, "lin")
    await say(yijun, "請問退貨要自己付運費嗎？")
    emma = await seat(browser, address, "emma")
    await say(emma, "The app shows error E-203 when I sign in.")
    await command(emma, "/ticket Please change the delivery address of order 9120")
    await command(yijun, "/ticket 發票抬頭寫錯了，可以重開嗎？")
    await say(zhang, "订单 8812 的耳机左边没有声音，换了手机也一样")
    await lin.get_by_role("link", name="客服部").or_(lin.get_by_role("button", name="客服部")).first.click()
    card = lin.locator(".message", has_text="耳机左边没有声音").last
    await card.get_by_role("button", name="领取").click()
    await card.get_by_text("林晓").first.wait_for()
    await card.hover()
    await card.locator('[data-focus="thread"]').click()
    await say(lin, "这批耳机上周也有两起，先按换新处理", thread=True)
    await say(lin, "回复 张先生您好，我们马上为您换一副新的，今天下午寄出。", thread=True)
    await keep(lin, "team")
    await asyncio.sleep(11)
    await say(zhang, "太好了，收货地址还是原来的")
    await quiet(zhang)
    await keep(zhang, "customer")
    phone = await seat(browser, address, "zhang", phone=True)
    await quiet(phone)
    await keep(phone, "phone")
    wang = await seat(browser, address, "wang")
    await command(wang, "/status T-2 on hold")
    await command(wang, "/priority T-2 urgent")
    await command(wang, "/assign T-2 陈曦")
    await command(wang, "/solve T-4")
    await wang.goto(f"{address}/")
    await wang.get_by_text("T-1").first.wait_for()
    await keep(wang, "board")


async def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        baton = await start(folder, address, port)
        try:
            async with async_playwright() as playwright:
                browser = await launch(playwright)
                await play(browser, address)
                await browser.close()
        finally:
            baton.terminate()
            await baton.wait()


if __name__ == "__main__":
    asyncio.run(main())
