// The page: begins with the state, follows the changes, and leads from view to view.

import { fill, h, iconButton } from "/static/dom.js";
import { say, useWords } from "/static/words.js";
import { askedUser, become as beSomebody, get, newId, post, Problem } from "./api.js";
import { mountGuide } from "./guide.js";
import { listen } from "./live.js";
import { resume } from "./outgoing.js";
import { HomePage, Pane, roomHead } from "./panes.js";
import { close as closePopover } from "./popover.js";
import { openSearch } from "./search.js";
import { mountSidebar } from "./sidebar.js";
import { forgetTimelines, on, roomOf, state, tell, unreadAt, unreadIn } from "./store.js";
import { toast } from "./toast.js";
import { mountWhoami } from "./whoami.js";

const at = (id) => document.getElementById(id);
const pages = {};

async function begin() {
  try {
    take(await get("/chat/api/state"));
  } catch (problem) {
    return problem instanceof Problem && problem.status === 401 ? signIn() : setTimeout(begin, 2000);
  }
  if (state.demo) beSomebody(state.me.user);
  build();
  resume();
  listen(anew);
  return go(await whereTo(), { replace: true });
}

function take(found) {
  useWords(found.locale, found.words);
  const { me, demo, bot, rooms, unread, commands, limits, number } = found;
  Object.assign(state, { me, demo, bot, rooms, unread, commands, limits, number });
  state.people = new Map(found.people.map((person) => [person.user, person]));
}

function build() {
  // The server wrote these in the browser's language; the person may read another one.
  at("rooms").setAttribute("aria-label", say("sidebar.rooms"));
  at("side").setAttribute("aria-label", say("thread.title"));
  document.querySelector(".skip").textContent = say("page.skip");
  pages.main = new Pane({ openThread: (message) => go({ ...state.view, thread: String(message.id) }) });
  pages.side = new Pane({ openThread: () => {} });
  pages.home = new HomePage();
  at("main-timeline").replaceChildren(pages.main.timeline.element);
  at("main-composer").replaceChildren(pages.main.composer.element);
  at("side-timeline").replaceChildren(pages.side.timeline.element);
  at("side-composer").replaceChildren(pages.side.composer.element);
  at("home").replaceChildren(pages.home.element);
  at("sidebar-close").replaceChildren(iconButton("close", say("sidebar.close"), closeMenu));
  mountSidebar(at("rooms"), (view) => go({ room: "", topic: "", thread: "", home: false, ...view }));
  mountWhoami(at("whoami"), { become, speak });
  mountGuide(at("guide"), { become, go: (view) => go({ topic: "", thread: "", home: false, ...view }), fillIn: (words) => pages.main.composer.fillIn(words) });
  at("veil").addEventListener("click", closeMenu);
  document.body.classList.add("ready");
}

/** Go somewhere; the address says where, so that it can be kept, shared and gone back to. */
async function go(view, { replace = false, focus = 0 } = {}) {
  const before = state.view;
  state.view = { room: "", topic: "", thread: "", home: false, ...view };
  if (!state.view.home && !roomOf(state.view.room)) await roomsAgain();
  if (!state.view.home && !roomOf(state.view.room)) state.view = { room: firstRoom(), topic: "", thread: "", home: false };
  history[replace ? "replaceState" : "pushState"](null, "", addressOf(state.view));
  closeMenu();
  draw(before, focus);
}

function draw(before, focus) {
  const { room, topic, thread, home } = state.view;
  fill(at("room-head"), roomHead(state.view, openMenu, search));
  at("home").hidden = !home;
  at("conversation").hidden = home;
  document.body.classList.toggle("with-side", Boolean(thread) && !home);
  if (home) pages.home.show();
  else if (before.room !== room || before.topic !== topic || before.home || !pages.main.room) {
    pages.main.show(room, topic, thread ? 0 : focus).then(() => !thread && settle(pages.main));
  }
  at("side").hidden = !thread || home;
  if (thread && !home) openSide(before, focus);
  tell("view");
  entitle();
}

function openSide(before, focus) {
  const { room, thread } = state.view;
  fill(at("side-head"), h("div", { class: "head-text" }, h("h2", {}, say("thread.title")), h("p", {}, roomOf(room)?.title ?? "")), iconButton("close", say("thread.close"), closeSide));
  if (before.thread !== thread || before.room !== room) pages.side.show(room, thread, focus).then(() => settle(pages.side));
}

/** On a wide screen with a keyboard one can write at once. */
function settle(pane) {
  if (!matchMedia("(pointer: coarse)").matches && !document.querySelector("dialog[open]")) pane.composer.focus();
}

function closeSide() {
  go({ ...state.view, thread: "" });
  pages.main.composer.focus();
}

function addressOf({ room, topic, thread, home }) {
  const query = new URLSearchParams();
  if (askedUser()) query.set("as", askedUser());
  if (home) query.set("home", "1");
  else for (const [name, value] of Object.entries({ room, topic, thread })) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `/chat?${text}` : "/chat";
}

