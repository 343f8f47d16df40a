"""What Slack's payloads say, in Baton's words. Covers T1, T2, C10, C12 (edits and deletions arrive)."""

from typing import Any

import pytest

from adapters.slack.forms import Origin
from adapters.slack.inbound import key_of, packed, unpacked
from bot.chat.events import (
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    HomeOpened,
    MessageEdited,
    MessageReceived,
    MessageRemoved,
    Place,
    ReachChanged,
    ReactionAdded,
    RoomMoved,
    ShortcutUsed,
)
from bot.chat.text import plain
from tests.adapters.slack.payloads import BOT, CAME, JSON, callback, message, only, read


def received(**changes: Any) -> MessageReceived:
    """A message with these fields, as it arrives."""
    event = only(callback(message(**changes)))
    assert isinstance(event, MessageReceived)
    return event


def test_a_message_says_who_where_when_and_what() -> None:
    """The time is Slack's own, not that of the delivery."""
    event = received()
    assert event.place == Place("slack", "C0HELP")
    assert (event.user, event.message, plain(event.text)) == ("U0WEI", "1795328852.273160", "打印机坏了")
    assert event.at.timestamp() == pytest.approx(1795328852.27316)
    assert not event.direct
    assert not event.addressed


def test_a_reply_stands_in_its_thread_and_the_thread_s_root_does_not() -> None:
    """Slack gives a root its own timestamp as thread once somebody has replied."""
    assert received(thread_ts="1795328800.000001").place.thread == "1795328800.000001"
    assert received(thread_ts="1795328852.273160").place.thread == ""


def test_a_direct_message_is_direct() -> None:
    """Its room begins with D."""
    assert received(channel="D0WEI", channel_type="im").direct


def test_a_mention_is_cut_out_and_marks_the_message_as_addressed() -> None:
    """With the colon that people put behind a name."""
    event = received(text=f"<@{BOT}>: ticket 打印机 <@U0LIN> &amp; <https://x.y|x>")
    assert event.addressed
    assert plain(event.text) == "ticket 打印机 @U0LIN & x"
    assert [span.account for span in event.text if span.account] == ["U0LIN"]
    assert [span.link for span in event.text if span.link] == ["https://x.y"]


def test_a_mention_in_the_middle_leaves_one_space() -> None:
    """What stood on both sides stays apart, and no hole stays."""
    assert plain(received(text=f"could <@{BOT}> look at this").text) == "could look at this"


def test_both_deliveries_of_a_mention_are_one() -> None:
    """`message` and `app_mention` have two event ids, one name, and say the same: it is handled once (I2)."""
    as_message = callback(message(text=f"<@{BOT}> ticket"), event_id="Ev1")
    as_mention = callback(message(text=f"<@{BOT}> ticket", type="app_mention", channel_type=None), event_id="Ev2")
    assert key_of(as_message) == key_of(as_mention)
    assert only(as_message) == only(as_mention)


def test_a_mention_is_cut_out_even_if_nobody_knows_the_bot_s_id() -> None:
    """Very old payloads do not say whom they are for."""
    event = only(callback(message(text="<@U9> hi <@U8>", type="app_mention"), bot=""))
    assert isinstance(event, MessageReceived)
    assert plain(event.text) == "hi @U8"


@pytest.mark.parametrize(
    "changes",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": BOT},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic"},
        {"user": None},
    ],
)
def test_programs_and_notices_are_no_messages(changes: JSON) -> None:
    """Neither Baton's own words nor another app's, nor what Slack remarks."""
    assert read(callback(message(**changes))) == []


@pytest.mark.parametrize("subtype", ["file_share", "me_message", "thread_broadcast"])
def test_what_people_say_in_other_ways_is_a_message(subtype: str) -> None:
    """Files, /me and replies that are sent to the channel as well."""
    assert plain(received(subtype=subtype).text) == "打印机坏了"


