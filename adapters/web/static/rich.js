// Spans to elements. A span's text is always a text node, its link always one that the server let pass.

import { h } from "/static/dom.js";
import { nameOf, state } from "./store.js";

const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };
const SCHEMES = /^(https?|mailto|tel):/i;

/** The spans as elements: paragraphs as they were typed, blocks of code and quotations set apart. */
export function rich(spans) {
  const parts = [];
  for (const group of groups(spans ?? [])) {
    const inside = group.spans.map(inline);
    if (group.kind === "block") parts.push(h("pre", {}, h("code", {}, group.spans.map((span) => span.t))));
    else if (group.kind === "quote") parts.push(h("blockquote", {}, inside));
    else parts.push(inside);
  }
  return parts.flat();
}

function groups(spans) {
  const found = [];
  for (const span of spans) {
    const kind = span.s?.includes("block") ? "block" : span.s?.includes("quote") ? "quote" : "text";
    const last = found.at(-1);
    if (last && last.kind === kind && kind !== "block") last.spans.push(span);
    else found.push({ kind, spans: [span] });
  }
  for (const [at, group] of found.entries()) if (group.kind !== "text") trimAround(found, at);
  return found;
}

/** What stands apart brings its own space: one line break on each side of it is enough. */
function trimAround(found, at) {
  const before = found[at - 1]?.spans;
  const after = found[at + 1]?.spans;
  const own = found[at].spans;
  if (before?.length) before[before.length - 1] = { ...before.at(-1), t: before.at(-1).t.replace(/\n$/, "") };
  if (own.length) own[own.length - 1] = { ...own.at(-1), t: own.at(-1).t.replace(/\n$/, "") };
  if (after?.length) after[0] = { ...after[0], t: after[0].t.replace(/^\n/, "") };
}

function inline(span) {
  if (span.a) {
    const mine = span.a === state.me?.user;
    return h("span", { class: mine ? "mention me" : "mention" }, `@${nameOf(span.a, span.t)}`);
  }
  let node = document.createTextNode(span.t);
  for (const style of span.s ?? []) if (TAGS[style]) node = h(TAGS[style], {}, node);
  if (span.l && SCHEMES.test(span.l)) {
    const ours = span.l.startsWith(`${location.origin}/chat`);
    node = h("a", { href: span.l, rel: "noopener noreferrer", target: ours ? false : "_blank" }, node);
  }
  return node;
}

/** The words alone. */
export function plain(spans) {
  return (spans ?? []).map((span) => (span.a ? `@${nameOf(span.a, span.t)}` : span.t)).join("");
}
