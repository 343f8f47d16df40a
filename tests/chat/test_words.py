"""The words that people type. Covers U32, G3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.text import BOLD, Span, plain, text
from bot.chat.words import COMMANDS, Spoken, is_pleasantry, named, nearest, parse, vocabulary
from bot.language.catalogue import LOCALES, table

EVERY = frozenset(COMMANDS)


def said(words: str) -> tuple[str, str, str] | None:
    """Command, reference and rest of a message."""
    found = parse(text(words))
    return (found.word, found.reference, plain(found.rest)) if found else None


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("ticket 打印机坏了", ("ticket", "", "打印机坏了")),
        ("/ticket 打印机坏了", ("ticket", "", "打印机坏了")),
        ("工单 打印机坏了", ("ticket", "", "打印机坏了")),
        ("工單：印表機壞了", ("ticket", "", "印表機壞了")),
        ("T-12 take", ("take", "T-12", "")),
        ("t-12 领取", ("take", "T-12", "")),
        ("领取 T-12", ("take", "T-12", "")),
        ("领取T-12", ("take", "T-12", "")),
        ("認領 t-12", ("take", "T-12", "")),
        ("T-12", ("show", "T-12", "")),
        ("  T-12  ", ("show", "T-12", "")),
        ("查看 T-12", ("show", "T-12", "")),
        ("T-1 merge T-9", ("merge", "T-1", "T-9")),
        ("合并 T-9", ("merge", "", "T-9")),
        ("Priority high", ("priority", "", "high")),
        ("优先级，紧急", ("priority", "", "紧急")),
        ("我的工单", ("mine", "", "")),
        ("我的", ("mine", "", "")),
        ("reply: try again", ("reply", "", "try again")),
        ("回复 T-3 您好", ("reply", "T-3", "您好")),
        ("take!", ("take", "", "")),
        ("解决。", ("solve", "", "")),
        ("看板？", ("board", "", "")),
        ("T-12？", ("show", "T-12", "")),
        ("Ｔ－１２：领取", ("take", "T-12", "")),
        ("t–12 take", ("take", "T-12", "")),
        ("priority = high", ("priority", "", "high")),
        ("take T-99999999999999999999", ("take", "T-99999999999999999999", "")),
    ],
)
def test_what_is_said_is_understood_in_every_language(words: str, meaning: tuple[str, str, str]) -> None:
    """English, simplified and traditional Chinese, with or without a slash, the reference first or after the word."""
    assert said(words) == meaning


@pytest.mark.parametrize(
    "words",
    [
        "",
        "  ",
        "/",
        "ticketing system",
        "taken",
        "我的打印机坏了",
        "打印机坏了",
        "T-12 坏了",
        "T-",
        "T-12a take",
        "helpful",
        "关闭了",
    ],
)
def test_what_is_no_command_is_none(words: str) -> None:
    """A word counts only when it stands by itself at the beginning."""
    assert parse(text(words)) is None


def test_the_looks_of_what_follows_are_kept() -> None:
    """A reply in bold stays bold."""
    found = parse((Span("回复 请"), Span("重启", frozenset({BOLD})), Span(" ")))
    assert found == Spoken("reply", "", (Span("请"), Span("重启", frozenset({BOLD}))))


@pytest.mark.parametrize(
    ("word", "rest", "meaning"),
    [
        ("ticket", "打印机坏了", ("ticket", "", "打印机坏了")),
        ("工单", "打印机坏了", ("ticket", "", "打印机坏了")),
        ("TAKE", "T-3", ("take", "T-3", "")),
        ("merge", "T-9", ("merge", "", "T-9")),
        ("工单打印机坏了", "还冒烟", ("ticket", "", "打印机坏了 还冒烟")),
        ("领取t", "-12", ("take", "T-12", "")),
        ("T", "-12 take", ("take", "T-12", "")),
        ("t", "-12", ("show", "T-12", "")),
    ],
)
def test_commands_of_the_platform_itself(word: str, rest: str, meaning: tuple[str, str, str]) -> None:
    """`/word rest`, wherever the platform cut it; a Chinese word needs no space after it there."""
    found = named(word, text(rest))
    assert found is not None
    assert (found.word, found.reference, plain(found.rest)) == meaning


def test_unknown_commands_of_the_platform_are_none() -> None:
    """English words have to stand by themselves even after a slash."""
    assert named("ticketing", ()) is None
    assert named("nonsense", text("ticket")) is None


@given(st.text(max_size=200))
def test_nothing_that_can_be_typed_raises(words: str) -> None:
    """Whatever it is, it is a command or none; what follows is part of what was said."""
    found = parse(text(words))
    assert found is None or (found.word in COMMANDS and plain(found.rest) in words)
    named(words, text(words))
    nearest(words, EVERY)
    is_pleasantry(words)


@given(st.sampled_from(sorted(vocabulary())), st.sampled_from([" ", ": ", "：", "，"]), st.text(max_size=80))
def test_every_word_is_found_before_anything(word: str, gap: str, rest: str) -> None:
    """Each word of each language leads to its command."""
    found = parse(text(word + gap + rest))
    assert found is not None
    assert found.word == vocabulary()[word]


def test_no_word_means_two_things() -> None:
    """A word of one language is no other command in another."""
    meanings: dict[str, set[str]] = {}
    for locale in LOCALES:
        for command in COMMANDS:
            for word in table(locale)[f"words.{command}"].split(","):
                meanings.setdefault(word.strip().casefold(), set()).add(command)
    assert {word: commands for word, commands in meanings.items() if len(commands) > 1} == {}


SLIPS = {
    "tiket": "ticket", "tikcet": "ticket", "hlep": "help", "boad": "board", "stauts": "status", "mrege": "merge",
    "repyl": "reply", "asign": "assign", "prioriy": "priority", "reoepn": "reopen", "clsoe": "close", "lnik": "link",
    "公单": "ticket", "看版": "board", "优先极": "priority", "领去": "take", "解绝": "solve", "關必": "close",
    "回付": "reply", "指排": "assign", "我地": "mine", "工但": "ticket", "帮主": "help",
}  # fmt: skip


@pytest.mark.parametrize(("slip", "meant"), SLIPS.items())
def test_a_slip_of_the_finger_is_seen_through(slip: str, meant: str) -> None:
    """The word that was meant is among the three that are offered."""
    assert meant in nearest(f"{slip} 打印机坏了", EVERY)


@pytest.mark.parametrize("words", ["", "打印机坏了", "我的打印机坏了怎么办", "xyz", "good evening everybody", "?"])
def test_nothing_is_offered_for_what_is_near_to_nothing(words: str) -> None:
    """Better no guess than a wild one."""
    assert nearest(words, EVERY) == []


def test_only_what_a_person_may_do_is_offered() -> None:
    """A customer is not led to a word that he can't use."""
    assert nearest("tkae", frozenset({"ticket", "help"})) == []


@pytest.mark.parametrize(
    "words",
    ["你好", "您好！", "谢谢", "謝謝您～", "Thanks!", "thank you so much", "hi there 👋", "好的，谢谢", "👍",
     "ok. thanks", "在吗？", "辛苦了", "收到", "谢谢谢谢", "你好，在吗", "好的好的"],
)  # fmt: skip
def test_pleasantries(words: str) -> None:
    """Greetings and thanks, in any order, open no ticket."""
    assert is_pleasantry(words)


@pytest.mark.parametrize(
    "words",
    ["你好，我的打印机坏了", "谢谢，但是还是不行", "hi, my order is late", "好的那什么时候到", "收到货了但是坏的",
     "help", "no", "行不行？什么时候给我退款"],
)  # fmt: skip
def test_a_case_with_a_greeting_is_a_case(words: str) -> None:
    """Politeness does not hide what somebody wants."""
    assert not is_pleasantry(words)
