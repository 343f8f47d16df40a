"""`kb QUERY`: the best articles for a question, and what people make of them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.context import Context
from bot.chat.events import ButtonPressed, CommandGiven, FormSubmitted, MessageReceived
from bot.chat.text import BOLD, Span, Text, plain
from bot.chat.views import Card, Control, OpenForm, Reply
from bot.errors import Conflict, NotFound
from bot.knowledge import cards, forms, handlers, pinning, reviewing, straight
from bot.knowledge.facts import ArticleJudged, ArticleSent
from bot.knowledge.library import Library
from bot.knowledge.markdown import searchable, shown
from bot.knowledge.ordering import DEPTH, Hits, in_order, readable
from bot.knowledge.rules import NOBODY, Article, Occasion, Opinion, Outcome, Question, Vote
from bot.knowledge.search import Answer, Hit
from bot.people.permissions import Right, knows_of
from bot.tickets import relay, replies
from bot.tickets.finding import by_reference, demand, where
from bot.tickets.keeping import kept
from bot.tickets.recording import Written
from bot.tickets.rules import TAKE_BACK_WINDOW, Ticket
from bot.unit import Unit

SAID = 1000
"""Characters that are remembered of a question."""


class Finder:
    """Answers questions out of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ask(self, context: Context, said: str) -> Reply | None:
        """Show the best three, remember what was asked and what was shown.

        Raises `Conflict` in the first moments of a program that has not read the articles yet.
        """
        if not self._library.ready and context.unit.knowledge.number():
            raise Conflict("kb.not_ready")
        staff = context.who.role.staff
        answer = self._library.search(said, limit=DEPTH, staff=staff)
        self._show(context, said, answer, in_order(context, readable(context, answer.hits, staff=staff)))
        return None

    def answered(self, context: Context, said: str, otherwise: Sequence[Control]) -> bool:
        """Words that are no command are a question if the engine is sure of the answer: then it is shown, with the
        buttons for what else was meant; whether it was."""
        staff, rules = context.who.role.staff, context.workspace.knowledge
        wants_person = not rules.answer_customers or straight.wants_person(said, rules.straight_to_person)
        if wants_person and not staff:
            return False
        answer = self._library.search(said, limit=DEPTH, staff=staff)
        hits = in_order(context, readable(context, answer.hits, staff=staff)) if answer.confident else ()
        if all(hit.id != answer.hits[0].id for hit, _ in hits):
            return False
        self._show(context, said, answer, hits, otherwise)
        return True

    def look_up(self, context: Context) -> Reply | None:
        """The button under words that were no command: what the knowledge base finds for them."""
        reviewing.demand_staff(context)
        return self.ask(context, plain(kept(context.unit, handlers.value_of(context)).text).strip())

    def _show(self, context: Context, said: str, answer: Answer, hits: Hits, otherwise: Sequence[Control] = ()) -> None:
        """Remember what was asked and show what was found."""
        ticket, staff = ticket_here(context), context.who.role.staff
        shown_now = tuple(hit.id for hit, _ in hits[: cards.FOUND])
        asked = Question(
            0, context.unit.now, context.who.id, said[:SAID], answer.confident, shown_now, ticket.id if ticket else 0,
            reviewing.home_team(context.who) if staff else 0, Outcome.SHOWN if hits else Outcome.NOTHING,
        )  # fmt: skip
        question = context.unit.knowledge.ask(asked)
        card = self._card(context, question, hits, 0)
        view = replace(card, controls=(*card.controls, *otherwise))
        (context.answer_inside if staff else context.answer)(view)

    def more(self, context: Context) -> Reply | None:
        """The button under the best three: the next ones, to the one who asked."""
        event = context.event
        assert isinstance(event, ButtonPressed)  # noqa: S101 - what it is registered for
        question = context.unit.knowledge.question(event.subject)
        if question is None or question.person != context.who.id:
            raise NotFound("chat.old_button")
        start = int(event.value) if event.value.isdecimal() and len(event.value) < 4 else 0
        staff = context.who.role.staff
        answer = self._library.search(question.said, limit=DEPTH, staff=staff)
        hits = in_order(context, readable(context, answer.hits, staff=staff))
        context.whisper(self._card(context, question, hits, start))
        return None

    def _card(self, context: Context, question: Question, hits: Hits, start: int) -> Card:
        found = described(context, hits[start : start + cards.FOUND], send=bool(question.ticket))
        left = max(len(hits) - start - len(found), 0)
        finding = cards.Finding(question.said, question.id, question.sure, found, start, left)
        short = not context.house.can(context.event.place.platform).menus
        return cards.finding_card(finding, context.words, staff=context.who.role.staff, short=short)


def described(context: Context, hits: Hits, *, send: bool = False) -> tuple[cards.Found, ...]:
    """What is told of each article that was found; `send`: there is a customer whom it could be sent."""
    tallies = context.unit.knowledge.tallies([article.id for _, article in hits])
    asked = pinning.most_asked(context.unit, context.who.teams)
    return tuple(
        cards.Found(
            article,
            passage_of(hit, article),
            tuple(f"kb.why.{reason.value}" for reason in hit.why[:2]),
            tallies.get(article.id, NOBODY),
            send=send and reviewing.sendable(article),
            asked=article.id in asked,
        )
        for hit, article in hits
    )


