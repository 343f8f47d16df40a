// What can be done with a message: react, answer in its thread, make a ticket or an article of it, edit, delete, copy
// its address.

import { h, icon } from "/static/dom.js";
import { say } from "/static/words.js";
import { newId, post } from "./api.js";
import { EMOJI } from "./emoji.js";
import { answered } from "./form.js";
import { close, confirmed, popover } from "./popover.js";
import { put, roomOf, state } from "./store.js";
import { toast } from "./toast.js";

/** Put a reaction on, or take it off. */
export async function react(message, emoji, on) {
  const { message: now } = await attempt(() => post(`/chat/api/messages/${message.id}/react`, { id: newId(), emoji, on }));
  if (now) put(now);
}

/** Choose a reaction. */
export function pickReaction(message, anchor) {
  const mine = new Set(message.reactions.filter((one) => one.users.includes(state.me.user)).map((one) => one.emoji));
  const buttons = Object.entries(EMOJI).map(([name, sign]) =>
    h(
      "button",
      { type: "button", class: "emoji", "aria-label": say(`emoji.${name === "+1" ? "thumbs_up" : name}`), on: { click: () => choose(message, name, !mine.has(name)) } },
      sign,
    ),
  );
  popover(anchor, h("div", { class: "emojis" }, buttons), { label: say("message.react") });
}

function choose(message, emoji, on) {
  close();
  react(message, emoji, on);
}

/** The menu of a message. */
export function menuFor(message, anchor, { inThread, openThread, edit }) {
  const mine = message.author === state.me.user;
  const withBot = roomOf(message.room)?.kind !== "direct";
  const entries = [
    entry("smile", say("message.react"), () => pickReaction(message, anchor)),
    !inThread && entry("thread", say("thread.open"), () => openThread(message)),
    withBot && message.author !== state.bot && entry("ticket", say("message.make_ticket"), () => tell(message, "ticket")),
    withBot && state.me.staff && entry("book", say("message.write_down"), () => tell(message, "article")),
    !message.whisper && entry("window", say("message.copy_link"), () => copyLink(message)),
    mine && entry("edit", say("message.edit"), () => edit(message)),
    mine && entry("trash", say("message.remove"), () => remove(message), "danger"),
  ];
  popover(anchor, h("div", { class: "menu" }, entries), { label: say("message.actions") });
}

function entry(name, label, act, style = "") {
  const press = () => {
    close();
    act();
  };
  return h("button", { type: "button", class: `menu-entry ${style}`, on: { click: press } }, icon(name), label);
}

/** Let the bot make a ticket or an article of it. */
async function tell(message, what) {
  answered(await attempt(() => post(`/chat/api/messages/${message.id}/${what}`, { id: newId() })));
}

/** Take one's own message away, after asking. */
export async function remove(message) {
  if (!(await confirmed(say("message.remove_question"), say("message.remove"), true))) return;
  const { message: now } = await attempt(() => post(`/chat/api/messages/${message.id}/remove`, { id: newId() }));
  if (now) put(now);
}

async function copyLink(message) {
  try {
    await navigator.clipboard.writeText(`${location.origin}/chat/message/${message.id}`);
    toast(say("message.link_copied"));
  } catch {
    toast(`${location.origin}/chat/message/${message.id}`);
  }
}

async function attempt(act) {
  try {
    return await act();
  } catch (problem) {
    toast(problem.passing ? say("form.try_again") : problem.message, "problem");
    return {};
  }
}
