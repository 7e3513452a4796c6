/** Sockets: those of the node that answers; one with its topics and what waits for it. */

import { get } from "./api.js";
import { factList, facts, head, panel } from "./detail.js";
import { bytes, count, h, span, text } from "./dom.js";
import { field, filters } from "./filters.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

const MOST = 500;

/** @param {Page} page */
async function sockets(page) {
  return (await get(`${page.at("sockets")}?limit=${MOST}`)).items;
}

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Sockets", key: row => row.connection, data: "socket", href: row => page.link("sockets", row.connection),
    tone: row => (row.queuedBytes > 0 ? "warn" : ""),
    columns: [
      { name: "Socket", cell: row => row.connection, sort: row => row.connection, rank: 1 },
      { name: "Session", cell: row => row.session ?? "observer", sort: row => row.session, rank: 2 },
      { name: "By", cell: row => row.by ?? "–", sort: row => row.by, rank: 3 },
      { name: "Topics", number: true, cell: row => count(row.topics.length), sort: row => row.topics.length, rank: 2 },
      { name: "Waiting", number: true, cell: row => bytes(row.queuedBytes), sort: row => row.queuedBytes, rank: 1 },
      { name: "Silent for", number: true, cell: row => span(row.idleSeconds), sort: row => row.idleSeconds, rank: 2 },
    ],
  });
  const figure = h("span", { class: "beside", role: "status" });
  /** @type {any[]} */
  let all = [];
  const draw = () => {
    const { session = "", topic = "" } = Object.fromEntries(page.filter);
    const shown = all.filter(row => (row.session ?? "").includes(session) && (!topic || row.topics.some(one => one.includes(topic))));
    text(figure, `${count(shown.length)} of ${count(all.length)} on the node that answers${all.length >= MOST ? ", the first of more" : ""}`);
    return rows.show(shown);
  };
  page.root.replaceChildren(
    head(page, "Sockets", { beside: figure }),
    filters(
      field(page, "session", "Session contains", { change: draw }),
      field(page, "topic", "Topic contains", { change: draw })),
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      read: () => sockets(page),
      show: found => {
        all = found;
        return draw();
      },
      none: "The node that answers has no socket that matches.",
    })));
}

/** @param {Page} page */
export function one(page) {
  const [id] = page.id;
  const list = factList();
  page.root.replaceChildren(
    head(page, id, { list: "Sockets" }),
    panel("Socket", loaded(page, list, {
      read: async () => (await sockets(page)).find(socket => socket.connection === id),
      show: socket => Boolean(socket) && void facts(list, [
        ["session", socket.session ? h("a", { href: page.link("sessions", socket.session) }, socket.session) : "observer"],
        ["opened by", socket.by], ["state", socket.state],
        ["topics", h("ul", {}, socket.topics.map(topic => h("li", {}, topic)))],
        ["waiting", `${count(socket.queuedFrames)} frames, ${bytes(socket.queuedBytes)}`],
        ["last frame", bytes(socket.lastFrameBytes)], ["silent for", span(socket.idleSeconds)],
      ]),
      none: "The node that answers has no such socket.",
    })));
}