def passage_of(hit: Hit, article: Article) -> Text:
    """The part of the body that fits, with what matched marked. Places are clipped: the body may have changed since."""
    body = searchable(article.content.body)
    first, last = hit.passage
    if not last:
        return ()
    pieces: list[Span] = [Span("… ")] if first else []
    at = first
    for begin, end in hit.matched:
        if first <= at <= begin < end <= last:
            pieces += [Span(body[at:begin]), Span(body[begin:end], frozenset({BOLD}))]
            at = end
    pieces.append(Span(body[at:last] + (" …" if last < len(body) else "")))
    return tuple(span for span in pieces if span.text)


def ticket_here(context: Context) -> Ticket | None:
    """The ticket for whose customer somebody of the staff asks: the one that was named, or in whose thread it is."""
    if not context.who.role.staff:
        return None
    if context.reference.startswith("T-"):
        return by_reference(context, context.reference)
    event = context.event
    reply_to = event.reply_to if isinstance(event, MessageReceived | CommandGiven) else ""
    here = where(context.unit, event.place, reply_to)
    return here.ticket if here is not None and knows_of(context.who, here.ticket) else None


# What people make of what they found


def send(context: Context) -> Reply | None:
    """The button "send to customer": a reply like any other, ten seconds to take it back included."""
    article, question = handlers.article_in(context), handlers.asked(context)
    ticket = context.unit.tickets.get(question.ticket) if question and question.ticket else ticket_here(context)
    if ticket is None:
        raise NotFound("ticket.which_one")
    demand(context, Right.REPLY, ticket)
    if ticket.merged_into:
        raise Conflict("ticket.merged_away", reference=ticket.reference, into=f"T-{ticket.merged_into}")
    if not reviewing.sendable(article):
        raise Conflict("kb.not_for_customers", reference=article.reference)
    replies.write_reply(context, ticket, cards.for_customers(article, shown(article.content.body)), Written())
    if article.content.files:
        _send_along(context.unit, ticket, article.content.files)
    _vote(context, article, Opinion.USED, question)
    context.unit.record(ArticleSent(ticket.id, article=article.id, question=question.id if question else 0))
    if question:
        context.unit.knowledge.settle(question.id, Outcome.SENT)
    return context.tell("kb.sent", reference=article.reference, ticket=ticket.reference)


def _send_along(unit: Unit, ticket: Ticket, files: tuple[int, ...]) -> None:
    """The files of an article belong to the reply that was just written, whichever platform they came from."""
    reply = unit.tickets.conversation(ticket.id)[-1]
    unit.tickets.save_message(replace(reply, files=files))
    relay.show_more(unit, reply, files, not_before=reply.at + TAKE_BACK_WINDOW)


def useful(context: Context) -> Reply | None:
    """It helped."""
    return _judged(context, Opinion.HELPED, Outcome.HELPED, "kb.thanks_useful")


def useless(context: Context) -> Reply | None:
    """It did not help."""
    key = "kb.thanks_useless" if context.who.role.staff else "kb.thanks_useless_to_you"
    return _judged(context, Opinion.NOT_HELPED, Outcome.NOT_HELPED, key)


def _judged(context: Context, opinion: Opinion, outcome: Outcome, key: str) -> Reply | None:
    article, question = handlers.article_in(context), handlers.asked(context)
    _vote(context, article, opinion, question)
    if question and (question.person == context.who.id or question.occasion is Occasion.SUGGESTION):
        context.unit.knowledge.settle(question.id, outcome)
    number = question.id if question else 0
    context.unit.record(ArticleJudged(0, article=article.id, opinion=opinion.value, question=number))
    return context.tell(key, reference=article.reference)


def wrong(context: Context) -> Reply | None:
    """It is wrong or outdated: what about it?"""
    article = handlers.article_in(context)
    return OpenForm(forms.wrong_form(context.words, article, handlers.value_of(context)))


def reported(context: Context, event: FormSubmitted) -> Reply | None:
    """Somebody says what is wrong: the owner hears of it, with the ways to mend it."""
    article = handlers.article_in(context)
    remark = event.values.get("remark", "").strip()
    question = context.unit.knowledge.question(int(event.state)) if event.state.isdecimal() else None
    _vote(context, article, Opinion.WRONG, question, remark)
    context.unit.record(ArticleJudged(0, article=article.id, opinion=Opinion.WRONG.value))
    name = context.who.name
    key = f"kb:wrong:{article.id}:{event.place.platform}:{event.event_id}"
    reviewing.tell_owner(context, article, key, lambda words: cards.report_post(article, name, remark, words))
    return context.tell("kb.thanks_wrong", reference=article.reference)


def _vote(context: Context, article: Article, opinion: Opinion, question: Question | None, remark: str = "") -> None:
    number = question.id if question else 0
    vote = Vote(article.id, context.who.id, opinion, context.unit.now, number, remark)
    context.unit.knowledge.vote(vote)
