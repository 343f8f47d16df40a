"""The words, buttons and forms by which articles are written and looked after; each is one unit of work."""

from dataclasses import replace

from bot.chat.context import Context
from bot.chat.contract import Order
from bot.chat.events import (
    ButtonPressed,
    CommandGiven,
    FormSubmitted,
    MessageReceived,
    Quoted,
    ReactionAdded,
    ShortcutUsed,
)
from bot.chat.questions import SHOWN as SHOWN_OF_ANSWER
from bot.chat.text import Text, first_line, plain
from bot.chat.views import OpenForm, Reply
from bot.errors import Conflict, Invalid, NotFound
from bot.knowledge import attached, cards, forms, pinning, reviewing, scripts, writing
from bot.knowledge.markdown import shown
from bot.knowledge.reviewing import Views
from bot.knowledge.rules import NOBODY, TITLE_LIMIT, Article, Content, Question, Revision, Standing
from bot.knowledge.steps import steps_of
from bot.knowledge.tickets import told_by_ticket
from bot.people.reaching import direct_place, reachable
from bot.tickets import arguments
from bot.tickets.finding import by_reference
from bot.tickets.keeping import keep, kept
from bot.tickets.relay import accept_files

BOOKS = frozenset({"book", "open_book", "writing_hand"})
"""Emoji that mean: write it down. Not every platform offers each of them as a reaction."""

_HISTORY = 5
"""Revisions in one card: with what they changed they fit into a message everywhere."""


def article_in(context: Context, reference: str = "") -> Article:
    """The article that was named or whose button was pressed, if the person may read it.

    Raises `Invalid` for what is no reference, `NotFound`.
    """
    event = context.event
    if isinstance(event, ButtonPressed | FormSubmitted) and event.subject:
        return reviewing.readable(context, event.subject)
    named = (reference or context.reference).upper()
    letter, _, number = named.partition("-")
    if letter != "K" or not number.isdecimal() or len(number) > 12:
        raise Invalid("kb.which_one")
    return reviewing.readable(context, int(number))


def value_of(context: Context) -> str:
    """What a button carries."""
    return context.event.value if isinstance(context.event, ButtonPressed) else ""


def asked(context: Context) -> Question | None:
    """The question whose number a button carries."""
    value = value_of(context)
    return context.unit.knowledge.question(int(value)) if value.isdecimal() and len(value) < 16 else None


# Looking


def show(context: Context) -> Reply | None:
    """`kb show K-3`, `K-3`: the article, as the person may see it."""
    return show_article(context, article_in(context))


def show_article(context: Context, article: Article) -> Reply | None:
    """The article as a card: to the staff inside, to a customer where he asked."""
    unit, staff, question = context.unit, context.who.role.staff, asked(context)
    if staff and steps_of(article):
        return scripts.show(context, article, question)
    owner, _ = reviewing.names(context, article.owner, 0)
    team = reviewing.team_of(context, article)
    latest = unit.knowledge.revisions(article.id, 1)
    waiting = latest[0].number if latest and latest[0].standing is Standing.PROPOSED else 0
    view = cards.article_card(
        article,
        cards.Shown(
            shown(article.content.body),
            owner=owner,
            team=team.name if team else "",
            tally=unit.knowledge.tallies([article.id]).get(article.id, NOBODY),
            files=tuple(file.attachment.name for file in unit.files.many(article.content.files)),
            waiting=waiting,
            question=question.id if question else 0,
            may_pin=staff and pinning.may_pin(context, article),
            send=bool(question and question.ticket) and reviewing.sendable(article),
        ),
        context.words,
        staff=staff,
    )
    (context.answer_inside if staff else context.answer)(view)
    return None


def history(context: Context) -> Reply | None:
    """`kb history K-3`, and the button: every revision, what it changed, and the way back; with earlier ones by a
    button that carries the newest of them."""
    reviewing.demand_staff(context)
    value = value_of(context)
    return history_of(context, article_in(context), int(value) if value.isdecimal() and len(value) < 10 else 0)


def history_of(context: Context, article: Article, newest: int = 0) -> Reply | None:
    """The revisions of an article, newest first, from `newest` on (0: from the last)."""
    reviewing.demand_staff(context)
    numbers = range(min(newest or article.latest, article.latest), 0, -1)[: _HISTORY + 1]
    revisions = [context.unit.knowledge.revision(article.id, number) for number in numbers]
    authors = list(reviewing.names(context, *(revision.author for revision in revisions)))
    context.answer_inside(cards.history_card(article, revisions, authors, context.words, at_once=_HISTORY))
    return None


# Writing


def new(context: Context) -> Reply | None:
    """`kb new TITLE`, the button under an answer, or under the offer for a message: the form."""
    return new_about(context, context.text)