async function whereTo() {
  const number = location.pathname.match(/^\/chat\/message\/(\d+)$/);
  if (number) {
    try {
      const found = await get("/chat/api/where", { message: number[1] });
      setTimeout(() => (found.thread ? pages.side : pages.main).timeline.point(found.message), 600);
      return { room: found.room, thread: found.thread };
    } catch (problem) {
      toast(problem.message, "problem");
    }
  }
  return fromAddress();
}

function fromAddress() {
  const query = new URLSearchParams(location.search);
  return {
    room: query.get("room") ?? firstRoom(),
    topic: query.get("topic") ?? "",
    thread: query.get("thread") ?? "",
    home: query.has("home"),
  };
}

/** The staff begins in its team's room, everybody else with the bot. */
function firstRoom() {
  const team = state.me.staff && state.rooms.find((room) => room.kind === "team");
  return (team || state.rooms[0])?.id ?? "";
}

function become(user) {
  location.assign(`/chat?as=${encodeURIComponent(user)}`);
}

async function speak(tag) {
  await post("/chat/api/me", { id: newId(), locale: tag }).catch(() => {});
  await post("/chat/api/command", { id: newId(), room: state.me.user, word: "lang", text: tag }).catch(() => {});
  location.reload();
}

async function roomsAgain() {
  try {
    const { rooms, unread } = await get("/chat/api/rooms");
    Object.assign(state, { rooms, unread });
    tell("rooms");
  } catch {
    // The next change asks again.
  }
}

/** The page was away for too long: everything is read again. */
async function anew() {
  forgetTimelines();
  try {
    take(await get("/chat/api/state"));
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) signIn();
    else setTimeout(anew, 2000);
    return;
  }
  for (const topic of ["rooms", "unread", "me"]) tell(topic);
  const { room, topic, thread } = state.view;
  pages.main.show(room, topic);
  if (thread) pages.side.show(room, thread);
  listen(anew);
}

/** Look into the knowledge base. */
function search() {
  closePopover();
  openSearch((view) => go({ topic: "", thread: "", home: false, ...view }));
}

function openMenu() {
  document.body.classList.add("menu-open");
  at("main").inert = true;
  at("open-menu")?.setAttribute("aria-expanded", "true");
  at("rooms").querySelector("[aria-current], button")?.focus();
}

function closeMenu() {
  if (!document.body.classList.contains("menu-open")) return;
  document.body.classList.remove("menu-open");
  at("main").inert = false;
  at("open-menu")?.setAttribute("aria-expanded", "false");
}

function entitle() {
  const unread = state.rooms.reduce((sum, room) => sum + unreadIn(room.id).count, 0);
  const name = state.view.home ? say("home.title") : (roomOf(state.view.room)?.title ?? "");
  document.title = `${unread ? `(${unread > 99 ? "99+" : unread}) ` : ""}${name} · Baton`;
}

function signIn() {
  get("/chat/api/words").then(({ locale, words }) => {
    useWords(locale, words);
    fill(document.body, h("main", { class: "sign-in" }, h("img", { src: "/static/baton.svg", alt: "", width: 56, height: 56 }), h("h1", {}, "Baton"), h("p", {}, say("sign_in.ask")), h("p", { class: "small-print" }, say("sign_in.how"))));
  });
}

// What somebody has on the screen counts as read.
const marking = new Map();
on("seen", (line) => {
  const newest = Math.max(0, ...line.messages.keys());
  const place = `${line.room}\n${line.thread}`;
  if (!unreadAt(line.room, line.thread).count || marking.get(place) === newest) return;
  marking.set(place, newest);
  state.unread = state.unread.filter((mark) => mark.room !== line.room || mark.thread !== line.thread);
  tell("unread");
  post("/chat/api/read", { room: line.room, thread: line.thread, upto: newest }).catch(() => marking.delete(place));
});
on("unread", entitle);
on("rooms", entitle);

let asking = 0;
on("strange-room", () => {
  clearTimeout(asking);
  asking = setTimeout(roomsAgain, 300);
});

let broken = 0;
on("link", (up) => {
  clearTimeout(broken);
  const notice = at("link-notice");
  if (up) notice.hidden = true;
  else broken = setTimeout(() => Object.assign(notice, { hidden: false, textContent: say("link.lost") }), 3000);
});

addEventListener("popstate", () => {
  closePopover();
  go(fromAddress(), { replace: true });
});
for (const event of ["focus", "visibilitychange"]) {
  addEventListener(event, () => {
    pages.main?.timeline.line && pages.main.timeline.seen();
    state.view.thread && pages.side.timeline.seen();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
    if (document.body.classList.contains("menu-open")) {
      closeMenu();
      at("open-menu")?.focus();
    } else if (state.view.thread && !document.querySelector("dialog[open]")) closeSide();
  } else if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k" && state.me) {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) search();
  } else if (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
});

/** Alt with an arrow goes to the next room. */
function step(by) {
  const ids = state.rooms.map((room) => room.id);
  const next = ids[(ids.indexOf(state.view.room) + by + ids.length) % ids.length];
  if (next) go({ room: next });
}

begin();
