// One message: face, name, time, words or card, files, reactions, and what can be done with it.

import { h, icon, iconButton } from "/static/dom.js";
import { say } from "/static/words.js";
import { fileAddress } from "./api.js";
import { body } from "./card.js";
import { sign } from "./emoji.js";
import { menuFor, pickReaction, react } from "./message_menu.js";
import { avatar, roleOf } from "./people.js";
import { plain } from "./rich.js";
import { nameOf, state, timeline, unreadAt } from "./store.js";
import { briefly, clock, exactly, size } from "./when.js";

/** A row of a timeline. `joined`: the same author just wrote; `inThread`: the timeline is a thread's. */
export function messageRow(message, { joined, inThread, openThread, edit, retry }) {
  const pending = message.id === undefined;
  const at = new Date(message.at);
  const name = nameOf(message.author, message.name);
  const row = h("article", {
    class: classes(message, joined, pending),
    tabindex: -1,
    "aria-label": `${name}, ${clock(at)}`,
    dataset: pending ? { key: message.key } : { id: message.id },
  });
  row.append(
    joined ? h("time", { class: "quiet-time", datetime: message.at, title: exactly(at), "aria-hidden": "true" }, clock(at)) : avatar(message.author, message.name),
  );
  const main = h("div", { class: "message-main" });
  if (!joined) main.append(head(message, name, at));
  if (message.whisper) main.append(h("p", { class: "whisper-note" }, icon("eye"), say("message.only_you")));
  if (message.replyTo) main.append(quoteOf(message));
  if (message.removed) main.append(h("p", { class: "removed" }, say("message.removed")));
  else main.append(...content(message));
  if (pending) main.append(...outgoing(message, retry));
  if (!pending && !message.removed) main.append(reactions(message));
  if (!inThread && message.replies > 0) main.append(threadLink(message, openThread));
  row.append(main);
  if (!pending && !message.removed) row.append(toolbar(message, { inThread, openThread, edit }));
  return row;
}

function classes(message, joined, pending) {
  const mine = state.me && message.author === state.me.user;
  return ["message", joined && "joined", pending && "pending", message.whisper && "whisper", mine && "mine"].filter(Boolean).join(" ");
}

function head(message, name, at) {
  const role = message.author === state.bot ? say("role.bot") : roleOf(message.author);
  return h(
    "header",
    {},
    h("span", { class: "author" }, name),
    role && h("span", { class: "role" }, role),
    h("time", { datetime: message.at, title: exactly(at) }, clock(at)),
  );
}

function content(message) {
  const shown = body(message.body, message.id);
  const edited = message.edited && h("span", { class: "edited", title: exactly(new Date(message.edited)) }, say("message.edited"));
  return [shown, edited, message.files.length > 0 && h("div", { class: "files" }, message.files.map(file))].filter(Boolean);
}

function quoteOf(message) {
  const original = timeline(message.room, message.thread).messages.get(Number(message.replyTo));
  const words = original && !original.removed ? plain(original.body.text) || original.body.title || "" : "";
  return h(
    "p",
    { class: "quote-of" },
    icon("reply"),
    original ? `${nameOf(original.author, original.name)}: ${words.slice(0, 120)}` : say("message.earlier"),
  );
}

function file(item) {
  const label = say("file.open", { name: item.name, size: size(item.size) });
  if (item.picture) {
    return h(
      "a",
      { class: "picture", href: fileAddress(item.ref), target: "_blank", rel: "noopener", "aria-label": label },
      h("img", { src: fileAddress(item.ref), alt: item.name, loading: "lazy" }),
    );
  }
  return h(
    "a",
    { class: "file", href: fileAddress(item.ref, true), download: item.name, "aria-label": label },
    icon("file"),
    h("span", { class: "file-name" }, item.name),
    h("span", { class: "file-size" }, size(item.size)),
    icon("download"),
  );
}

function outgoing(message, retry) {
  if (!message.failed) return message.waiting ? [h("p", { class: "sending" }, icon("clock"), say("message.waiting"))] : [];
  return [
    h(
      "p",
      { class: "send-failed", role: "alert" },
      message.failed,
      h("button", { type: "button", class: "link-button", on: { click: () => retry(message, true) } }, say("message.edit_again")),
    ),
  ];
}

function reactions(message) {
  if (!message.reactions.length) return "";
  const pills = message.reactions.map(({ emoji, users }) => {
    const mine = users.includes(state.me.user);
    const names = users.map((user) => nameOf(user)).join(say("list.comma"));
    return h(
      "button",
      {
        type: "button",
        class: "reaction",
        "aria-pressed": mine ? "true" : "false",
        "aria-label": say("message.reaction", { emoji: sign(emoji), count: users.length, names }),
        title: names,
        dataset: { focus: `reaction:${emoji}` },
        on: { click: () => react(message, emoji, !mine) },
      },
      h("span", {}, sign(emoji)),
      h("span", {}, users.length),
    );
  });
  return h("div", { class: "reactions" }, pills);
}

function threadLink(message, openThread) {
  const fresh = unreadAt(message.room, String(message.id)).count;
  return h(
    "button",
    { type: "button", class: fresh ? "thread-link fresh" : "thread-link", dataset: { focus: "thread" }, on: { click: () => openThread(message) } },
    icon("thread"),
    say("thread.replies", { count: message.replies }),
    fresh > 0 && h("span", { class: "badge" }, say("thread.fresh", { count: fresh })),
    message.lastReply && h("span", { class: "last-reply" }, briefly(new Date(message.lastReply))),
  );
}

function toolbar(message, { inThread, openThread, edit }) {
  const quick = iconButton("smile", say("message.react"), (event) => pickReaction(message, event.currentTarget), { "aria-haspopup": "dialog", dataset: { focus: "react" } });
  const reply = !inThread && iconButton("thread", say("thread.open"), () => openThread(message), { dataset: { focus: "reply" } });
  const more = iconButton("more", say("message.more"), (event) => menuFor(message, event.currentTarget, { inThread, openThread, edit }), {
    "aria-haspopup": "dialog",
    dataset: { focus: "more" },
  });
  return h("div", { class: "toolbar", role: "group", "aria-label": say("message.actions") }, quick, reply, more);
}
