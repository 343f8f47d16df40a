"""The pictures of the README, taken of the running product: `python -m tests.browser.pictures` (or `make pictures`).

A fresh Baton with the demo team is started; persons talk in it as people would; what they see is kept in docs/pictures.
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.async_api import Browser, Locator, Page, ViewportSize, async_playwright

from tests.browser.chromium import launch
from tests.browser.staged import BEGIN, LEAP

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
DESKTOP = ViewportSize(width=1280, height=800)
TALL = ViewportSize(width=1280, height=1060)
PHONE = ViewportSize(width=390, height=844)
SCREENSHOT = """<body style="margin:0;font:16px sans-serif;background:#f3f4f6;display:grid;place-content:center;
height:240px;text-align:center"><b style="font-size:40px;color:#b42318">E-203</b>
<p>Sign-in failed. Please try again.</p></body>"""


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Scene:
    """A Baton of its own with a browser in front of it, and what time it is there."""

    baton: asyncio.subprocess.Process
    address: str
    browser: Browser
    now: datetime = BEGIN

    async def seat(self, person: str, room: str = "", size: ViewportSize = DESKTOP, *, dark: bool = False) -> Page:
        """A window in which `person` is signed in, at the time of the stage."""
        return await seat(self.browser, self.address, person, room, size=size, dark=dark, now=self.now)

    async def later(self, minutes: int) -> None:
        """Let this many minutes (a multiple of five) pass on the stage."""
        for _ in range(minutes // 5):
            self.baton.send_signal(signal.SIGUSR1)
            self.now += LEAP
            await asyncio.sleep(1.6)


async def seat(browser: Browser, address: str, person: str, room: str = "", *, size: ViewportSize = DESKTOP,
               dark: bool = False, now: datetime | None = None) -> Page:  # fmt: skip
    """A window in which `person` is signed in and reads a room, his own conversation with Baton without one."""
    context = await browser.new_context(
        viewport=size,
        device_scale_factor=2,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if dark else "light",
    )
    if now is not None:
        await context.clock.set_system_time(now)
    page = await context.new_page()
    await page.goto(f"{address}/chat?as={person}" + (f"&room={room}" if room else ""))
    await page.locator("#main-composer textarea").wait_for()
    return page


async def start(folder: str, address: str, port: int, program: str = "bot") -> asyncio.subprocess.Process:
    """A Baton of its own, ready to be looked at."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("BATON_", "SLACK_", "TELEGRAM_"))
    }
    environment |= {"BATON_PORT": str(port), "PYTHONPATH": str(ROOT)}
    baton = await asyncio.create_subprocess_exec(sys.executable, "-m", program, "run", cwd=folder, env=environment)
    for _ in range(200):
        try:
            await asyncio.to_thread(urlopen, f"{address}/readyz", timeout=1)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return baton
    raise SystemExit("Baton did not get ready")


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


async def attach(page: Page, name: str, content: str) -> None:
    """Put a picture of this page beside what is typed next."""
    drawing = await page.context.new_page()
    await drawing.set_viewport_size({"width": 360, "height": 240})
    await drawing.set_content(content)
    drawn: Any = {"name": name, "mimeType": "image/png", "buffer": await drawing.screenshot()}
    await drawing.close()
    await page.locator("#main-composer input[type=file]").set_input_files(drawn)
    await asyncio.sleep(1)


async def thread_of(page: Page, words: str) -> Locator:
    """Open the thread of the card with these words; the card."""
    card = page.locator("#main-timeline .message", has_text=words).last
    await card.hover()
    await card.locator('[data-focus="thread"]').click()
    await page.locator("#side-composer textarea").wait_for()
    return card


async def quiet(page: Page) -> None:
    """Put the guide of the first minute away."""
    guide = page.locator("#guide .icon-button").first
    if await guide.is_visible():
        await guide.click()


async def keep(page: Page, name: str) -> None:
    """Take the picture, with nothing that blinks."""
    await quiet(page)
    await page.mouse.move(2, 2)
    await page.evaluate("document.activeElement && document.activeElement.blur()")
    await asyncio.sleep(0.8)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


