// The first minute of a newcomer: what to type, whom to be next. Only in a demonstration, and only until it is put away.

import { fill, h, iconButton } from "/static/dom.js";
import { say } from "/static/words.js";
import { on, roomOf, state } from "./store.js";

const SHELF = "baton.guide";

function progress() {
  try {
    return JSON.parse(localStorage.getItem(SHELF) ?? "null") ?? { step: "write" };
  } catch {
    return { step: "write" };
  }
}

function keep(change) {
  try {
    localStorage.setItem(SHELF, JSON.stringify({ ...progress(), ...change }));
  } catch {
    // Without storage the guide begins anew with each page.
  }
}

/** Draws the guide into `place`. `become`, `go` and `fillIn` are what its buttons do. */
export function mountGuide(place, { become, go, fillIn }) {
  if (!state.demo || progress().step === "done") return;
  const draw = () => {
    const step = current();
    place.hidden = !step;
    fill(place, step && callout(step, () => finish(place)));
  };
  const hooks = { become, go, fillIn, draw, finish: () => finish(place) };
  const current = () => STEPS[progress().step]?.(hooks);
  on("sent", ({ room }) => {
    if (progress().step === "write" && roomOf(room)?.kind === "bot") {
      keep({ step: "switch", customer: state.me.user });
      draw();
    }
  });
  on("view", draw);
  draw();
}

function finish(place) {
  keep({ step: "done" });
  place.hidden = true;
}

function callout({ title, words, buttons }, put) {
  return h(
    "aside",
    { class: "guide", "aria-label": say("guide.label") },
    h("div", { class: "guide-words" }, h("p", { class: "guide-title" }, title), h("p", {}, words)),
    h("div", { class: "guide-buttons" }, buttons),
    iconButton("close", say("guide.put_away"), put),
  );
}

const button = (label, press, style = "") => h("button", { type: "button", class: `button ${style}`, on: { click: press } }, label);

const STEPS = {
  write: ({ fillIn }) => {
    if (state.me.staff || roomOf(state.view.room)?.kind !== "bot") return null;
    return {
      title: say("guide.write_title", { name: state.me.name }),
      words: say("guide.write"),
      buttons: [1, 2].map((number) => button(say(`guide.example_${number}`), () => fillIn(say(`guide.example_${number}`)), "example")),
    };
  },
  switch: ({ become }) => {
    const agent = colleague();
    if (!agent || state.me.staff) return null;
    const change = () => {
      keep({ step: "work", agent: agent.user });
      become(agent.user);
    };
    return {
      title: say("guide.switch_title"),
      words: say("guide.switch", { agent: agent.name }),
      buttons: [button(say("guide.switch_button", { agent: agent.name }), change, "primary")],
    };
  },
  work: ({ become, go }) => {
    const { customer } = progress();
    const team = state.rooms.find((room) => room.kind === "team");
    if (!state.me.staff || !team || !state.people.has(customer)) return null;
    const there = state.view.room === team.id;
    const back = () => {
      keep({ step: "see" });
      become(customer);
    };
    return {
      title: say("guide.work_title", { room: team.title }),
      words: say("guide.work"),
      buttons: [
        !there && button(say("guide.work_open", { room: team.title }), () => go({ room: team.id }), "primary"),
        button(say("guide.work_back", { customer: state.people.get(customer).name }), back),
      ],
    };
  },
  see: ({ finish: end }) => {
    if (state.me.staff) return null;
    return { title: say("guide.see_title"), words: say("guide.see"), buttons: [button(say("guide.see_button"), end, "primary")] };
  },
};

/** An agent, whose team's room would get the ticket. */
function colleague() {
  return [...state.people.values()].find((person) => person.active && person.role === "agent");
}
