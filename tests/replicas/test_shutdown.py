"""Starting and ending: in good order, at once where somebody insists, and never two on one file.

Covers K3, D11 and C4.
"""

import asyncio
import signal
from pathlib import Path

from tests.fakes.telegram import TelegramFake
from tests.replicas.desk import desk
from tests.replicas.process import start


async def test_asked_to_stop_under_load_it_finishes_and_leaves_the_rest(tmp_path: Path) -> None:
    """Fault K3. What was acknowledged by then is there after the next start, once; it ends in time, in silence."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        process = await here.start(hurried=True)
        asked = [asyncio.create_task(here.asks(number)) for number in range(25)]
        await here.until(lambda: bool(here.slack.deliveries))
        process.send(signal.SIGTERM)
        messages = await asyncio.gather(*asked)
        assert await process.ended() == 0
        assert not [line for line in process.lines if "Traceback" in line]
        await here.start(hurried=True)
        for message in messages:
            await here.insist(message)
        await here.until(lambda: all(here.cards(number) and here.answers(messages[number]) for number in range(25)))
        assert [len(here.cards(number)) for number in range(25)] == [1] * 25


async def test_asked_twice_it_stops_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    """Fault K3."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        stuck = await here.start(failpoint="work.before_commit:sleep=60")
        asked = await here.asks(1)
        await here.until(lambda: here.delivery_of(asked).ok)
        stuck.send(signal.SIGTERM)
        await asyncio.sleep(0.5)
        assert stuck.running.returncode is None, "it waits for what it has in hand"
        stuck.send(signal.SIGTERM)
        assert await asyncio.wait_for(stuck.running.wait(), 3) == 1
        await here.start()
        await here.until(lambda: bool(here.cards(1) and here.answers(asked)))
        assert len(here.cards(1)) == 1


async def test_a_second_process_on_the_same_file_refuses_in_one_line(tmp_path: Path) -> None:
    """Fault D11."""
    async with desk(tmp_path, f"sqlite:///{tmp_path}/baton.db") as here:
        first = await here.start()
        second = await start(tmp_path, here.environment, ready=False)
        assert await second.ended() == 1
        [line] = second.lines
        assert "BATON_DATABASE_URL" in line
        assert str(first.running.pid) in line
        assert (await first.asked("/readyz"))[0] == 200


async def test_one_replica_polls_and_another_takes_over(tmp_path: Path, postgres_url: str) -> None:
    """Fault I6. Covers W6: two pollers would push each other out; when one dies, the other goes on within a term."""
    async with TelegramFake() as telegram:
        polling = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
        async with desk(tmp_path, postgres_url, **polling) as here:
            holder = await here.start(hurried=True)
            await telegram.connected()
            await here.start(hurried=True)
            people = [telegram.user(2000 + number, f"P{number}") for number in range(12)]
            for person in people:
                await telegram.starts(person)
            for number, person in enumerate(people):
                await telegram.says(person, text=f"question {number}")
                if number == 5:
                    await holder.kill()
            await here.until(lambda: all(here.cards(number) for number in range(12)))
            assert [len(here.cards(number)) for number in range(12)] == [1] * 12
            assert telegram.queue.conflicts == 0
