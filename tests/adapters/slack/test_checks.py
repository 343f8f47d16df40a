"""`baton check` for Slack: one line a problem, each with a sentence in every language."""

import pytest

from adapters.slack.adapter import SlackAdapter
from adapters.slack.rights import SCOPES
from bot.chat.contract import Problem
from bot.clock import SystemClock
from bot.language.catalogue import LOCALES, Words
from tests.fakes.slack import SlackFake


async def problems(fake: SlackFake, **options: object) -> list[Problem]:
    """What the check finds."""
    settings = {"bot_token": fake.bot_token, "signing_secret": fake.signing_secret} | options
    adapter = SlackAdapter(api_url=fake.api_url, clock=SystemClock(), **settings)  # type: ignore[arg-type]
    try:
        found = list(await adapter.check())
    finally:
        await adapter.close()
    for problem in found:
        for locale in LOCALES:
            assert Words(locale)(problem.key, **dict(problem.values))
    return found


async def test_all_is_well() -> None:
    """With the scopes of the manifest, a channel that the bot is in, and both kinds of token."""
    async with SlackFake(scopes=SCOPES) as fake:
        fake.channel("C1")
        assert await problems(fake, rooms=("C1",), app_token=fake.app_token) == []


async def test_missing_rights_are_named() -> None:
    """So that nobody has to guess which."""
    async with SlackFake(scopes=SCOPES.keys() - {"files:write", "reactions:read"}) as fake:
        assert await problems(fake) == [Problem("check.slack_scopes", (("scopes", "files:write, reactions:read"),))]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"bot_token": "xoxb-wrong"}, "check.slack_token"),
        ({"app_token": "xapp-wrong"}, "check.slack_app_token"),
        ({"signing_secret": ""}, "check.slack_signing_secret"),
        ({"rooms": ("C9",)}, "check.slack_room"),
        ({"rooms": ("C2",)}, "check.slack_not_member"),
        ({"rooms": ("C3",)}, "check.slack_archived"),
    ],
)
async def test_each_problem_has_its_line(options: dict[str, object], key: str) -> None:
    """Tokens, secrets, channels."""
    async with SlackFake(scopes=SCOPES) as fake:
        fake.channel("C2", bot_is_member=False)
        fake.channel("C3", archived=True)
        assert [problem.key for problem in await problems(fake, **options)] == [key]


async def test_slack_out_of_reach_is_no_wrong_token() -> None:
    """A firewall, not a setting."""
    async with SlackFake() as fake:
        fake.fail_next("auth.test", 503)
        assert [problem.key for problem in await problems(fake)] == ["check.slack_unreachable"]
