// Small panels over the page: menus, pickers, questions. They close on Esc, on a press elsewhere, and give focus back.

import { h } from "/static/dom.js";
import { say } from "/static/words.js";

let open = null;

/** Show `content` beside `anchor` (a sheet at the bottom on a phone). Returns a function that closes it. */
export function popover(anchor, content, { label, onclose = () => {} } = {}) {
  close();
  const panel = h("div", { class: "popover", role: "dialog", "aria-label": label }, content);
  const veil = h("div", { class: "popover-veil", on: { pointerdown: () => close() } });
  document.body.append(veil, panel);
  place(panel, anchor);
  anchor.setAttribute("aria-expanded", "true");
  open = { panel, veil, anchor, onclose };
  panel.addEventListener("keydown", steer);
  panel.querySelector("[autofocus], button, a, input, select")?.focus();
  return close;
}

/** Close what is open; focus goes back to where it came from. */
export function close() {
  if (!open) return false;
  const { panel, veil, anchor, onclose } = open;
  open = null;
  const inside = panel.contains(document.activeElement);
  panel.remove();
  veil.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (inside && anchor.isConnected) anchor.focus();
  onclose();
  return true;
}

function place(panel, anchor) {
  if (matchMedia("(max-width: 720px)").matches) return;
  const at = anchor.getBoundingClientRect();
  const size = panel.getBoundingClientRect();
  const left = Math.min(Math.max(8, at.right - size.width), innerWidth - size.width - 8);
  const below = at.bottom + 6 + size.height < innerHeight;
  panel.style.setProperty("--left", `${at.left < innerWidth / 3 ? Math.max(8, Math.min(at.left, innerWidth - size.width - 8)) : left}px`);
  panel.style.setProperty("--top", `${Math.max(8, below ? at.bottom + 6 : at.top - size.height - 6)}px`);
}

function steer(event) {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
    return;
  }
  if (event.key === "Tab") return wrap(event);
  const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  const items = [...open.panel.querySelectorAll("button, a, input, select")];
  const next = items[(items.indexOf(document.activeElement) + step + items.length) % items.length];
  next?.focus();
}

/** Tab stays inside. */
function wrap(event) {
  const items = [...open.panel.querySelectorAll("button, a, input, select")];
  const edge = event.shiftKey ? items[0] : items.at(-1);
  if (document.activeElement !== edge) return;
  event.preventDefault();
  (event.shiftKey ? items.at(-1) : items[0])?.focus();
}

/** Ask before something that can't be undone. Resolves to true or false. */
export function confirmed(question, yes, danger = false) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "dialog small", "aria-label": question });
    const answer = (value) => () => {
      dialog.close();
      resolve(value);
    };
    dialog.append(
      h("p", { class: "question" }, question),
      h(
        "div",
        { class: "dialog-foot" },
        h("button", { type: "button", class: "button", on: { click: answer(false) } }, say("form.cancel")),
        h("button", { type: "button", class: `button ${danger ? "danger" : "primary"}`, autofocus: true, on: { click: answer(true) } }, yes),
      ),
    );
    dialog.addEventListener("cancel", () => resolve(false));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  });
}
