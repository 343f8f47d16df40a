"""Many at once: Telegram's limits are kept, nothing is lost, everything is shown in its order. Covers C12."""

from pathlib import Path

from tests.telegram.stage import HELP_ROOM, open_stage, telegram_team


async def test_a_busy_minute_stays_within_telegrams_limits(tmp_path: Path) -> None:
    """Twelve customers at once: the group takes 20 messages a minute, a person one a second; nobody is refused."""
    async with open_stage(tmp_path, enforce_limits=True) as stage:
        room = stage.team_room()
        await stage.play(telegram_team(tmp_path, f'intake = ["telegram:{HELP_ROOM}"]'))
        customers = [stage.telegram.user(3000 + number, f"Customer {number}") for number in range(12)]
        for number, customer in enumerate(customers):
            await stage.telegram.says(customer, text=f"My order {number} is late")
            await stage.telegram.says(customer, text=f"It was promised for day {number}")
        for _ in range(6):
            await stage.settle()
            await stage.later(30)
        assert len(await stage.tickets()) == 12
        for number in range(12):
            words = [stage.telegram.visible_text(message) for message in stage.telegram.sent(room)]
            card = next(at for at, text in enumerate(words) if f"My order {number} is late" in text)
            more = next(at for at, text in enumerate(words) if f"promised for day {number}" in text)
            assert card < more
        assert [call.error for call in stage.telegram.calls() if call.code == 429] == []
