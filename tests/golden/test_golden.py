"""The example views, as each platform shows them: one file a view and platform.

A file that is not there is written, and the test fails once, so that somebody looks at it before it is kept. To change
what views look like: delete the files, run the tests twice, read the difference. Covers G3.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.slack import forms, outbound
from adapters.telegram import outbound as telegram
from adapters.web import outbound as web
from bot.chat.events import Place
from bot.chat.examples import FORMS, VIEWS
from bot.chat.views import Form, View

FOLDER = Path(__file__).parent


def on_slack(view: View | Form) -> Any:
    """Blocks and fallback text of each message; a form as its modal."""
    if isinstance(view, Form):
        return forms.modal(view, Place("slack", "C0HELP", "1.2"))
    return [{"text": message.text, "blocks": message.blocks} for message in outbound.messages(view)]


def on_telegram(view: View | Form) -> Any:
    """HTML and keyboard of each message; a form is asked field by field, so it has no rendering of its own."""
    if isinstance(view, Form):
        return None
    return [{"html": piece.html.split("\n"), "keyboard": piece.keyboard} for piece in telegram.pieces(view)]


def on_web(view: View | Form) -> Any:
    """What the page is given to draw."""
    return web.form_json(view, "token") if isinstance(view, Form) else web.view_body(view)


RENDERINGS: Mapping[str, Callable[[View | Form], Any]] = {"slack": on_slack, "telegram": on_telegram, "web": on_web}
EXAMPLES: Mapping[str, View | Form] = {**VIEWS, **FORMS}
CASES = [(platform, name) for platform in RENDERINGS for name in EXAMPLES if RENDERINGS[platform](EXAMPLES[name])]


@pytest.mark.parametrize(("platform", "name"), CASES)
def test_an_example_looks_as_it_did(platform: str, name: str) -> None:
    """Character by character."""
    path = FOLDER / platform / f"{name}.json"
    rendered = json.dumps(RENDERINGS[platform](EXAMPLES[name]), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if not path.is_file():
        path.parent.mkdir(exist_ok=True)
        path.write_text(rendered, "utf-8")
        pytest.fail(f"{path.name} was written anew; look at it, then keep it")
    assert rendered == path.read_text("utf-8")


def test_no_rendering_is_left_over() -> None:
    """A file whose example is gone goes as well."""
    known = {f"{platform}/{name}.json" for platform, name in CASES}
    assert {f"{path.parent.name}/{path.name}" for path in FOLDER.glob("*/*.json")} == known
