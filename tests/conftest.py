"""What every test may ask for."""

pytest_plugins = ["tests.postgres", "tests.databases", "tests.browser.chromium", "tests.wording"]
