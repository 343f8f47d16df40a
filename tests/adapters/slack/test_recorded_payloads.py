"""Every payload recorded from Slack is read without an exception: to the right event, or knowingly to none.

Covers issue 2, section 2: "Every payload under ../shared/fixtures is parsed".
"""

import pytest

from bot.chat.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    FormSubmitted,
    HomeOpened,
    MessageEdited,
    MessageReceived,
    MessageRemoved,
    ReachChanged,
    ReactionAdded,
    ShortcutUsed,
)
from tests.adapters.slack.payloads import all_deliveries, callback, delivery, only, read, recorded

# None: knowingly nothing, with the reason.
MEANING: dict[str, type[Event] | None] = {
    "app_rate_limited": None,  # logged and stored as it is, see test_http
    "block_actions.button.enterprise": ButtonPressed,
    "block_actions.button.in_modal_view": ButtonPressed,
    "block_actions.button.message_with_blocks": ButtonPressed,
    "block_actions.button.minimal_old_style": ButtonPressed,
    "block_actions.multi_conversations_select.in_view": None,  # a sample without a user
    "block_actions.overflow": ButtonPressed,
    "block_actions.static_select": ButtonPressed,
    "block_suggestion.external_select_in_modal": None,  # answered with no options
    "block_suggestion.message_container_minimal": None,
    "event.app_home_opened.enterprise": None,  # its tab is "messages"
    "event.app_home_opened.with_view": HomeOpened,
    "event.app_mention.authed_users_legacy": MessageReceived,
    "event.app_mention.basic": MessageReceived,
    "event.app_mention.rich_text_blocks": MessageReceived,
    "event.assistant_thread_started": None,  # Baton is no assistant app
    "event.channel_created": None,
    "event.channel_rename": None,  # rooms are known by id
    "event.member_joined_channel.user": None,  # somebody else joined
    "event.member_left_channel.user": None,
    "event.message.bot_id_no_subtype": None,  # another program wrote it
    "event.message.bot_message_classic": None,
    "event.message.channel.basic": MessageReceived,
    "event.message.channel.real": MessageReceived,
    "event.message.channel.thread_reply": MessageReceived,
    "event.message.channel_join": None,  # Slack's own notice
    "event.message.file_share.channel": MessageReceived,
    "event.message.file_share.three_files.real": MessageReceived,
    "event.message.im": MessageReceived,
    "event.message.im.thread_reply": MessageReceived,
    "event.message.message_changed": MessageEdited,
    "event.message.message_deleted": MessageRemoved,
    "event.message.mpim": MessageReceived,
    "event.message.rich_text_mentions_styled.real": MessageReceived,
    "event.pin_added": None,
    "event.reaction_added.basic": None,  # an emoji that nobody watches
    "global_shortcut.basic": ShortcutUsed,
    "global_shortcut.org_level_no_team": ShortcutUsed,
    "inner.app_mention.in_thread": MessageReceived,
    "inner.file_shared": None,  # the message that shares it tells more
    "inner.link_shared": None,
    "inner.message.file_share.0": None,  # a sample without a channel
    "inner.message.thread_reply": None,  # a sample without a channel
    "inner.subteam_updated": None,
    "inner.user_change": None,
    "message_shortcut.minimal": ShortcutUsed,
    "message_shortcut.with_rich_text": ShortcutUsed,
    "skeleton.block_actions": None,  # every field there is, all of them empty
    "skeleton.event.app_home_opened": None,
    "skeleton.event.app_mention": None,
    "skeleton.event.member_joined_channel": None,
    "skeleton.event.message": None,
    "skeleton.event.message_changed": None,
    "skeleton.event.reaction_added": None,
    "skeleton.event.team_join": None,
    "skeleton.slash_command": None,
    "slash_command.basic": CommandGiven,
    "slash_command.enterprise": CommandGiven,
    "slash_command.real_workspace": CommandGiven,
    "socket.block_actions.button": ButtonPressed,
    "socket.disconnect.too_many_websockets": None,  # a frame of the connection, see test_socket_mode
    "socket.events_api.app_mention": MessageReceived,
    "socket.events_api.message": MessageReceived,
    "socket.hello.two_connections": None,
    "socket.interactive.global_shortcut": ShortcutUsed,
    "socket.slash_commands": CommandGiven,
    "url_verification": None,  # Bolt answers it
    "view_closed.basic": None,
    "view_closed.cleared": None,
    "view_submission.datepicker_select_text": FormSubmitted,
    "view_submission.plain_text_input": FormSubmitted,
    "view_submission.response_urls": FormSubmitted,
}


@pytest.mark.parametrize("name", MEANING)
def test_a_recorded_payload_means_what_it_should(name: str) -> None:
    """The kind of the event, or none."""
    events = read(delivery(name))
    wanted = MEANING[name]
    assert [type(event) for event in events] == ([wanted] if wanted else [])


def test_no_recorded_payload_is_left_out() -> None:
    """A file that is added to the fixtures has to be given a meaning here."""
    names = all_deliveries()
    if not names:
        pytest.skip("the recorded payloads are not beside this checkout")
    assert set(names) == set(MEANING)


def test_three_files_are_three_attachments() -> None:
    """Names, types and sizes as Slack tells them."""
    event = only(delivery("event.message.file_share.three_files.real"))
    assert isinstance(event, MessageReceived)
    assert len(event.attachments) == 3
    assert all(
        file.ref.startswith("F") and file.name and "/" in file.media_type and file.size for file in event.attachments
    )


def test_styled_mentions_keep_their_looks_and_notify_nobody() -> None:
    """Bold, italic and struck through at once; `<!channel>` is a word."""
    event = only(delivery("event.message.rich_text_mentions_styled.real"))
    assert isinstance(event, MessageReceived)
    assert event.text[0].account == "U074VRHQ11T"
    assert event.text[0].style == {"bold", "italic", "strike"}
    assert "".join(span.text for span in event.text).split() == ["@U074VRHQ11T", "#C06P6T3QGD7", "@channel"]


def test_a_form_of_all_kinds_gives_its_values() -> None:
    """A menu, a date and a text, by the names of their blocks."""
    event = only(delivery("view_submission.datepicker_select_text"))
    assert isinstance(event, FormSubmitted)
    assert event.form == "modal-callback-id"
    assert event.values == {"date-of-visit": "2019-09-23", "rating": "3", "comment": "Just amazing!"}


def test_the_bot_itself_entering_and_leaving_changes_its_reach() -> None:
    """The recorded events, had they been about the bot."""
    for name, reachable in (("joined", True), ("left", False)):
        event = recorded(f"event.member_{name}_channel.user")["event"]
        found = only(callback(event, bot=event["user"]))
        assert isinstance(found, ReachChanged)
        assert found.reachable is reachable


def test_a_watched_reaction_names_message_and_author() -> None:
    """The recorded reaction, had somebody watched for it."""
    event = only(delivery("event.reaction_added.basic"), watched=frozenset({"heart_eyes"}))
    assert isinstance(event, ReactionAdded)
    assert (event.emoji, event.message, event.author) == ("heart_eyes", "1599529504.000400", "W111")
