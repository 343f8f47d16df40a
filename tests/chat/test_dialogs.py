"""A form asked field by field: every kind of field, every button. Covers T9, G2."""

from dataclasses import replace

import pytest

from bot.chat.context import Context
from bot.chat.events import Attachment, FormSubmitted
from bot.chat.views import Choice, Field, Form, OpenForm, Reply, Toast
from bot.errors import Conflict, Invalid
from tests.chat.desk import ROOM, Pigeons

WHERE = (Choice("home", "At home"), Choice("work", "At work"), Choice("away", "Elsewhere"))
FORM = Form(
    "trip",
    "A trip",
    "Go",
    (
        Field("name", "Name", hint="As in the passport", limit=20),
        Field("where", "Where to", "choice", choices=WHERE),
        Field("with", "With whom", "choices", required=False, choices=WHERE),
        Field("day", "When", "date", required=False),
        Field("words", "Words", "text", value="as always"),
    ),
    subject=7,
    state="kept",
    intro="Let us plan.",
)


class Trips:
    """Takes the form; refuses what it is told to refuse."""

    def __init__(self, pigeons: Pigeons, form: Form = FORM) -> None:
        self.taken: list[FormSubmitted] = []
        self.refusal: Exception | None = None
        self.form = form
        pigeons.router.command("ticket", self.asked)
        pigeons.router.form("trip", self.submitted)

    def asked(self, context: Context) -> Reply | None:
        """Bring the form."""
        return OpenForm(self.form)

    def submitted(self, context: Context, event: FormSubmitted) -> Reply | None:
        """Keep what was answered."""
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise refusal
        self.taken.append(event)
        return Toast("Have a good trip!")


@pytest.fixture
def trips(pigeons: Pigeons) -> Trips:
    """Five questions of five kinds."""
    return Trips(pigeons)


async def test_every_kind_of_field_is_asked_and_handed_in(pigeons: Pigeons, trips: Trips) -> None:
    """A line, a choice, several choices, a day, a text; the form's own state and subject come back."""
    await pigeons.command("ticket")
    assert pigeons.words() == ["A trip (1/5)\nLet us plan.\nName\nAs in the passport"]
    await pigeons.say("Ann Li")
    assert [button.label for button in pigeons.shown[-1].buttons] == [
        "At home", "At work", "Elsewhere", "Back", "Cancel",
    ]  # fmt: skip
    await pigeons.press("At work")
    await pigeons.press("At home")
    await pigeons.press("Elsewhere")
    await pigeons.press("✓ At home")
    assert [button.label for button in pigeons.shown[-1].buttons] == [
        "At home", "At work", "✓ Elsewhere", "Done", "Skip", "Back", "Cancel",
    ]  # fmt: skip
    await pigeons.press("Done")
    assert len(pigeons.shown[-1].buttons) == 10, "seven days, skip, back, cancel"
    await pigeons.press("Thu 3 Dec 2026")
    assert "Now: as always" in pigeons.shown[-1].words
    reply = await pigeons.press("Keep as it is")
    assert reply == Toast("Have a good trip!")
    (form,) = trips.taken
    assert form.values == {
        "name": "Ann Li", "where": "work", "with": "away", "day": "2026-12-03", "words": "as always",
    }  # fmt: skip
    assert (form.subject, form.state, form.direct, form.user) == (7, "kept", True, "ann")
    assert pigeons.words() == [], "no question is left"


async def test_every_kind_of_field_can_be_typed(pigeons: Pigeons, trips: Trips) -> None:
    """Labels and values, a day as it is written; the confirmation is said, as nobody pressed anything."""
    await pigeons.command("ticket")
    for words in ("Ann Li", "AT HOME", "At work, elsewhere", "2026-12-24", "on my own"):
        await pigeons.say(words)
    (form,) = trips.taken
    assert form.values == {
        "name": "Ann Li", "where": "home", "with": "work,away", "day": "2026-12-24", "words": "on my own",
    }  # fmt: skip
    assert pigeons.words() == ["Have a good trip!"]


async def test_wrong_answers_are_explained(pigeons: Pigeons, trips: Trips) -> None:
    """Each kind of field says what it wants; the question stands once, with the reason."""
    await pigeons.command("ticket")
    await pigeons.say("x" * 21)
    assert "That is 21 characters; at most 20 fit." in pigeons.words()[-1]
    await pigeons.say("", attachments=(Attachment("f1", "map.png"),))
    assert "This can't be left empty." in pigeons.words()[-1]
    await pigeons.say("Ann")
    await pigeons.say("to the moon")
    assert "Please choose one of the buttons." in pigeons.words()[-1]
    await pigeons.press("At work")
    await pigeons.say("home, moon")
    assert "Please choose one of the buttons." in pigeons.words()[-1]
    await pigeons.press("Skip")
    await pigeons.say("tomorrow-ish")
    assert "type it like 2026-12-24" in pigeons.words()[-1]
    assert len(pigeons.shown) == 1
    await pigeons.press("Skip")
    await pigeons.press("Keep as it is")
    (form,) = trips.taken
    assert (form.values["with"], form.values["day"]) == ("", "")
    assert form.attachments == (Attachment("f1", "map.png"),)


