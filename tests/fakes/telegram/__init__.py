"""Telegram on a loopback port: a stateful Bot API server with people on the other side, for tests.

The real python-telegram-bot talks to it over HTTP. It refuses what Telegram refuses, in Telegram's words; whatever
breaks the Bot API specification is collected in `fake.violations` as well. Nothing here reads Baton's code.

    async with TelegramFake(can_read_all_group_messages=True, clock=clock) as fake:
        bot = Bot(fake.token, base_url=fake.base_url, base_file_url=fake.base_file_url)   # or TELEGRAM_API_URL=fake.url
        ann, lin = fake.user(1001, "Ann", language_code="en"), fake.user(1002, "林晓", language_code="zh-hans")
        team = fake.group("客服部", members=[lin], forum=True, bot="administrator")
        topic = fake.topic(team, "T-12")

        await fake.starts(ann)                                     # before that the bot may not write to her (403)
        await fake.says(ann, text="My parcel is lost", photo=PNG)  # her private chat; a file makes it a caption
        await fake.says(lin, topic, "/take")
        card = await fake.appears(topic, "T-12", button="Solve")   # waits; edits count too
        query = await fake.presses(lin, card, "Solve")
        await fake.answered(query)
        assert fake.toast(lin) == "Solved"
        assert "T-12" in fake.visible_text(card) and "Reopen" in fake.buttons(card)
        assert fake.violations == []

**Making it.** `TelegramFake(token=, username="baton_bot", can_read_all_group_messages=False, enforce_limits=False,
clock=, guard_hot_loop=False, local_server=False)`. Privacy mode is on as on Telegram: in groups the bot then sees
commands meant for it, replies to it and service messages, unless it is administrator. `clock` is anything with
`now()`: dates, the 48 hours of deletion and flood limits follow it. `enforce_limits` answers 429: 1 message a second
in a chat (3 at once), 20 a minute in a group, edits there included, 30 a second overall.

**People** (all `async` but the first three): `user` `private` `toast` · `says(user, where, text, html=, reply_to=,
topic=, photo=, document=(name, bytes), voice=, audio=, video=, media_group=[...], pretend_size=, anonymous=,
forwarded_from=)` `edits` `deletes` `reacts(user, message, "👍")` `presses(user, message, "label", data=,
inaccessible=)` `starts(user, payload, group=)` `blocks` `unblocks` · `expire_queries()`. `where` is a chat, a topic,
or a person (a private chat; None is the author's own). A `Message` has `message_id`, `text`, `caption`, `entities`,
`sender`, `from_bot`, `reply_to`, `topic`, `content` (all fields), `versions`, `deleted`, `edited`, `seen_by_bot`,
`bot_reaction`. `user.deactivated = True` deletes an account.

**Groups**: `group(title, members=[owner, ...], forum=, supergroup=True, id=, bot="member"|"administrator"|None)`
`topic(group, name)` · `async`: `joins` `leaves` `renames` `closes_topic` `deletes_topic` `deletes_group` `adds_bot`
`kicks_bot` `promotes_bot(user, group, *rights)` `demotes_bot` `restricts_bot(user, group, *allowed)`
`migrates(group) -> the supergroup` (make the group with `supergroup=False`).

**Receiving.** Updates wait for getUpdates, or go to the webhook once the bot called setWebhook (`https` only; lead
the public address to a local server with `reverse_proxy("https://baton.example", local_url)`) or the test called
`deliver_to(url, secret)`. Refused ones are tried again, five times. Kinds that are not in `allowed_updates` when
they happen are lost, as on Telegram. `redeliver(update_id, times)` posts again; `queue_raw(dict)` queues anything.

**Waiting** (never sleep): `appears(where, text, topic=, button=, after=) -> Message` `answered(query)` `connected()`
(the bot waits for updates) `settled()` (it confirmed all of them) `until(condition)` (tried after each call or update).

**Faults**, one line each: `fail_next(method, code, description, retry_after=, migrate_to_chat_id=, times=)`
`break_connection(method)` `break_connection_after_accept(method)` `hang(method, after_accept=)` (then `.release()`)
`answer_garbage(method, status=)`. `"*"` strikes any method, `"file download"` the download of a file.

**Reading**: `messages(where, topic=None|GENERAL)` `sent(where)` `message(where, id)` `visible_text` `buttons`
`keyboard` `file(message)` `calls(method)` (each with `parameters`, `files`, `ok`, `code`, `error`, `result`, `at`)
`commands(scope, language)` `menu(user, chat)` `updates` `pending` `offset` `deliveries` `violations`, and
`queue.conflicts` (409s given), `queue.repeats` (polls for updates that were handed out before).

Methods that are not built answer 404 and leave a violation that says so. The specification is read from
`$BATON_SHARED` or `../shared`; without it the checks of `limits.py` remain (`spec.load()` is then None).
"""

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.fake import GENERAL, TOKEN, TelegramFake
from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.state import CallbackQuery, Chat, Message, Topic, User
from tests.fakes.telegram.webhook import Delivery

__all__ = [
    "GENERAL", "TOKEN", "Call", "CallbackQuery", "Chat", "Delivery", "Fault", "Message", "TelegramFake", "Topic",
    "User",
]  # fmt: skip
