/** Sessions: look-up by id or user, and ending after a confirmation. */

import { at, get, send } from "./api.js";
import { age, date, fill, h, heading, span } from "./dom.js";
import { ask, complain, say } from "./dialogs.js";

let space;
let parts;
let looked = 0;

export function start(root) {
  const what = h("input", { id: "session-what", autocomplete: "off", required: true, spellcheck: "false", placeholder: "a session's id, or a user's" });
  const found = h("div", { class: "found", "aria-live": "polite" });
  parts = { what, found };
  root.append(heading("sessions", "Look up a session"),
    h("form", { class: "line", submit: event => { event.preventDefault(); find(); } },
      h("p", { class: "field grow" }, h("label", { for: "session-what" }, "Session or user"), what),
      h("button", { type: "submit", class: "main" }, "Look up")),
    found);
}

export function enter(next) {
  space = next;
  parts.found.replaceChildren();
}

export function leave() {
  looked++;
}

/** Reads without touching the session's lifetime. */
async function find() {
  const turn = ++looked;
  const said = parts.what.value.trim();
  try {
    const [session, listed] = await Promise.all([byId(said), byUser(said)]);
    const rows = [session, ...listed.filter(row => row.id !== session?.id)].filter(Boolean);
    const whole = await Promise.all(rows.slice(0, 20).map(row => (row.document ? row : byId(row.id))));
    if (turn === looked) {
      show(said, whole.filter(Boolean), rows.length, listed.length > 0);
    }
  } catch (error) {
    fill(parts.found, h("p", { class: "wrong" }, `${error.message} (${error.code})`));
  }
}

async function byId(id) {
  try {
    return await get(`${at(space, "sessions", id)}?touch=false`);
  } catch (error) {
    if (["session-unknown", "invalid-id"].includes(error.code)) {
      return null;
    }
    throw error;
  }
}

async function byUser(user) {
  try {
    return (await get(`${at(space, "users", user, "sessions")}?limit=50`)).items;
  } catch (error) {
    if (error.code === "invalid-id") {
      return [];
    }
    throw error;
  }
}

function show(said, sessions, all, ofUser) {
  if (sessions.length === 0) {
    fill(parts.found, h("p", { class: "none" }, `No live session and no user has the id ${said}.`));
    return;
  }
  const everywhere = ofUser && h("button", { type: "button", class: "danger", click: () => endAll(said, all) }, `Log ${said} out everywhere`);
  parts.found.replaceChildren(
    h("div", { class: "heading" }, h("h3", {}, all === 1 ? "One session" : `${all} sessions`), everywhere || ""),
    h("ul", { class: "cards" }, sessions.map(card)));
}

function card(session) {
  const document = h("pre", { class: "changes", tabindex: 0, "aria-label": "Document" }, JSON.stringify(session.document, null, 2));
  const plays = h("dd", {}, "–");
  get(at(space, "sessions", session.id, "playback"))
    .then(playback => fill(plays, playback.podcastId ? `${playback.podcastId}, ${playback.state} at ${span(playback.positionMs / 1000)}` : "nothing"))
    .catch(() => {});
  const fact = (name, value) => h("div", {}, h("dt", {}, name), value);
  const element = h("li", { class: "card", data: { session: session.id } },
    h("h4", { class: "id" }, session.id),
    h("dl", {},
      fact("user", h("dd", {}, String(session.userId ?? "–"))),
      fact("opened", h("dd", {}, session.createdAt ? date(session.createdAt) : "–")),
      fact("last active", h("dd", {}, session.lastActivityAt ? `${span(age(session.lastActivityAt))} ago` : "–")),
      fact("ends in", h("dd", {}, span(session.ttlSeconds))),
      fact("plays", plays)),
    h("details", {}, h("summary", {}, "Document"), document),
    h("button", { type: "button", class: "danger", click: () => end(session.id, element) }, "End session"));
  return element;
}

async function end(id, element) {
  const sure = await ask({
    title: "End this session?",
    body: [h("code", {}, id), h("p", {}, "Its sockets are closed on every node. This is final.")],
    yes: "End it",
    danger: true,
  });
  if (sure === null) {
    return;
  }
  try {
    await send("DELETE", at(space, "sessions", id));
    element.replaceWith(h("li", { class: "card none" }, `${id} was ended.`));
    say("The session was ended.");
  } catch (error) {
    complain(error);
  }
}

async function endAll(user, many) {
  const sure = await ask({
    title: `Log ${user} out everywhere?`,
    body: `${many} sessions end, with their sockets on every node.`,
    yes: "Log out",
    danger: true,
  });
  if (sure === null) {
    return;
  }
  try {
    const done = await send("DELETE", at(space, "users", user, "sessions"));
    fill(parts.found, h("p", { class: "none" }, `${done.ended} sessions of ${user} were ended.`));
    say(`${user} is logged out.`);
  } catch (error) {
    complain(error);
  }
}
