"""Articles as people see them. Data in, views out."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.text import STRIKE, Span, Text, bold, code, head, italic, plain, shortened
from bot.chat.text import text as spans
from bot.chat.views import Button, Card, Control, Post, Row, Section
from bot.knowledge.rules import (
    NOBODY,
    Article,
    Content,
    Kind,
    Revision,
    Standing,
    State,
    Tally,
    body_lines,
    edits,
)
from bot.language.catalogue import Words

BODY_LIMIT = 2500
DIFFERENCE_LINES, LINE_LIMIT = 30, 200
_BRIEF_LINES, _BRIEF_LIMIT = 6, 80  # of what one of several revisions changed
FOUND = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """What a card tells of an article besides the article: its body as spans, names, what was made of it, its files,
    the revision that waits for review (0: none), and the number of the question that led to it (0: none).

    `may_pin`: whoever reads it may put it before its equals; `send`: he may send it to the customer of a ticket.
    """

    body: Text
    owner: str = ""
    team: str = ""
    tally: Tally = NOBODY
    files: tuple[str, ...] = ()
    waiting: int = 0
    question: int = 0
    may_pin: bool = False
    send: bool = False


def article_card(article: Article, shown: Shown, words: Words, *, staff: bool) -> Card:
    """The whole article; to the staff with every lever on it."""
    footer = words("kb.card.footer", reference=article.reference, at=article.updated_at)
    files = spans("\n\n", "\n".join(f"📎 {name}" for name in shown.files)) if shown.files else ()
    body = spans(head(shown.body, BODY_LIMIT), files)
    levers = _levers(article, shown, words) if staff else judging(article, shown.question, words)
    cut = len(plain(shown.body)) > BODY_LIMIT
    whole = (Button(words("kb.button.whole_text"), "kb.text", article.id),) if cut else ()
    if not staff:
        return Card(headline(article), body, controls=(*whole, *levers), footer=footer)
    rows = _rows(article, shown, words)
    return Card(headline(article, shown.tally), body, rows, controls=(*whole, *levers), footer=footer)


def headline(article: Article, tally: Tally | None = None, *, asked: bool = False) -> str:
    """Reference and title in one line, with what marks it out; `asked`: the reader's team asks it most these days."""
    marks = ("📌 " if article.pinned else "") + ("🔥 " if asked else "")
    marks += "⭐ " if tally is not None and tally.very_useful else ""
    return f"{marks}{article.reference} · {article.title}"


def _rows(article: Article, shown: Shown, words: Words) -> tuple[Row, ...]:
    content, tally = article.content, shown.tally
    state = words(f"kb.state.{article.state.value}") if article.state is not State.PUBLISHED else ""
    judged = words("kb.card.tally", used=tally.used, helped=tally.helped, not_helped=tally.not_helped)
    rows = [
        ("kb.card.state", state),
        ("kb.card.kind", words(f"kb.kind.{content.kind.value}")),
        ("kb.card.audience", words(f"kb.audience.{content.audience.value}")),
        ("kb.card.category", content.category),
        ("kb.card.aliases", words.joined(list(content.aliases))),
        ("kb.card.tags", " ".join(f"#{tag}" for tag in content.tags)),
        ("kb.card.owner", shown.owner),
        ("kb.card.team", shown.team),
        ("kb.card.review_on", article.review_on.isoformat() if article.review_on else ""),
        ("kb.card.ends_on", content.ends_on.isoformat() if content.ends_on else ""),
        ("kb.card.judged", judged if tally != NOBODY else ""),
        ("kb.card.waiting", words("kb.card.revision", number=shown.waiting) if shown.waiting else ""),
    ]
    return tuple(Row(words(label), spans(value)) for label, value in rows if value)


def _levers(article: Article, shown: Shown, words: Words) -> tuple[Control, ...]:
    number = article.id
    edit = Button(words("kb.button.edit"), "kb.edit", number, style="primary")
    history = Button(words("kb.button.history"), "kb.history", number)
    if article.state is State.ARCHIVED:
        return (Button(words("kb.button.restore"), "kb.restore", number, style="primary"), history)
    ask = words("kb.archive_sure", reference=article.reference)
    archive = Button(words("kb.button.archive"), "kb.archive", number, style="danger", confirm=ask)
    pinning = "unpin" if article.pinned else "pin"
    pin = (Button(words(f"kb.button.{pinning}"), f"kb.{pinning}", number),) if shown.may_pin else ()
    return (*judging(article, shown.question, words, send=shown.send), edit, history, *pin, archive)


