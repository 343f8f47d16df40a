"""An office with hours, in which what the knowledge base does by itself is waited for."""

import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.knowledge.chores import Chores
from tests.knowledge.stage import Reading, open_reading

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = """
[[calendars]]
key = "office"
timezone = "Asia/Shanghai"
hours.mon = ["09:00-18:00"]
hours.tue = ["09:00-18:00"]
hours.wed = ["09:00-18:00"]
hours.thu = ["09:00-18:00"]
hours.fri = ["09:00-18:00"]
"""


@contextlib.asynccontextmanager
async def open_office(folder: Path, url: str) -> AsyncIterator[Reading]:
    """客服部 works on weekdays from nine to six, and its lead is 王芳; it is Tuesday, ten o'clock."""
    async with open_reading(folder, database_url=url, support='calendar = "office"', more=OFFICE) as opened:
        yield opened


async def until(stage: Reading, days: int, hour: int, minute: int = 0) -> None:
    """Let time pass until then, and the calendar look."""
    now = stage.baton.clock.now().astimezone(SHANGHAI)
    then = now.replace(hour=hour, minute=minute, second=5) + timedelta(days=days)
    await stage.baton.pass_time((then - now).total_seconds() - 60)
    await work(stage)


async def work(stage: Reading) -> None:
    """What the knowledge base does by itself, now."""
    await stage.baton.pass_time(60)
    baton = stage.baton.baton
    chores = Chores(baton.router, baton.librarian.library)
    while await baton.database.write(chores.round):
        pass
    await stage.baton.settle()
