"""Apprise is loaded before the first test, which has time limits; nothing leaves the machine through a proxy."""

import pytest

from adapters.notify.adapter import build_gateways
from bot.gateways import Gateways
from tests.clock import ManualClock


@pytest.fixture(autouse=True)
async def _loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    await build_gateways(Gateways({"mail": "mailto://a:b@example.com?to={address}"}), ManualClock())["mail"].check()