def test_files_of_slack_s_are_attachments_and_others_are_links() -> None:
    """A Google document has no bytes for us; a file whose details are hidden has at least its id."""
    files = [
        {"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 7},
        {"id": "F2", "file_access": "check_file_info"},
        {"id": "F3", "is_external": True, "title": "Plan", "url_private": "https://docs.example/plan"},
        {"id": "F4", "mode": "tombstone"},
    ]
    event = received(subtype="file_share", text="", files=files)
    assert [(file.ref, file.name, file.size) for file in event.attachments] == [("F1", "a.png", 7), ("F2", "F2", 0)]
    assert [(span.text, span.link) for span in event.text] == [("Plan", "https://docs.example/plan")]


def test_a_forwarded_message_is_quoted() -> None:
    """What somebody shares with the bot would be lost otherwise: it is no part of the text."""
    shared = [{"is_share": True, "author_name": "Wei", "text": "it *hurts*"}]
    event = received(text="look", attachments=shared)
    assert plain(event.text) == "look\nWei\nit hurts"
    assert "quote" in event.text[-1].style


def changed(now: JSON, before: JSON, **changes: Any) -> JSON:
    """A `message_changed`."""
    event = {"type": "message", "subtype": "message_changed", "channel": "C0HELP", "ts": "1795328900.000100"}
    return callback(event | {"message": now, "previous_message": before} | changes)


def test_an_edit_carries_the_new_words() -> None:
    """And stands where the message stands."""
    before = message(thread_ts="1795328800.000001")
    event = only(changed(before | {"text": "电脑坏了", "edited": {"ts": "1795328899.000000"}}, before))
    assert isinstance(event, MessageEdited)
    assert (event.message, plain(event.text)) == ("1795328852.273160", "电脑坏了")
    assert event.place.thread == "1795328800.000001"
    assert event.at.timestamp() == 1795328899


@pytest.mark.parametrize(
    "now", [{"attachments": [{"title": "unfurled"}]}, {"text": "x", "bot_id": "B1"}, {"text": "x", "user": BOT}]
)
def test_unfurled_links_and_programs_edit_nothing(now: JSON) -> None:
    """Only changed words of a person are an edit."""
    assert read(changed(message() | now, message())) == []


def test_a_deletion_names_message_and_author() -> None:
    """Also that of a thread's root, which leaves a tombstone."""
    deleted = {"type": "message", "subtype": "message_deleted", "channel": "C0HELP", "deleted_ts": "1795328852.273160"}
    tombstone = message(subtype="tombstone", user="USLACKBOT", text="This message was deleted.")
    for body in (callback(deleted | {"ts": "1.2", "previous_message": message()}), changed(tombstone, message())):
        event = only(body)
        assert isinstance(event, MessageRemoved)
        assert (event.message, event.user) == ("1795328852.273160", "U0WEI")


def test_deleting_what_a_program_wrote_is_nothing() -> None:
    """Such as Baton taking a message of its own away."""
    deleted = {"type": "message", "subtype": "message_deleted", "channel": "C0HELP", "deleted_ts": "1.2"}
    assert read(callback(deleted | {"previous_message": message(bot_id="B1")})) == []


def test_reactions_count_when_they_are_watched() -> None:
    """With any skin, but not on files, and not the bot's own."""
    item = {"type": "message", "channel": "C0HELP", "ts": "1.2"}
    reaction = {
        "type": "reaction_added",
        "user": "U0LIN",
        "item": item,
        "item_user": "U0WEI",
        "event_ts": "1795328852.1",
    }
    event = only(callback(reaction | {"reaction": "ticket::skin-tone-2"}))
    assert isinstance(event, ReactionAdded)
    assert (event.emoji, event.message, event.author) == ("ticket", "1.2", "U0WEI")
    assert read(callback(reaction | {"reaction": "tada"})) == []
    assert read(callback(reaction | {"reaction": "ticket", "user": BOT})) == []
    assert read(callback(reaction | {"reaction": "ticket", "item": {"type": "file", "file": "F1"}})) == []


def command(name: str, text: str = "", channel: str = "C0HELP") -> CommandGiven:
    """A slash command."""
    body = {"command": name, "text": text, "channel_id": channel, "user_id": "U0LIN", "user_name": "lin"}
    event = only(body | {"trigger_id": "1.2.abc", "response_url": "https://hooks.slack.com/commands/x"})
    assert isinstance(event, CommandGiven)
    return event


def test_a_command_is_private_and_can_be_answered() -> None:
    """Its words are escaped by Slack like any others."""
    event = command("/ticket", "打印机 &lt;坏了&gt; <@U0WEI|wei>")
    assert (event.word, plain(event.text), event.private) == ("ticket", "打印机 <坏了> @wei", True)
    assert event.trigger == "https://hooks.slack.com/commands/x"
    assert event.profile.handle == "lin"
    assert event.at == CAME


@pytest.mark.parametrize(
    ("typed", "word", "rest"),
    [("mine", "mine", ""), ("show T-12", "show", "T-12"), ("  查看   T-12 now", "查看", "T-12 now"), ("", "help", "")],
)
def test_baton_takes_every_word(typed: str, word: str, rest: str) -> None:
    """`/baton WORDS` is as good as `/WORDS`."""
    event = command("/baton", typed)
    assert (event.word, plain(event.text)) == (word, rest)


def action(**element: Any) -> JSON:
    """A payload of one pressed or chosen element on a card that is no thread's root."""
    return {
        "type": "block_actions",
        "user": {"id": "U0LIN", "username": "lin"},
        "channel": {"id": "C0TEAM"},
        "container": {"type": "message", "message_ts": "9.1", "channel_id": "C0TEAM"},
        "message": {"ts": "9.1", "thread_ts": "8.1", "bot_id": "B1"},
        "trigger_id": "1.2.abc",
        "response_url": "https://hooks.slack.com/actions/x",
        "actions": [{"action_ts": "1795328852.5", "block_id": "b"} | element],
    }


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"type": "button", "value": "high"}, "high"),
        ({"type": "button"}, ""),
        ({"type": "static_select", "selected_option": {"value": "high"}}, "high"),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "overflow", "selected_option": {"value": "high"}}, "high"),
        ({"type": "datepicker", "selected_date": "2026-11-30"}, "2026-11-30"),
        ({"type": "users_select", "selected_user": "U0WEI"}, "U0WEI"),
        ({"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a,b"),
        ({"type": "checkboxes", "selected_options": []}, ""),
    ],
)
def test_whatever_was_used_gives_its_value(element: JSON, value: str) -> None:
    """Buttons, menus and dates are one to Baton."""
    event = only(action(action_id="ticket.priority:12#0", **element))
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.subject, event.value) == ("ticket.priority", 12, value)
    assert (event.message, event.place) == ("9.1", Place("slack", "C0TEAM", "8.1"))
    assert event.trigger == "https://hooks.slack.com/actions/x"


