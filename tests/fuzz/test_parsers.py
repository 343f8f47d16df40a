"""Whatever comes in, each reader gives what it promises or refuses in the one way that it documents. Covers T10, W6.

Those that have such tests where they live are not repeated here: mrkdwn (`tests/adapters/slack/test_text.py`), HTML and
entities (`tests/adapters/telegram/test_markup.py`), views as JSON (`tests/chat/test_viewjson.py`), durations
(`tests/test_durations.py`), times (`tests/collab/test_times.py`), questions (`tests/knowledge/search`).
"""

import copy
import json
import os
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.slack.inbound import events_of, key_of
from adapters.slack.messages import attachments_of
from adapters.slack.parts import unpacked
from adapters.slack.rich_text import blocks_of, spans_of
from adapters.telegram.callback import decoded
from adapters.telegram.entities import Addressee
from adapters.telegram.inbound import arrival, events
from adapters.telegram.refs import numbers
from adapters.web.forms import FormTokens
from bot.chat.events import Event, Place
from bot.chat.text import plain
from bot.chat.viewjson import Unreadable, form_from_json, order_from_json, view_from_json
from bot.errors import ConfigurationProblem, Invalid
from bot.knowledge.encoding import text_of
from bot.knowledge.files import lines_of
from bot.knowledge.markdown import listed, searchable, shown
from bot.language.catalogue import Words
from bot.teamfile.reading import parse
from bot.teamfile.writing import toml
from tests.adapters.slack.payloads import callback
from tests.adapters.slack.payloads import message as slack_message
from tests.adapters.telegram.payloads import ANN, DATE, PRIVATE
from tests.factories import TEAM_FILE

AT = datetime(2026, 11, 22, tzinfo=UTC)
BOT = Addressee(7000000001, "baton_bot")
WORDS = Words("en")
QUICK = settings(
    max_examples=1500 if os.environ.get("BATON_FUZZ") else 30, deadline=None, suppress_health_check=list(HealthCheck)
)

words = st.text(max_size=60)
leaves = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | words
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
                      max_leaves=8)  # fmt: skip

SLACK: list[dict[str, Any]] = [
    callback(slack_message(text="*hi* <@U1> <!channel>", files=[{"id": "F1", "name": "a.png", "size": 3}])),
    callback({"type": "reaction_added", "user": "U1", "reaction": "ticket", "event_ts": "1.2",
              "item": {"type": "message", "channel": "C1", "ts": "1.1"}}),
    {"command": "/ticket", "text": "你好", "user_id": "U1", "channel_id": "C1", "trigger_id": "1.2.3", "team_id": "T1"},
    {"type": "block_actions", "trigger_id": "1.2.3", "user": {"id": "U1"}, "channel": {"id": "C1"},
     "message": {"ts": "1.1"}, "actions": [{"action_id": "ticket.take", "value": "1", "action_ts": "1.2"}]},
]  # fmt: skip
TELEGRAM: list[dict[str, Any]] = [
    {"update_id": 1, "message": {"message_id": 5, "date": DATE, "chat": PRIVATE, "from": ANN, "text": "/ticket 你好",
                                 "entities": [{"type": "bot_command", "offset": 0, "length": 7}]}},
    {"update_id": 2, "callback_query": {"id": "9", "from": ANN, "chat_instance": "1", "data": "ticket.take:1:"}},
]  # fmt: skip


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a document."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*here, key)
        yield from paths(item, (*here, key))


@st.composite
def spoilt(draw: st.DrawFn, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """A delivery in which one or two values were taken out, or are something else."""
    document: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 2))):
        # Telegram's `date` is always there: its own words, in a request that nobody else can make.
        *path, last = draw(st.sampled_from([path for path in paths(document) if path[-1] != "date"]))
        inside = document
        for key in path:
            inside = inside[key]
        if isinstance(inside, dict) and draw(st.booleans()):
            inside.pop(last)
        else:
            inside[last] = draw(values)
    return document


def well_formed(read: list[Event]) -> None:
    """Events as everything behind the adapters may rely on: a place that can be written down, words that can be."""
    for event in read:
        assert Place.parse(str(event.place)) == event.place
        assert isinstance(event.user, str)
        assert isinstance(event.event_id, str)
        assert event.at.tzinfo is not None


