// What the page knows, and who wants to hear when it changes. No drawing here.

export const state = {
  me: null,
  demo: false,
  bot: "baton",
  people: new Map(),
  rooms: [],
  unread: [],
  commands: [],
  limits: { text: 40000, file: 20000000, files: 10 },
  number: 0,
  // Where the page stands: a room (with `topic`, one of its topics), a thread at its side, or the page "home".
  view: { room: "", topic: "", thread: "", home: false },
};

const listeners = new Map();

/** Call `listener` whenever `topic` changed: rooms, unread, timeline, view, me, home, link. */
export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

/** Tell everybody who wants to hear of `topic`. */
export function tell(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

// Timelines: the messages of a room or a thread, as far as they were loaded.

const timelines = new Map();

/** The timeline of a place; made empty when there is none. */
export function timeline(room, thread = "") {
  const name = `${room}\n${thread}`;
  if (!timelines.has(name)) {
    timelines.set(name, { room, thread, messages: new Map(), pending: new Map(), loaded: false, more: false, root: null });
  }
  return timelines.get(name);
}

/** Forget all messages (another person looks now, or the page begins anew). */
export function forgetTimelines() {
  timelines.clear();
}

/** Messages of a timeline in order, those still on their way last. */
export function inOrder(line) {
  const sent = [...line.messages.values()].sort((one, other) => one.id - other.id);
  return [...sent, ...line.pending.values()];
}

/** A message is as it now stands: new, edited, removed, or with other reactions. */
export function put(message) {
  const line = timeline(message.room, message.thread);
  if (line.loaded) line.messages.set(message.id, message);
  if (message.key) line.pending.delete(message.key);
  if (!message.thread) {
    const own = timelines.get(`${message.room}\n${message.id}`);
    if (own) own.root = message;
    if (message.title && !message.removed) learnTopic(message);
  }
  tell("timeline", { room: message.room, thread: message.thread });
  if (!message.thread) tell("timeline", { room: message.room, thread: String(message.id) });
}

function learnTopic(message) {
  const room = roomOf(message.room);
  if (room && !room.topics.some((topic) => topic.ref === String(message.id))) {
    room.topics.unshift({ ref: String(message.id), title: message.title });
    tell("rooms");
  }
}

/** The room with this id, if this person sees it. */
export function roomOf(id) {
  return state.rooms.find((room) => room.id === id);
}

/** How many messages are unread at the top of a room (or in a thread), and whether one names this person. */
export function unreadAt(room, thread = "") {
  return state.unread.find((mark) => mark.room === room && mark.thread === thread) ?? { count: 0, mentioned: false };
}

/** The same for a room with all its threads, topics apart. */
export function unreadIn(room) {
  const topics = new Set((roomOf(room)?.topics ?? []).map((topic) => topic.ref));
  const marks = state.unread.filter((mark) => mark.room === room && !topics.has(mark.thread));
  return {
    count: marks.reduce((sum, mark) => sum + mark.count, 0),
    mentioned: marks.some((mark) => mark.mentioned),
  };
}

/** A person's name; the server says it for authors whom this person may not look up. */
export function nameOf(user, given = "") {
  if (user === state.bot) return "Baton";
  return state.people.get(user)?.name ?? (given || user);
}
