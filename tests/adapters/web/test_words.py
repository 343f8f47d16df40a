"""The page's scripts and the catalogue agree: no sentence is missing, and every command says what it does."""

import re
from importlib.resources import files

import pytest

from adapters.web.page import CUSTOMERS, UNLISTED, commands, sentences
from bot.chat.words import COMMANDS
from bot.language.catalogue import LOCALES, Words, holes
from bot.people.rules import Role

# say("key", { one, other: … })
SAID = re.compile(r'\bsay\(\s*"([a-z_.0-9]+)"\s*(?:,\s*\{([^}]*)\})?')
BUILT = re.compile(r"\bsay\(\s*`([a-z_.]+)\$\{")


def said() -> list[tuple[str, set[str]]]:
    """Every sentence that the scripts of the chat say, with the names of the values they give."""
    scripts = [entry for entry in files("adapters.web").joinpath("static").iterdir() if entry.name.endswith(".js")]
    found = [match for script in scripts for match in SAID.findall(script.read_text("utf-8"))]
    return [(key, {part.split(":")[0].strip() for part in given.split(",") if part.strip()}) for key, given in found]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_of_the_scripts_is_there_with_its_values(locale: str) -> None:
    known = sentences(locale)
    assert len(said()) > 100, "the scripts were not read"
    for key, given in said():
        forms = [known[name] for name in (key, f"{key}.one", f"{key}.other") if name in known]
        assert forms, key
        for sentence in forms:
            assert holes(sentence) <= given, (key, sentence)


@pytest.mark.parametrize("locale", LOCALES)
def test_sentences_that_are_chosen_while_it_runs_are_there_too(locale: str) -> None:
    known = sentences(locale)
    prefixes = {
        prefix
        for entry in files("adapters.web").joinpath("static").iterdir()
        if entry.name.endswith(".js")
        for prefix in BUILT.findall(entry.read_text("utf-8"))
    }
    assert {prefix for prefix in prefixes if not any(key.startswith(prefix) for key in known)} == set()
    for role in Role:
        assert f"role.{role.value}" in known


@pytest.mark.parametrize("locale", LOCALES)
def test_every_command_says_what_it_does(locale: str) -> None:
    words = Words(locale)
    listed = {command["english"] for command in commands(words, Role.ADMIN)}
    assert listed == set(COMMANDS) - UNLISTED
    assert {command["english"] for command in commands(words, Role.CUSTOMER)} == CUSTOMERS
    assert all(command["word"] and command["does"] for command in commands(words, Role.ADMIN))


@pytest.mark.parametrize("package", ["adapters.http", "adapters.web", "adapters.console"])
def test_no_script_turns_words_into_markup(package: str) -> None:
    """What a person typed becomes a text node; there is no other way in these scripts."""
    dangerous = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc")
    for entry in files(package).joinpath("static").iterdir():
        if entry.name.endswith(".js"):
            assert not dangerous.search(entry.read_text("utf-8")), entry.name
