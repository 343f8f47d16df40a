"""The catalogue: every sentence in every language, all of them used, none of them anywhere else."""

import re
import string
from pathlib import Path

import pytest
from opencc import OpenCC

from bot.app import build_router
from bot.chat.text import plain, text
from bot.chat.words import COMMANDS, folded, is_pleasantry, nearest, parse, vocabulary
from bot.language.catalogue import LOCALES, Words, chosen, holes, table
from tests import wording

ROOT = Path(__file__).parents[1]
NAMED = wording.named(ROOT)
KEYS = sorted(wording.sentences("en"))

# What looks like a key and is none, beside the names that capabilities register: names of other things.
OTHER_NAMES = {
    "bot/chat/examples": "example views, to look at adapters' rendering",
    "bot/teamfile/schema.py": "clocks that a policy can be about, as the contract names them",
    "bot/clocks/defaults.py": "clocks that a policy can be about, as the contract names them",
    "bot/chat/dialogs.py": "actions of the dialogue's own buttons",
    "bot/chat/questions.py": "actions of the dialogue's own buttons",
    "bot/chat/pickers.py": "actions of the menu's own buttons",
    "bot/outside.py": "names of adapters' factories",
    "bot/app.py": "names of adapters' factories",
    "adapters/": "names of the platforms: methods, events, files",
}
# Wording that may stand in the code, and why.
WORDING = {
    "bot/chat/examples": "example views; nobody who works with Baton sees them",
    "bot/language/numerals.py": "a notation for numbers, understood in every language",
    "bot/cli/": "what `--help` says; operators read it in English",
    "bot/knowledge/encoding.py": "characters that every Chinese text has, to tell encodings apart",
    "bot/knowledge/masking.py": "words by which names and addresses are told; they are looked for, not said",
    "bot/knowledge/search/": "letters and words of the languages that are searched in, not said to anybody",
}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_has_the_same_sentences_with_the_same_holes(locale: str) -> None:
    """Covers P1: so that nobody is answered with a gap."""
    english, other = table("en"), table(locale)
    assert sorted(other) == sorted(english)
    assert {key: holes(other[key]) for key in other} == {key: holes(english[key]) for key in english}


@pytest.mark.parametrize("locale", LOCALES)
def test_holes_are_names_and_nothing_else(locale: str) -> None:
    """A hole that is numbered or formatted (`{}`, `{x:>3}`) would read differently per language."""
    strange = [
        key
        for key, sentence in table(locale).items()
        for _, name, form, conversion in string.Formatter().parse(sentence)
        if name is not None and (not name.isidentifier() or form or conversion)
    ]
    assert strange == []


def test_a_sentence_that_counts_has_both_forms() -> None:
    """`key.one` and `key.other` come together."""
    counted = {key.rpartition(".")[0] for key in table("en") if key.endswith(".one")}
    assert all(f"{key}.other" in table("en") for key in counted)


@pytest.mark.parametrize(("locale", "conversion"), [("zh-CN", "t2s"), ("zh-TW", "s2t")])
def test_each_chinese_keeps_to_its_own_characters(locale: str, conversion: str) -> None:
    """Covers P1: no traditional character among the simplified ones, and the reverse."""
    convert = OpenCC(conversion).convert
    mixed = {
        key: sentence
        for key, sentence in table(locale).items()
        if not key.startswith("words.") and _letters(convert(sentence)) != _letters(sentence)
    }
    assert mixed == {}


# Written alike in Taiwan and on the mainland, or both ways in Taiwan.
_EITHER = str.maketrans(
    "臺裏着纔羣麼爲啓喫佈週鉅砲污檯恆託鏽癡線颱係祕峯証牀", "台裡著才群么為啟吃布周巨炮汙台恒托銹痴線台系秘峰證床"
)


def _letters(sentence: str) -> str:
    return sentence.translate(_EITHER)


def test_every_sentence_that_the_code_names_is_there() -> None:
    """A key in the code that looks like one of the catalogue's is one."""
    router = build_router(frozenset())
    taken = {*router.buttons, *router.forms, *router.shortcuts, *router.choosers}
    spaces = {key.split(".")[0] for key in KEYS}
    unknown = {
        key: where
        for key, where in NAMED.keys.items()
        if key.split(".")[0] in spaces
        and key not in KEYS
        and key not in taken
        and not where.startswith(tuple(OTHER_NAMES))
    }
    assert unknown == {}


def test_every_sentence_that_a_page_says_is_there() -> None:
    """`say("…")` in the browser, without the prefix of the page's own sentences."""
    missing = {
        key: where
        for key, (where, prefixes) in NAMED.said.items()
        if not any(prefix + key in KEYS for prefix in prefixes)
    }
    assert NAMED.said
    assert missing == {}


def test_every_pattern_of_keys_leads_somewhere() -> None:
    """`f"status.{…}"` is right only while there are such sentences."""
    spaces = {key.split(".")[0] for key in KEYS}
    lost = {
        pattern: where
        for pattern, where in NAMED.patterns.items()
        if pattern.split("\\")[0] in spaces
        and not any(re.fullmatch(pattern, key) for key in KEYS)
        and not where.startswith(tuple(OTHER_NAMES))
    }
    assert lost == {}


def test_every_sentence_is_used() -> None:
    """What nobody says is taken out."""
    assert [key for key in KEYS if not NAMED.uses(key)] == []


