"""Forms about requests: asking, repairing, returning, finishing, asking back, a time, skipping."""

from bot.chat.context import Context
from bot.chat.text import plain, shortened
from bot.chat.views import Choice, Field, Form
from bot.collab import templates
from bot.collab.drafts import Draft, keep
from bot.collab.rules import REASONS, CollabRequest
from bot.tickets.rules import Fate, Message, Side, Ticket

# How many of the latest messages can be chosen, and how many of their characters are shown.
LATEST = 10
_WORDS = 60
FIELD_LIMIT = 3000
NO_TYPE = "-"


def ask_form(context: Context, ticket: Ticket, draft: Draft) -> Form:
    """Everything that is still to be said: the department, the kind, the problem, its items, what goes along."""
    words = context.words
    fields = [
        *_team_field(context, ticket, draft),
        *_type_field(context, draft),
        Field("problem", words("collab.form.problem"), "text", value=plain(draft.problem)[:FIELD_LIMIT],
              limit=FIELD_LIMIT, hint=words("collab.form.problem_hint")),
        *item_fields(context, draft),
        *_message_field(context, ticket, draft),
        *_after_field(context, ticket, draft),
    ]  # fmt: skip
    name = "collab.repair" if draft.request else "collab.ask"
    title = words("collab.form.repair_title" if draft.request else "collab.form.ask_title",
                  reference=f"C-{draft.request}" if draft.request else ticket.reference)  # fmt: skip
    submit = words("collab.form.resend" if draft.request else "collab.form.ask_submit")
    team = context.unit.people.team(draft.team).name if draft.team else ""
    intro = words("collab.form.to", team=team) if team else ""
    return Form(name, title, submit, tuple(fields), draft.request or ticket.id, keep(context.unit, draft), intro)


def _team_field(context: Context, ticket: Ticket, draft: Draft) -> list[Field]:
    if draft.team:
        return []
    others = [team for team in context.unit.people.teams() if team.id != ticket.team]
    choices = tuple(Choice(team.key, team.name) for team in others)
    return [Field("team", context.words("collab.form.team"), "choice", choices=choices)]


def _type_field(context: Context, draft: Draft) -> list[Field]:
    """The kind of request, where the department knows several and none was said."""
    types = types_to_choose(context, draft)
    if not types:
        return []
    words = context.words
    choices = (*(Choice(each, each) for each in types), Choice(NO_TYPE, words("collab.form.no_type")))
    return [Field("type", words("collab.form.type"), "choice", choices=choices)]


def types_to_choose(context: Context, draft: Draft) -> list[str]:
    """The kinds among which somebody still has to choose."""
    if not draft.team or draft.type or draft.items:
        return []
    return templates.types_of(templates.of_team(context.unit, context.unit.people.team(draft.team)))


def item_fields(context: Context, draft: Draft) -> list[Field]:
    """A question for each item that the template requires; pictures can be sent where forms are asked in words."""
    words = context.words
    by_modal = context.house.can(context.event.place.platform).forms
    fields = []
    for number, item in enumerate(draft.items):
        file = templates.takes_file(item.name)
        hint = words("collab.form.file_chosen" if by_modal else "collab.form.file_sent") if file else ""
        fields.append(Field(f"item{number}", item.name, "text", required=not item.files and not (file and by_modal),
                            value=item.value, hint=hint, limit=FIELD_LIMIT))  # fmt: skip
    return fields


def _message_field(context: Context, ticket: Ticket, draft: Draft) -> list[Field]:
    words = context.words
    said = choosable(context, ticket)
    if not said:
        return []
    people = context.unit.people.persons(sorted({message.author for message in said}))
    choices = tuple(
        Choice(str(each.id), _first_words(each, people[each.author].name if each.author in people else ""))
        for each in said
    )
    chosen = ",".join(str(number) for number in draft.messages)
    return [Field("messages", words("collab.form.messages"), "choices", required=False, value=chosen, choices=choices)]


def choosable(context: Context, ticket: Ticket) -> list[Message]:
    """The latest messages of the ticket that can go along: what a customer or a colleague said of the case itself."""
    said = context.unit.tickets.conversation(ticket.id, limit=3 * LATEST)
    fit = [
        message
        for message in said
        if not message.removed_at and not message.request and message.side is not Side.HELPER
        and message.fate in (Fate.SHOWN, Fate.HELD)
    ]  # fmt: skip
    return fit[-LATEST:]


def _first_words(message: Message, author: str) -> str:
    said = " ".join(plain(message.text).split())
    files = "📎" * min(len(message.files), 3)
    return shortened(f"{author}: {files}{said}", _WORDS)


def _after_field(context: Context, ticket: Ticket, draft: Draft) -> list[Field]:
    open_ = [each for each in context.unit.collab.of_ticket(ticket.id) if each.state.open and each.id != draft.request]
    if not open_:
        return []
    teams = {team.id: team.name for team in context.unit.people.teams()}
    choices = tuple(Choice(str(each.id), f"{each.reference} · {teams[each.team]}") for each in open_)
    chosen = ",".join(str(number) for number in draft.after)
    return [
        Field("after", context.words("collab.form.after"), "choices", required=False, value=chosen, choices=choices)
    ]


def return_form(context: Context, request: CollabRequest) -> Form:
    """Why it goes back: one of the short list, and in words."""
    words = context.words
    reasons = tuple(Choice(key, words(f"collab.reason.{key}")) for key in REASONS)
    fields = (
        Field("reason", words("collab.form.reason"), "choice", choices=reasons),
        Field("remark", words("collab.form.remark"), "text", hint=words("collab.form.remark_hint"), limit=FIELD_LIMIT),
    )
    title = words("collab.form.return_title", reference=request.reference)
    return Form("collab.return", title, words("collab.button.return"), fields, request.id)


def one_field_form(context: Context, request: CollabRequest, what: str, *, line: bool = False) -> Form:
    """A form with one question: `done` (result), `ask_back` (text), `eta` (eta), `skip` (remark)."""
    words = context.words
    name = {"done": "result", "ask_back": "text", "eta": "eta", "skip": "remark"}[what]
    field = Field(name, words(f"collab.form.{what}"), "line" if line else "text", limit=100 if line else FIELD_LIMIT,
                  hint=words(f"collab.form.{what}_hint"))  # fmt: skip
    title = words(f"collab.form.{what}_title", reference=request.reference)
    return Form(f"collab.{what}", title, words("collab.form.send"), (field,), request.id)


def tell_customer_form(context: Context, ticket: Ticket, result: str) -> Form:
    """The form that answers the customer, with the result filled in."""
    words = context.words
    outcomes = (Choice("pending", words("form.then_pending")), Choice("solved", words("form.then_solved")))
    fields = (
        Field("text", words("form.reply_text"), "text", value=result[:FIELD_LIMIT], hint=words("form.reply_hint")),
        Field("then", words("form.then"), "choice", required=False, choices=outcomes),
    )
    title = words("form.reply_title", reference=ticket.reference)
    return Form("ticket.reply", title, words("form.reply_submit"), fields, ticket.id)
