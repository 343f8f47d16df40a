"""The louder channel and the team's robot, for real: SMS and a robot over HTTP, mail over SMTP, on loopback."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.clocks.defaults import DEFAULT_POLICIES
from bot.escalation.rules import State
from bot.unit import Unit
from tests.adapters.notify.postoffice import post_office
from tests.adapters.notify.receiver import receiver
from tests.escalation.stage import alarmed, ledger, minutes, told
from tests.tickets.stage import Stage

STEP = """
[[policies]]
key = "first"
on = "ticket.first_response"
target = "2h"
steps = [{{ at = "10m", notify = ["assignee"], via = {via} }}]
"""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def _addresses(unit: Unit) -> None:
    lin = unit.people.by_key("lin")
    assert lin is not None
    unit.people.save_person(replace(lin, email="lin@example.com", phone="+8613800001234"))


async def _begun(stage: Stage) -> None:
    await stage.baton.baton.database.write(_addresses)
    await stage.say("ann", stage.help, "打不开")
    await stage.press("lin", stage.card(await stage.count()), "领取")
    await minutes(stage, 11)


async def test_louder_is_a_text_message(tmp_path: Path) -> None:
    """Covers U16 U18: what waits, on the phone; the gateway's answer is the proof."""
    async with receiver("sms") as service:
        more = f'[gateways]\nsms = "json://127.0.0.1:{service.port}/send?:to={{address}}&:message=body"\n'
        async with alarmed(tmp_path, STEP.format(via='["louder"]'), more=more) as stage:
            await _begun(stage)
            assert told(stage, "lin") == []
            (entry,) = await ledger(stage)
            assert (entry.channel, entry.state) == ("sms", State.ACCEPTED)
            assert "T-1 · 打不开" in service.requests[0].body["body"]


async def test_mail_that_is_refused_goes_on_as_a_direct_message(tmp_path: Path) -> None:
    """Covers U18: the next channel at once, and the ledger has both."""
    async with post_office() as office:
        office.recipients["lin@example.com"] = "550 5.1.1 no such user"
        more = f'[gateways]\nmail = "mailto://127.0.0.1:{office.port}?from=b@example.com&to={{address}}"\n'
        async with alarmed(tmp_path, STEP.format(via='["mail"]'), more=more) as stage:
            await _begun(stage)
            mail, direct = await ledger(stage)
            assert (mail.channel, mail.state) == ("mail", State.REFUSED)
            assert (direct.channel, direct.state) == ("dm", State.ACCEPTED)
            assert len(told(stage, "lin")) == 1


async def test_the_robot_of_the_team_is_told_for_whom(tmp_path: Path) -> None:
    """Covers U18: the team's own robot; who has none is told in person, and why."""
    async with receiver("webhook") as service:
        support = f'channels = {{ webhook = "json://127.0.0.1:{service.port}/hook" }}'
        policy = STEP.format(via='["webhook", "wecom"]')
        async with alarmed(tmp_path, policy, support=support) as stage:
            await _begun(stage)
            body = service.requests[0].body
            assert body["title"].endswith("T-1 · 打不开")
            assert "林晓" in body["text"]
            (entry,) = await ledger(stage)
            assert (entry.channel, entry.state) == ("webhook", State.ACCEPTED)
            await stage.command("lin", None, "/baton", "送达 T-1")
            assert "这里无法使用企业微信" in stage.direct("lin")[-1]


async def test_a_robot_that_is_gone_is_made_up_for_in_person(tmp_path: Path) -> None:
    """Fault O7. Covers U18: refused there, told here; and the lead hears that it is gone."""
    async with receiver("webhook") as service:
        service.answer(410, {})
        support = f'channels = {{ webhook = "json://127.0.0.1:{service.port}/hook" }}'
        async with alarmed(tmp_path, STEP.format(via='["webhook"]'), support=support) as stage:
            await _begun(stage)
            assert len(told(stage, "lin")) == 1
            assert [entry.state for entry in await ledger(stage)] == [State.REFUSED, State.ACCEPTED, State.ACCEPTED]
            (gone,) = told(stage, "wang")
            assert "联系不上webhook:support" in stage.read(gone)


def test_every_default_can_be_read() -> None:
    """Covers U12: silence is never left alone, even where nobody wrote a policy."""
    for key, row in DEFAULT_POLICIES.items():
        steps = row["steps"]
        assert steps[-1]["notify"] == ["supervisors"], key
        assert {"at", "notify", "via"} == set(steps[0])


async def test_a_lost_robot_is_news_once_until_it_is_back(tmp_path: Path) -> None:
    """Covers O6 U18: one word to the lead, not one an alert; the next time it is lost it is news again."""
    async with receiver("webhook") as service:
        support = f'channels = {{ webhook = "json://127.0.0.1:{service.port}/hook" }}'
        async with alarmed(tmp_path, STEP.format(via='["webhook"]'), support=support) as stage:
            for status, words in ((410, 1), (410, 1), (200, 1), (410, 2)):
                service.answer(status, {})
                await _begun(stage)
                assert len(told(stage, "wang")) == words