@given(spoilt(SLACK))
@QUICK
def test_slack_s_deliveries_are_well_formed_or_refused(body: dict[str, Any]) -> None:
    """What can't be read raises, and becomes a dead letter; what is read can be worked with."""
    try:
        read = events_of(body, key_of(body), AT, bot="U0BATON", watched=frozenset({"ticket"}))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        return
    well_formed(read)


@given(spoilt(TELEGRAM))
@QUICK
def test_telegram_s_updates_are_well_formed_or_refused(update: dict[str, Any]) -> None:
    try:
        read = events(arrival(update, BOT, AT).payload, BOT)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, OSError):
        return
    well_formed(read)


@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
@QUICK
def test_what_was_stored_is_read_or_refused_in_one_way(data: bytes) -> None:
    for reader in (view_from_json, order_from_json, form_from_json):
        try:
            reader(data)
        except Unreadable:
            continue


@given(words)
@QUICK
def test_tokens_from_outside_are_understood_or_refused(token: str) -> None:
    """Buttons, references, forms: what a platform sends back may have been changed on the way."""
    pressed = decoded(token)
    assert abs(pressed.subject) < 2**63
    assert all(number >= 0 for number in numbers(token))
    with pytest.raises(Invalid):
        FormTokens("a secret for tests that is long enough").opened(token, "lin")
    try:
        assert isinstance(unpacked(token), dict)
    except (ValueError, AttributeError, TypeError):
        return


@given(
    st.lists(
        st.fixed_dictionaries({}, optional={"id": st.just("F1"), "name": values, "size": st.integers(0, 9)}), max_size=3
    )
)
@QUICK
def test_slack_s_files_have_harmless_names(files: list[dict[str, Any]]) -> None:
    for file in attachments_of({"files": files}):
        assert not set(file.name) & set("/\\\n\r\x00\u202e")


@given(words)
@QUICK
def test_rich_text_comes_back(said: str) -> None:
    from_markdown = shown(said)
    found = spans_of(blocks_of(from_markdown)) if plain(from_markdown).strip() else ()
    assert plain(found or ()).split() == plain(from_markdown).split()


SIGNS = [
    *("# ", "- ", "1. ", "> ", "**", "_", "`", "```\n", "[a](", "javascript:x)", "![", "](http://a.b)", "<script>"),
    *("|a|b|\n|-|-|\n", "\n\n", "    ", "~~", "\\", "&lt;", "---\n", "字"),
]
MARKS = st.lists(st.sampled_from(SIGNS) | words, max_size=12)


@given(MARKS.map("".join))
@QUICK
def test_articles_are_shown_searched_and_ticked_off_without_a_fault(body: str) -> None:
    for span in shown(body):
        assert not span.link.lower().startswith(("javascript:", "vbscript:", "file:"))
    searchable(body)
    assert all(0 <= line <= body.count("\n") + body.count("\r") for line, _ in listed(body))


@given(st.binary(max_size=120) | words.map(str.encode), st.sampled_from(["a.jsonl", "a.csv", "a.md"]))
@QUICK
def test_imported_files_are_read_line_by_line_or_told(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    for line in lines_of(path):
        assert line.problem is None or isinstance(line.problem, Invalid)
        assert line.number >= 0


@given(st.binary(max_size=120))
@QUICK
def test_bytes_are_a_text_or_refused(data: bytes) -> None:
    try:
        assert isinstance(text_of(data), str)
    except Invalid:
        return


@given(spoilt([tomllib.loads(TEAM_FILE.format(support="", tech=""))]))
@QUICK
def test_a_team_file_holds_or_is_refused_line_by_line(document: dict[str, Any]) -> None:
    try:
        written = toml(document)
    except (TypeError, ValueError, AttributeError):
        return  # TOML has no such values
    try:
        parse(written, "baton.toml", WORDS)
    except ConfigurationProblem:
        return


@given(words)
@QUICK
def test_no_text_breaks_the_team_file(text: str) -> None:
    try:
        parse(text, "baton.toml", WORDS)
    except ConfigurationProblem:
        return


tables = st.dictionaries(words.filter(bool), words | st.integers(-(2**63), 2**63 - 1) | st.booleans()
                         | st.lists(words, max_size=3), max_size=4)  # fmt: skip


@given(st.dictionaries(words.filter(bool), tables | st.lists(tables, min_size=1, max_size=2), max_size=3))
@QUICK
def test_what_is_exported_is_what_is_read_again(document: dict[str, Any]) -> None:
    """Whatever a name or a sentence has in it, it can't end its string and say something else (`config export`)."""
    assert tomllib.loads(toml(document)) == document
