"""The forms in which articles are written, and what comes back in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.chat.context import Context
from bot.chat.events import FormSubmitted, Quoted
from bot.chat.ports import StoredFile
from bot.chat.text import clean, first_line, plain
from bot.chat.views import Choice, Field, Form
from bot.errors import Invalid
from bot.knowledge.rules import (
    ALIAS_LIMIT,
    ALIASES,
    BODY_LIMIT,
    CATEGORY_LIMIT,
    TAG_LIMIT,
    TAGS,
    TITLE_LIMIT,
    Article,
    Audience,
    Content,
    Kind,
)
from bot.language.catalogue import Words

_PARTS = re.compile(r"[\n;；]+")
_TAG_PARTS = re.compile(r"[\s,，、;；]+")

ALL_KEPT = "keep"
"""The choice that takes no file away."""

_FILES, _CHOICE = 90, 70  # what menus show everywhere


def writing_form(
    words: Words,
    content: Content,
    *,
    name: str = "kb.new",
    subject: int = 0,
    state: str = "",
    field_limit: int = BODY_LIMIT,
) -> Form:
    """A new article, filled in as far as something is known.

    `field_limit` is what a form takes here; a body that is longer is left out, and the form says so.
    """
    long = len(content.body) > field_limit
    fields = (
        *_title_and_body(words, content, field_limit, body=not long),
        *_about(words, content),
        _kind(words, content.kind),
        _audience(words, content.audience),
    )
    intro = words("kb.form.taken_whole", length=len(content.body)) if long else ""
    return Form(name, words("kb.form.new_title"), words("kb.form.submit"), fields, subject, state, intro)


def editing_form(
    words: Words,
    article: Article,
    field_limit: int = BODY_LIMIT,
    *,
    as_file: bool = False,
    files: Sequence[StoredFile] = (),
) -> Form:
    """Everything that can be changed. A body that is too long for a form is left out, and the form says so; `as_file`
    says that its whole text is on its way as a file. Of the article's `files` one can be taken away."""
    content = article.content
    long = len(content.body) > field_limit
    fields = list(_title_and_body(words, content, field_limit, body=not long)) + list(_about(words, content))
    fields.append(Field("tags", words("kb.form.tags"), required=False, value=_tags_shown(content),
                        limit=TAGS * (TAG_LIMIT + 2)))  # fmt: skip
    fields += [_kind(words, content.kind), _audience(words, content.audience)]
    if content.kind is Kind.ANNOUNCEMENT:
        fields.append(_day("ends_on", words("kb.form.ends_on"), content.ends_on))
    fields.append(_day("review_on", words("kb.form.review_on"), article.review_on))
    if files:
        kept = (Choice(ALL_KEPT, words("kb.form.files_kept")),)
        gone = tuple(Choice(str(file.id), file.attachment.name[:_CHOICE]) for file in files[:_FILES])
        fields.append(Field("file_gone", words("kb.form.file_gone"), "choice", value=ALL_KEPT, choices=kept + gone))
    key = "kb.form.too_long" if long else "kb.form.as_file"
    intro = words(key, length=len(content.body), reference=article.reference) if long or as_file else ""
    title = words("kb.form.edit_title", reference=article.reference)
    return Form("kb.edit", title, words("kb.form.submit"), tuple(fields), article.id, str(article.version), intro)


def wrong_form(words: Words, article: Article, question: str) -> Form:
    """What is wrong with an article; a word helps its owner, and none is needed."""
    fields = (Field("remark", words("kb.form.remark"), "text", required=False, hint=words("kb.form.remark_hint"),
                    limit=1000),)  # fmt: skip
    title = words("kb.form.wrong_title", reference=article.reference)
    return Form("kb.wrong", title, words("kb.form.wrong_submit"), fields, article.id, question)


