// The two columns of messages: the room (or topic) in the middle, a thread at its side; and the page "my items".

import { fill, h, icon, iconButton } from "/static/dom.js";
import { say } from "/static/words.js";
import { newId, get, post } from "./api.js";
import { body } from "./card.js";
import { Composer } from "./composer.js";
import { withdraw } from "./outgoing.js";
import { avatar } from "./people.js";
import { inOrder, on, roomOf, state, timeline } from "./store.js";
import { Timeline } from "./timeline.js";

/** A timeline with its composer. */
export class Pane {
  constructor({ openThread }) {
    this.composer = new Composer({ lastOwn: () => this.lastOwn(), takesCommands: () => roomOf(this.room)?.kind !== "direct" });
    this.timeline = new Timeline({
      openThread,
      edit: (message) => this.composer.edit(message),
      retry: (message) => this.composer.fillIn(withdraw(message)),
      empty: (line) => emptyState(line),
    });
  }

  /** Show a place. */
  async show(room, thread, focus = 0) {
    this.room = room;
    this.thread = thread;
    const title = roomOf(room)?.title ?? "";
    this.composer.show(room, thread, thread ? say("composer.in_thread") : say("composer.in_room", { room: title }));
    await this.timeline.show(room, thread, focus);
  }

  lastOwn() {
    return inOrder(timeline(this.room, this.thread))
      .filter((message) => message.id !== undefined && message.author === state.me.user && !message.removed)
      .at(-1);
  }
}

function emptyState(line) {
  const room = roomOf(line.room);
  if (line.thread) return h("p", { class: "empty-thread" }, say("thread.empty"));
  const face = room?.kind === "bot" || room?.kind === "direct" ? avatar(room.other, room.title, true) : h("span", { class: "empty-icon" }, icon("hash"));
  return h("div", { class: "empty" }, face, h("h2", {}, room?.title ?? ""), h("p", {}, room?.about ?? ""));
}

/** The head of the middle column. */
export function roomHead(view, openMenu, search) {
  const room = roomOf(view.room);
  const topic = view.topic && room?.topics.find((one) => one.ref === view.topic);
  const title = view.home ? say("home.title") : (topic?.title ?? room?.title ?? "");
  const about = view.home ? say("home.about") : topic ? room.title : (room?.about ?? "");
  return [
    iconButton("menu", say("sidebar.open"), openMenu, { id: "open-menu", class: "icon-button menu-button", "aria-expanded": "false", "aria-controls": "sidebar" }),
    h("div", { class: "head-text" }, h("h1", { id: "room-title" }, title), h("p", {}, about)),
    iconButton("search", say("search.title"), search, { id: "open-search", "aria-haspopup": "dialog", "aria-keyshortcuts": "Control+K Meta+K" }),
  ];
}

/** The page "my items": asked of the bot each time it is opened, drawn anew when the bot changes it. */
export class HomePage {
  constructor() {
    this.element = h("div", { class: "home-page", tabindex: -1, "aria-live": "polite" });
    on("home", () => state.view.home && this.draw());
  }

  /** Open it. */
  async show() {
    await this.draw();
    await post("/chat/api/home", { id: newId() }).catch(() => {});
  }

  async draw() {
    const { body: content } = await get("/chat/api/home").catch(() => ({}));
    if (content) fill(this.element, h("div", { class: "home-sheet" }, body(content, 0)));
    else fill(this.element, h("div", { class: "empty" }, h("span", { class: "empty-icon" }, icon("home")), h("h2", {}, say("home.title")), h("p", {}, say("home.empty"))));
  }
}
