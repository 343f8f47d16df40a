"""What Slack's errors mean for an order: not now, never, or nobody knows. Pure.

Error names: the Web API's method pages (docs.slack.dev/reference/methods); `ok: false` comes with HTTP 200, and only
rate limits and outages use the status.
"""

from typing import Any

from adapters.slack.limits import method_pace
from bot.chat.contract import Delivery

# How long to leave alone what will not be better in a moment, in seconds.
_SOON, _LATER, _MUCH_LATER = 2.0, 30.0, 300.0

# Methods that may be called again whether or not the first call was carried out.
REPEATABLE = {
    "apps.connections.open",
    "auth.test",
    "chat.delete",
    "chat.update",
    "conversations.archive",
    "conversations.create",  # a name that is taken is looked up
    "conversations.history",
    "conversations.info",
    "conversations.invite",
    "conversations.join",
    "conversations.list",
    "conversations.open",
    "conversations.replies",
    "files.delete",
    "files.getUploadURLExternal",
    "files.info",
    "users.info",
    "views.publish",
}

# The app's rights as a whole are at fault: nothing can be sent until somebody has seen to it.
_TOKEN = {
    "account_inactive",
    "app_access_restricted",
    "enterprise_is_restricted",
    "invalid_auth",
    "not_authed",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
}
_REFUSED = {
    "gone": "channel_not_found is_archived channel_is_archived is_inactive channel_type_not_supported thread_not_found",
    "not_member": "not_in_channel user_not_in_channel",
    "message_gone": "message_not_found cant_update_message edit_window_closed cant_delete_message",
    "unreachable": "user_not_found user_disabled user_not_visible cannot_dm_bot messages_tab_disabled not_enabled",
    "too_long": "msg_too_long msg_blocks_too_long view_too_large metadata_too_large",
    "too_large": "file_too_large storage_limit_reached file_upload_size_restricted",
    "forbidden": """missing_scope not_allowed_token_type no_permission access_denied ekm_access_denied
        restricted_action restricted_action_read_only_channel restricted_action_thread_only_channel
        restricted_action_non_threadable_channel restricted_action_thread_locked posting_to_channel_denied
        posting_to_general_channel_denied file_uploads_disabled file_uploads_except_images_disabled
        slack_connect_file_upload_sharing_blocked slack_connect_blocked_file_type
        method_not_supported_for_channel_type""",
}
_REASONS = {error: reason for reason, errors in _REFUSED.items() for error in errors.split()}
# Slack's own trouble. A post may have been taken all the same.
_TROUBLE = {"fatal_error", "internal_error", "service_unavailable", "team_added_to_org"}
_NOT_READ = {"request_timeout", "accesslimited"}
_RATE_LIMITED = {"ratelimited", "rate_limited"}


class CallFailed(Exception):
    """A call that was not answered with success. `error` is Slack's name for it ("" if Slack did not answer)."""

    def __init__(self, delivery: Delivery, error: str = "") -> None:
        super().__init__(delivery.detail)
        self.delivery = delivery
        self.error = error


def not_reached(method: str, detail: str) -> CallFailed:
    """The connection never came about: surely nothing was done."""
    return CallFailed(Delivery("retry", retry_after=_SOON, detail=f"{method}: {detail}"))


def lost(method: str, detail: str) -> CallFailed:
    """The request may have been read, the answer did not come: done, or not."""
    outcome = "retry" if method in REPEATABLE else "unknown"
    return CallFailed(Delivery(outcome, retry_after=_SOON, detail=f"{method}: {detail}"))  # type: ignore[arg-type]


def refused(method: str, status: int, data: Any, retry_after: str = "") -> CallFailed:
    """An answer other than success: `data` is its JSON if it was any, `retry_after` the header of that name."""
    error = str(data.get("error") or "") if isinstance(data, dict) else ""
    if status == 429 or error in _RATE_LIMITED:
        wait = float(retry_after) if retry_after.isdigit() else _LATER
        return CallFailed(
            Delivery("retry", retry_after=wait, pace=method_pace(method), detail=f"{method}: 429"), "ratelimited"
        )
    if error:
        return CallFailed(_by_name(method, error, data), error)
    if 400 <= status < 500:
        return CallFailed(Delivery("retry", retry_after=_LATER, detail=f"{method}: HTTP {status}"))
    return lost(method, f"HTTP {status} without an answer of Slack's")


def _by_name(method: str, error: str, data: dict[str, Any]) -> Delivery:
    detail = f"{method}: {error}"
    if error in _TOKEN:
        return Delivery("retry", retry_after=_MUCH_LATER, reason="token", detail=detail)
    if error in _TROUBLE:
        return lost(method, error).delivery
    if error in _NOT_READ:
        return Delivery("retry", retry_after=_LATER, detail=detail)
    notes = [data.get("needed"), *(data.get("errors") or [])]
    told = "; ".join(str(note) for note in notes if note)
    return Delivery("refused", reason=_REASONS.get(error, "invalid"), detail=f"{detail} ({told})" if told else detail)


def refusals() -> dict[str, str]:
    """Every error that is known to be for good, and its reason."""
    return dict(_REASONS)