def _title_and_body(words: Words, content: Content, field_limit: int, *, body: bool) -> tuple[Field, ...]:
    title = Field("title", words("kb.form.title"), value=content.title, limit=TITLE_LIMIT,
                  hint=words("kb.form.title_hint"))  # fmt: skip
    text = Field("body", words("kb.form.body"), "text", value=content.body, limit=min(BODY_LIMIT, field_limit),
                 hint=words("kb.form.body_hint"))  # fmt: skip
    return (title, text) if body else (title,)


def _about(words: Words, content: Content) -> tuple[Field, ...]:
    return (
        Field("aliases", words("kb.form.aliases"), "text", required=False, value=_aliases_shown(content),
              limit=ALIASES * (ALIAS_LIMIT + 2), hint=words("kb.form.aliases_hint")),
        Field("category", words("kb.form.category"), required=False, value=content.category, limit=CATEGORY_LIMIT),
    )  # fmt: skip


def _aliases_shown(content: Content) -> str:
    return "\n".join(content.aliases)


def _tags_shown(content: Content) -> str:
    return " ".join(content.tags)


def _kind(words: Words, chosen: Kind) -> Field:
    choices = tuple(Choice(kind.value, words(f"kb.kind.{kind.value}")) for kind in Kind)
    return Field("kind", words("kb.form.kind"), "choice", value=chosen.value, choices=choices)


def _audience(words: Words, chosen: Audience) -> Field:
    choices = tuple(Choice(each.value, words(f"kb.audience.{each.value}")) for each in Audience)
    return Field("audience", words("kb.form.audience"), "choice", value=chosen.value, choices=choices)


def _day(name: str, label: str, day: date | None) -> Field:
    return Field(name, label, "date", required=False, value=day.isoformat() if day else "")


def from_message(quoted: Quoted) -> Content:
    """What a form is filled in with from a message: its first line as the title, all of it as the answer."""
    said = plain(quoted.text).strip()
    return Content(first_line(said, TITLE_LIMIT), said)


def filled(values: Mapping[str, str], before: Content) -> Content:
    """What came back; what was not asked, or reads as it was shown, stays as it was, even where a tag holds a mark that
    would part it. Raises `Invalid` at the field that is wrong."""
    content = replace(before, title=values.get("title", before.title), body=values.get("body", before.body))
    aliases, tags = _aliases_shown(before), _tags_shown(before)
    if values.get("aliases", aliases).strip() != aliases:
        content = replace(content, aliases=tuple(_PARTS.split(values["aliases"])))
    if values.get("tags", tags).strip() != tags:
        content = replace(content, tags=tuple(_TAG_PARTS.split(values["tags"])))
    gone = values.get("file_gone", ALL_KEPT)
    if gone != ALL_KEPT:
        content = replace(content, files=tuple(number for number in content.files if str(number) != gone))
    if "category" in values:
        content = replace(content, category=values["category"])
    if "kind" in values:
        content = replace(content, kind=Kind(_one_of(Kind, values["kind"], "kind")))
    if "audience" in values:
        content = replace(content, audience=Audience(_one_of(Audience, values["audience"], "audience")))
    if "ends_on" in values:
        content = replace(content, ends_on=day_in(values["ends_on"], "ends_on"))
    if not clean(content.body).strip() and "body" in values and not content.files:
        raise Invalid("kb.body_empty", field="body")
    return content


def _one_of(kinds: type[Kind] | type[Audience], value: str, field: str) -> str:
    try:
        return kinds(value).value
    except ValueError:
        raise Invalid("dialog.not_a_choice", field=field) from None


def day_in(value: str, field: str) -> date | None:
    """A day of a form, None for none. Raises `Invalid`."""
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise Invalid("dialog.not_a_day", field=field) from None


def version_in(event: FormSubmitted) -> int:
    """Which version of the article the form was filled in from."""
    return int(event.state) if event.state.isdecimal() and len(event.state) < 12 else 0


def known_version(context: Context, event: FormSubmitted, article: Article) -> bool:
    """Whether nobody changed the article while the form was open."""
    return version_in(event) in (0, article.version)
