"""How gateways are set up: addresses from the environment, what `baton check` says, what is loaded and when."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.notify.adapter import build_gateways
from bot.chat.events import Place
from bot.gateways import Gateways
from bot.language.catalogue import Words
from bot.settings import environment
from tests.adapters.notify.receiver import receiver
from tests.adapters.notify.stage import gateway, told
from tests.clock import ManualClock
from tests.contracts.desk import RecordingInlet

ROOT = Path(__file__).parents[3]


async def test_a_secret_address_comes_from_the_environment() -> None:
    """Covers U18: `$NAME` in the team file."""
    async with receiver("webhook") as service:
        url = f"json://127.0.0.1:{service.port}/hook"
        async with gateway("webhook", "$BATON_TECH_HOOK", BATON_TECH_HOOK=url) as adapter:
            assert (await told(adapter)).outcome == "sent"
            assert await adapter.check() == []


def test_variables_may_stand_in_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Baton's own settings do; the environment wins."""
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("BATON_SMS_URL=json://from-the-file/{address}\nTECH_HOOK=json://from-the-file\nEMPTY=\n")
    monkeypatch.setenv("TECH_HOOK", "json://from-the-environment")
    variables = environment()
    assert variables["BATON_SMS_URL"] == "json://from-the-file/{address}"
    assert variables["TECH_HOOK"] == "json://from-the-environment"
    assert "EMPTY" not in variables


async def test_a_variable_that_is_not_set_is_refused_and_found() -> None:
    async with gateway("sms", "$BATON_SMS_URL") as adapter:
        delivery = await told(adapter, "+8613800001234")
        (problem,) = await adapter.check()
    assert (delivery.outcome, delivery.detail) == ("refused", "BATON_SMS_URL is not set")
    assert (problem.key, dict(problem.values)["variable"]) == ("check.gateway_unset", "BATON_SMS_URL")


@pytest.mark.parametrize(
    ("channel", "url", "key"),
    [
        ("mail", "mailto://a:b@example.com?to={address}", ""),
        ("mail", "mailto://a:b@example.com?to=lin@example.com", "gateway_address"),
        ("sms", "nosuch://key/{address}", "gateway_url"),
        ("wecom", "wecombot://key", ""),
        ("wecom", "wecombot://", "gateway_url"),
        ("dingtalk", "dingtalk://not-a-token", "gateway_url"),
        ("feishu", "feishu://token?base=http://127.0.0.1:1", ""),
        ("webhook", "jsons://example.com/hook", ""),
    ],
)
async def test_check_finds_addresses_that_lead_nowhere(channel: str, url: str, key: str) -> None:
    """Nothing is sent for it. Each problem has a sentence, without the address."""
    async with gateway(channel, url) as adapter:
        problems = await adapter.check()
    assert [problem.key for problem in problems] == ([f"check.{key}"] if key else [])
    for problem in problems:
        said = Words("zh-CN")(problem.key, **dict(problem.values))
        assert channel in said
        assert url not in said


async def test_one_adapter_for_each_channel_that_leads_somewhere() -> None:
    gateways = Gateways(
        {"mail": "mailto://a:b@example.com?to={address}"},
        {"tech": {"wecom": "wecombot://k"}, "finance": {"wecom": "wecombot://l", "webhook": "json://localhost"}},
    )
    built = build_gateways(gateways, ManualClock(), {})
    assert set(built) == {"mail", "wecom", "webhook"}
    assert gateways.places("finance") == (Place("wecom", "finance"), Place("webhook", "finance"))
    assert gateways.places("support") == ()
    for name, adapter in built.items():
        assert adapter.platform == name
        assert True not in (adapter.can.chat, adapter.can.buttons, adapter.can.edits, adapter.can.lookup)
        inlet = RecordingInlet(adapter)
        await adapter.run(inlet)
        assert inlet.arrivals == []
        assert adapter.read(b"anything") == ()
        await adapter.close()


@pytest.mark.parametrize("module", ["bot.app", "bot.cli"])
def test_apprise_is_not_loaded_without_a_gateway(module: str) -> None:
    """It costs a fifth of a second and twenty megabytes."""
    program = f"import sys, {module}; print({{'apprise', 'requests'}} & set(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True)
    assert ended.stdout == "set()\n"
