/** The Redis of the space, and the nodes that share it. */

import { get } from "./api.js";
import { spark } from "./charts.js";
import { age, bytes, count, fill, h, heading, millis, percent, span, time } from "./dom.js";
import { poll } from "./live.js";
import { points } from "./past.js";

let space;
let parts;
let stops = [];
let operations = [];

export function start(root) {
  const badge = h("span", { class: "badge" });
  const facts = h("dl", { class: "figures" });
  const warnings = h("ul", { class: "warnings", "aria-label": "Warnings" });
  const nodes = h("tbody");
  const keys = h("tbody");
  root.append(heading("redis", "Redis and nodes", badge), facts, warnings,
    h("div", { class: "split" },
      h("div", { class: "scroll" }, h("h3", {}, "Nodes"), table("Nodes", ["Node", "Up for", "Heap", "Serves"], nodes)),
      h("div", { class: "scroll tall", tabindex: 0, role: "group", "aria-label": "Keys" }, h("h3", {}, "Keys"), table("Keys per keyspace", ["Keyspace", "Keys", "Without TTL"], keys))));
  parts = { badge, facts, warnings, nodes, keys };
}

function table(caption, columns, body) {
  return h("table", { class: "rows" }, h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, columns.map((name, i) => h("th", { scope: "col", class: i ? "number" : null }, name)))), body);
}

export function enter(next) {
  space = next;
  operations = [];
  stops = [
    poll(2000, () => get("/health/redis").then(drawRedis, unknown)),
    poll(5000, () => get("/health/nodes").then(drawNodes)),
  ];
}

export function leave() {
  stops.forEach(stop => stop());
}

/** A credential of one space may not read values of all spaces. */
function unknown(error) {
  fill(parts.badge, "not shown");
  const why = error.code === "other-space" ? "This needs a key for all spaces." : error.message;
  fill(parts.facts, h("div", {}, h("dt", {}, "why"), h("dd", {}, why)));
}

function figure(name, value, note, line) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value), note && h("small", {}, note), line);
}

function drawRedis(health) {
  const state = health.spaces.find(each => each.space === space);
  if (!state) {
    return;
  }
  const up = state.status === "UP";
  parts.badge.dataset.state = up ? "healthy" : "disabled";
  fill(parts.badge, up ? "up" : "down");
  parts.facts.classList.toggle("stale", !up);
  const { server } = state;
  const latency = up ? state.latency : null;
  operations = [...operations, { at: Date.now(), value: server?.operationsPerSecond ?? null }].slice(-900);
  const lacking = Object.values(state.keysWithoutTtl ?? {}).reduce((sum, many) => sum + many, 0);
  fill(parts.facts,
    figure("latency", millis(latency?.p50), latency && `p99 ${millis(latency.p99)} · max ${millis(latency.max)}`,
      spark(points(space, sample => sample.redisMillis), { label: "Latency, last hour", tone: "c" })),
    server && figure("operations a second", count(server.operationsPerSecond), `${count(server.clients)} clients`,
      spark(operations, { label: "Operations since this page was opened" })),
    server && figure("memory", bytes(server.memoryUsed), server.memoryLimit ? `of ${bytes(server.memoryLimit)}` : `no limit · ${server.evictionPolicy}`),
    server && figure("hits in Redis", percent(server.hitRatio), `${count(server.evictedKeys)} evicted`),
    figure("keys without TTL", state.countedAt ? count(lacking) : "counting", state.countedAt && `counted at ${time(state.countedAt)}`),
    server && figure("server", `Redis ${server.version}`, `${server.role} · up ${span(server.uptimeSeconds)}`),
    figure("commands of this node", count(state.sent), `${count(state.waiting)} pending · ${count(state.refused)} refused`));
  fill(parts.warnings, [state.reason, ...state.warnings].filter(Boolean).map(warning => h("li", {}, warning)));
  const rows = Object.entries(state.keys ?? {}).filter(([, many]) => many > 0);
  fill(parts.keys, rows.sort((a, b) => b[1] - a[1]).map(([name, many]) =>
    h("tr", {}, h("th", { scope: "row", class: "id" }, name), h("td", { class: "number" }, count(many)),
      h("td", { class: "number" }, count(state.keysWithoutTtl?.[name] ?? 0)))));
}

function drawNodes(nodes) {
  fill(parts.nodes, nodes.items.map(node =>
    h("tr", { data: { node: node.id } },
      h("th", { scope: "row", class: "id" }, `${node.host}:${node.process}`, node.here && h("span", { class: "chip" }, "this one")),
      h("td", { class: "number" }, span(age(node.startedAt))),
      h("td", { class: "number" }, `${bytes(node.heapUsed)} of ${bytes(node.heapMax)}`),
      h("td", { class: "number" }, node.spaces.join(", ")))));
  const version = nodes.items.find(node => node.here)?.version;
  fill(document.getElementById("version"), version ? `Aetherkeep ${version}` : "Aetherkeep");
}
