"""Every adapter passes the contract suite: one run for each desk there is in `desks/`."""

import importlib
import pkgutil
from collections.abc import AsyncIterator

import pytest

from tests.contracts import desks
from tests.contracts.adapter import AdapterContract
from tests.contracts.desk import Desk
from tests.contracts.rooms import RoomsContract

PLATFORMS = sorted(module.name for module in pkgutil.iter_modules(desks.__path__))


@pytest.fixture(params=PLATFORMS)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """The platform's desk, opened."""
    module = importlib.import_module(f"{desks.__name__}.{request.param}")
    async with module.open_desk() as opened:
        yield opened


class TestAdapters(AdapterContract):
    """The suite, on each of them."""


class TestRooms(RoomsContract):
    """Rooms that Baton opens, on those that can."""


def test_the_platforms_of_baton_all_have_a_desk() -> None:
    """An adapter without one is not finished."""
    assert {"slack", "telegram", "web"} <= set(PLATFORMS)
