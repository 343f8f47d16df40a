"""Slack on a loopback port: a stateful workspace with people on the other side, for tests.

The real slack_sdk and slack-bolt talk to it over HTTP and websockets. It refuses what Slack refuses, in Slack's words;
what an app must never do is collected in `fake.violations` as well. Nothing here reads Baton's code.

    async with SlackFake(clock=clock) as fake:
        # SLACK_API_URL=fake.api_url  SLACK_BOT_TOKEN=fake.bot_token  SLACK_SIGNING_SECRET=fake.signing_secret
        fake.request_url = "http://127.0.0.1:8300/slack/events"    # or Socket Mode: SLACK_APP_TOKEN=fake.app_token
        lin = fake.user("U0LIN", name="林晓", locale="zh-CN")
        room = fake.channel("C0SUP", members=[lin])

        said = await fake.says(lin, room, f"{fake.bot_mention} ticket 打印机坏了 <!channel>")   # typed, so escaped
        card = await fake.until(lambda: fake.sent(room) and fake.sent(room)[-1])
        assert "T-1" in fake.visible_text(card) and "领取" in fake.buttons(card)
        await fake.presses(lin, card, "领取")
        await fake.command(lin, room, "/ticket")
        submission = await fake.submits(lin, {"标题": "打印机坏了"})      # the open modal, fields by label
        assert submission.accepted and fake.modal(lin) is None
        assert fake.violations == []

**Making it.** `SlackFake(clock=, signature_clock=, scopes=, events=, manifest=, enforce_limits=False, post_burst=3,
echo=True, ack_timeout=3.0, retry_schedule=(0, 60, 300), sleep=)`. `clock` is anything with `now()` (or a function);
message times, trigger ids (3 s) and response URLs (30 min) follow it. Signatures follow `signature_clock`, real time
unless told. `manifest` (a dict) sets scopes, subscriptions, commands and shortcuts to exactly what it asks for; else
the usual ones are granted. `enforce_limits` answers 429 by the published tiers and one post a second and channel.
`echo`: the app gets events about what it does itself, as on Slack. Failed events are tried again up to three times;
the schedule is compressed unless `sleep` is given.

**Where the app listens.** `fake.request_url`, else its websockets; while it has neither, people talk among themselves.
Every `send_*` call takes a `url` of its own (None: the usual way), so that a second replica can be addressed.

**People** (acts are `async`, give what was delivered, and return when the app has answered):
`user(id, name, locale=, email=, is_bot=, deleted=)` `channel(id, members, name=, private=, bot_is_member=, archived=)`
`dm(user)` `file(name, bytes, mimetype=, hidden=)` ·
`says(user, channel, text, thread_ts=, files=, broadcast=, raw=)` `edits` `deletes` `reacts(user, message, "ticket")`
`unreacts` `joins` `leaves` · `presses(user, where, "label or action_id", value=)`
`chooses(user, where, control, choice)` `searches(user, where, control, typed)` ·
`command(user, channel, "/ticket", text)` `shortcut(user, message | None, callback_id)` `opens_home(user, tab)` ·
`fills(user, values)` `submits(user, values) -> Submission(accepted, errors, action)` `closes(user, everything=)`.
`where` is a message, its ts, `"home"` or `"modal"`. `thread_ts` is a message or a ts.

**Reading**: `messages(channel, thread_ts=None)` (top level, or a thread without its parent) `sent(channel)` (all the
app's) `message(ts)` `ephemeral(user, channel=None)` `modal(user)` `home(user)` `visible_text(x)` `buttons(x)`
`calls(method=None)` (each with `arguments`, `status`, `response`, `ok`) `deliveries` `failed_deliveries` `violations`
`take_violations()`. A `Message` has `ts text blocks thread_ts user files metadata edited reactions deliveries`.

**Waiting** (never sleep): `until(condition)` looks again at every change; `settle()` waits for the echoes.

**Violations**: whatever Slack refuses as malformed (`invalid_blocks`, `msg_too_long`, `missing_scope`, `no_text`, ...),
and what it lets pass: `mass_mention` (unless in `fake.permitted_mentions`, such as `"subteam^S1"`), `unknown_mention`,
`unescaped_text`, `blocks_without_text`, `text_over_4000`, `thread_ts_of_a_reply`, wrong answers to views and options.
Refusals that may happen to a good app (`not_in_channel`, `channel_not_found`, `hash_conflict`, ...) are none.

**Faults**, one line each: `fail_next(method, "ratelimited", retry_after=2, times=1)`, `fail_next(method, 503)`,
`fail_next(method, "edit_window_closed")` · `break_connection_after_accept(method)` `break_connection_before_accept`
`hang(method, accept=True)` (then `.release()`; `.begun` is an Event) `slow(method, seconds)` `answer_garbage(method)`.
`"*"` strikes any method. The platform's own state is real afterwards: what was accepted stands in `messages`.

**Deliveries by hand**: `send_event(url, inner_event)` `send_payload(url, kind, payload)` (a fixture as it stands)
`redeliver(delivery, url=None)` (the same event once more, with retry headers) `send_command` `send_block_action`
`send_view_submission` `send_view_closed` `send_message_shortcut` `send_global_shortcut` `send_options_request`
`signed_headers(body, timestamp=, secret=)`. A `Delivery` has `status body ok event_id attempts payload`.

**Socket Mode**: `fake.socket.connections`, `fake.socket.acks`, `await fake.socket.disconnect("warning" |
"refresh_requested" | "link_disabled")`, `fake.socket.drop()`. An envelope that is not acknowledged, or whose connection
is lost, is sent again if it is an event.

Blocks and views pass the JSON Schema under `$BATON_SHARED` or `../shared` where that is there, and the table of limits
in `block_limits` always. Methods that are not built answer `unknown_method` and leave a violation.
"""

from tests.fakes.slack.controls import Submission
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.forms import NoSuchChoice
from tests.fakes.slack.model import Attempt, Call, Channel, Delivery, File, Message, User, View, Violation
from tests.fakes.slack.server import SlackFake

__all__ = [
    "Attempt", "Call", "Channel", "Delivery", "Fault", "File", "Message", "NoSuchChoice", "SlackFake", "Submission",
    "User", "View", "Violation",
]  # fmt: skip