async def tickets(scene: Scene) -> None:
    """Customers write, an agent takes one of their tickets and answers."""
    zhang, yijun, emma = [await scene.seat(person) for person in ("zhang", "yijun", "emma")]
    await say(yijun, "請問退貨要自己付運費嗎？")
    await attach(emma, "e-203.png", SCREENSHOT)
    await say(emma, "The app shows error E-203 when I sign in.")
    await command(emma, "/ticket Please change the delivery address of order 9120")
    await command(yijun, "/ticket 發票抬頭寫錯了，可以重開嗎？")
    await say(zhang, "订单 8812 的耳机左边没有声音，换了手机也一样")
    lin = await scene.seat("lin", "support")
    card = lin.locator("#main-timeline .message", has_text="耳机左边没有声音").last
    await card.get_by_role("button", name="领取").click()
    await card.get_by_text("林晓").first.wait_for()
    await thread_of(lin, "耳机左边没有声音")
    await say(lin, "这批耳机上周也有两起，先按换新处理", thread=True)
    await say(lin, "回复 张先生您好，我们马上为您换一副新的，今天下午寄出。", thread=True)
    await keep(lin, "team")
    await asyncio.sleep(11)
    await say(zhang, "太好了，收货地址还是原来的")
    await keep(zhang, "customer")
    await keep(await scene.seat("zhang", size=PHONE), "phone")


async def collaboration(scene: Scene) -> None:
    """An agent asks 技术部, whose silence is heard by its lead; a technician takes it, and his result comes back."""
    lin = await scene.seat("lin", "support")
    card = await thread_of(lin, "error E-203")
    await card.get_by_role("button", name="领取").click()
    await card.get_by_text("林晓").first.wait_for()
    await say(lin, "回复 Hello Emma, thank you for the picture. We are checking it right now.", thread=True)
    await asyncio.sleep(11)
    await lin.set_viewport_size(TALL)
    await say(lin, "协作 技术部 BUG 客户今天起无法登录 App", thread=True)
    await lin.get_by_role("button", name="请求协作").last.click()
    form = lin.get_by_role("dialog")
    await form.get_by_label("操作步骤").fill("打开 App，输入手机号和验证码，点「登录」")
    await form.get_by_label("错误代码").fill("E-203")
    await form.get_by_role("checkbox").first.check()
    await keep(lin, "collab-form")
    await form.get_by_role("button", name="发出").click()
    await form.wait_for(state="detached")
    await lin.set_viewport_size(DESKTOP)
    await scene.later(10)
    await scene.later(20)
    await keep(await scene.seat("zhou", "zhou", PHONE, dark=True), "alert")
    zhao = await scene.seat("zhao", "tech", dark=True)
    request = await thread_of(zhao, "C-1 ·")
    await request.get_by_label("接受并预计").select_option(label="1 小时")
    await request.get_by_text("处理中").first.wait_for()
    await say(zhao, "查到了：登录服务的证书过期，正在更换", thread=True)
    await lin.get_by_text("登录服务的证书过期").last.wait_for()
    await say(lin, "太好了，客户在等，换好告诉我", thread=True)
    await zhao.get_by_text("换好告诉我").last.wait_for()
    await keep(zhao, "collab-asked")
    await say(zhao, "完成 已更换证书，请客户重新登录", thread=True)
    await lin.get_by_role("button", name="告知客户").last.wait_for()
    await keep(lin, "collab-asking")
    alone = await scene.seat("lin", "lin", TALL)
    await say(alone, "为什么 C-1")
    await alone.get_by_text("时限说明").last.wait_for()
    await keep(alone, "why")


async def overview(scene: Scene) -> None:
    """The supervisor sorts, and looks at the board."""
    wang = await scene.seat("wang")
    await command(wang, "/priority T-2 urgent")
    await command(wang, "/assign T-3 陈曦")
    await command(wang, "/solve T-4")
    await wang.goto(f"{scene.address}/")
    await wang.get_by_text("T-1").first.wait_for()
    await keep(wang, "board")


async def main() -> None:
    """Take all pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        baton = await start(folder, address, port, "tests.browser.staged")
        try:
            async with async_playwright() as playwright:
                scene = Scene(baton, address, await launch(playwright))
                await tickets(scene)
                await collaboration(scene)
                await overview(scene)
                await scene.browser.close()
        finally:
            baton.terminate()
            await baton.wait()


if __name__ == "__main__":
    asyncio.run(main())