def new_about(context: Context, text: Text) -> Reply | None:
    """The form for a new article; about the ticket or the message that was meant, where there is one."""
    reviewing.demand_staff(context)
    token = value_of(context)
    if token:
        return _form(context, forms.from_message(kept(context.unit, token)), state=token)
    event = context.event
    if context.reference.startswith("T-"):
        return _from_ticket(context, by_reference(context, context.reference).id)
    quoted = event.quoted if isinstance(event, MessageReceived | CommandGiven) else None
    if quoted is not None:
        return _form(context, forms.from_message(quoted), state=keep(context, quoted))
    title = first_line(plain(text), TITLE_LIMIT)
    sent = attached.submitted(context, "kb.new", title=title)
    if sent is not None:
        return written(replace(context, event=sent), sent)
    return _form(context, Content(title))


def _form(context: Context, content: Content, *, name: str = "kb.new", subject: int = 0, state: str = "") -> OpenForm:
    most = context.house.can(context.event.place.platform).field_limit
    form = forms.writing_form(context.words, content, name=name, subject=subject, state=state, field_limit=most)
    return OpenForm(form)


def from_ticket(context: Context) -> Reply | None:
    """ "Write it down" on a ticket: the form, filled in from what was said, without what identifies the customer."""
    reviewing.demand_staff(context)
    assert isinstance(context.event, ButtonPressed)  # noqa: S101 - what it is registered for
    return _from_ticket(context, context.event.subject)


def _from_ticket(context: Context, number: int) -> Reply | None:
    return _form(context, told_by_ticket(context, number), name="kb.from_ticket", subject=number)


def shortcut(context: Context, event: ShortcutUsed) -> Reply | None:
    """The platform's menu entry: the form, filled in from the message it was used on."""
    reviewing.demand_staff(context)
    if event.quoted is None:
        return _form(context, Content(""))
    return _form(context, forms.from_message(event.quoted), state=keep(context, event.quoted))


def reacted(context: Context, event: ReactionAdded) -> Reply | None:
    """A book on a message: whoever put it there is offered the form, alone. A customer's book is just an emoji."""
    quoted = (event.quoted or _remembered(context, event)) if context.who.role.staff else None
    if quoted is not None:
        context.tell_alone(cards.offer_post(context.words, keep(context, quoted), plain(quoted.text)))
    return None


def _remembered(context: Context, event: ReactionAdded) -> Quoted | None:
    """The message as a ticket's conversation has it, where the platform does not tell what it says."""
    tickets, posted = context.unit.tickets, context.unit.posted.at(event.place, event.message)
    message = tickets.message_at(event.place, event.message)
    if message is None and posted is not None and posted.message:
        message = tickets.message(posted.message)
    return Quoted(event.place, event.message, "", message.text) if message is not None else None


def written(context: Context, event: FormSubmitted) -> Reply | None:
    """The form for a new article came back; a body that no form took is that of the message it began with."""
    reviewing.demand_staff(context)
    whole = attached.with_text(context, event)
    if whole is None:
        return None
    quoted = kept(context.unit, event.state) if event.state and event.form == "kb.new" else None
    said = forms.from_message(quoted) if quoted else Content("")
    content = forms.filled(whole.values, replace(said, files=_files(context, whole, quoted)))
    article = writing.create(context, content)
    return _saved(context, article)


def _files(context: Context, event: FormSubmitted, quoted: Quoted | None = None) -> tuple[int, ...]:
    """What was attached to the answers, or to the message that it began with."""
    own = accept_files(context, event.place.platform, event.attachments)
    return (*own, *(accept_files(context, quoted.place.platform, quoted.attachments) if quoted else ()))


def edit(context: Context) -> Reply | None:
    """`kb edit K-3`: the form with all that it says now; with a Markdown file, that is what it says from now on.

    What a form can't show whole comes as a file, to be sent back changed.
    """
    reviewing.demand_staff(context)
    article = article_in(context)
    sent = attached.submitted(context, "kb.edit", article)
    if sent is not None:
        return edited(replace(context, event=sent), sent)
    can = context.house.can(context.event.place.platform)
    as_file = len(article.content.body) > (can.field_limit if can.forms else SHOWN_OF_ANSWER)
    if as_file:
        attached.hand_over(context, article)
    files = context.unit.files.many(article.content.files)
    return OpenForm(forms.editing_form(context.words, article, can.field_limit, as_file=as_file, files=files))


def whole_text(context: Context) -> Reply | None:
    """The button under an article whose card shows only its beginning: all of it, as a file."""
    article = article_in(context)
    attached.hand_over(context, article)
    return context.tell("kb.text_comes", reference=article.reference)


