"""The overview on a Baton whose only platform is a real one."""

import asyncio
import re
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from bot import operations
from bot.settings import Settings
from tests.clock import ManualClock
from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import SlackFake
from tests.harness import world


async def test_the_overview_is_there_without_the_built_in_chat(tmp_path: Path) -> None:
    """Covers B3, T8: nobody sees it without a signed link; with one, the staff does; it does not lead to a chat."""
    clock = ManualClock()
    async with SlackFake(clock=clock) as slack:
        slack.channel("C0SUPPORT", members=[])
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        url, file = f"sqlite:///{tmp_path}/baton.db", team_file(tmp_path, **SLACK_ROOMS)
        async with world(url, file, None, **environment) as baton:
            variables = {"BATON_DATABASE_URL": url, "BATON_SECRET_KEY": "k" * 40, "BATON_PUBLIC_URL": baton.url}
            settings = Settings(_env_file=None, **variables | environment)  # type: ignore[arg-type]
            link = await operations.sign_in_link(settings, "wang")
            assert link.startswith(f"{baton.url}/?key=")
            assert re.search(r"/chat", await read(baton.url)) is None
            with pytest.raises(OSError, match="401"):
                await read(f"{baton.url}/overview")
            assert '"columns"' in await read(link, f"{baton.url}/overview")


async def read(*addresses: str) -> str:
    """What the last of these addresses answers to a browser that visits them in turn."""
    opener = build_opener(HTTPCookieProcessor())

    def visit() -> str:
        pages = [opener.open(address, timeout=10).read().decode() for address in addresses]
        return str(pages[-1])

    return await asyncio.to_thread(visit)
