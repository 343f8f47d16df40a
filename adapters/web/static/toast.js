// A few words at the edge of the page that go away by themselves.

import { h } from "/static/dom.js";

const SECONDS = 5;

/** Show `words` for a moment; `kind` "problem" stays a little longer. Readers of the screen hear it. */
export function toast(words, kind = "") {
  const stack = document.getElementById("toasts");
  const note = h("div", { class: `toast ${kind}` }, words);
  stack.append(note);
  while (stack.children.length > 3) stack.firstChild.remove();
  setTimeout(() => note.remove(), (kind === "problem" ? 2 : 1) * SECONDS * 1000);
}
