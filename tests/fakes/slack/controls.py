"""Buttons, menus and modals under a person's fingers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack import block_kit, forms, reading
from tests.fakes.slack.forms import NoSuchChoice
from tests.fakes.slack.methods import views
from tests.fakes.slack.model import JSON, Delivery, Message, Refusal, User, View
from tests.fakes.slack.people import People

_CHOICES = {*forms.STATEFUL, "overflow"}


@dataclass
class Submission:
    """What became of pressing a modal's submit button. `errors` stand at the fields, by block_id."""

    errors: dict[str, str] = field(default_factory=dict)
    delivery: Delivery | None = None
    """None when the client itself found errors and sent nothing."""
    action: str = ""
    """The app's response_action: "" (closed), errors, update, push, clear."""

    @property
    def accepted(self) -> bool:
        """Whether the app took it: no error at a field, and an answer in time."""
        return not self.errors and self.delivery is not None and self.delivery.ok


class Controls(People):
    """Pressing, choosing, filling in. `where` is a message, its ts, "home" or "modal"."""

    def screen(self, user: User, where: Message | View | str) -> Message | View:
        """What `where` means on this person's screen; AssertionError if nothing is there."""
        if isinstance(where, View):
            return where
        if where in ("home", "modal"):
            view = self.home(user) if where == "home" else self.modal(user)
            assert view is not None, f"{user.name} has no {where} open"
            return view
        message = self.message(where)
        assert message.ephemeral_to in (None, user.id), "somebody else's ephemeral message"
        self._room_of(user, message.channel)
        return message

    async def presses(
        self, user: User, where: Message | View | str, control: str, *, value: str | None = None
    ) -> Delivery:
        """Press a button, by label or action_id (a confirmation is confirmed); `value` tells equal ones apart."""
        target = self.screen(user, where)
        block, button = reading.find_control(target, control, {"button"}, value)
        kept: JSON = {
            name: button[name] for name in ("action_id", "text", "value", "style", "type", "url") if name in button
        }
        return await self.send_block_action(None, user, target, {**kept, "block_id": block["block_id"]})

    async def chooses(self, user: User, where: Message | View | str, control: str, choice: Any) -> Delivery:
        """Choose in a menu, date picker or overflow, by its label, placeholder or action_id; see `forms.entered`."""
        target = self.screen(user, where)
        block, element = reading.find_control(target, control, _CHOICES)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise NoSuchChoice(f"{control!r} is an input: nothing is sent before submits(values)")
        kept = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        if element["type"] == "overflow":
            chosen = forms.entered(element | {"type": "static_select"}, choice)
            return await self.send_block_action(None, user, target, kept | {"selected_option": chosen})
        state = forms.state_of(element, forms.entered(element, choice))
        self._values(user, target).setdefault(block["block_id"], {})[element["action_id"]] = state
        return await self.send_block_action(None, user, target, kept | state)

    def _values(self, user: User, target: Message | View) -> JSON:
        if isinstance(target, View):
            return target.values
        initial = forms.initial_values(reading.blocks_of(target))
        values: JSON = target.states.setdefault(user.id, initial)
        return values

    async def searches(self, user: User, where: Message | View | str, control: str, typed: str) -> list[JSON]:
        """Type into an external select; the options that the app offers."""
        target = self.screen(user, where)
        block, element = reading.find_control(target, control, {"external_select", "multi_external_select"})
        delivery = await self.send_options_request(None, user, target, block["block_id"], element, typed)
        answer: JSON = json.loads(delivery.body) if delivery.ok and delivery.body else {}
        problems = block_kit.options_problems(answer)
        if problems:
            self.violate("block_suggestion", "invalid_options", "; ".join(problems))
            return []
        return forms.options_of(answer)

    # -- modals -------------------------------------------------------------------------------------------------

    def fills(self, user: User, values: Mapping[str, Any]) -> View:
        """Fill in fields of the open modal, by label, block_id or action_id, without submitting."""
        view = self.screen(user, "modal")
        assert isinstance(view, View)
        for name, value in values.items():
            block, element = reading.find_control(view, name, forms.STATEFUL)
            state = forms.state_of(element, forms.entered(element, value))
            view.values[block["block_id"]][element["action_id"]] = state
        return view

    async def submits(self, user: User, values: Mapping[str, Any] | None = None) -> Submission:
        """Fill in and submit the open modal. The client keeps back what lacks a required field."""
        view = self.fills(user, values or {})
        held_back = forms.client_errors(view.blocks, view.values)
        if held_back:
            return Submission(held_back)
        delivery = await self.send_view_submission(None, user, view)
        submission = Submission(delivery=delivery)
        if delivery.ok:
            try:
                self._follow_answer(view, delivery.body, submission)
            except Refusal as refusal:
                self.violate("answer to view_submission", refusal.error, "; ".join(refusal.messages))
        self.changed()
        return submission

    def _follow_answer(self, view: View, body: str, submission: Submission) -> None:
        """Close the view or do what `response_action` says."""
        try:
            answer = json.loads(body) if body.strip() else {}
        except ValueError:
            raise Refusal("invalid_answer", body[:80]) from None
        submission.action = answer.get("response_action", "") if isinstance(answer, dict) else "?"
        stack = self.workspace.modals[view.user]
        if submission.action == "":
            stack[:] = [shown for shown in stack if shown is not view]
        elif submission.action == "clear":
            stack.clear()
        elif submission.action == "errors":
            submission.errors = self._field_errors(view, answer.get("errors"))
        elif submission.action in ("update", "push"):
            sent = views.judged(self, "answer to view_submission", answer.get("view"), "modal")
            views.replace(self, view, sent) if submission.action == "update" else views.push_view(self, view.user, sent)
        else:
            raise Refusal("invalid_response_action", submission.action)

    @staticmethod
    def _field_errors(view: View, errors: Any) -> dict[str, str]:
        """The errors to show; they must stand at input blocks of the view."""
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors:
            raise Refusal("errors_without_errors")
        if errors.keys() - inputs:
            raise Refusal("errors_at_no_input", str(sorted(errors.keys() - inputs)))
        if not all(isinstance(text, str) and text for text in errors.values()):
            raise Refusal("errors_without_text", str(errors))
        return dict(errors)

    async def closes(self, user: User, *, everything: bool = False) -> list[Delivery]:
        """Dismiss the modal (or the whole stack); the app hears of it only where it asked with notify_on_close."""
        stack = self.workspace.modals[user.id]
        view = stack[-1]
        cleared = everything or bool(view.payload.get("clear_on_close"))
        gone = list(reversed(stack)) if cleared else [view]
        for one in gone:
            stack.remove(one)
        self.changed()
        told = [one for one in gone if one.payload.get("notify_on_close")]
        return [await self.send_view_closed(None, user, one, is_cleared=cleared) for one in told]