def test_no_wording_outside_the_catalogue() -> None:
    """Covers P1: what a person reads is in his language."""
    assert [line for line in wording.wording(ROOT) if not line.startswith(tuple(WORDING))] == []


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('def f(words):\n    return words("ticket.no_such_sentence")\n', "ticket.no_such_sentence"),
        ('def f(error):\n    raise error("reply.no_such_thing", name="x")\n', "reply.no_such_thing"),
    ],
)
def test_a_key_that_is_not_there_is_found(tmp_path: Path, code: str, fault: str) -> None:
    """The rule sees what it looks for."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "planted.py").write_text(code, "utf-8")
    assert fault in wording.named(tmp_path).keys
    assert fault not in KEYS


@pytest.mark.parametrize(
    "planted", ['"工单已关闭"', '"The ticket has been closed."', 'f"Sorry, {name} has it already!"']
)
def test_wording_in_the_code_is_found(tmp_path: Path, planted: str) -> None:
    """The rule sees what it looks for, and leaves logs and docstrings alone."""
    (tmp_path / "bot").mkdir()
    code = f'"""Über die Tickets, 工单."""\nlog.info("The ticket {{}} was closed.")\nx = {planted}\n'
    (tmp_path / "bot" / "planted.py").write_text(code, "utf-8")
    assert len(wording.wording(tmp_path)) == 1


def test_no_word_means_two_things() -> None:
    """Covers T1: all languages are understood at all times, so no word may stand for two commands."""
    meanings: dict[str, set[str]] = {}
    for locale in LOCALES:
        for command in COMMANDS:
            for word in table(locale)[f"words.{command}"].split(","):
                meanings.setdefault(folded(word.strip()), set()).add(command)
    assert {word: commands for word, commands in meanings.items() if len(commands) > 1} == {}
    assert set(vocabulary().values()) == set(COMMANDS)


@pytest.mark.parametrize(
    ("said", "word", "reference", "rest"),
    [
        ("take", "take", "", ""),
        ("领取 T-12", "take", "T-12", ""),
        ("T-12 認領", "take", "T-12", ""),
        ("t-12：solve", "solve", "T-12", ""),
        ("T-12", "show", "T-12", ""),
        ("/工单 打印机坏了", "ticket", "", "打印机坏了"),
        ("优先级：紧急", "priority", "", "紧急"),
        ("merge T-9", "merge", "", "T-9"),
        ("T-1 合并 T-9", "merge", "T-1", "T-9"),
        ("Reply T-3  see you\nsoon", "reply", "T-3", "see you\nsoon"),
    ],
)
def test_words_are_understood_in_every_language(said: str, word: str, reference: str, rest: str) -> None:
    """Covers T1."""
    spoken = parse(text(said))
    assert spoken is not None
    assert (spoken.word, spoken.reference, plain(spoken.rest)) == (word, reference, rest)


@pytest.mark.parametrize(
    "said", ["taken", "回复率太低", "closed-loop", "我的天", "please take it", "", "T12", "打印机"]
)
def test_what_only_looks_like_a_command_is_none(said: str) -> None:
    """Covers T1."""
    assert parse(text(said)) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("tkae", "take"),
        ("slove", "solve"),
        ("prioriy high", "priority"),
        ("领曲", "take"),
        ("看版", "board"),
        ("halp", "help"),
    ],
)
def test_slips_find_the_nearest_word(said: str, meant: str) -> None:
    """Covers T1."""
    assert meant in nearest(said, frozenset(COMMANDS))


def test_far_off_words_find_none() -> None:
    """Covers T1: better nothing than nonsense."""
    assert nearest("打印机坏了怎么办啊", frozenset(COMMANDS)) == []
    assert nearest("xylophone", frozenset(COMMANDS)) == []


@pytest.mark.parametrize(
    "said", ["谢谢", "多謝！", "你好，在吗？", "好的呢~ 谢谢啦", "THX :)", "good morning!", "👍👍", "ok, thank you", ""]
)
def test_pleasantries_in_three_languages(said: str) -> None:
    """Covers W6."""
    assert is_pleasantry(said)


@pytest.mark.parametrize(
    "said",
    [
        "谢谢，但是还没好",
        "你好，打印机坏了",
        "okra",
        "hi my printer is broken",
        "收到的货是坏的",
        "嗯" * 79 + "x",
        "好" * 5000,
    ],
)
def test_what_says_more_is_no_pleasantry(said: str) -> None:
    """Covers W6: and none of it is slow to look at."""
    assert not is_pleasantry(said)


def test_the_nearest_language_is_chosen() -> None:
    """Covers P1: by script and region."""
    assert [chosen(tag) for tag in ("zh-Hant", "zh-HK", "zh_TW", "zh", "zh-Hans-SG", "en_GB", "de", "")] == [
        "zh-TW", "zh-TW", "zh-TW", "zh-CN", "zh-CN", "en", "en", "en",
    ]  # fmt: skip
    assert chosen("de", "", "zh-TW") == "zh-TW"


def test_a_sentence_that_is_not_there_is_a_fault() -> None:
    """Never an answer with a gap."""
    with pytest.raises(KeyError):
        table("en")["ticket.no_such_sentence"]
    assert Words("en")("list.more", count=1) == "and 1 more"
