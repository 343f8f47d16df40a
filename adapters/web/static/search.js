// The search box of the knowledge base: articles appear while one types; arrow keys choose, Enter opens, Esc closes.

import { fill, h, icon, iconButton } from "/static/dom.js";
import { say } from "/static/words.js";
import { get, newId, post } from "./api.js";
import { answered } from "./form.js";
import { roomOf, state } from "./store.js";
import { toast } from "./toast.js";

// Milliseconds after the last key before the server is asked, and before it is asked again when it was too often.
const PAUSE = 140;
const AGAIN = 700;
const LONGEST = 1000;
const LIST = "search-results";

let open = null;

/** Show the search box; `go` leads to the place where what is chosen appears. */
export function openSearch(go) {
  if (open) return open.input.focus();
  open = new SearchBox(go, () => (open = null));
}

class SearchBox {
  constructor(go, closed) {
    this.go = go;
    this.found = [];
    this.chosen = -1;
    this.asked = "";
    this.timer = 0;
    this.request = null;
    this.input = h("input", {
      type: "search", class: "search-input", id: "search-input", maxlength: LONGEST, autocomplete: "off", spellcheck: "false", enterkeyhint: "search",
      placeholder: say("search.placeholder"), "aria-label": say("search.label"), role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": LIST,
      on: { input: (event) => event.isComposing || this.changed(), compositionend: () => this.changed(), keydown: (event) => this.key(event) },
    });
    this.list = h("ul", { id: LIST, class: "search-results", role: "listbox", "aria-label": say("search.results"), hidden: true });
    this.status = h("p", { class: "search-status", role: "status" });
    this.dialog = h(
      "dialog",
      { class: "dialog search", "aria-label": say("search.title") },
      h("div", { class: "search-head" }, icon("search"), this.input, iconButton("close", say("search.close"), () => this.dialog.close())),
      this.list,
      h("div", { class: "search-foot" }, this.status, h("p", { class: "search-keys" }, say("search.keys"))),
    );
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.gone(closed));
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.input.focus();
  }

  gone(closed) {
    clearTimeout(this.timer);
    this.request?.abort();
    this.dialog.remove();
    closed();
  }

  get said() {
    return this.input.value.trim();
  }

  changed() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (!this.said) return this.show([], "");
    if (this.said !== this.asked) this.timer = setTimeout(() => this.look(), PAUSE);
  }

  /** Ask the server; an answer to what has been typed over since is thrown away. */
  async look() {
    const said = this.said;
    this.request = new AbortController();
    const { signal } = this.request;
    this.list.setAttribute("aria-busy", "true");
    try {
      const { found } = await get("/chat/api/search", { q: said }, { signal });
      this.show(found, said);
    } catch (problem) {
      if (signal.aborted) return;
      if (problem.status === 429) this.timer = setTimeout(() => this.look(), AGAIN);
      else this.status.textContent = problem.passing ? say("form.try_again") : problem.message;
    } finally {
      if (!signal.aborted) this.list.removeAttribute("aria-busy");
    }
  }

  show(found, said) {
    this.found = found;
    this.asked = said;
    this.chosen = found.length ? 0 : -1;
    this.status.textContent = !said ? "" : found.length ? say("search.found", { count: found.length }) : say("search.none");
    this.draw();
  }

  /** The articles, and below them the way to ask aloud. */
  draw() {
    const last = this.found.length;
    const ask = this.asked && h("span", { class: "search-ask" }, icon("send"), say("search.ask", { said: shortened(this.asked) }));
    const options = [...this.found.map((one, at) => this.option(at, article(one))), ask && this.option(last, ask)];
    fill(this.list, options);
    this.list.hidden = !this.asked;
    this.input.setAttribute("aria-expanded", this.asked ? "true" : "false");
    this.mark();
  }

  option(at, content) {
    return h("li", { id: `${LIST}-${at}`, role: "option", on: { click: () => this.take(at), pointermove: () => this.point(at) } }, content);
  }

  point(at) {
    if (at === this.chosen) return;
    this.chosen = at;
    this.mark();
  }

  mark() {
    for (const [at, option] of [...this.list.children].entries()) option.setAttribute("aria-selected", at === this.chosen ? "true" : "false");
    const now = this.list.children[this.chosen];
    if (now) this.input.setAttribute("aria-activedescendant", now.id);
    else this.input.removeAttribute("aria-activedescendant");
    now?.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = this.list.children.length;
    if (step && count) {
      event.preventDefault();
      this.point((this.chosen + step + count) % count);
    } else if (event.key === "Escape") {
      event.preventDefault(); // else the first press only empties the input
      this.dialog.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.said && this.said === this.asked) this.take(Math.max(this.chosen, 0));
    }
  }

  /** Show an article in the conversation, or ask there in so many words. */
  async take(at) {
    const chosen = this.found[at];
    const said = this.asked;
    const place = here();
    if (this.taking) return;
    this.taking = true;
    try {
      const act = chosen
        ? post("/chat/api/search/chosen", { id: newId(), ...place, subject: chosen.subject, said })
        : post("/chat/api/command", { id: newId(), ...place, word: "kb", text: said });
      const reply = await act;
      this.dialog.close();
      this.lead(place);
      answered(reply);
    } catch (problem) {
      toast(problem.passing ? say("form.try_again") : problem.message, "problem");
    } finally {
      this.taking = false;
    }
  }

  /** To where it appears; that is where one stands, unless the bot is not there. */
  lead({ room }) {
    if (state.view.home || state.view.room !== room) this.go({ room });
  }
}

/** Where what is chosen is shown: the open thread, the room; or, where the bot is not, one's own room with it. */
function here() {
  const { room, topic, thread, home } = state.view;
  const kind = roomOf(room)?.kind;
  if (home || !kind || kind === "direct") return { room: state.me.user, thread: "" };
  return { room, thread: thread || topic };
}

function article(one) {
  return [
    h("span", { class: "search-title" }, one.title),
    one.passage.length > 0 && h("span", { class: "search-passage" }, one.passage.map((span) => (span.s?.includes("bold") ? h("mark", {}, span.t) : span.t))),
    one.why && h("span", { class: "search-why" }, one.why),
  ];
}

function shortened(words) {
  return words.length > 60 ? `${words.slice(0, 59)}…` : words;
}