def edited(context: Context, event: FormSubmitted) -> Reply | None:
    """The form of an article came back. Somebody else's change meanwhile is never overwritten."""
    reviewing.demand_staff(context)
    whole = attached.with_text(context, event)
    if whole is None:
        return None
    article = article_in(context)
    if not forms.known_version(context, event, article):
        name = writing.author_of(context, article) or context.words("history.baton")
        key = "kb.file_outdated" if set(whole.values) == {"body"} else "kb.changed_meanwhile"
        raise Conflict(key, reference=article.reference, name=name)
    before = article.content
    content = forms.filled(whole.values, replace(before, files=(*before.files, *_files(context, whole))))
    review_on = forms.day_in(whole.values.get("review_on", ""), "review_on")
    if review_on != article.review_on and "review_on" in whole.values:
        article = context.unit.knowledge.save(replace(article, review_on=review_on), context.unit.now)
    return _saved(context, writing.change(context, article, content))


def _saved(context: Context, article: Article) -> Reply | None:
    """Say what became of it: live, or waiting for the lead."""
    live = article.revision == article.latest and article.revision > 0
    key = "kb.saved" if live else "kb.waits_for_review"
    context.confide(cards.saved_post(article, context.words, key))
    return None


def revert(context: Context) -> Reply | None:
    """The button beside a revision: the article reads so again."""
    return revert_to(context, article_in(context), value_of(context))


def revert_to(context: Context, article: Article, number: str) -> Reply | None:
    """`kb revert K-3 2`."""
    if not number.isdecimal() or len(number) > 9:
        raise Invalid("kb.which_revision", reference=article.reference)
    saved = writing.revert(context, article, int(number))
    if saved.revision == article.revision:
        return _saved(context, saved)
    return context.tell("kb.reverted", reference=article.reference, number=int(number))


def archive(context: Context) -> Reply | None:
    """`kb archive K-3`: nobody finds it any more."""
    return archive_article(context, article_in(context))


def archive_article(context: Context, article: Article) -> Reply | None:
    """Into the archive, and how to bring it back."""
    writing.archive(context, article)
    return context.tell("kb.archived", reference=article.reference)


def restore(context: Context) -> Reply | None:
    """The button on an article in the archive, or `kb restore K-3`."""
    return restore_article(context, article_in(context))


def restore_article(context: Context, article: Article) -> Reply | None:
    """Back from the archive."""
    writing.restore(context, article)
    return context.tell("kb.restored", reference=article.reference)


def hand_over(context: Context, article: Article) -> Reply | None:
    """`kb owner K-3 @P`: who looks after it from now on, and hears what is wrong with it."""
    reviewing.demand_staff(context)
    if not plain(context.text).strip():
        raise Invalid("person.whom")
    person = arguments.colleague(context)
    given = context.unit.knowledge.save(replace(article, owner=person.id), context.unit.now)
    if person.id != context.who.id:
        name, key = context.who.name, f"kb:given:{given.id}.{given.version}"
        reviewing.tell_owner(context, given, key, lambda words: cards.given_post(given, name, words))
    return context.tell("kb.handed_over", reference=article.reference, name=person.name)


# Reviewing


def accept(context: Context) -> Reply | None:
    """The lead looked at a revision: it is live."""
    article, number = article_in(context), _revision_number(context)
    revision = context.unit.knowledge.revision(article.id, number)
    saved, name = writing.accept(context, article, number), context.who.name
    _tell_author(context, saved, revision, lambda words: cards.accepted_post(saved, name, words))
    return context.tell("kb.accepted", reference=article.reference, number=number)


def decline(context: Context) -> Reply | None:
    """The lead turned a revision down: its author hears of it."""
    article, number = article_in(context), _revision_number(context)
    revision, name = writing.decline(context, article, number), context.who.name
    _tell_author(context, article, revision, lambda words: cards.declined_post(article, name, words))
    return context.tell("kb.declined", reference=article.reference, number=number)


def _revision_number(context: Context) -> int:
    value = value_of(context)
    if not value.isdecimal() or len(value) > 9:
        raise NotFound("kb.which_one")
    return int(value)


def _tell_author(context: Context, article: Article, revision: Revision, view_in: Views) -> None:
    author = context.unit.people.persons([revision.author]).get(revision.author) if revision.author else None
    if author is None or author.id == context.who.id:
        return
    accounts = reachable(context.unit, context.house, author, context.event.place.platform)
    for account in accounts[:1]:
        key = f"kb:decided:{article.id}.{revision.number}@{author.id}"
        view = view_in(context.words_for(author))
        context.unit.outbox.put(Order("show", direct_place(account), view, key=key, user=account.user))
