"""How the bot receives: long polling, the webhook, button presses, files."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.files import DOWNLOAD_LIMIT
from tests.fakes.telegram.refusals import QUERY_TOO_OLD, bad_request
from tests.fakes.telegram.registry import answers
from tests.fakes.telegram.world import World

JSON = dict[str, Any]

WEBHOOK_PORTS = {None, 443, 80, 88, 8443}


@answers("getUpdates")
async def get_updates(world: World, call: Call) -> list[JSON]:
    """The pending updates, at once or as soon as one arrives."""
    limit = call.integer("limit") or 100
    allowed = call.structure("allowed_updates")
    timeout = float(call.integer("timeout") or 0)
    return await world.queue.poll(call.integer("offset") or 0, limit if 1 <= limit <= 100 else 100, timeout, allowed)


@answers("setWebhook")
def set_webhook(world: World, call: Call) -> bool:
    """Switches delivery to a URL; an empty one switches back to polling. HTTPS only (facts 2.1)."""
    url = call.text("url")
    if not url:
        return bool(delete_webhook(world, call))
    _check_address(url, local_server=world.webhook.local_server)
    secret = call.text("secret_token")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if call.flag("drop_pending_updates"):
        world.queue.clear()
    if (allowed := call.structure("allowed_updates")) is not None:
        world.queue.allowed = allowed
    world.webhook.set(url, secret, call.integer("max_connections") or 40)
    return True


@answers("deleteWebhook")
def delete_webhook(world: World, call: Call) -> bool:
    """Back to polling; what is pending stays, unless told to drop it."""
    if call.flag("drop_pending_updates"):
        world.queue.clear()
    world.webhook.remove()
    return True


@answers("getWebhookInfo")
def get_webhook_info(world: World, call: Call) -> JSON:
    """Where updates go, how many wait and what went wrong last."""
    return world.webhook.info()


@answers("answerCallbackQuery")
def answer_callback_query(world: World, call: Call) -> bool:
    """Shows the toast; a query is answered once."""
    query = world.queries.get(call.text("callback_query_id"))
    if query is None or query.expired or query.answer is not None:
        raise bad_request(QUERY_TOO_OLD)
    query.answer = dict(call.parameters)
    return True


@answers("getFile")
def get_file(world: World, call: Call) -> JSON:
    """Where to download a file of at most 20 MB."""
    stored = world.files.get(call.text("file_id"))
    if stored.size > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def _check_address(url: str, *, local_server: bool) -> None:
    if local_server:
        return
    parts = urlsplit(url)
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
