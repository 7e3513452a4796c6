/** The Redis of the space: its server or masters, warnings, and the keys of each keyspace. */

import { get } from "./api.js";
import { spark } from "./charts.js";
import { head, panel } from "./detail.js";
import { bytes, count, date, fill, h, many, millis, percent, span, time } from "./dom.js";
import { points } from "./past.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

/** @param {Page} page */
export function list(page) {
  const badge = h("span", { class: "badge" });
  const figures = h("dl", { class: "figures" });
  const warnings = h("ul", { class: "warnings", "aria-label": "Warnings" });
  const masters = table(page, {
    caption: "Masters", key: row => row.address, data: "master", fit: true, tone: row => (row.status === "UP" ? "" : "bad"),
    columns: [
      { name: "Master", cell: row => row.address, sort: row => row.address, rank: 1 },
      { name: "Slots", number: true, cell: row => count(row.slots), sort: row => row.slots, rank: 1 },
      { name: "Share", number: true, cell: row => percent(row.slots / 16384), sort: row => row.slots, rank: 2 },
      { name: "Ranges", cell: row => h("span", { title: row.ranges.join(", ") }, row.ranges.join(", ")), rank: 2 },
      { name: "State", cell: row => row.reason ?? row.status.toLowerCase(), sort: row => row.status, rank: 1 },
    ],
  });
  const keys = table(page, {
    caption: "Keys by keyspace", key: row => row.name, data: "keys", fit: true, tone: row => (row.lacking > 0 ? "warn" : ""),
    columns: [
      { name: "Keyspace", cell: row => row.name, sort: row => row.name, rank: 1 },
      { name: "Keys", number: true, cell: row => count(row.many), sort: row => row.many, rank: 1 },
      { name: "Without TTL", number: true, cell: row => count(row.lacking), sort: row => row.lacking, rank: 1 },
    ],
  });
  const slow = table(page, {
    caption: "Slow log", key: row => `${row.at} ${row.millis} ${row.command}`, data: "slow", fit: true,
    columns: [
      { name: "Command", cell: row => row.command, sort: row => row.command, rank: 1 },
      { name: "Took", number: true, cell: row => millis(row.millis), sort: row => row.millis, rank: 1 },
      { name: "At", cell: row => date(row.at), sort: row => row.at, rank: 2 },
      { name: "Arguments", number: true, cell: row => count(row.arguments), sort: row => row.arguments, rank: 3 },
      { name: "Client", cell: row => row.client ?? "–", sort: row => row.client, rank: 3 },
    ],
  });
  const cluster = panel("Masters of the cluster", masters.element);
  const endless = h("div");
  let operations = [];
  page.root.replaceChildren(
    head(page, "Redis", { beside: badge }),
    loaded(page, h("div", { class: "stack" }, panel("Server", figures, warnings), cluster, panel("Keys", keys.element, endless)), {
      every: 2000,
      read: async () => (await get("/health/redis")).spaces.find(each => each.space === page.space),
      show: state => {
        if (!state) {
          return false;
        }
        const up = state.status === "UP";
        badge.dataset.state = up ? "healthy" : "disabled";
        fill(badge, up ? "up" : "down");
        figures.classList.toggle("stale", !up);
        operations = [...operations, { at: Date.now(), value: state.server?.operationsPerSecond ?? null }].slice(-900);
        fill(figures, shown(page, state, up, operations));
        fill(warnings, [...new Set([state.reason, ...state.warnings])].filter(Boolean).map(warning => h("li", {}, warning)));
        cluster.hidden = !masters.show(state.masters ?? []);
        keys.show(Object.entries(state.keys ?? {}).filter(([, many]) => many > 0).sort((a, b) => b[1] - a[1])
          .map(([name, many]) => ({ name, many, lacking: state.keysWithoutTtl?.[name] ?? 0 })));
        fill(endless, state.endlessKeys?.length > 0 && h("details", {}, h("summary", {}, `${many(lackingOf(state), "key")} without a TTL that should have one: examples`),
          h("ul", { class: "ids" }, state.endlessKeys.map(key => h("li", { class: "id" }, key)))));
        return true;
      },
    }),
    panel("Slow log", loaded(page, slow.element, {
      every: 10_000,
      read: async () => (await get("/health/redis/slowlog?limit=128")).items.filter(row => row.space === page.space),
      show: slow.show,
      none: "The slow log is empty, or Redis does not permit reading it.",
    })));
}

/** How much more slots the largest master serves than with equal shares. */
function skew(masters) {
  const slots = masters.map(master => master.slots);
  const mean = slots.reduce((sum, one) => sum + one, 0) / Math.max(1, slots.length);
  return mean === 0 ? null : Math.max(...slots) / mean - 1;
}

function figure(name, value, note, line) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value), note && h("dd", { class: "beside" }, note), line && h("dd", {}, line));
}

function lackingOf(state) {
  return Object.values(state.keysWithoutTtl ?? {}).reduce((sum, number) => sum + number, 0);
}

function shown(page, state, up, operations) {
  const { server } = state;
  const latency = up ? state.latency : null;
  const lacking = lackingOf(state);
  return [
    figure("latency", millis(latency?.p50), latency && `p99 ${millis(latency.p99)} · max ${millis(latency.max)}`,
      spark(points(page.space, sample => sample.redisMillis), { label: "Latency, last hour", tone: "c" })),
    server && figure("operations a second", count(server.operationsPerSecond), many(server.clients, "client"),
      spark(operations, { label: "Operations since this page was opened" })),
    server && figure("memory", bytes(server.memoryUsed), server.memoryLimit ? `of ${bytes(server.memoryLimit)}` : `no limit · ${server.evictionPolicy}`),
    server && figure("hits in Redis", percent(server.hitRatio), `${count(server.evictedKeys)} evicted`),
    figure("keys without TTL", state.countedAt ? count(lacking) : "counting", state.countedAt && `counted at ${time(state.countedAt)}`),
    state.masters && figure("skew of slots", percent(skew(state.masters)), "largest share above an equal one"),
    figure("clock skew", millis(Math.abs(state.clockSkewMs)), state.clockSkewMs < 0 ? "this node is behind" : "this node is ahead"),
    server && figure("server", `Redis ${server.version}`, `${server.role} · up ${span(server.uptimeSeconds)}`),
    figure("address", h("span", { class: "id" }, state.address), null),
    figure("commands of this node", count(state.sent), `${count(state.waiting)} pending · ${count(state.refused)} refused`),
  ];
}
