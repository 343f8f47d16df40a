"""What the stories about people begin with."""

import pytest


@pytest.fixture(autouse=True)
def tables(sqlite_url: str) -> str:
    """The tables stand already where `open_stage` puts its database, so that no story pays for making them."""
    return sqlite_url
