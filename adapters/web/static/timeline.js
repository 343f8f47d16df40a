// A list of messages: loads older ones, keeps its place while they come, and draws only what has changed.

import { fill, h, icon } from "/static/dom.js";
import { say } from "/static/words.js";
import { get } from "./api.js";
import { messageRow } from "./message.js";
import { inOrder, on, state, tell, timeline, unreadAt } from "./store.js";
import { day, sameDay } from "./when.js";

// Messages of one author within this time stand together, in milliseconds.
const TOGETHER = 5 * 60_000;
// So near to the end counts as being there, in pixels.
const NEAR = 80;

/** A timeline that can be pointed at a place. `hooks`: openThread, edit, retry, empty (draws the empty state), seen. */
export class Timeline {
  constructor(hooks) {
    this.hooks = hooks;
    this.rows = new Map();
    this.list = h("div", { class: "messages", role: "log", "aria-live": "polite", "aria-relevant": "additions", tabindex: 0 });
    this.fresh = h("button", { type: "button", class: "fresh-below", hidden: true, on: { click: () => this.toEnd(true) } }, icon("down"), h("span", {}, say("timeline.fresh_below")));
    this.scroller = h("div", { class: "scroller", tabindex: -1, on: { scroll: () => this.scrolled() } }, this.list);
    this.element = h("div", { class: "timeline" }, this.scroller, this.fresh);
    this.list.addEventListener("keydown", (event) => this.steer(event));
    this.pinned = true;
    // Pictures that arrive and a growing input move the end; whoever was there stays there.
    const follow = new ResizeObserver(() => this.pinned && this.toEnd());
    follow.observe(this.list);
    follow.observe(this.scroller);
    on("timeline", (place) => this.line && place.room === this.line.room && place.thread === this.line.thread && this.draw());
    on("unread", () => this.line && this.draw());
  }

  /** Show this place; loads it when it was not loaded yet. */
  async show(room, thread = "", focus = 0) {
    this.line = timeline(room, thread);
    this.rows.clear();
    this.mark = unreadAt(room, thread).count;
    this.list.setAttribute("aria-label", say(thread ? "thread.title" : "timeline.label"));
    if (!this.line.loaded) {
      fill(this.list, skeleton());
      if (!(await this.load())) return;
    } else this.list.replaceChildren();
    this.draw();
    if (focus) this.point(focus);
    else this.toEnd();
  }

  async load(before = 0) {
    const line = this.line;
    try {
      const found = await get("/chat/api/timeline", { room: line.room, thread: line.thread, before: before || "" });
      for (const message of found.messages) line.messages.set(message.id, message);
      Object.assign(line, { loaded: true, more: found.more, root: found.root ?? null });
      return line === this.line;
    } catch (problem) {
      if (line === this.line) this.failed(problem);
      return false;
    }
  }

  failed(problem) {
    const again = h("button", { type: "button", class: "button", on: { click: () => this.show(this.line.room, this.line.thread) } }, say("timeline.again"));
    fill(this.list, h("div", { class: "empty" }, h("p", {}, problem.passing ? say("timeline.unreachable") : problem.message), problem.passing && again));
  }

  async older() {
    if (this.loading || !this.line?.more) return;
    this.loading = true;
    const height = this.scroller.scrollHeight;
    const first = Math.min(...this.line.messages.keys());
    if (await this.load(first)) {
      this.draw();
      this.scroller.scrollTop += this.scroller.scrollHeight - height;
    }
    this.loading = false;
  }

  /** Bring the rows in line with the messages; rows that stay the same are not touched. */
  draw() {
    if (!this.line.loaded) return;
    const atEnd = this.pinned;
    const messages = inOrder(this.line).filter((message) => !hidden(message));
    const wanted = [];
    if (this.line.root) wanted.push(this.row(this.line.root, null, true), this.split());
    else if (this.line.more) wanted.push(this.keep("older", () => h("p", { class: "older" }, say("timeline.older"))));
    let before = null;
    for (const message of messages) {
      const last = before ?? this.line.root;
      if (!last || !sameDay(new Date(last.at), new Date(message.at))) wanted.push(this.separator(message));
      wanted.push(this.row(message, before));
      before = message;
    }
    if (!messages.length && !this.line.root) wanted.push(this.keep("empty", () => this.hooks.empty(this.line)));
    this.arrange(wanted);
    if (atEnd) this.toEnd();
    else this.fresh.hidden = !unreadAt(this.line.room, this.line.thread).count;
    this.seen();
  }