def test_several_elements_used_at_once_are_several_events() -> None:
    """Each with an id of its own."""
    body = action(action_id="a:1#0", type="button")
    body["actions"] += [{"action_id": "b:2#1", "type": "button", "action_ts": "1795328852.5"}]
    first, second = read(body)
    assert isinstance(first, ButtonPressed)
    assert isinstance(second, ButtonPressed)
    assert (first.action, second.action) == ("a", "b")
    assert first.event_id != second.event_id


def test_a_button_that_leads_away_is_nothing() -> None:
    """The browser has it already."""
    assert read(action(action_id="leads-away:0#1", type="button")) == []


def test_what_is_pressed_in_app_home_belongs_to_the_person() -> None:
    """There is no channel; the person's own conversation stands for it."""
    body = action(action_id="ticket.open:0#0", type="button")
    home = {"container": {"type": "view"}, "view": {"type": "home"}, "channel": None, "message": None}
    event = only(body | home)
    assert isinstance(event, ButtonPressed)
    assert (event.place, event.direct, event.message) == (Place("slack", "U0LIN"), True, "")


def test_a_form_brings_back_where_it_came_from() -> None:
    """Subject, state and place travel in the modal."""
    carried = Origin(Place("slack", "C0TEAM", "8.1"), 12, "原样").written()
    state = {"values": {"title": {"value": {"type": "plain_text_input", "value": "坏了"}}}}
    view = {"id": "V1", "type": "modal", "callback_id": "ticket.edit", "private_metadata": carried, "state": state}
    event = only({"type": "view_submission", "user": {"id": "U0LIN"}, "trigger_id": "1.2", "view": view})
    assert isinstance(event, FormSubmitted)
    assert (event.form, event.subject, event.state) == ("ticket.edit", 12, "原样")
    assert (event.place, event.values) == (Place("slack", "C0TEAM", "8.1"), {"title": "坏了"})


