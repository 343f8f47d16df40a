"""Every recorded payload is understood: as the right event, or knowingly as none. Covers W6, T8."""

import json

import pytest

from adapters.telegram.entities import Addressee
from adapters.telegram.inbound import events
from bot.chat.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    MessageEdited,
    MessageReceived,
    Place,
    ReachChanged,
    ReactionAdded,
    RoomMoved,
)
from bot.chat.text import BOLD, Span, plain
from tests.adapters.telegram.payloads import JSON, recorded, unparsable

FOO_BOT = Addressee(7, "foo_bot")

MEANINGS: dict[str, list[type[Event]]] = {
    "message.edited.aiogram.json": [MessageEdited],
    "message.forum_topic_created.supergroup.json": [],
    "message.forward_user.dotnet.json": [MessageReceived],
    "message.migrate_to_chat_id.group.json": [RoomMoved],
    "message.reply.aiogram.json": [MessageReceived],
    "response.getUpdates_two_updates.json#0": [],
    "response.getUpdates_two_updates.json#1": [],
    "response.getUpdates_two_updates.json#2": [],
    "update.callback_query.private.json": [ButtonPressed],
    "update.channel_post.json": [],
    "update.chat_member.nutgram.json": [],
    "update.edited_message.plain.json": [MessageEdited],
    "update.edited_message.reply.json": [MessageEdited],
    "update.inline_query.json": [],
    "update.message.audio.json": [MessageReceived],
    "update.message.command.group_entity_length_wrong.json": [CommandGiven],
    "update.message.command.private.json": [CommandGiven],
    "update.message.command.with_bot_username.json": [CommandGiven],
    "update.message.command_with_parameters.json": [CommandGiven],
    "update.message.contact.json": [MessageReceived],
    "update.message.document.json": [MessageReceived],
    "update.message.entities_utf16_emoji.json": [MessageReceived],
    "update.message.forum_general_topic.json": [MessageReceived],
    "update.message.forum_topic_created.json": [],
    "update.message.forum_topic_text.json": [MessageReceived],
    "update.message.forward_origin.json": [MessageReceived],
    "update.message.group_chat_created.json": [],
    "update.message.left_chat_member.json": [],
    "update.message.migrate_to_chat_id.json": [RoomMoved],
    "update.message.new_chat_members.json": [],
    "update.message.photo.json": [MessageReceived],
    "update.message.pinned_message.json": [],
    "update.message.pinned_message.supergroup.json": [],
    "update.message.reply.private.opsdroid.json": [MessageReceived],
    "update.message.reply.supergroup.json": [CommandGiven],
    "update.message.text.private.json": [MessageReceived],
    "update.message.text.supergroup.real.json": [],
    "update.message.voice.json": [MessageReceived],
    "update.message_reaction.private.json": [ReactionAdded],
    "update.message_reaction.supergroup.json": [ReactionAdded],
    "update.my_chat_member.private_bot_blocked.json": [ReachChanged],
    "update.my_chat_member.supergroup_bot_added.json": [ReachChanged],
    "update.poll_answer.json": [],
}


@pytest.fixture(scope="module")
def updates() -> dict[str, JSON]:
    """The recorded updates by file name."""
    return dict(recorded())


def parsable(updates: dict[str, JSON]) -> dict[str, JSON]:
    beyond = unparsable()
    return {name: update for name, update in updates.items() if name not in beyond}


def understood(update: JSON) -> list[Event]:
    return events(json.dumps(update).encode(), FOO_BOT)


def one(update: JSON) -> Event:
    (event,) = understood(update)
    return event


def test_every_payload_means_what_it_should(updates: dict[str, JSON]) -> None:
    found = {name: [type(event) for event in understood(update)] for name, update in parsable(updates).items()}
    assert found == MEANINGS


def test_what_the_library_can_not_parse_is_raised_and_not_taken_for_nothing(updates: dict[str, JSON]) -> None:
    assert updates.keys() - parsable(updates).keys() == {
        "response.getUpdates_two_updates.json#3",
        "update.my_chat_member.supergroup_bot_restricted.json",
    }
    for name in updates.keys() - parsable(updates).keys():
        with pytest.raises((TypeError, KeyError)):
            understood(updates[name])


