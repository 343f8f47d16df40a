// The stream of changes. The browser connects again by itself and names the last change it saw, so nothing is missed.

import { address } from "./api.js";
import { put, roomOf, state, tell } from "./store.js";

let source = null;
let again = null;

/** Listen from change `state.number` on. `anew` is called when the page was away for too long and must begin anew. */
export function listen(anew) {
  hush();
  source = new EventSource(address("/chat/api/live", { after: state.number }));
  source.addEventListener("open", () => tell("link", true));
  source.addEventListener("changes", (event) => {
    state.number = Number(event.lastEventId);
    take(JSON.parse(event.data));
  });
  source.addEventListener("anew", () => {
    hush();
    anew();
  });
  source.addEventListener("error", () => {
    tell("link", false);
    // After an answer that is no stream the browser gives up for good; then we try again ourselves.
    if (source?.readyState === EventSource.CLOSED) again = setTimeout(() => listen(anew), 2000);
  });
}

/** Stop listening. */
function hush() {
  clearTimeout(again);
  source?.close();
  source = null;
}

function take({ changes, unread }) {
  state.unread = unread;
  for (const change of changes) {
    if (change.kind === "message") {
      put(change.message);
      if (!roomOf(change.message.room)) tell("strange-room");
      tell("heard", change.message);
    } else if (change.kind === "home") tell("home");
  }
  tell("unread");
}
