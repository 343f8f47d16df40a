"""Where Baton calls by itself, it goes where it was told to go and nowhere else; and it calls nobody by name.

Covers T10, U18. Addresses come from the operator (settings, team file), never from what somebody wrote: no preview is
fetched, no link is followed. What tells gateways' secrets is in `tests/adapters/notify`.
"""

import pytest

from adapters.notify.rendering import unmentioned
from adapters.slack.mrkdwn import from_spans
from bot.chat.text import text
from bot.chat.views import Card
from tests.adapters.notify.receiver import receiver
from tests.adapters.notify.stage import gateway, told
from tests.security.program import importing

# Every module that opens connections with an HTTP library of its own, and whose addresses those are.
CALLERS = {
    "adapters/heartbeat.py": "BATON_HEARTBEAT_URL",
    "adapters/notify/verdicts.py": "names of errors only",
    "adapters/notify/wire.py": "gateways of the team file, through Apprise",
    "adapters/slack/client.py": "Slack's API and what that says of its files",
    "adapters/slack/sockets.py": "Slack's API",
    "adapters/telegram/client.py": "Telegram's API",
}
LIBRARIES = {"aiohttp", "httpx", "requests", "urllib3", "urllib.request", "http.client", "websockets"}


def test_only_these_call_anybody() -> None:
    """A new one has to be thought about: whose address is it?"""
    assert importing(*LIBRARIES) <= CALLERS.keys()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_gateway_that_points_elsewhere_is_not_followed(status: int) -> None:
    """Neither into our own network nor anywhere with the customer's words and the gateway's token."""
    async with receiver("webhook") as inside, receiver("webhook") as service:
        service.answer(status, {}, Location=f"{inside.base}/latest/meta-data/")
        async with gateway("webhook", f"json://127.0.0.1:{service.port}") as adapter:
            delivery = await told(adapter)
    assert (delivery.outcome, len(service.requests), inside.requests) == ("refused", 1, [])
    assert "meta-data" not in delivery.detail


async def test_not_even_if_its_address_asks_for_it() -> None:
    async with receiver("webhook") as inside, receiver("webhook") as service:
        service.answer(307, {}, Location=inside.base)
        async with gateway("webhook", f"json://127.0.0.1:{service.port}?redirect=yes") as adapter:
            assert (await told(adapter)).outcome == "refused"
    assert inside.requests == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('<at user_id="all">所有人</at>', '＜at user_id="all">所有人＜/at>'),
        ("<AT user_id='all'></AT>", "＜AT user_id='all'>＜/AT>"),
        ("< at user_id=all>", "＜ at user_id=all>"),
        ("<@all> <@zhang>", "＜@all> ＜@zhang>"),
        ("a < b, <attack>, <b>, 3<@5", "a < b, <attack>, <b>, 3＜@5"),
    ],
)
def test_a_robot_calls_nobody(written: str, said: str) -> None:
    """Feishu and WeCom read mentions in plain text; a customer could else wake a whole company."""
    assert unmentioned(written) == said


@pytest.mark.parametrize("channel", ["wecom", "dingtalk", "feishu"])
async def test_what_a_customer_wrote_calls_nobody_through_a_robot(channel: str) -> None:
    schema = "wecombot" if channel == "wecom" else channel
    view = Card('<at user_id="all">all</at> <@all> @all', text("<at user_id='all'>"))
    async with receiver(channel) as service:
        url = f"{schema}://TOKENtoken0123456789?base={service.base}"
        async with gateway(channel, url) as adapter:
            assert (await told(adapter, view=view)).outcome == "sent"
    said = str(service.requests[0].body)
    assert "<at" not in said
    assert "<@" not in said
    assert "isAtAll': True" not in said


@pytest.mark.parametrize(
    "written", ["<!channel>", "<!here>", "<!everyone>", "<!subteam^S1>", "<@U1>", "<#C1>", "@here"]
)
def test_what_a_customer_wrote_calls_nobody_on_slack(written: str) -> None:
    """Whatever is typed is escaped; `tests/adapters/slack/test_text.py` says it of any text."""
    assert "<" not in from_spans(text(written))