  row(message, before, root = false) {
    const joined = !root && before && !before.removed && together(before, message);
    const fresh = root ? 0 : unreadAt(message.room, String(message.id)).count;
    const look = JSON.stringify([message, joined, fresh, root]);
    const key = message.key && message.author === state.me.user ? `key ${message.key}` : `id ${message.id}`;
    return this.keep(key, () => messageRow(message, { ...this.hooks, joined, inThread: Boolean(this.line.thread) }), look);
  }

  separator(message) {
    const at = new Date(message.at);
    const words = day(at);
    return this.keep(`day ${at.getFullYear()}-${at.getMonth()}-${at.getDate()}`, () => h("div", { class: "day", role: "separator" }, h("span", {}, words)), words);
  }

  split() {
    const words = say("thread.replies", { count: this.line.root.replies });
    return this.keep("split", () => h("div", { class: "day", role: "separator" }, h("span", {}, words)), words);
  }

  keep(key, make, look = "") {
    const known = this.rows.get(key);
    if (known && known.look === look) return known.element;
    const element = make();
    if (known) takeOver(known.element, element);
    this.rows.set(key, { element, look });
    return element;
  }

  arrange(wanted) {
    const kept = new Set(wanted);
    for (const [key, { element }] of this.rows) if (!kept.has(element)) this.rows.delete(key);
    for (const child of [...this.list.children]) if (!kept.has(child)) child.remove();
    wanted.forEach((element, at) => this.list.children[at] === element || this.list.insertBefore(element, this.list.children[at] ?? null));
  }

  atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  toEnd(smooth = false) {
    this.pinned = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.fresh.hidden = true;
  }

  /** Go to a message and let it stand out for a moment. */
  point(id) {
    const row = this.list.querySelector(`[data-id="${id}"]`);
    if (!row) return this.toEnd();
    this.pinned = false;
    row.scrollIntoView({ block: "center" });
    row.classList.add("pointed");
    row.focus({ preventScroll: true });
  }

  scrolled() {
    this.pinned = this.atEnd();
    if (this.scroller.scrollTop < 200) this.older();
    if (this.atEnd()) this.fresh.hidden = true;
    this.seen();
  }

  seen() {
    if (document.visibilityState === "visible" && document.hasFocus() && this.atEnd()) tell("seen", this.line);
  }

  /** Arrow keys go from message to message, Enter opens the thread, Home and End go to the edges. */
  steer(event) {
    if (event.target === this.list && ["ArrowUp", "ArrowDown", "End"].includes(event.key)) {
      event.preventDefault();
      this.focusLast();
    }
    if (!event.target.matches(".message")) return;
    const rows = [...this.list.querySelectorAll(".message")];
    const at = rows.indexOf(event.target);
    const goal = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (goal !== undefined && rows[goal]) {
      event.preventDefault();
      rows[goal].focus();
    } else if (event.key === "Enter" && event.target.dataset.id) {
      const message = this.line.messages.get(Number(event.target.dataset.id));
      if (message && !this.line.thread) this.hooks.openThread(message);
    }
  }

  /** Put the keyboard on the newest message. */
  focusLast() {
    [...this.list.querySelectorAll(".message")].at(-1)?.focus();
  }
}

/** What the bot took back leaves no trace unless others answered it. */
function hidden(message) {
  return message.removed && message.author === state.bot && !message.replies;
}

function together(one, other) {
  const near = Math.abs(new Date(other.at) - new Date(one.at)) < TOGETHER;
  return near && one.author === other.author && Boolean(one.whisper) === Boolean(other.whisper) && one.body.kind !== "card" && other.body.kind !== "card";
}

/** The keyboard stays where it was when a row is drawn anew. */
function takeOver(old, fresh) {
  if (!old.contains(document.activeElement)) return;
  const { focus } = document.activeElement.dataset;
  requestAnimationFrame(() => {
    if (document.activeElement !== document.body) return; // somebody has moved on meanwhile
    ((focus && fresh.querySelector(`[data-focus="${CSS.escape(focus)}"]`)) || fresh).focus();
  });
}

function skeleton() {
  const bars = [72, 48, 84, 60, 36].map((width) => {
    const bar = h("span", { class: "bone" });
    bar.style.setProperty("--width", `${width}%`);
    return h("div", { class: "bone-row" }, h("span", { class: "bone face" }), bar);
  });
  return h("div", { class: "skeleton", "aria-hidden": "true" }, bars);
}
