// Messages on their way: shown at once, sent in order, tried again until the server has them, kept over a reload.

import { newId, post, Problem } from "./api.js";
import { put, state, tell, timeline } from "./store.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;

let busy = false;
const queue = [];

const shelf = () => `baton.outgoing.${state.me.user}`;

/** Send words and files to a place. `files` are as the upload gave them. */
export function send({ room, thread = "", text, files = [], replyTo = "" }) {
  const entry = { id: newId(), room, thread, text, files, reply_to: replyTo };
  show(entry);
  queue.push(entry);
  save();
  work();
}

/** Take up what was not sent before the page was loaded anew. */
export function resume() {
  for (const entry of saved()) {
    show(entry);
    queue.push(entry);
  }
  work();
}

/** Put a message away that the server refused; gives back what was typed. */
export function withdraw(message) {
  const line = timeline(message.room, message.thread);
  line.pending.delete(message.key);
  tell("timeline", { room: message.room, thread: message.thread });
  return message.source;
}

function show(entry) {
  timeline(entry.room, entry.thread).pending.set(entry.id, {
    key: entry.id,
    room: entry.room,
    thread: entry.thread,
    author: state.me.user,
    at: new Date().toISOString(),
    body: { kind: "words", text: [{ t: entry.text }] },
    source: entry.text,
    files: entry.files,
    reactions: [],
    replyTo: entry.reply_to,
    replies: 0,
  });
  tell("timeline", { room: entry.room, thread: entry.thread });
  tell("sent", entry);
}

async function work() {
  if (busy) return;
  busy = true;
  let wait = FIRST_WAIT;
  while (queue.length) {
    const entry = queue[0];
    try {
      const files = entry.files.map((file) => file.ref);
      const { message } = await post("/chat/api/messages", { ...entry, files });
      done(entry, message);
      wait = FIRST_WAIT;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.passing) {
        mark(entry, { waiting: true });
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(wait * 2, LONGEST_WAIT);
      } else refuse(entry, problem);
    }
  }
  busy = false;
}

function done(entry, message) {
  queue.shift();
  save();
  const line = timeline(entry.room, entry.thread);
  line.pending.delete(entry.id);
  const known = line.messages.get(message.id);
  put(known ?? message);
}

function refuse(entry, problem) {
  queue.shift();
  save();
  mark(entry, { waiting: false, failed: problem.message });
}

function mark(entry, change) {
  const line = timeline(entry.room, entry.thread);
  const shown = line.pending.get(entry.id);
  if (shown) line.pending.set(entry.id, { ...shown, ...change });
  tell("timeline", { room: entry.room, thread: entry.thread });
}

function save() {
  try {
    sessionStorage.setItem(shelf(), JSON.stringify(queue));
  } catch {
    // Without storage a reload loses what was not sent; nothing else depends on it.
  }
}

function saved() {
  try {
    return JSON.parse(sessionStorage.getItem(shelf()) ?? "[]");
  } catch {
    return [];
  }
}
