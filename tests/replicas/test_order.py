"""What one person says one after the other, to whichever replica: handled in that order, and nothing falls out.

Covers C4, G2. Fault I5 between replicas: the first is acknowledged and not handled yet when the second one arrives.
"""

import asyncio
from pathlib import Path

import pytest

from tests.fakes.slack import Message
from tests.replicas.desk import Desk, desk


@pytest.mark.parametrize("count", [1, 3])
async def test_what_is_added_at_another_replica_waits_for_the_question(
    tmp_path: Path, postgres_url: str, count: int
) -> None:
    """Fault I5. The first replica still asks Slack who the customer is when the second one hears what he adds."""
    async with desk(tmp_path, postgres_url) as here:
        first, second = await here.start(hurried=True), await here.start(hurried=True)
        here.slack.request_url = f"{first.url}/slack/events"
        asking = here.slack.hang("users.info")
        asked = await here.asks(1)
        here.slack.request_url = f"{second.url}/slack/events"
        for number in range(count):
            await here.slack.says(here.customer(1), here.help, f"added {number}", thread_ts=asked)
        await asyncio.sleep(0.5)  # time enough for the second one to be hasty
        asking.release()
        await here.until(lambda: len(relayed(here, "added")) == count)
        assert [words.rpartition("added ")[2][:1] for words in relayed(here, "added")] == [str(n) for n in range(count)]
        assert len(here.cards(1)) == 1


def relayed(here: Desk, words: str) -> list[str]:
    """What stands in threads of the team's room with these words."""
    shown: list[Message] = [message for message in here.slack.sent(here.support) if message.thread_ts]
    return [text for text in map(here.slack.visible_text, shown) if words in text]