def test_events_of_one_payload_have_ids_of_their_own(updates: dict[str, JSON]) -> None:
    for update in parsable(updates).values():
        ids = [event.event_id for event in understood(update)]
        assert len(set(ids)) == len(ids)
        assert all(id.startswith(f"{update['update_id']}:") for id in ids)


def test_offsets_of_entities_are_utf16(updates: dict[str, JSON]) -> None:
    event = one(updates["update.message.entities_utf16_emoji.json"])
    assert isinstance(event, MessageReceived)
    assert plain(event.text) == "test bold underline 😆👍 look here"
    assert Span("bold", frozenset({BOLD})) in event.text
    linked = [span for span in event.text if span.link]
    assert plain(linked) == "look here"
    assert [span.text for span in linked if BOLD in span.style] == ["here"]


def test_the_largest_photo_is_taken(updates: dict[str, JSON]) -> None:
    event = one(updates["update.message.photo.json"])
    assert isinstance(event, MessageReceived)
    (photo,) = event.attachments
    assert (photo.ref, photo.media_type, photo.size) == ("SAAS", "image/jpeg", 84913)
    assert plain(event.text) == "asdasdasdasdasdasd"


def test_a_topic_is_a_thread_and_its_creation_no_message_to_answer(updates: dict[str, JSON]) -> None:
    event = one(updates["update.message.forum_topic_text.json"])
    assert isinstance(event, MessageReceived)
    assert event.place == Place("telegram", "-1001234567489", "33")
    assert (event.reply_to, event.quoted) == ("", None)


def test_general_has_no_thread(updates: dict[str, JSON]) -> None:
    assert one(updates["update.message.forum_general_topic.json"]).place.thread == ""


def test_a_thread_id_outside_of_forums_is_no_thread(updates: dict[str, JSON]) -> None:
    event = one(updates["update.message.reply.supergroup.json"])
    assert isinstance(event, CommandGiven)
    assert event.place == Place("telegram", "-1001293752024")
    assert (event.word, event.reply_to) == ("report", "134545")
    assert event.quoted is not None
    assert event.quoted.user == "6962000076"
    assert event.link == "https://t.me/cryptoinside_talk/134546"


def test_blocking_and_adding_change_who_can_be_reached(updates: dict[str, JSON]) -> None:
    blocked = one(updates["update.my_chat_member.private_bot_blocked.json"])
    added = one(updates["update.my_chat_member.supergroup_bot_added.json"])
    assert isinstance(blocked, ReachChanged)
    assert isinstance(added, ReachChanged)
    assert (blocked.direct, blocked.reachable, blocked.title) == (True, False, "")
    assert (added.direct, added.reachable, added.title) == (False, True, "Meteor Corp.")


def test_only_a_new_reaction_counts(updates: dict[str, JSON]) -> None:
    private = one(updates["update.message_reaction.private.json"])
    group = one(updates["update.message_reaction.supergroup.json"])
    assert isinstance(private, ReactionAdded)
    assert isinstance(group, ReactionAdded)
    assert (private.emoji, private.message, private.user) == ("clown_face", "123", "456")
    assert (group.emoji, group.message) == ("hot_dog", "35")


def test_a_group_moves_to_its_new_id(updates: dict[str, JSON]) -> None:
    event = one(updates["message.migrate_to_chat_id.group.json"])
    assert isinstance(event, RoomMoved)
    assert (event.place, event.room) == (Place("telegram", "-599075523"), "-1001555296434")


def test_a_press_of_unknown_shape_is_an_action_of_that_name(updates: dict[str, JSON]) -> None:
    event = one(updates["update.callback_query.private.json"])
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.subject, event.message) == ("thedata", 0, "69587")
    assert event.trigger == "666728699048485871"


def test_files_without_a_name_get_one(updates: dict[str, JSON]) -> None:
    voice = one(updates["update.message.voice.json"])
    audio = one(updates["update.message.audio.json"])
    assert isinstance(voice, MessageReceived)
    assert isinstance(audio, MessageReceived)
    assert [(file.name, file.media_type) for file in voice.attachments] == [("voice.ogg", "audio/ogg")]
    assert [file.name for file in audio.attachments] == ["dsagfds.mp3"]
