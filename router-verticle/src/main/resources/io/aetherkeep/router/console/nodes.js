/** Nodes: those that share a Redis with this one. */

import { may } from "./access.js";
import { get } from "./api.js";
import { factList, facts, head, panel } from "./detail.js";
import { age, bytes, count, date, h, percent, span } from "./dom.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

const nameOf = node => `${node.host}:${node.process}`;
const rate = value => (value == null ? "–" : `${count(value)}/s`);

const OFFLINE = "Redis is unavailable: other nodes cannot announce themselves.";

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Nodes", key: row => row.id, data: "node", href: row => page.link("nodes", row.id), fit: true,
    tone: row => (row.cpu > 0.9 * row.processors || row.load?.shed > 0 ? "warn" : ""),
    columns: [
      { name: "Node", cell: row => nameOf(row), sort: nameOf, rank: 1 },
      { name: "Here", cell: row => (row.here ? h("span", { class: "chip" }, "this one") : ""), rank: 2 },
      { name: "Up for", number: true, cell: row => span(age(row.startedAt)), sort: row => age(row.startedAt), rank: 1 },
      { name: "Processors", number: true, cell: row => (row.cpu == null ? "–" : percent(row.cpu / row.processors)), sort: row => row.cpu, rank: 1 },
      { name: "Requests", number: true, cell: row => rate(row.load?.requestsPerSecond), sort: row => row.load?.requestsPerSecond, rank: 1 },
      { name: "Refused", number: true, cell: row => count(row.load?.shed), sort: row => row.load?.shed, rank: 2 },
      { name: "Connections", number: true, cell: row => count(row.load?.connections), sort: row => row.load?.connections, rank: 2 },
      { name: "Sockets", number: true, cell: row => count(row.load?.sockets), sort: row => row.load?.sockets, rank: 2 },
      { name: "Heap", number: true, cell: row => `${bytes(row.heapUsed)} of ${bytes(row.heapMax)}`, sort: row => row.heapUsed, rank: 3 },
      { name: "Version", cell: row => row.version ?? "–", sort: row => row.version, rank: 3 },
    ],
  });
  const settings = factList();
  page.root.replaceChildren(
    head(page, "Nodes"),
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      every: 5000, read: () => get("/health/nodes"), show: nodes => rows.show(nodes.items), offline: OFFLINE,
    })),
    may(page.space, "admin") ? panel("Settings of the node that answers", loaded(page, settings, {
      every: 10_000, offline: "", read: () => get("/health/settings"), show: state => facts(settings, [
        ["file", state.file ?? "none: all settings are defaults or variables"],
        ["loaded", `${span(age(state.loadedAt))} ago, at ${date(state.loadedAt)}`],
        ["wait for a restart", state.waiting.join(", ") || "none"],
        ["problems of the file", state.problems.length > 0 && h("ul", {}, state.problems.map(problem => h("li", {}, problem)))],
      ]),
    })) : "");
}

/** @param {Page} page */
export function one(page) {
  const [id] = page.id;
  const list = factList();
  page.root.replaceChildren(
    head(page, id, { list: "Nodes" }),
    panel("Node", loaded(page, list, {
      every: 5000,
      offline: OFFLINE,
      read: async () => (await get("/health/nodes")).items.find(node => node.id === id),
      show: node => Boolean(node) && void facts(list, [
        ["host", node.host], ["process", String(node.process)], ["version", node.version], ["up for", `${span(age(node.startedAt))}, since ${date(node.startedAt)}`],
        ["processors in use", node.cpu == null ? "not measured yet" : `${node.cpu.toFixed(2)} of ${count(node.processors)}, ${percent(node.cpu / node.processors)}`],
        ["requests", rate(node.load?.requestsPerSecond)], ["refused because of load", node.load && `${count(node.load.shed)} since its start`],
        ["connections", count(node.load?.connections)], ["sockets", count(node.load?.sockets)],
        ["last heard", `${span(age(node.seenAt))} ago`], ["heap", `${bytes(node.heapUsed)} of ${bytes(node.heapMax)}`],
        ["serves", node.spaces.join(", ")], ["answers here", node.here ? "yes: figures of “this node” are its" : "no"],
      ]),
      none: "No node with this id announced itself in the last 16 seconds.",
    })));
}
