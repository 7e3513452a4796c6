/** Sessions: the live ones of a space or a user; one with its document, playback, history and sockets. */

import { may } from "./access.js";
import { action } from "./actions.js";
import { get, send } from "./api.js";
import { factList, facts, head, jsonBox, panel, pretty } from "./detail.js";
import { age, bytes, count, date, fill, h, many, span, text, time } from "./dom.js";
import { loaded } from "./states.js";
import { table } from "./table.js";
import { tail } from "./events.js";
import { debounced, field, filters } from "./filters.js";

/** @import { Page } from "./page.js" */

const EVENTS = "session-opened,session-ended,session-expired,playback-changed,presence-offline";

/** Sessions beyond that are not listed: the list says so. */
const MOST = 20_000;
const PAGE = 500;

const COLUMNS = page => [
  { name: "Session", cell: row => row.id, sort: row => row.id, rank: 1 },
  { name: "User", cell: row => row.userId == null ? "–" : h("a", { href: page.link("sessions", [], { user: row.userId }) }, String(row.userId)),
    sort: row => row.userId == null ? null : String(row.userId), rank: 2 },
  { name: "Plays", cell: row => row.podcastId && row.state !== "stopped" ? [h("a", { href: page.link("podcasts", row.podcastId) }, row.podcastId), ` ${row.state}`] : "–",
    sort: row => row.podcastId, rank: 3 },
  { name: "Opened", cell: row => (row.createdAt ? date(row.createdAt) : "–"), sort: row => row.createdAt, rank: 3 },
  { name: "Last active", number: true, cell: row => (row.lastActivityAt ? `${span(age(row.lastActivityAt))} ago` : "–"),
    sort: row => row.lastActivityAt && -Date.parse(row.lastActivityAt), rank: 1 },
  { name: "Ends in", number: true, cell: row => span(row.ttlSeconds), sort: row => row.ttlSeconds, rank: 2 },
];

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Sessions", columns: COLUMNS(page), key: row => row.id, data: "session", href: row => page.link("sessions", row.id),
  });
  const figure = h("span", { class: "beside", role: "status" });
  const refresh = h("button", { type: "button", class: "quiet", click: () => read() }, "Read again");
  const everywhere = h("span");
  const none = h("p", { class: "none", role: "status" });
  const box = h("div", { class: "panel flush" }, rows.element, none);
  let all = [];
  let turn = 0;

  const draw = () => {
    const { id = "", idle = "" } = Object.fromEntries(page.filter);
    const shown = all.filter(row => row.id.includes(id) && (!idle || (row.lastActivityAt && age(row.lastActivityAt) >= 60 * Number(idle))));
    rows.element.hidden = !rows.show(shown);
    return shown.length;
  };

  async function read() {
    const mine = ++turn;
    const user = page.filter.get("user");
    const asked = new URLSearchParams({ limit: String(PAGE), playback: "true" });
    for (const name of ["user", "state", "podcast", "olderThan"]) {
      page.filter.get(name) && asked.set(name, page.filter.get(name));
    }
    const seen = new Map();
    text(none, "Loading …");
    try {
      for (let cursor = ""; cursor !== null && seen.size < MOST; ) {
        const part = await get(`${page.at("sessions")}?${asked}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
        if (page.left || mine !== turn) {
          return;
        }
        part.items.forEach(row => seen.set(row.id, row));
        cursor = part.next;
        all = [...seen.values()];
        text(figure, `${count(draw())} of ${count(all.length)}${cursor ? " …" : ""}`);
      }
      const shown = draw();
      box.dataset.state = "ready";
      text(none, shown > 0 ? "" : user ? `${user} has no session that matches.` : "No session matches.");
      text(figure, `${count(shown)} of ${count(all.length)}${all.length >= MOST ? ", the first of more" : ""} · read at ${new Date().toLocaleTimeString("en-GB")}`);
      fill(everywhere, user && all.length > 0 && logOut(page, user, () => all.length, read));
    } catch (error) {
      if (page.left || mine !== turn) {
        return;
      }
      const forbidden = error.status === 401 || error.status === 403;
      const kept = all.length > 0 && !forbidden;
      text(none, forbidden ? `Not shown: ${error.message}.` : `It cannot be read: ${error.message}.${kept ? " The sessions that were read before stay." : ""}`);
      all = kept ? all : [];
      box.dataset.state = kept ? "stale" : "failed";
      draw();
    }
  }

  const narrowed = () => text(none, draw() > 0 ? "" : "No session matches.");
  const again = debounced(page, read);
  const opened = /** @type {[string, string][]} */ ([["", "any time"], ["300", "5 min ago"], ["3600", "an hour ago"], ["86400", "a day ago"]]);
  const states = /** @type {[string, string][]} */ ([["", "any"], ["playing", "playing"], ["paused", "paused"], ["stopped", "stopped"]]);
  const idle = /** @type {[string, string][]} */ ([["", "any"], ["5", "5 min"], ["15", "15 min"], ["60", "an hour"]]);
  page.root.replaceChildren(
    head(page, "Sessions", { beside: figure, actions: [everywhere, refresh] }),
    filters(
      field(page, "user", "User", { placeholder: "all users", change: again }),
      field(page, "podcast", "Podcast", { placeholder: "any or none", change: again }),
      field(page, "state", "Playback", { options: states, change: again }),
      field(page, "olderThan", "Opened before", { options: opened, change: again }),
      field(page, "id", "Id contains", { change: narrowed }),
      field(page, "idle", "Idle for", { options: idle, change: narrowed })),
    box);
  read();
}

function logOut(page, user, total, done) {
  return action(page, `Log ${user} out everywhere`, {
    needs: "write", danger: true, data: { act: "everywhere" },
    effect: () => ({ title: `Log ${user} out everywhere?`, body: `${many(total(), "session")} will end, with the sockets on every node.`, yes: "Log out" }),
    run: () => send("DELETE", page.at("users", user, "sessions")),
    done: answer => {
      done();
      return `${many(answer.ended, "session")} of ${user} ended.`;
    },
  });
}

/** @param {Page} page */
export function one(page) {
  const [id] = page.id;
  const list = factList();
  const plays = factList();
  const document = jsonBox("Document");
  const ended = h("p", { class: "none", role: "status" });
  let sockets = null;
  const events = tail(page, { types: EVENTS, fit: true, matches: ({ data }) => [data.id, data.session].includes(id) });
  const unrecorded = h("p", { class: "none" }, `Events are not stored: those before this page was opened at ${time(Date.now())} are not shown, except the opening.`);
  const content = h("div", { class: "columns" },
    panel("Session", list), panel("Playback", plays), panel("Document", document));
  const body = loaded(page, content, {
    every: 3000,
    read: () => get(`${page.at("sessions", id)}?touch=false`),
    show: session => {
      facts(list, [
        ["user", session.userId == null ? "–" : h("a", { href: page.link("sessions", [], { user: session.userId }) }, String(session.userId))],
        ["opened", session.createdAt && date(session.createdAt)],
        ["last active", session.lastActivityAt && `${span(age(session.lastActivityAt))} ago`],
        ["ends in", span(session.ttlSeconds)],
        ["version", session.version],
      ]);
      text(document, pretty(session.document));
      session.createdAt && events.began({ type: "session-opened", timestamp: session.createdAt, data: { id, userId: session.userId } });
    },
  });
  page.root.replaceChildren(
    head(page, id, { list: "Sessions", actions: action(page, "End session", {
      needs: "write", danger: true, data: { act: "end" },
      effect: () => ({ title: "End this session?", body: [h("code", {}, id), h("p", {}, `${sockets === null ? "Its sockets" : many(sockets, "socket")} on all nodes will be closed. This is final.`)], yes: "End it" }),
      run: () => send("DELETE", page.at("sessions", id)),
      done: () => {
        text(ended, `${id} was ended.`);
        return "The session was ended.";
      },
    }) }),
    ended, body, history(page, id), panel("Keys in Redis", keys(page, id)), panel("Events", events.element, unrecorded));
  page.poll(2000, async () => {
    const now = await get(page.at("sessions", id, "playback"));
    sockets = now.connections;
    playback(page, plays, id, now);
  });
}

/** The keys of a session in Redis, with their remaining lifetimes. */
function keys(page, id) {
  const rows = table(page, {
    caption: "Keys in Redis", key: row => row.key, data: "key", fit: true, tone: row => (row.ttlSeconds == null ? "warn" : ""),
    columns: [
      { name: "Key", cell: row => row.key, sort: row => row.key, rank: 1 },
      { name: "Type", cell: row => row.type, sort: row => row.type, rank: 2 },
      { name: "Size", number: true, cell: row => bytes(row.bytes), sort: row => row.bytes, rank: 2 },
      { name: "Ends in", number: true, cell: row => (row.ttlSeconds == null ? "never" : span(row.ttlSeconds)), sort: row => row.ttlSeconds, rank: 1 },
    ],
  });
  return loaded(page, rows.element, { every: 3000, read: async () => (await get(page.at("sessions", id, "keys"))).items, show: rows.show, none: "It has no key." });
}

function playback(page, list, id, now) {
  facts(list, [
    ["podcast", now.podcastId ? h("a", { href: page.link("podcasts", now.podcastId) }, now.podcastId) : "nothing"],
    ["state", now.state],
    ["position", now.podcastId && span(now.positionMs / 1000)],
    ["rate", now.podcastId && `${now.rate} ×`],
    ["reported", now.updatedAt && `${span(age(now.updatedAt))} ago, report ${now.seq}`],
    ["sockets", may(page.space, "admin") && now.connections > 0
      ? h("a", { href: page.link("sockets", [], { session: id }) }, count(now.connections)) : count(now.connections)],
  ]);
}

/** The history as a chat; sessions of other systems than a council have none. */
function history(page, id) {
  const chat = h("ol", { class: "chat", tabindex: 0, "aria-label": "History" });
  const figures = h("p", { class: "beside" });
  const box = panel("History", figures, chat);
  box.hidden = true;
  page.poll(3000, async () => {
    const { items, totalTokens, truncated } = await get(`${page.at("sessions", id, "history")}?limit=200`);
    box.hidden = false;
    text(figures, items.length ? `${many(items.length, "message")}, ${many(totalTokens, "token")}${truncated ? ", older ones are not shown" : ""}` : "No message yet.");
    const end = chat.scrollTop + chat.clientHeight >= chat.scrollHeight - 8;
    fill(chat, items.map(message));
    if (end) {
      chat.scrollTop = chat.scrollHeight;
    }
  });
  return box;
}

function message(one) {
  const said = typeof one?.content === "string" ? one.content : pretty(one);
  const beside = [one?.timestamp && date(one.timestamp), one?.tokens != null && many(one.tokens, "token"), one?.requestId].filter(Boolean);
  return h("li", { data: { role: one?.role ?? "" } },
    h("div", { class: "by" }, h("b", {}, one?.role ?? "message"), h("span", {}, beside.join(" · "))), h("p", {}, said));
}