def judging(article: Article, question: int, words: Words, *, send: bool = False) -> tuple[Button, ...]:
    """What a reader can say of an article that he found; `send`: and give it to the customer of a ticket."""
    number, value = article.id, str(question or "")
    sending = (Button(words("kb.button.send"), "kb.send", number, value, style="primary"),) if send else ()
    return (
        *sending,
        Button(words("kb.button.useful"), "kb.useful", number, value),
        Button(words("kb.button.useless"), "kb.useless", number, value),
        Button(words("kb.button.wrong"), "kb.wrong", number, value),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was found: the passage that fits, and why (keys of the catalogue). `send`: it can be sent to the
    customer; `asked`: it is one of those that the reader's team asks most."""

    article: Article
    passage: Text
    why: tuple[str, ...] = ()
    tally: Tally = NOBODY
    send: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a question brought: `said` as it was asked, its number, and whether the engine is sure. `more` are left."""

    said: str
    question: int
    sure: bool
    found: tuple[Found, ...]
    shown_before: int = 0
    more: int = 0


def finding_card(finding: Finding, words: Words, *, staff: bool, short: bool = False) -> Card:
    """The best articles, each with what can be done about it; without any, the way to write one.

    `short`: there is little room for buttons, so only the best one can be judged here, the others when they are read.
    """
    said = shortened(" ".join(finding.said.split()), 80)
    write = (Button(words("kb.button.write"), "kb.new", 0),) if staff else ()
    if not finding.found:
        hint = words("kb.find.nothing_hint" if staff else "kb.find.nothing_for_you")
        return Card(words("kb.find.nothing", said=said), spans(hint), controls=write)
    sections = tuple(
        _found_section(one, finding.question, words, short=short and at > 0) for at, one in enumerate(finding.found)
    )
    title = words("kb.find.sure" if finding.sure else "kb.find.unsure", said=said)
    so_far = finding.shown_before + len(finding.found)
    more = (Button(words("kb.button.more"), "kb.more", finding.question, str(so_far)),) if finding.more else ()
    footer = "" if staff else words("kb.find.way_on")
    return Card(title, sections=sections, controls=(*more, *(() if finding.sure else write)), footer=footer)


def _found_section(one: Found, question: int, words: Words, *, short: bool) -> Section:
    why = words.joined([words(key) for key in one.why])
    body = spans(one.passage, "\n" if one.passage and why else "", italic(why) if why else "")
    read = Button(words("button.show"), "kb.show", one.article.id, str(question or ""))
    levers = judging(one.article, question, words, send=one.send)
    controls = (*(lever for lever in levers if not short or lever.action == "kb.send"), read)
    return Section(headline(one.article, one.tally, asked=one.asked), body, controls)


def saved_post(article: Article, words: Words, key: str) -> Post:
    """What the one who wrote hears."""
    read = Button(words("button.show"), "kb.show", article.id)
    told = words(key, reference=article.reference, title=article.title)
    if article.content.kind is not Kind.ANNOUNCEMENT or article.content.ends_on:
        return Post(spans(told), controls=(read,))
    last_day = Button(words("kb.button.last_day"), "kb.edit", article.id, style="primary")
    return Post(spans(told, "\n", words("kb.no_last_day")), controls=(last_day, read))


def given_post(article: Article, by: str, words: Words) -> Post:
    """What somebody hears who looks after an article from now on."""
    read = Button(words("button.show"), "kb.show", article.id)
    told = words("kb.given", name=by, reference=article.reference, title=article.title)
    return Post(spans(told), controls=(read,))


def history_card(
    article: Article, revisions: Sequence[Revision], authors: Sequence[str], words: Words, *, at_once: int
) -> Card:
    """The first `at_once` of these revisions, newest first, each with its author, what it changed, and the way back to
    it. If there is one more, it is what the last one changed, and the way to those before."""
    by_number = {revision.number: revision for revision in revisions}
    sections = []
    for revision, author in zip(revisions[:at_once], authors, strict=False):
        before = by_number.get(revision.number - 1)
        heading = words(
            "kb.history.line", number=revision.number, at=revision.at, name=author or words("history.baton")
        )
        if revision.number == article.revision:
            heading = f"✓ {heading}"
        elif revision.standing is not Standing.LIVE:
            heading = f"{heading} · {words(f'kb.standing.{revision.standing.value}')}"
        if revision.reverts:
            heading = f"{heading} · {words('kb.history.reverts', number=revision.reverts)}"
        what = difference(
            before.content if before else Content(""), revision.content, words, _BRIEF_LINES, _BRIEF_LIMIT
        )
        sections.append(Section(heading, what, _way_back(article, revision, words)))
    earlier = tuple(
        Button(words("kb.history.earlier"), "kb.history", article.id, str(each.number)) for each in revisions[at_once:]
    )[:1]
    title = words("kb.history.title", reference=article.reference, title=article.title)
    return Card(title, sections=tuple(sections), controls=earlier)


def _way_back(article: Article, revision: Revision, words: Words) -> tuple[Button, ...]:
    number = str(revision.number)
    if revision.standing is Standing.PROPOSED:
        return _deciding(article, revision, words)
    if revision.number == article.revision or revision.standing is Standing.DECLINED:
        return ()
    return (Button(words("kb.button.revert"), "kb.revert", article.id, number),)


def _deciding(article: Article, revision: Revision, words: Words) -> tuple[Button, ...]:
    number = str(revision.number)
    return (
        Button(words("kb.button.accept"), "kb.accept", article.id, number, style="primary"),
        Button(words("kb.button.decline"), "kb.decline", article.id, number),
    )


def difference(
    before: Content, after: Content, words: Words, lines: int = DIFFERENCE_LINES, limit: int = LINE_LIMIT
) -> Text:
    """What changed: other fields by their names, the body line by line, what is gone struck through. So many `lines` of
    it, of so many characters each."""
    told: list[Text] = [_edit_line(edit.field, edit.before, edit.after, words, limit) for edit in edits(before, after)]
    body = body_lines(before.body, after.body)
    told += [_body_line(mark, line, limit) for mark, line in body[:lines]]
    if len(body) > lines:
        told.append(spans(words("kb.history.more_lines", count=len(body) - lines)))
    joined = [piece for at, line in enumerate(told) for piece in ((Span("\n"), *line) if at else line)]
    return tuple(joined) or spans(words("kb.history.no_change"))


def _edit_line(field: str, before: str, after: str, words: Words, limit: int) -> Text:
    old = (Span(shortened(_named(field, before, words), limit), frozenset({STRIKE})), Span(" → ")) if before else ()
    return spans(bold(words(f"kb.field.{field}")), ": ", (*old,), shortened(_named(field, after, words), limit))


def _named(field: str, value: str, words: Words) -> str:
    if field == "kind":
        return words(f"kb.kind.{value}")
    return words(f"kb.audience.{value}") if field == "audience" else value


def _body_line(mark: str, line: str, limit: int) -> Text:
    line = shortened(line, limit)
    if mark == "…":
        return spans("…")
    return spans(code(mark), " ", Span(line, frozenset({STRIKE})) if mark == "-" and line else line)


def review_card(article: Article, before: Content, revision: Revision, author: str, words: Words) -> Card:
    """What a lead is asked to look at: who wrote it, what it changes, and two buttons."""
    title = words("kb.review.title", reference=article.reference, title=revision.content.title)
    body = spans(words("kb.review.by", name=author), "\n\n", difference(before, revision.content, words))
    read = Button(words("button.show"), "kb.show", article.id)
    return Card(title, body, controls=(*_deciding(article, revision, words), read))


def declined_post(article: Article, by: str, words: Words) -> Post:
    """What an author hears whose revision was turned down."""
    edit = Button(words("kb.button.edit"), "kb.edit", article.id)
    return Post(spans(words("kb.review.declined", reference=article.reference, title=article.title, name=by)),
                controls=(edit,))  # fmt: skip


def accepted_post(article: Article, by: str, words: Words) -> Post:
    """What an author hears whose revision is live now."""
    read = Button(words("button.show"), "kb.show", article.id)
    return Post(spans(words("kb.review.accepted", reference=article.reference, title=article.title, name=by)),
                controls=(read,))  # fmt: skip


def report_post(article: Article, by: str, remark: str, words: Words) -> Post:
    """What an owner hears whose article somebody found wrong or outdated, with the ways to mend it."""
    said = spans("\n", italic(f"“{shortened(remark, 500)}”")) if remark else ()
    controls = (
        Button(words("kb.button.edit"), "kb.edit", article.id, style="primary"),
        Button(words("button.show"), "kb.show", article.id),
        Button(words("kb.button.history"), "kb.history", article.id),
        Button(words("kb.button.archive"), "kb.archive", article.id, style="danger"),
    )
    told = words("kb.wrong.told", name=by, reference=article.reference, title=article.title)
    return Post(spans("⚠️ ", told, said), controls=controls)


def offer_post(words: Words, token: str, said: str) -> Post:
    """The way to the form for somebody who marked a message with a book."""
    button = Button(words("kb.button.write"), "kb.new", 0, token, style="primary")
    return Post(spans(words("kb.offer", said=shortened(" ".join(said.split()), 80))), controls=(button,))


def how_card(words: Words, *, staff: bool, asked: Sequence[Article] = ()) -> Card:
    """What somebody sees who only typed the word: how to ask, and what his team asks most these days."""
    write = (Button(words("kb.button.write"), "kb.new", 0, style="primary"),) if staff else ()
    body = spans(words("kb.how.staff" if staff else "kb.how.customer"))
    return Card(words("kb.how.title"), body, sections=_most_asked(asked, words), controls=write)


def _most_asked(asked: Sequence[Article], words: Words) -> tuple[Section, ...]:
    if not asked:
        return ()
    titles = spans("\n".join(headline(article) for article in asked))
    reads = tuple(Button(article.reference, "kb.show", article.id) for article in asked)
    return (Section(words("kb.pin.most_asked"), titles, reads),)


def for_customers(article: Article, body: Text) -> Text:
    """The words that a customer is sent."""
    return spans(bold(article.title), "\n" if body else "", body)
