/** Sockets of all nodes; one with its topics and what waits for it. */

import { get } from "./api.js";
import { factList, facts, head, panel } from "./detail.js";
import { bytes, count, fill, h, many, span, text } from "./dom.js";
import { field, filters } from "./filters.js";
import { heard, nameOf, silence } from "./peers.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

const MOST = 500;

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Sockets", key: row => row.connection, data: "socket", href: row => page.link("sockets", row.connection),
    tone: row => (row.queuedBytes > 0 ? "warn" : ""),
    columns: [
      { name: "Socket", cell: row => row.connection, sort: row => row.connection, rank: 1 },
      { name: "Session", cell: row => row.session ?? "observer", sort: row => row.session, rank: 2 },
      { name: "Node", cell: row => nameOf(nodes, row.node), sort: row => nameOf(nodes, row.node), rank: 3 },
      { name: "By", cell: row => row.by ?? "–", sort: row => row.by, rank: 3 },
      { name: "Topics", number: true, cell: row => count(row.topicCount), sort: row => row.topicCount, rank: 2 },
      { name: "Waiting", number: true, cell: row => bytes(row.queuedBytes), sort: row => row.queuedBytes, rank: 1 },
      { name: "Silent for", number: true, cell: row => span(row.idleSeconds), sort: row => row.idleSeconds, rank: 2 },
    ],
  });
  const figure = h("span", { class: "beside", role: "status" });
  const missing = h("div");
  /** @type {any[]} */
  let all = [];
  let nodes = [];
  let total = 0;
  const draw = () => {
    const { session = "", topic = "" } = Object.fromEntries(page.filter);
    const shown = all.filter(row => (row.session ?? "").includes(session) && (!topic || row.topics.some(one => one.includes(topic))));
    text(figure, `${count(shown.length)} of ${count(total)} on ${heard(nodes)}${all.length < total ? `; ${count(all.length)} were read` : ""}`);
    return rows.show(shown);
  };
  page.root.replaceChildren(
    head(page, "Sockets", { beside: figure }),
    filters(
      field(page, "session", "Session contains", { change: draw }),
      field(page, "topic", "Topic contains", { change: draw })),
    missing,
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      read: () => get(`${page.at("sockets")}?limit=${MOST}`),
      show: found => {
        ({ items: all, nodes, total } = found);
        fill(missing, silence(nodes));
        return draw();
      },
      none: "No socket matches.",
    })));
}

/** @param {Page} page */
export function one(page) {
  const [id] = page.id;
  const list = factList();
  page.root.replaceChildren(
    head(page, id, { list: "Sockets" }),
    panel("Socket", loaded(page, list, {
      read: () => get(`${page.at("sockets")}?connection=${encodeURIComponent(id)}`),
      show: ({ items: [socket], nodes }) => Boolean(socket) && void facts(list, [
        ["node", nameOf(nodes, socket.node)],
        ["session", socket.session ? h("a", { href: page.link("sessions", socket.session) }, socket.session) : "observer"],
        ["opened by", socket.by], ["state", socket.state],
        ["topics", h("ul", {}, socket.topics.map(topic => h("li", {}, topic)))],
        ["waiting", `${many(socket.queuedFrames, "frame")}, ${bytes(socket.queuedBytes)}`],
        ["last frame", bytes(socket.lastFrameBytes)], ["silent for", span(socket.idleSeconds)],
      ]),
      none: "No node that answers has such a socket: it was closed.",
    })));
}
