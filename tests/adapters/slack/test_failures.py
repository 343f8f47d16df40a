"""What Slack's errors mean for an order. Covers P5 and the four outcomes of issue 2, section 2."""

import pytest

from adapters.slack import failures
from bot.chat.contract import REASONS


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("channel_not_found", "gone"),
        ("is_archived", "gone"),
        ("not_in_channel", "not_member"),
        ("message_not_found", "message_gone"),
        ("edit_window_closed", "message_gone"),
        ("user_disabled", "unreachable"),
        ("msg_too_long", "too_long"),
        ("msg_blocks_too_long", "too_long"),
        ("restricted_action", "forbidden"),
        ("missing_scope", "forbidden"),
        ("invalid_blocks", "invalid"),
        ("no_text", "invalid"),
        ("an_error_of_tomorrow", "invalid"),
    ],
)
def test_what_slack_refuses_is_refused_for_good(error: str, reason: str) -> None:
    """Each with one of the reasons that the catalogue has a sentence for."""
    delivery = failures.refused("chat.postMessage", 200, {"ok": False, "error": error}).delivery
    assert (delivery.outcome, delivery.reason) == ("refused", reason)
    assert delivery.reason in REASONS
    assert error in delivery.detail


def test_a_missing_right_is_named() -> None:
    """Slack says which one it is."""
    data = {"ok": False, "error": "missing_scope", "needed": "files:write", "provided": "chat:write"}
    assert "files:write" in failures.refused("files.getUploadURLExternal", 200, data).delivery.detail


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive", "not_authed"])
def test_a_dead_token_waits_for_somebody_to_mend_it(error: str) -> None:
    """Nothing is thrown away because of a setting."""
    delivery = failures.refused("chat.postMessage", 200, {"ok": False, "error": error}).delivery
    assert (delivery.outcome, delivery.reason) == ("retry", "token")
    assert delivery.retry_after >= 60


@pytest.mark.parametrize(("status", "data"), [(429, None), (200, {"ok": False, "error": "ratelimited"})])
def test_a_rate_limit_holds_the_method_s_pace(status: int, data: dict[str, object] | None) -> None:
    """For as long as Slack says; where it does not, for half a minute."""
    delivery = failures.refused("chat.update", status, data, "17").delivery
    assert (delivery.outcome, delivery.retry_after, delivery.pace) == ("retry", 17.0, "slack:chat.update")
    assert failures.refused("chat.update", status, data).delivery.retry_after == 30.0


@pytest.mark.parametrize(
    ("status", "data"), [(503, None), (500, "<html>"), (200, {}), (200, {"ok": False, "error": "fatal_error"})]
)
def test_a_failure_after_the_request_was_read_leaves_a_post_unknown(status: int, data: object) -> None:
    """And an update, which may be repeated, to be repeated."""
    assert failures.refused("chat.postMessage", status, data).delivery.outcome == "unknown"
    assert failures.refused("chat.update", status, data).delivery.outcome == "retry"


def test_what_never_reached_slack_is_sent_again() -> None:
    """No connection, no message."""
    assert failures.not_reached("chat.postMessage", "refused").delivery.outcome == "retry"


def test_a_request_that_slack_did_not_read_is_sent_again() -> None:
    """It says so itself, or a proxy does."""
    assert (
        failures.refused("chat.postMessage", 200, {"ok": False, "error": "request_timeout"}).delivery.outcome == "retry"
    )
    assert failures.refused("chat.postMessage", 407, "proxy").delivery.outcome == "retry"


def test_every_reason_given_is_one_of_the_contract_s() -> None:
    """None was misspelt."""
    assert set(failures.refusals().values()) <= set(REASONS)
