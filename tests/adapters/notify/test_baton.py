"""A whole Baton with gateways: they are wired, checked and shut down with everything else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from bot.chat.contract import Order
from bot.chat.events import Place
from bot.operations import check_adapters
from bot.people.reaching import reachable
from bot.people.rules import Account
from bot.unit import Unit
from tests.adapters.notify.postoffice import PostOffice, post_office
from tests.adapters.notify.stage import ALERT
from tests.harness import World, world

LIN = Place("mail", "lin@example.com")


def queue(order: Order, unit: Unit) -> None:
    """Put it into the outbox."""
    unit.outbox.put(order)


TEAM_FILE = """
[gateways]
mail = "$TEST_MAIL_URL"
[[teams]]
key = "tech"
name = "技术部"
channels = { webhook = "$TEST_HOOK" }
[[people]]
key = "lin"
name = "林晓"
role = "agent"
teams = ["tech"]
email = "lin@example.com"
"""


@asynccontextmanager
async def baton(folder: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Baton with the built-in chat, mail to this port, and a webhook whose variable is not set."""
    monkeypatch.setenv("TEST_MAIL_URL", f"mailto://127.0.0.1:{port}?from=baton@example.com&to={{address}}")
    monkeypatch.delenv("TEST_HOOK", raising=False)
    file = folder / "baton.toml"
    file.write_text(TEAM_FILE, "utf-8")
    async with world(f"sqlite:///{folder / 'baton.db'}", file, BATON_LOCAL_CHAT="on") as here:
        yield here


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """A mail server."""
    async with post_office() as opened:
        yield opened


async def test_an_order_leaves_through_the_running_program(
    office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Covers U16: the second channel stands beside the chat; whoever looks tells them apart by what they can do."""
    async with baton(tmp_path, office.port, monkeypatch) as here:
        platforms = here.baton.house.platforms
        assert {name: can.chat for name, can in platforms.items()} == {"web": True, "mail": False, "webhook": False}
        await here.baton.database.write(partial(queue, Order("show", LIN, ALERT)))
        await here.settle()
    assert [mail["To"] for mail in office.mails] == ["lin@example.com"]


async def test_check_speaks_of_gateways(office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Covers U18: before somebody waits in vain."""
    async with baton(tmp_path, office.port, monkeypatch) as here:
        problems = await check_adapters(here.baton.settings, here.baton.database)
    found = [(problem.key, dict(problem.values)) for problem in problems]
    assert found == [("check.gateway_unset", {"gateway": "tech: webhook", "variable": "TEST_HOOK"})]


async def test_a_gateway_is_no_chat_to_be_answered_in(
    office: PostOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is written to where he can answer is written to in a chat, never by mail by accident."""
    async with baton(tmp_path, office.port, monkeypatch) as here:

        def accounts(unit: Unit) -> list[str]:
            lin = unit.people.by_key("lin")
            assert lin is not None
            unit.people.save_account(Account("mail", "lin@example.com", lin.id))
            return [account.platform for account in reachable(unit, here.baton.house, lin, "mail")]

        assert await here.baton.database.write(accounts) == ["web"]
