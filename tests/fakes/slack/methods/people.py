"""auth.test, users.*, team.info, bots.info, apps.connections.open: who is who, and the way to a websocket."""

from tests.fakes.slack.model import JSON, Refusal, User
from tests.fakes.slack.web_api import MethodCall, method
from tests.fakes.slack.workspace import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID


@method("api.test", tier=4)
def api_test(call: MethodCall) -> JSON:
    """Echo the arguments; `error` asks for a failure."""
    if call.text("error"):
        raise Refusal(call.text("error"), args=call.arguments)
    return {"args": call.arguments}


@method("auth.test", tier=None)
def auth_test(call: MethodCall) -> JSON:
    """Whose token it is."""
    return {
        "url": f"https://{TEAM_DOMAIN}.slack.com/",
        "team": TEAM_DOMAIN.title(),
        "user": call.workspace.bot.handle,
        "team_id": TEAM_ID,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("users.info", scope="users:read", tier=4, takes_json=False)
def users_info(call: MethodCall) -> JSON:
    """One user; the locale only on request, the e-mail address only with its scope."""
    return {"user": _written(call, call.workspace.user_named(call.required("user")))}


@method("users.list", scope="users:read", tier=2, takes_json=False)
def users_list(call: MethodCall) -> JSON:
    """Every user, deactivated ones and bots too."""
    users, cursor = call.page(list(call.workspace.users.values()), default=1000, most=1000)
    members = [_written(call, user) for user in users]
    return {"members": members, "cache_ts": int(call.workspace.now()), "response_metadata": {"next_cursor": cursor}}


@method("users.lookupByEmail", scope="users:read.email", tier=3, takes_json=False)
def users_lookup_by_email(call: MethodCall) -> JSON:
    """The active user with an e-mail address."""
    wanted = call.required("email").lower()
    for user in call.workspace.users.values():
        if not user.deleted and (user.email or "").lower() == wanted:
            return {"user": _written(call, user)}
    raise Refusal("users_not_found")


def _written(call: MethodCall, user: User) -> JSON:
    with_email = "users:read.email" in call.fake.scopes
    return call.workspace.user_json(user, email=with_email, locale=call.flag("include_locale"))


@method("team.info", scope="team:read", tier=3, takes_json=False)
def team_info(call: MethodCall) -> JSON:
    """The workspace."""
    return {"team": {"id": TEAM_ID, "name": TEAM_DOMAIN.title(), "domain": TEAM_DOMAIN, "email_domain": "", "icon": {}}}


@method("bots.info", scope="users:read", tier=3, takes_json=False)
def bots_info(call: MethodCall) -> JSON:
    """One bot, the own one when none is named."""
    wanted = call.text("bot") or BOT_ID
    for user in call.workspace.users.values():
        if user.bot_id == wanted:
            app_id = APP_ID if wanted == BOT_ID else "A0OTHER"
            return {"bot": {"id": wanted, "deleted": False, "name": user.name, "app_id": app_id, "user_id": user.id}}
    raise Refusal("bot_not_found")


@method("apps.connections.open", tier=1, token="app")
def apps_connections_open(call: MethodCall) -> JSON:
    """A one-use websocket address."""
    ticket = call.fake.socket.new_ticket()
    base = call.workspace.base_url.replace("http://", "ws://", 1)
    return {"url": f"{base}/link/?ticket={ticket}&app_id={APP_ID}"}
