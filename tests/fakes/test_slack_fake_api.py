"""The Web API of the fake, asked by the real client: it does what Slack does and refuses what Slack refuses."""

from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import Channel, SlackFake, User
from tests.fakes.slack_apps import card, client_of, form

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Clock:
    """Time that stands until the test moves it."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def passes(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[SlackFake]:
    async with SlackFake(clock=clock) as running:
        yield running


@pytest.fixture
def client(fake: SlackFake) -> AsyncWebClient:
    return client_of(fake)


@pytest.fixture
def lin(fake: SlackFake) -> User:
    return fake.user("U0LIN", "林晓", locale="zh-CN", email="lin@example.com")


@pytest.fixture
def room(fake: SlackFake, lin: User) -> Channel:
    return fake.channel("C0SUP", [lin], name="support")


async def refused(asked: Awaitable[Any]) -> str:
    """The error with which a call is refused."""
    with pytest.raises(SlackApiError) as caught:
        await asked
    return str(caught.value.response["error"])


def rules(fake: SlackFake) -> list[str]:
    return [violation.rule for violation in fake.take_violations()]


async def test_tokens(fake: SlackFake, client: AsyncWebClient) -> None:
    me = await client.auth_test()
    assert (me["user_id"], me["bot_id"], me["team_id"]) == ("U0BATON", "B0BATON", "T0AURORA")
    assert "chat:write" in me.headers["x-oauth-scopes"].split(",")
    assert await refused(client_of(fake, "xoxb-wrong").auth_test()) == "invalid_auth"
    assert await refused(AsyncWebClient(base_url=fake.api_url).auth_test()) == "not_authed"
    assert await refused(client_of(fake, fake.app_token).users_list()) == "not_allowed_token_type"
    assert await refused(client.apps_connections_open(app_token=fake.bot_token)) == "not_allowed_token_type"
    assert await refused(client.api_call("chat.postMesage")) == "unknown_method"
    assert rules(fake) == ["not_allowed_token_type", "not_allowed_token_type", "unknown_method"]


async def test_scopes_are_those_of_the_manifest() -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write", "channels:history", "users:read"]}}}
    async with SlackFake(manifest=manifest) as fake:
        client, lin = client_of(fake), fake.user("U0LIN", email="lin@example.com")
        room, secret = fake.channel("C0SUP", [lin]), fake.channel("C0SEC", [lin], private=True)
        assert (await client.conversations_history(channel=room.id))["messages"] == []
        with pytest.raises(SlackApiError) as caught:
            await client.conversations_history(channel=secret.id)
        assert caught.value.response["needed"] == "groups:history"
        assert caught.value.response["provided"] == "channels:history,chat:write,users:read"
        assert await refused(client.users_lookupByEmail(email="lin@example.com")) == "missing_scope"
        assert "email" not in (await client.users_info(user=lin.id))["user"]["profile"]
        outside = fake.channel("C0OUT", bot_is_member=False)
        assert await refused(client.chat_postMessage(channel=outside.id, text="x")) == "not_in_channel"
        assert rules(fake) == ["missing_scope", "missing_scope"]


async def test_where_messages_may_go(fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel) -> None:
    gone = fake.user("U0GONE", deleted=True)
    hidden = fake.channel("C0HID", [lin], private=True, bot_is_member=False)
    closed = fake.channel("C0OLD", [lin], archived=True)
    assert await refused(client.chat_postMessage(channel="C0NONE", text="x")) == "channel_not_found"
    assert await refused(client.chat_postMessage(channel=hidden.id, text="x")) == "channel_not_found"
    assert await refused(client.chat_postMessage(channel=closed.id, text="x")) == "is_archived"
    assert await refused(client.chat_postMessage(channel=gone.id, text="x")) == "channel_not_found"
    assert await refused(client.conversations_open(users=gone.id)) == "user_disabled"
    assert await refused(client.conversations_open(users="U0NOBODY")) == "user_not_found"
    assert await refused(client.users_info(user="U0NOBODY")) == "user_not_found"
    assert await refused(client.chat_postEphemeral(channel=room.id, user=gone.id, text="x")) == "user_not_in_channel"

    public = fake.channel("C0PUB", bot_is_member=False)
    assert (await client.chat_postMessage(channel="#support", text="by name"))["channel"] == room.id
    assert (await client.chat_postMessage(channel=public.id, text="chat:write.public"))["ok"]
    direct = await client.chat_postMessage(channel=lin.id, text="to a person")
    opened = await client.conversations_open(users=[lin.id])
    assert direct["channel"] == opened["channel"]["id"] == fake.dm(lin).id
    assert fake.violations == []


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
async def test_text_and_its_limits(fake: SlackFake, client: AsyncWebClient, room: Channel) -> None:
    assert await refused(client.chat_postMessage(channel=room.id, text="")) == "no_text"
    long = await client.chat_postMessage(channel=room.id, text="x" * 40_001)
    assert (long["warning"], len(fake.sent(room)[0].text)) == ("message_truncated", 40_000)
    assert await refused(client.chat_update(channel=room.id, ts=long["ts"], text="x" * 4_001)) == "msg_too_long"
    await client.chat_postMessage(channel=room.id, blocks=card())
    assert rules(fake) == ["no_text", "text_over_4000", "msg_too_long", "blocks_without_text"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("<!channel> look", "mass_mention"),
        ("<!here|here>", "mass_mention"),
        ("<!subteam^S1|@team>", "mass_mention"),
        ("<@U0NOBODY> look", "unknown_mention"),
        ("<b>bold</b>", "unescaped_text"),
        ("1 < 2", "unescaped_text"),
    ],
)
async def test_unescaped_text_of_customers_is_noticed(
    fake: SlackFake, client: AsyncWebClient, room: Channel, text: str, rule: str
) -> None:
    await client.chat_postMessage(channel=room.id, text=text)
    assert set(rules(fake)) == {rule}
    await client.chat_postMessage(channel=room.id, text="x", blocks=card(text))
    assert set(rules(fake)) == {rule}


async def test_harmless_text_is_no_violation(fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel) -> None:
    shown = "&lt;!channel&gt; <@U0LIN> <#C0SUP> <https://x.y/?a=1&b=2|here> <!date^1^{date}|today> > quoted"
    await client.chat_postMessage(channel=room.id, text=shown, blocks=card(shown))
    plain = {"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}
    await client.chat_postMessage(channel=room.id, text="x", blocks=[plain])
    assert fake.violations == []
    assert fake.visible_text(fake.sent(room)[0]).startswith("<!channel> @林晓 #support here today > quoted")
    await client.chat_postMessage(channel=room.id, text="@channel", link_names=True)
    assert rules(fake) == ["mass_mention"]


async def test_threads_and_metadata(fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel) -> None:
    said = await fake.says(lin, room, "help")
    metadata = {"event_type": "baton", "event_payload": {"key": "7"}}
    answer = await client.chat_postMessage(channel=room.id, text="T-1", thread_ts=said.ts, metadata=metadata)
    await client.chat_postMessage(channel=room.id, text="wrong", thread_ts=answer["ts"])
    assert rules(fake) == ["thread_ts_of_a_reply"]
    assert await refused(client.chat_postMessage(channel=room.id, text="x", thread_ts="1.1")) == "thread_not_found"
    assert (
        await refused(client.chat_postMessage(channel=room.id, text="x", metadata={"a": 1}))
        == "invalid_metadata_format"
    )
    assert rules(fake) == ["invalid_metadata_format"]

    thread = (await client.conversations_replies(channel=room.id, ts=said.ts, include_all_metadata=True))["messages"]
    assert [message["text"] for message in thread] == ["help", "T-1", "wrong"]
    assert (thread[0]["reply_count"], thread[1]["metadata"]) == (2, metadata)
    plain = (await client.conversations_replies(channel=room.id, ts=said.ts))["messages"]
    assert "metadata" not in plain[1]
    assert await refused(client.conversations_replies(channel=room.id, ts="1.1")) == "thread_not_found"
    top = (await client.conversations_history(channel=room.id))["messages"]
    assert [message["text"] for message in top] == ["help"]


async def test_history_in_pages_newest_first(client: AsyncWebClient, room: Channel) -> None:
    posted = [(await client.chat_postMessage(channel=room.id, text=str(n)))["ts"] for n in range(5)]
    assert posted == sorted(set(posted))
    texts: list[str] = []
    async for page in await client.conversations_history(channel=room.id, limit=2):
        texts += [message["text"] for message in page["messages"]]
    assert texts == ["4", "3", "2", "1", "0"]
    since = await client.conversations_history(channel=room.id, oldest=posted[2])
    assert [message["text"] for message in since["messages"]] == ["4", "3"]
    assert await refused(client.conversations_history(channel=room.id, cursor="nonsense")) == "invalid_cursor"


async def test_only_own_messages_are_edited_and_deleted(
    fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel
) -> None:
    said = await fake.says(lin, room, "help")
    own = (await client.chat_postMessage(channel=room.id, text="T-1", blocks=card()))["ts"]
    assert await refused(client.chat_update(channel=room.id, ts=said.ts, text="x")) == "cant_update_message"
    assert await refused(client.chat_delete(channel=room.id, ts=said.ts)) == "cant_delete_message"
    assert await refused(client.chat_update(channel=room.id, ts="1.1", text="x")) == "message_not_found"
    assert rules(fake) == ["cant_update_message", "cant_delete_message"]
    await client.chat_update(channel=room.id, ts=own, text="T-1 without blocks")
    assert (fake.message(own).blocks, fake.message(own).text) == ([], "T-1 without blocks")
    await client.chat_delete(channel=room.id, ts=own)
    assert await refused(client.chat_update(channel=room.id, ts=own, text="x")) == "message_not_found"


async def test_channels(fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel) -> None:
    made = (await client.conversations_create(name="t-12"))["channel"]["id"]
    await client.conversations_invite(channel=made, users=[lin.id])
    assert (await client.conversations_members(channel=made))["members"] == ["U0BATON", lin.id]
    assert await refused(client.conversations_invite(channel=made, users=[lin.id])) == "already_in_channel"
    assert await refused(client.conversations_create(name="t-12")) == "name_taken"
    assert await refused(client.conversations_create(name="Not So")) == "invalid_name_specials"
    assert rules(fake) == ["invalid_name_specials"]
    public = fake.channel("C0PUB", bot_is_member=False)
    assert await refused(client.conversations_history(channel=public.id)) == "not_in_channel"
    assert (await client.conversations_join(channel=public.id))["channel"]["is_member"]
    listed = await client.conversations_list(types="public_channel,im", limit=2)
    assert [channel["id"] for channel in listed["channels"]] == ["C0SUP", made]
    assert listed["response_metadata"]["next_cursor"]
    assert (await client.conversations_info(channel=room.id))["channel"]["name"] == "support"


async def test_people(client: AsyncWebClient, lin: User) -> None:
    found = (await client.users_info(user=lin.id, include_locale=True))["user"]
    assert (found["real_name"], found["locale"], found["profile"]["email"]) == ("林晓", "zh-CN", "lin@example.com")
    assert "locale" not in (await client.users_info(user=lin.id))["user"]
    assert (await client.users_lookupByEmail(email="LIN@example.com"))["user"]["id"] == lin.id
    assert await refused(client.users_lookupByEmail(email="no@example.com")) == "users_not_found"
    assert [member["id"] for member in (await client.users_list())["members"]] == ["U0BATON", lin.id]
    assert (await client.bots_info(bot="B0BATON"))["bot"]["user_id"] == "U0BATON"
    assert (await client.team_info())["team"]["id"] == "T0AURORA"


async def test_reactions(fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel) -> None:
    said = await fake.says(lin, room, "help")
    await client.reactions_add(channel=room.id, timestamp=said.ts, name="eyes")
    assert await refused(client.reactions_add(channel=room.id, timestamp=said.ts, name="eyes")) == "already_reacted"
    assert await refused(client.reactions_add(channel=room.id, timestamp="1.1", name="eyes")) == "message_not_found"
    assert await refused(client.reactions_add(channel=room.id, timestamp=said.ts, name=":eyes:")) == "invalid_name"
    got = (await client.reactions_get(channel=room.id, timestamp=said.ts))["message"]["reactions"]
    assert got == [{"name": "eyes", "users": ["U0BATON"], "count": 1}]
    await client.reactions_remove(channel=room.id, timestamp=said.ts, name="eyes")
    assert await refused(client.reactions_remove(channel=room.id, timestamp=said.ts, name="eyes")) == "no_reaction"
    assert rules(fake) == ["invalid_name"]


async def test_modals(fake: SlackFake, client: AsyncWebClient, lin: User, clock: Clock) -> None:
    def trigger(view: str | None = None) -> str:
        return fake.workspace.fresh_trigger(lin.id, view).id

    first = trigger()
    opened = (await client.views_open(trigger_id=first, view=form(external_id="T-12")))["view"]
    assert await refused(client.views_open(trigger_id=first, view=form())) == "exchanged_trigger_id"
    assert await refused(client.views_open(trigger_id="1.2.3", view=form())) == "invalid_trigger_id"
    assert await refused(client.views_push(trigger_id=trigger(), view=form())) == "invalid_trigger_id"
    assert (
        await refused(client.views_push(trigger_id=trigger("V"), view=form(external_id="T-12")))
        == "duplicate_external_id"
    )
    for _ in range(2):
        await client.views_push(trigger_id=trigger("V"), view=form())
    assert await refused(client.views_push(trigger_id=trigger("V"), view=form())) == "push_limit_reached"
    changed = (await client.views_update(external_id="T-12", view=form(external_id="T-12"), hash=opened["hash"]))[
        "view"
    ]
    assert changed["hash"] != opened["hash"]
    stale = client.views_update(view_id=opened["id"], view=form(), hash=opened["hash"])
    assert await refused(stale) == "hash_conflict"
    assert await refused(client.views_update(view_id="V0NONE", view=form())) == "not_found"
    big = form(blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "界" * 3000}}] * 90)
    assert await refused(client.views_open(trigger_id=trigger(), view=big)) == "view_too_large"
    fake.take_violations()
    late = trigger()
    clock.passes(3.5)
    assert await refused(client.views_open(trigger_id=late, view=form())) == "expired_trigger_id"
    assert fake.violations == []


async def test_files_go_up_and_come_down(fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel) -> None:
    said = await fake.says(lin, room, "help")
    await client.files_upload_v2(
        channel=room.id, thread_ts=said.ts, filename="报告.txt", content="内容", initial_comment="Here"
    )
    reply = fake.messages(room, thread_ts=said)[0]
    assert (reply.text, reply.files[0].content.decode()) == ("Here", "内容")
    described = (await client.files_info(file=reply.files[0].id))["file"]
    assert described["shares"]["public"][room.id][0]["ts"] == reply.ts
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {fake.bot_token}"}
        async with session.get(described["url_private_download"], headers=headers) as answer:
            assert (await answer.read()).decode() == "内容"
        async with session.get(described["url_private"]) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
    again = client.files_completeUploadExternal(files=[{"id": reply.files[0].id, "title": "x"}])
    assert await refused(again) == "file_update_limit_exceeded"
    assert await refused(client.files_completeUploadExternal(files=[{"id": "F0", "title": "x"}])) == "file_not_found"
    assert len(fake.take_violations()) == 2


async def test_files_of_slack_connect_hide_their_details(
    fake: SlackFake, client: AsyncWebClient, lin: User, room: Channel
) -> None:
    hidden = fake.file("secret.pdf", b"%PDF", hidden=True)
    said = await fake.says(lin, room, files=[hidden])
    shown = (await client.conversations_history(channel=room.id))["messages"][0]["files"][0]
    assert (shown["file_access"], "url_private" in shown) == ("check_file_info", False)
    assert (await client.files_info(file=said.files[0].id))["file"]["name"] == "secret.pdf"


async def test_published_limits_are_enforced_by_the_clock(clock: Clock) -> None:
    async with SlackFake(clock=clock, enforce_limits=True, post_burst=2) as fake:
        client, room, other = client_of(fake), fake.channel("C0SUP"), fake.channel("C0OTH")
        for _ in range(2):
            await client.chat_postMessage(channel=room.id, text="x")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=room.id, text="x")
        assert caught.value.response.status_code == 429
        assert (caught.value.response["error"], caught.value.response.headers["Retry-After"]) == ("ratelimited", "1")
        await client.chat_postMessage(channel=other.id, text="another channel")
        clock.passes(1)
        await client.chat_postMessage(channel=room.id, text="x")
        for _ in range(20):
            await client.users_list()
        assert await refused(client.users_list()) == "ratelimited"
        assert len(fake.sent(room)) == 3
        assert fake.violations == []
