"""views.*: modals (a stack of up to three on a person's screen) and App Home."""

from copy import deepcopy

from tests.fakes.slack import block_kit, forms
from tests.fakes.slack.inbound import Inbound
from tests.fakes.slack.methods.chat import with_ids
from tests.fakes.slack.model import JSON, Refusal, Trigger, View
from tests.fakes.slack.web_api import MethodCall, method

DEEPEST_STACK = 3


@method("views.open", tier=4)
def open_view(call: MethodCall) -> JSON:
    """A modal for the person who just did something; replaces what stands open."""
    trigger, sent = _trigger(call), judged(call.fake, call.name, call.structured("view"), "modal")
    trigger.used = True
    view = new_view(call.fake, trigger.user, sent)
    call.workspace.modals[trigger.user] = [view]
    call.fake.changed()
    return {"view": call.workspace.view_json(view)}


@method("views.push", tier=4)
def push(call: MethodCall) -> JSON:
    """A modal on top of the open one; the trigger must come from within it."""
    trigger, sent = _trigger(call), judged(call.fake, call.name, call.structured("view"), "modal")
    if not call.workspace.modals.get(trigger.user) or trigger.view is None:
        raise Refusal("invalid_trigger_id", fault=True)
    trigger.used = True
    view = push_view(call.fake, trigger.user, sent)
    return {"view": call.workspace.view_json(view)}


@method("views.update", tier=4)
def update(call: MethodCall) -> JSON:
    """Change an open modal (or home) by view_id or external_id; a stale `hash` loses the race."""
    if not call.text("view_id") and not call.text("external_id"):
        raise Refusal("invalid_arguments", "must provide view_id or external_id [json-pointer:/]", fault=True)
    view = call.workspace.view_by(view_id=call.text("view_id"), external_id=call.text("external_id"))
    if view is None:
        raise Refusal("not_found", "view_not_found")
    sent = judged(call.fake, call.name, call.structured("view"), view.kind)
    _check_hash(call, view)
    replace(call.fake, view, sent)
    return {"view": call.workspace.view_json(view)}


@method("views.publish", tier=4)
def publish(call: MethodCall) -> JSON:
    """A person's App Home."""
    user = call.workspace.user_named(call.required("user_id"))
    sent = judged(call.fake, call.name, call.structured("view"), "home")
    view = call.workspace.homes.get(user.id)
    if view is None:
        call.workspace.homes[user.id] = view = new_view(call.fake, user.id, sent)
    else:
        _check_hash(call, view)
        replace(call.fake, view, sent)
    call.fake.changed()
    return {"view": call.workspace.view_json(view)}


def _trigger(call: MethodCall) -> Trigger:
    trigger = call.workspace.triggers.get(call.required("trigger_id"))
    if trigger is None:
        raise Refusal("invalid_trigger_id", fault=True)
    if trigger.used:
        raise Refusal("exchanged_trigger_id", fault=True)
    if call.workspace.now() > trigger.expires:
        raise Refusal("expired_trigger_id")
    return trigger


def _check_hash(call: MethodCall, view: View) -> None:
    if call.text("hash") and call.text("hash") != view.hash:
        raise Refusal("hash_conflict")


# -- shared with the answers to view_submission --------------------------------------------------------------------


def judged(fake: Inbound, where: str, sent: object, kind: str) -> JSON:
    """A view that Slack would take, of the wanted kind; refuses it otherwise."""
    if sent is None:
        raise Refusal("invalid_arguments", "missing required field: view", fault=True)
    problems = block_kit.view_problems(sent)
    if isinstance(sent, dict) and not problems and sent["type"] != kind:
        problems = [f"must be of type {kind} [json-pointer:/view/type]"]
    if problems:
        raise Refusal("invalid_arguments", *problems, fault=True)
    assert isinstance(sent, dict)
    if block_kit.view_bytes(sent) > block_kit.VIEW_BYTES:
        raise Refusal("view_too_large", fault=True)
    fake.check_mentions(where, {"blocks": sent["blocks"]})
    return sent


def new_view(fake: Inbound, user: str, sent: JSON, below: View | None = None) -> View:
    """A fresh view, not yet shown; its external_id must be free."""
    workspace = fake.workspace
    external_id = sent.get("external_id")
    if external_id and workspace.view_by(external_id=external_id) is not None:
        raise Refusal("duplicate_external_id", fault=True)
    payload = deepcopy(sent) | {"blocks": with_ids(workspace, sent["blocks"])}
    view_id = workspace.fresh_id("V")
    root, previous = (below.root, below.id) if below else (view_id, None)
    return View(view_id, user, payload, workspace.fresh_hash(), root, previous, forms.initial_values(payload["blocks"]))


def push_view(fake: Inbound, user: str, sent: JSON) -> View:
    """Put a view on top of a person's stack."""
    stack = fake.workspace.modals[user]
    if len(stack) >= DEEPEST_STACK:
        raise Refusal("push_limit_reached", fault=True)
    view = new_view(fake, user, sent, below=stack[-1])
    stack.append(view)
    fake.changed()
    return view


def replace(fake: Inbound, view: View, sent: JSON) -> None:
    """New content for a view; what was typed stays where block_id and action_id are the same."""
    external_id = sent.get("external_id")
    holder = fake.workspace.view_by(external_id=external_id) if external_id else None
    if holder is not None and holder is not view:
        raise Refusal("duplicate_external_id", fault=True)
    view.payload = deepcopy(sent) | {"blocks": with_ids(fake.workspace, sent["blocks"])}
    view.values = forms.kept_values(view.values, view.blocks)
    view.hash = fake.workspace.fresh_hash()
    fake.changed()
