"""Two real processes on one PostgreSQL: they share the work, and killing one of them is noticed by nobody."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.factories import SLACK_ROOMS, team_file
from tests.fakes.slack import SlackFake

KEPT = ("PATH", "HOME", "LANG", "TZ")


@asynccontextmanager
async def replica(folder: Path, **variables: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """A process of Baton and the address it is served at."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | variables
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment | {"BATON_PORT": "0", "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    printed = ""
    try:
        while not (found := re.search(r"http://127\.0\.0\.1:\d+", printed)):
            line = await asyncio.wait_for(process.stdout.readline(), 30)
            assert line, f"it ended by itself: {printed}"
            printed += line.decode()
        yield process, found[0]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_a_delivery_at_two_processes_is_one_ticket_and_a_killed_one_is_not_missed(
    postgres_url: str, tmp_path: Path
) -> None:
    """Fault I1. Covers W6, C4: five times at both at once makes one ticket; after SIGKILL the other goes on."""
    async with SlackFake() as slack:
        people = [slack.user(f"U0{name}", name=name) for name in ("LIN", "CHEN", "WANG", "ZHAO", "ANA", "ROOT", "ANN")]
        support = slack.channel("C0SUPPORT", members=people[:3])
        help_room = slack.channel("C0HELP", members=people)
        slack.channel("C0TECH", members=[])
        variables = {
            "BATON_DATABASE_URL": postgres_url,
            "BATON_CONFIG": str(team_file(tmp_path, **SLACK_ROOMS)),
            "BATON_SECRET_KEY": "k" * 40,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url,
        }
        async with replica(tmp_path, **variables) as (one, first), replica(tmp_path, **variables) as (_, second):
            addresses = [f"{first}/slack/events", f"{second}/slack/events"]
            slack.request_url = addresses[0]
            await slack.says(people[-1], help_room, "打印机坏了")
            asked = slack.deliveries[0]
            answers = await asyncio.gather(*(slack.redeliver(asked, addresses[turn % 2]) for turn in range(10)))
            assert {answer.status for answer in answers} == {200}
            await slack.until(lambda: slack.sent(support))
            one.kill()
            await one.wait()
            slack.request_url = addresses[1]
            card = slack.sent(support)[0]
            await slack.presses(people[0], card, "领取")
            await slack.until(
                lambda: (
                    "LIN" in slack.visible_text(slack.message(card.ts))
                    or "林晓" in slack.visible_text(slack.message(card.ts))
                )
            )
            cards = [
                message
                for message in slack.sent(support)
                if "T-" in slack.visible_text(message) and message.thread_ts is None
            ]
            assert len(cards) == 1
        assert slack.violations == []
