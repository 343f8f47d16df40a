"""How Telegram says no: HTTP status, `description` and `parameters`, in the server's own words.

The sentences come from tdlib/telegram-bot-api `Client.cpp` and TDLib (platform facts 2.1, 2.5 and 2.7). A wording that
could not be verified says so beside it.
"""

from typing import Any

JSON = dict[str, Any]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


class Refusal(Exception):
    """One `ok: false` answer. `violation` is set when the bot's request itself was malformed."""

    def __init__(
        self, code: int, description: str, *, parameters: JSON | None = None, violation: str | None = None
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters
        self.violation = violation

    def payload(self) -> JSON:
        """The JSON body that goes with the HTTP status `code`."""
        body: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(text: str, *, parameters: JSON | None = None) -> Refusal:
    """400: the state of the chat does not allow it."""
    return Refusal(400, f"Bad Request: {text}", parameters=parameters)


def malformed(text: str, violation: str) -> Refusal:
    """400: whatever the state, no server would have taken this request."""
    return Refusal(400, f"Bad Request: {text}", violation=violation)


def forbidden(text: str) -> Refusal:
    """403: the bot may not write there."""
    return Refusal(403, f"Forbidden: {text}")


def conflict(text: str) -> Refusal:
    """409: somebody else receives this bot's updates."""
    return Refusal(409, f"Conflict: {text}")


def not_found() -> Refusal:
    """404: no such method, or no token in the address."""
    return Refusal(404, "Not Found")


def unauthorized() -> Refusal:
    """401: a well-formed token of no bot."""
    return Refusal(401, "Unauthorized")


def flooded(retry_after: int) -> Refusal:
    """429 with the wait in whole seconds (fixture `response.error_429_retry_after.json`)."""
    text = f"Too Many Requests: retry after {retry_after}"
    return Refusal(429, text, parameters={"retry_after": retry_after})


def migrated(new_chat_id: int) -> Refusal:
    """400 for anything sent to a group that became a supergroup."""
    return bad_request("group chat was upgraded to a supergroup chat", parameters={"migrate_to_chat_id": new_chat_id})