def test_two_submissions_of_one_form_are_two_acts() -> None:
    """A form that came back with errors is sent in again; the view's id and hash stay the same."""
    body: JSON = {"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1", "hash": "h", "type": "modal"}}
    assert key_of(body | {"trigger_id": "1"}) != key_of(body | {"trigger_id": "2"})
    assert key_of(body | {"trigger_id": "1"}) == key_of(body | {"trigger_id": "1"})


def test_a_message_shortcut_quotes_the_message() -> None:
    """Whoever used it, the author is the quoted one."""
    body = {
        "type": "message_action",
        "callback_id": "ticket_open",
        "action_ts": "1795328852.5",
        "trigger_id": "1.2",
        "user": {"id": "U0LIN"},
        "channel": {"id": "C0HELP"},
        "message": message(thread_ts="8.1"),
    }
    event = only(body)
    assert isinstance(event, ShortcutUsed)
    assert event.quoted is not None
    assert (event.action, event.user, event.quoted.user) == ("ticket.open", "U0LIN", "U0WEI")
    assert event.quoted.place == Place("slack", "C0HELP", "8.1")
    assert plain(event.quoted.text) == "打印机坏了"


def test_a_global_shortcut_has_no_message() -> None:
    """And belongs to the person who used it."""
    event = only({"type": "shortcut", "callback_id": "ticket_new", "action_ts": "1.2", "user": {"id": "U0LIN"}})
    assert isinstance(event, ShortcutUsed)
    assert (event.action, event.quoted, event.place.room) == ("ticket.open", None, "U0LIN")


def test_rooms_come_and_go() -> None:
    """Invited, removed, archived, moved to another id."""
    joined = {"type": "member_joined_channel", "user": BOT, "channel": "C1", "inviter": "U0LIN"}
    event = only(callback(joined))
    assert isinstance(event, ReachChanged)
    assert (event.reachable, event.user) == (True, "U0LIN")
    for gone in ({"type": "channel_left"}, {"type": "channel_archive", "user": "U1"}, {"type": "group_archive"}):
        event = only(callback(gone | {"channel": "C1"}))
        assert isinstance(event, ReachChanged)
        assert not event.reachable
    moved = only(callback({"type": "channel_id_changed", "old_channel_id": "G1", "new_channel_id": "C9"}))
    assert isinstance(moved, RoomMoved)
    assert (moved.place, moved.room) == (Place("slack", "G1"), "C9")


def test_app_home_counts_when_its_home_tab_is_shown() -> None:
    """The messages tab is the conversation itself."""
    opened = {"type": "app_home_opened", "user": "U0LIN", "channel": "D1", "event_ts": "1795328852.1"}
    assert isinstance(only(callback(opened | {"tab": "home"})), HomeOpened)
    assert read(callback(opened | {"tab": "messages"})) == []


def test_what_is_stored_is_read_back_even_with_broken_characters() -> None:
    """JSON can carry half a surrogate pair and NUL; no database can store the first."""
    body = callback(message(text="half \ud83d and \x00"))
    stored, at, bot = unpacked(packed(body, CAME, BOT))
    assert stored["event"]["text"] == "half ? and \x00"
    assert (at, bot) == (CAME.timestamp(), BOT)
    event = only(dict(stored))
    assert isinstance(event, MessageReceived)
    assert plain(event.text) == "half ? and"


@pytest.mark.parametrize("payload", [b"", b"null", b"[]", b"{}", b'{"body": 1}', b"\xff", b'{"body": {}}'])
def test_what_was_never_stored_by_baton_can_t_be_read(payload: bytes) -> None:
    """It raises, so that it is reported instead of being taken for nothing."""
    with pytest.raises((ValueError, KeyError)):
        unpacked(payload)