async def test_the_field_at_fault_is_asked_again(pigeons: Pigeons, trips: Trips) -> None:
    """When the form is refused for a field, the dialogue goes back to it and keeps the rest."""
    await _answer_all_but_the_last(pigeons)
    trips.refusal = Invalid("dialog.not_a_choice", field="where")
    await pigeons.press("Keep as it is")
    assert "(2/5)" in pigeons.words()[-1]
    assert "Please choose one of the buttons." in pigeons.words()[-1]
    await pigeons.press("At work")
    await pigeons.press("Skip")
    await pigeons.press("Skip")
    await pigeons.press("Keep as it is")
    assert trips.taken[0].values["name"] == "Ann"


async def test_what_is_no_fields_fault_ends_it(pigeons: Pigeons, trips: Trips) -> None:
    """The reason is told, the question goes, and the next message is no answer."""
    await _answer_all_but_the_last(pigeons)
    trips.refusal = Conflict("dialog.over")
    assert await pigeons.press("Keep as it is") == Toast("This question has already been answered.")
    assert pigeons.words() == []
    await pigeons.say("hello?")
    assert trips.taken == []


async def _answer_all_but_the_last(pigeons: Pigeons) -> None:
    await pigeons.command("ticket")
    await pigeons.say("Ann")
    await pigeons.press("At home")
    await pigeons.press("Skip")
    await pigeons.press("Skip")


async def test_a_second_dialogue_takes_the_place_of_the_first(pigeons: Pigeons, trips: Trips) -> None:
    """One question at a time; the answers of the first are forgotten."""
    await pigeons.command("ticket")
    await pigeons.say("Ann")
    await pigeons.command("ticket")
    assert [words.splitlines()[0] for words in pigeons.words()] == ["A trip (1/5)"]
    await pigeons.say("Bo")
    for label in ("At home", "Skip", "Skip", "Keep as it is"):
        await pigeons.press(label)
    assert trips.taken[0].values["name"] == "Bo"


async def test_two_people_are_asked_in_one_room(pigeons: Pigeons, trips: Trips) -> None:
    """Each answers his own question, by a reply to it; what is said besides is heard by nobody."""
    for user in ("ann", "bo"):
        await pigeons.command("ticket", place=ROOM, user=user)
    first, second = pigeons.shown
    assert "Please reply to this message." in first.words
    assert (first.order.reply_to, second.order.reply_to) == ("u1", "u2")
    await pigeons.say("Bo Wu", place=ROOM, user="bo", reply_to=second.ref)
    await pigeons.say("what a day", place=ROOM, user="ann")
    assert "(1/5)" in first.words
    assert first in pigeons.shown
    assert await pigeons.press("Cancel", on=first, user="bo") == Toast("That question is for somebody else.")
    await pigeons.press("Cancel", on=first, user="ann")
    assert pigeons.words()[0] == "Cancelled. Nothing was changed."
    for label in ("At home", "Skip", "Skip", "Keep as it is"):
        await pigeons.press(label, on=pigeons.shown[-1], user="bo")
    (form,) = trips.taken
    assert (form.values["name"], form.message, form.direct) == ("Bo Wu", "u3", False)


async def test_a_platform_with_forms_is_given_the_form(pigeons: Pigeons, trips: Trips) -> None:
    """A command opens it; words, which can open nothing, are answered with the button that does."""
    pigeons.can = replace(pigeons.can, forms=True)
    assert await pigeons.command("ticket") == OpenForm(FORM)
    assert await pigeons.say("ticket", addressed=True) is None
    (answer,) = pigeons.shown
    assert [(button.label, button.action, button.subject) for button in answer.buttons] == [("A trip", "trip", 7)]


async def test_a_platform_without_toasts_is_told_in_words(pigeons: Pigeons, trips: Trips) -> None:
    """What would vanish after a second stands there."""
    pigeons.can = replace(pigeons.can, toasts=False)
    await _answer_all_but_the_last(pigeons)
    assert await pigeons.press("Keep as it is") is None
    assert pigeons.words() == ["Have a good trip!"]
