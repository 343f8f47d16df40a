"""What people do on Telegram, as events. Covers T8 and W6."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.telegram.inbound import arrival, events
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
from bot.chat.text import CODE, QUOTE, Span, plain
from tests.adapters.telegram.payloads import (
    ANN,
    BOT,
    DATE,
    FORUM,
    GROUP,
    JSON,
    PRIVATE,
    SUPERGROUP,
    message,
    read,
)
from tests.fakes.telegram.state import ADMIN_RIGHTS

BOT_USER: JSON = {"id": BOT.id, "is_bot": True, "first_name": "Baton", "username": BOT.username}
OTHER_BOT: JSON = {"id": 99, "is_bot": True, "first_name": "Weather", "username": "weather_bot"}
PHOTO = [{"file_id": "P", "file_unique_id": "p", "width": 9, "height": 9, "file_size": 5}]


def heard(content: JSON) -> MessageReceived:
    (event,) = read("message", content)
    assert isinstance(event, MessageReceived)
    return event


def commanded(content: JSON) -> CommandGiven:
    (event,) = read("message", content)
    assert isinstance(event, CommandGiven)
    return event


def entity(kind: str, offset: int, length: int, **fields: Any) -> JSON:
    return {"type": kind, "offset": offset, "length": length} | fields


def mention(text: str, name: str = "@baton_bot") -> JSON:
    return entity("mention", text.index(name), len(name))


class TestWords:
    def test_a_private_message_is_direct_and_says_who_wrote(self) -> None:
        event = heard(message("Where is my parcel?"))
        assert (event.place, event.user, event.direct) == (Place("telegram", "1001"), "1001", True)
        assert (event.profile.name, event.profile.handle, event.profile.locale) == ("Ann Lee", "ann_a", "en")
        assert (event.message, event.link, event.addressed) == ("55", "", False)
        assert event.at == datetime.fromtimestamp(DATE, UTC)

    @pytest.mark.parametrize(
        ("code", "locale"), [("zh-hans", "zh-CN"), ("zh-hant", "zh-TW"), ("zh-HK", "zh-TW"), ("de", "de"), (None, "")]
    )
    def test_the_language_of_the_app_becomes_a_locale(self, code: str | None, locale: str) -> None:
        assert heard(message("hi", **{"from": ANN | {"language_code": code}})).profile.locale == locale

    def test_looks_are_kept_and_overlap(self) -> None:
        text = "see 😀 code here"
        event = heard(message(text, entities=[entity("blockquote", 0, 16), entity("code", 7, 4)]))
        assert event.text == (
            Span("see 😀 ", frozenset({QUOTE})),
            Span("code", frozenset({QUOTE, CODE})),
            Span(" here", frozenset({QUOTE})),
        )

    def test_a_person_without_a_username_is_mentioned_by_id(self) -> None:
        bo = {"id": 1002, "is_bot": False, "first_name": "Bo"}
        event = heard(message("ask Bo now", chat=GROUP, entities=[entity("text_mention", 4, 2, user=bo)]))
        assert Span("Bo", account="1002") in event.text

    def test_what_can_not_be_seen_or_stored_is_taken_out(self) -> None:
        assert plain(heard(message("a\u202eb\u200bc\x00d")).text) == "abcd"
        content = json.dumps({"update_id": 9, "message": message("x")}).replace('"x"', '"a\\ud800b"')
        (event,) = events(content.encode(), BOT)
        assert isinstance(event, MessageReceived)
        assert plain(event.text) == "a\ufffdb"

    def test_html_of_a_customer_is_only_text(self) -> None:
        assert plain(heard(message("<b>x</b> & <!channel>")).text) == "<b>x</b> & <!channel>"

    def test_40000_characters_would_arrive_whole(self) -> None:
        assert len(plain(heard(message("字" * 40_000)).text)) == 40_000


class TestMentions:
    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("@baton_bot ticket printer broken", "ticket printer broken"),
            ("please @baton_bot look", "please look"),
            ("look @baton_bot", "look"),
        ],
    )
    def test_a_mention_addresses_the_bot_and_is_cut(self, text: str, left: str) -> None:
        event = heard(message(text, chat=SUPERGROUP, entities=[mention(text)]))
        assert (event.addressed, plain(event.text)) == (True, left)

    def test_case_does_not_matter(self) -> None:
        event = heard(message("@Baton_Bot hi", chat=GROUP, entities=[mention("@Baton_Bot hi", "@Baton_Bot")]))
        assert event.addressed

    def test_a_bare_mention_is_heard_too(self) -> None:
        event = heard(message("@baton_bot", chat=GROUP, entities=[mention("@baton_bot")]))
        assert (event.addressed, event.text) == (True, ())

    def test_somebody_else_is_left_in_the_text(self) -> None:
        event = heard(message("@carl_x help", chat=GROUP, entities=[entity("mention", 0, 7)]))
        assert (event.addressed, plain(event.text)) == (False, "@carl_x help")

    def test_a_bold_mention_is_one_as_well(self) -> None:
        text = "hey @baton_bot you"
        event = heard(message(text, chat=GROUP, entities=[mention(text), entity("bold", 6, 4)]))
        assert (event.addressed, plain(event.text)) == (True, "hey you")

    def test_a_command_may_follow_the_mention(self) -> None:
        event = commanded(message("@baton_bot /mine", chat=GROUP, entities=[mention("@baton_bot /mine")]))
        assert event.word == "mine"


class TestCommands:
    @pytest.mark.parametrize(
        ("text", "word", "rest"),
        [
            ("/ticket My printer", "ticket", "My printer"),
            ("/Ticket@Baton_Bot My printer", "ticket", "My printer"),
            ("/ticket", "ticket", ""),
            ("/工单 打印机坏了", "工单", "打印机坏了"),
            ("/工单@baton_bot 打印机坏了", "工单", "打印机坏了"),
            ("/ticket，打印机坏了", "ticket", "，打印机坏了"),
            ("/note\nfirst\nsecond", "note", "first\nsecond"),
        ],
    )
    def test_a_command_is_its_word_and_what_follows(self, text: str, word: str, rest: str) -> None:
        event = commanded(message(text, chat=SUPERGROUP))
        assert (event.word, plain(event.text), event.message) == (word, rest, "55")

    def test_start_carries_its_payload(self) -> None:
        event = commanded(message("/start join-4f2a"))
        assert (event.word, plain(event.text), event.direct) == ("start", "join-4f2a", True)

    def test_another_bots_command_is_knowingly_nothing(self) -> None:
        assert read("message", message("/ticket@weather_bot rain", chat=GROUP)) == []

    @pytest.mark.parametrize("text", ["/usr/bin/python fails", "// comment", "/", "see /ticket", "/-"])
    def test_a_path_is_no_command(self, text: str) -> None:
        assert plain(heard(message(text)).text) == text

    def test_in_reply_to_a_message_that_message_comes_along(self) -> None:
        told = message("It smokes", message_id=40, chat=SUPERGROUP, photo=PHOTO, caption="It smokes")
        del told["text"]
        event = commanded(message("/ticket", chat=SUPERGROUP, reply_to_message=told))
        assert event.reply_to == "40"
        assert event.quoted is not None
        assert (event.quoted.user, plain(event.quoted.text)) == ("1001", "It smokes")
        assert [file.ref for file in event.quoted.attachments] == ["P"]
        assert event.quoted.profile.name == "Ann Lee"
        assert event.quoted.link == "https://t.me/c/1234567890/40"

    def test_a_photo_may_carry_a_command(self) -> None:
        event = commanded(message(photo=PHOTO, caption="/ticket broken"))
        assert (event.word, plain(event.text), len(event.attachments)) == ("ticket", "broken", 1)


class TestPlaces:
    def test_a_topic_is_a_thread(self) -> None:
        event = heard(message("hi", chat=FORUM, message_thread_id=17, is_topic_message=True))
        assert event.place == Place("telegram", "-1001234567890", "17")
        assert event.link == "https://t.me/c/1234567890/17/55"

    def test_the_topics_creation_is_nothing_to_answer(self) -> None:
        created = message(message_id=17, chat=FORUM, forum_topic_created={"name": "T-1", "icon_color": 7322096})
        event = heard(message("hi", chat=FORUM, message_thread_id=17, is_topic_message=True, reply_to_message=created))
        assert (event.reply_to, event.quoted) == ("", None)

    def test_a_reply_in_general_or_in_a_plain_supergroup_is_in_no_thread(self) -> None:
        for chat in (FORUM, SUPERGROUP):
            answered = message("question", message_id=30, chat=chat)
            event = heard(message("answer", chat=chat, message_thread_id=30, reply_to_message=answered))
            assert (event.place.thread, event.reply_to) == ("", "30")

    def test_a_public_group_has_public_links(self) -> None:
        assert heard(message("hi", chat=SUPERGROUP | {"username": "helpers"})).link == "https://t.me/helpers/55"

    def test_a_basic_group_has_no_links(self) -> None:
        assert heard(message("hi", chat=GROUP)).link == ""


class TestAuthors:
    def test_an_anonymous_administrator_speaks_as_the_chat(self) -> None:
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        event = heard(message("hi", chat=SUPERGROUP, sender_chat=SUPERGROUP, **{"from": anonymous}))
        assert (event.user, event.profile.name) == (str(SUPERGROUP["id"]), "Help")

    def test_bots_are_not_heard(self) -> None:
        assert read("message", message("rain", chat=GROUP, **{"from": OTHER_BOT})) == []

    def test_what_a_channel_passes_on_by_itself_is_nothing(self) -> None:
        channel = {"id": -1009, "title": "News", "type": "channel"}
        passed = message("news", chat=SUPERGROUP, sender_chat=channel, is_automatic_forward=True)
        assert read("message", passed) == []


class TestFiles:
    @pytest.mark.parametrize(
        ("kind", "fields", "name", "media_type"),
        [
            ("document", {"file_name": "a.pdf", "mime_type": "application/pdf"}, "a.pdf", "application/pdf"),
            ("document", {}, "file", "application/octet-stream"),
            ("voice", {"duration": 2}, "voice.ogg", "audio/ogg"),
            ("audio", {"duration": 2, "mime_type": "audio/mp4"}, "audio.mp3", "audio/mp4"),
            ("video", {"duration": 2, "width": 1, "height": 1}, "video.mp4", "video/mp4"),
            ("video_note", {"duration": 2, "length": 1}, "video.mp4", "video/mp4"),
        ],
    )
    def test_each_kind_is_an_attachment(self, kind: str, fields: JSON, name: str, media_type: str) -> None:
        file: JSON = {"file_id": "F", "file_unique_id": "f", "file_size": 12} | fields
        event = heard(message() | {"caption": "look", kind: file})
        (attachment,) = event.attachments
        assert (attachment.ref, attachment.name, attachment.media_type) == ("F", name, media_type)
        assert (attachment.size, plain(event.text)) == (12, "look")

    def test_an_animation_is_one_file_though_it_comes_as_two(self) -> None:
        file: JSON = {
            "file_id": "F",
            "file_unique_id": "f",
            "duration": 2,
            "width": 1,
            "height": 1,
            "mime_type": "video/mp4",
        }
        event = heard(message(animation=file, document={"file_id": "F", "file_unique_id": "f"}))
        assert [attachment.media_type for attachment in event.attachments] == ["video/mp4"]

    def test_messages_of_an_album_belong_together(self) -> None:
        first = heard(message(photo=PHOTO, media_group_id="A1", caption="both"))
        second = heard(message(message_id=56, photo=PHOTO, media_group_id="A1"))
        assert first.album == second.album == "A1"
        assert (plain(first.text), second.text) == ("both", ())

    def test_a_sticker_says_its_emoji(self) -> None:
        sticker = {
            "file_id": "S", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1, "is_animated": False,
            "is_video": False, "emoji": "👍",
        }  # fmt: skip
        assert plain(heard(message(sticker=sticker)).text) == "👍"
        del sticker["emoji"]
        assert [file.name for file in heard(message(sticker=sticker)).attachments] == ["sticker.webp"]

    def test_what_is_neither_text_nor_file_reads_as_words(self) -> None:
        contact = message(contact={"phone_number": "+49 1", "first_name": "Bo", "last_name": "Ek"})
        assert plain(heard(contact).text) == "☎ Bo Ek: +49 1"
        place = heard(message(location={"latitude": 31.2, "longitude": 121.5}))
        assert plain(place.text) == "📍 31.200000, 121.500000"
        assert place.text[0].link.startswith("https://www.openstreetmap.org/")
        assert plain(heard(message(dice={"emoji": "🎲", "value": 4})).text) == "🎲 4"


class TestOtherDeeds:
    def test_an_edit_says_how_the_message_reads_now(self) -> None:
        (event,) = read("edited_message", message("now", edit_date=DATE + 60))
        assert isinstance(event, MessageEdited)
        assert (event.message, plain(event.text), event.at.timestamp()) == ("55", "now", DATE + 60)

    def test_an_edited_command_reads_like_what_it_carried(self) -> None:
        (event,) = read("edited_message", message("/ticket printer is broken", edit_date=DATE + 60))
        assert isinstance(event, MessageEdited)
        assert plain(event.text) == "printer is broken"

    def test_a_moving_location_is_no_news(self) -> None:
        moved = message(location={"latitude": 1.0, "longitude": 2.0}, edit_date=DATE + 60)
        assert read("edited_message", moved) == []

    def test_a_press_is_its_action(self) -> None:
        card = message("T-12", message_id=77, chat=SUPERGROUP, **{"from": BOT_USER})
        query = {"id": "42", "from": ANN, "message": card, "chat_instance": "1", "data": "status:12:on_hold"}
        (event,) = read("callback_query", query)
        assert isinstance(event, ButtonPressed)
        assert (event.action, event.subject, event.value) == ("status", 12, "on_hold")
        assert (event.place, event.user, event.message) == (Place("telegram", "-1001234567890"), "1001", "77")
        assert (event.trigger, event.direct) == ("42", False)

    def test_a_press_on_a_message_that_is_hidden_from_bots_still_counts(self) -> None:
        hidden = {"chat": PRIVATE, "message_id": 77, "date": 0}
        query = {"id": "42", "from": ANN, "message": hidden, "chat_instance": "1", "data": "take:12:"}
        (event,) = read("callback_query", query)
        assert isinstance(event, ButtonPressed)
        assert (event.action, event.message, event.direct) == ("take", "77", True)

    @pytest.mark.parametrize("fields", [{"inline_message_id": "x", "data": "a"}, {"game_short_name": "g"}])
    def test_a_press_on_what_baton_never_sends_is_knowingly_nothing(self, fields: JSON) -> None:
        assert read("callback_query", {"id": "42", "from": ANN, "chat_instance": "1"} | fields) == []

    def test_reactions_have_short_names(self) -> None:
        change = {
            "chat": SUPERGROUP, "message_id": 5, "user": ANN, "date": DATE,
            "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "❤"}],
        }  # fmt: skip
        found = read("message_reaction", change)
        assert [event.emoji for event in found if isinstance(event, ReactionAdded)] == ["+1", "heart"]

    def test_a_reaction_taken_back_is_nothing(self) -> None:
        change = {
            "chat": SUPERGROUP, "message_id": 5, "actor_chat": SUPERGROUP, "date": DATE,
            "old_reaction": [{"type": "emoji", "emoji": "👍"}], "new_reaction": [],
        }  # fmt: skip
        assert read("message_reaction", change) == []

    def test_a_group_moves_once(self) -> None:
        gone = message(chat=GROUP, migrate_to_chat_id=SUPERGROUP["id"])
        come = message(chat=SUPERGROUP, migrate_from_chat_id=GROUP["id"])
        found: list[Event] = read("message", gone) + read("message", come)
        assert [(event.place.room, event.room) for event in found if isinstance(event, RoomMoved)] == [
            (str(GROUP["id"]), str(SUPERGROUP["id"]))
        ]
        assert len(found) == 1

    @pytest.mark.parametrize(
        ("chat", "before", "now", "reachable"),
        [
            (PRIVATE, "member", "kicked", False),
            (PRIVATE, "kicked", "member", True),
            (GROUP, "left", "member", True),
            (GROUP, "member", "left", False),
            (GROUP, "administrator", "kicked", False),
            (GROUP, "member", "administrator", None),
        ],
    )
    def test_being_let_in_and_shut_out(self, chat: JSON, before: str, now: str, reachable: bool | None) -> None:
        rights = dict.fromkeys(ADMIN_RIGHTS, True) | {"can_be_edited": False, "is_anonymous": False}

        def member(status: str) -> JSON:
            return {"user": BOT_USER, "status": status, "until_date": 0} | (rights if status == "administrator" else {})

        change = {
            "chat": chat, "from": ANN, "date": DATE, "old_chat_member": member(before), "new_chat_member": member(now),
        }  # fmt: skip
        found = read("my_chat_member", change)
        assert [event.reachable for event in found if isinstance(event, ReachChanged)] == (
            [] if reachable is None else [reachable]
        )

    @pytest.mark.parametrize("kind", ["channel_post", "edited_channel_post", "business_message", "guest_message"])
    def test_other_kinds_mean_nothing_even_when_they_are_malformed(self, kind: str) -> None:
        assert read(kind, {"no": "such fields"}) == []


class TestArrivals:
    NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def test_the_key_carries_the_date_because_ids_start_anew(self) -> None:
        old = arrival({"update_id": 9, "message": message("a")}, BOT, self.NOW)
        new = arrival({"update_id": 9, "message": message("a", date=DATE + 700_000)}, BOT, self.NOW)
        assert old.key == f"9:{DATE}"
        assert old.key != new.key

    def test_a_repeat_has_the_same_key(self) -> None:
        update = {"update_id": 9, "edited_message": message("a", edit_date=DATE + 5)}
        later = datetime(2026, 3, 2, 9, 45, tzinfo=UTC)
        assert arrival(update, BOT, self.NOW).key == arrival(update, BOT, later).key == f"9:{DATE + 5}"

    def test_a_stored_mention_is_understood_by_whoever_reads_it(self) -> None:
        update = {"update_id": 9, "message": message("@baton_bot hi", entities=[mention("@baton_bot hi")])}
        (event,) = events(arrival(update, BOT, self.NOW).payload, type(BOT)())
        assert isinstance(event, MessageReceived)
        assert event.addressed

    def test_a_press_happened_when_it_arrived(self) -> None:
        query = {"id": "42", "from": ANN, "message": message("x"), "chat_instance": "1", "data": "take:1:"}
        (event,) = events(arrival({"update_id": 9, "callback_query": query}, BOT, self.NOW).payload, BOT)
        assert event.at == self.NOW

    def test_anything_can_be_stored(self) -> None:
        for update in ({"update_id": 1}, {"update_id": 2, "message": {"text": "\ud800"}}, {"update_id": 3, "poll": 4}):
            assert arrival(update, BOT, self.NOW).payload.isascii()
