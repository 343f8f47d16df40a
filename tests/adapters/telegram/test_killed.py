"""SIGKILL in the middle of a batch: the library's own loop lost 52 of 60 updates, ours loses none. Covers G2."""

import asyncio
import os
import sys
from pathlib import Path

from tests.adapters.telegram.stage import staged

ROOT = Path(__file__).parents[3]


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


async def killed_after(count: int, token: str, url: str, path: Path) -> None:
    """Let a process receive until `count` more keys are on disk, then kill it without warning."""
    wanted = len(lines(path)) + count
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.adapters.telegram.receiver", token, url, str(path),
        cwd=ROOT, env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(30):
            while len(lines(path)) < wanted:  # noqa: ASYNC110 - another process writes them
                await asyncio.sleep(0.005)
    finally:
        process.kill()
        await process.wait()


async def test_killed_twice_in_the_middle_of_a_batch_nothing_is_lost(tmp_path: Path) -> None:
    """Fault I6."""
    stored = tmp_path / "keys"
    async with staged() as stage:
        for number in range(60):
            await stage.fake.says(stage.customer, None, f"{number}")
        for count in (10, 20, 60):
            await killed_after(count, stage.fake.token, stage.fake.url, stored)
        sent = {str(update["update_id"]) for update in stage.fake.updates}
        assert {line.split(":")[0] for line in lines(stored)} == sent
        assert len(set(lines(stored))) == 60
