"""The suites are modules that pytest does not collect; their assertions should speak all the same."""

import pytest

pytest.register_assert_rewrite("tests.contracts.adapter", "tests.contracts.storage")
