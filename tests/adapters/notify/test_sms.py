"""SMS: through a gateway that Apprise knows, and through one that takes JSON."""

import logging

import pytest

from adapters.notify.channels import sms_parts
from bot.chat.text import text
from bot.chat.views import Button, Card, Post
from tests.adapters.notify.receiver import receiver
from tests.adapters.notify.stage import LINK, gateway, told

PHONE = "+8613800001234"
JSON = "json://127.0.0.1:{port}/send?:to={{address}}&:message=body"
TWILIO_SID = "AC" + "0123456789abcdef" * 2


async def test_a_text_message_is_one_line_to_one_phone() -> None:
    """Covers U16: the louder channel."""
    async with receiver("sms") as service, gateway("sms", JSON.format(port=service.port)) as adapter:
        assert (await told(adapter, "+86 138-0000-1234")).outcome == "sent"
    body = service.requests[0].body
    assert body["to"] == PHONE
    assert body["body"].startswith("T-12 等待技术部接单 咖啡机 <E5> 报错")
    assert LINK in body["body"]
    assert "\n" not in body["body"]


async def test_through_a_gateway_that_apprise_knows() -> None:
    """Twilio's host is fixed in Apprise; `base` puts a proxy, or a private gateway that speaks like it, there."""
    async with receiver("sms") as service:
        url = f"twilio://{TWILIO_SID}:SECRETsecret0123@15005550006/{{address}}?base={service.base}/eu"
        async with gateway("sms", url) as adapter:
            service.answer(201, {"sid": "SM1"})
            assert (await told(adapter, PHONE)).outcome == "sent"
            service.answer(400, {"code": 21211, "message": f"The 'To' number {PHONE} is not valid."})
            delivery = await told(adapter, PHONE)
    assert [request.path for request in service.requests] == [f"/eu/2010-04-01/Accounts/{TWILIO_SID}/Messages.json"] * 2
    assert service.requests[0].body["To"] == PHONE
    assert (delivery.outcome, delivery.reason) == ("refused", "invalid")
    assert "is not valid" in delivery.detail
    assert PHONE not in delivery.detail


@pytest.mark.parametrize("room", ["", "lin@example.com", "+86138000x", "12", "+8613800001234,+8613900001234"])
async def test_what_is_no_single_number_is_refused_before_anything_is_sent(room: str) -> None:
    async with receiver("sms") as service, gateway("sms", JSON.format(port=service.port)) as adapter:
        delivery = await told(adapter, room)
    assert (delivery.outcome, delivery.reason) == ("refused", "unreachable")
    assert service.requests == []


async def test_a_number_that_the_gateway_does_not_take_reaches_nobody_else() -> None:
    """Apprise drops a number that is too short for the service, and would then write to the sender."""
    async with receiver("sms") as service:
        url = f"twilio://{TWILIO_SID}:SECRETsecret0123@15005550006/{{address}}?base={service.base}"
        async with gateway("sms", url) as adapter:
            delivery = await told(adapter, "123456")
    assert delivery.outcome == "refused"
    assert service.requests == []


@pytest.mark.parametrize("words", ["还在等技术部接单。" * 60, "Still waiting for an answer. " * 60])
async def test_a_long_one_is_cut_to_three_parts_and_keeps_its_link(words: str) -> None:
    """3GPP TS 23.038: 153 characters of the basic set in a part, or 67 of any."""
    card = Card("T-12", text(words), controls=(Button("Open", "open", url=LINK),))
    async with receiver("sms") as service, gateway("sms", JSON.format(port=service.port)) as adapter:
        assert (await told(adapter, PHONE, card)).outcome == "sent"
        assert (await told(adapter, PHONE, Post(text(words)))).outcome == "sent"
    with_link, without = (request.body["body"] for request in service.requests)
    assert with_link.endswith(f"... {LINK}")
    assert without.endswith("...")
    assert 2.8 < sms_parts(with_link) <= 3
    assert 2.8 < sms_parts(without) <= 3


async def test_no_phone_number_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """Covers P9."""
    caplog.set_level(logging.DEBUG)
    async with receiver("sms") as service, gateway("sms", JSON.format(port=service.port)) as adapter:
        service.answer(500, {"to": PHONE, "raw": PHONE.replace("+", "%2B")})
        delivery = await told(adapter, PHONE)
    assert delivery.outcome == "retry"
    assert PHONE.strip("+") not in delivery.detail
    assert not [r for r in caplog.records if PHONE.strip("+") in r.getMessage() and not r.name.startswith("aiohttp")]
