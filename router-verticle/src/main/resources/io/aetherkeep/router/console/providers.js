/** Providers: their status with its reason; one with its window, percentiles, decision and leases. */

import { action } from "./actions.js";
import { get, send } from "./api.js";
import { Chart, spark } from "./charts.js";
import { factList, facts, head, panel } from "./detail.js";
import { age, count, date, fill, h, inPercent, many, millis, percent, span, text, time } from "./dom.js";
import { onPast, points } from "./past.js";
import { greyed, loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

const badge = provider => h("span", { class: "badge", data: { state: provider.status } }, provider.trial ? `${provider.status} · trial` : provider.status);

function line(page, id, of) {
  return points(page.space, sample => sample.providers[id]?.[of]).filter(point => point.value != null);
}

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Providers", key: row => row.providerId, data: "provider", href: row => page.link("providers", row.providerId), fit: true,
    tone: row => ({ disabled: "bad", degraded: "warn" })[row.status] ?? "",
    columns: [
      { name: "Provider", cell: row => row.providerId, sort: row => row.providerId, rank: 1 },
      { name: "Status", cell: badge, sort: row => row.status, rank: 1 },
      { name: "Success", number: true, cell: row => percent(row.successRate), sort: row => row.successRate, rank: 1 },
      { name: "Last hour", cell: row => spark(line(page, row.providerId, "successRate"), { high: 1, label: `Success rate of ${row.providerId}` }), rank: 3 },
      { name: "Average", number: true, cell: row => millis(row.avgLatency), sort: row => row.avgLatency, rank: 2 },
      { name: "p95", number: true, cell: row => millis(row.p95Latency), sort: row => row.p95Latency, rank: 2 },
      { name: "Calls", number: true, cell: row => count(row.requests), sort: row => row.requests, rank: 2 },
      { name: "Reason", cell: reason, rank: 3 },
    ],
  });
  const note = h("p", { class: "none", role: "status" }, "Loading …");
  page.root.replaceChildren(head(page, "Providers"), greyed(page, h("div", { class: "panel flush" }, note, rows.element), note));
  page.watch("providers", data => {
    const some = rows.show(data?.items ?? []);
    rows.element.hidden = !some;
    note.hidden = some;
    text(note, "No provider is known: the settings have none, and no outcome was reported.");
  });
}

function reason(provider) {
  const parts = [inPercent(provider.reason ?? "nothing to report")];
  if (provider.byHand && !parts[0].includes("by hand")) {
    parts.push("by hand");
  }
  if (provider.until) {
    parts.push(`next check at ${time(provider.until)}`);
  }
  if (provider.lastFailure) {
    const error = provider.lastError ? ` (${provider.lastError})` : "";
    parts.push(`last failed ${span(age(provider.lastFailure))} ago${error}`);
  }
  return parts.join(" · ");
}

/** @param {Page} page */
export function one(page) {
  const [id] = page.id;
  const state = h("span", { class: "badges" });
  const [list, window] = [factList(), factList()];
  const [rate, latency] = [panel("Success in percent, last hour"), panel("Average latency in ms, last hour")];
  const charts = [new Chart(rate, { label: `Success of ${id} in percent` }), new Chart(latency, { label: `Latency of ${id} in ms`, tone: "c" })];
  const [enable, disable] = [enabling(page, id), disabling(page, id)];
  page.root.replaceChildren(
    head(page, id, { list: "Providers", beside: state, actions: [enable, disable] }),
    loaded(page, h("div", { class: "columns" }, panel("Decision", list), panel("Window of 15 minutes", window)), {
      every: 2000,
      read: () => get(page.at("providers", id, "health")),
      show: provider => {
        fill(state, badge(provider));
        [enable, disable].forEach((button, i) => button && (button.hidden = (provider.status === "disabled") === (i === 1)));
        facts(list, [
          ["status", provider.status], ["reason", inPercent(provider.reason ?? "none was given")], ["decided", provider.byHand ? "by hand" : "by its outcomes"],
          ["next check", provider.until && date(provider.until)], ["trial", provider.trial ? "yes, after a cool-down" : null], ["group", provider.group],
          ["last failure", provider.lastFailure && `${span(age(provider.lastFailure))} ago`], ["last error", provider.lastError],
          ["read from memory", provider.staleSeconds == null ? null : `${span(provider.staleSeconds)} old: Redis is unavailable`],
        ]);
        facts(window, [
          ["calls", count(provider.requests)], ["success", percent(provider.successRate)], ["failures in a row", count(provider.consecutiveFailures)],
          ["average latency", millis(provider.avgLatency)], ["p50", millis(provider.p50Latency)], ["p95", millis(provider.p95Latency)], ["p99", millis(provider.p99Latency)],
        ]);
      },
    }),
    h("div", { class: "columns" }, rate, latency), leases(page, id));
  const draw = () => {
    charts[0].show(line(page, id, "successRate").map(({ at, value }) => ({ at, value: Math.round(value * 1000) / 10 })));
    charts[1].show(line(page, id, "avgLatency").map(({ at, value }) => ({ at, value: Math.round(value) })));
  };
  onPast(page, draw);
  draw();
}

/** What callers have reserved of the provider's limits. */
function leases(page, id) {
  const list = factList();
  const rows = table(page, {
    caption: "Leases", key: row => row.lease, data: "lease", fit: true,
    columns: [
      { name: "Lease", cell: row => row.lease, rank: 1 },
      { name: "Tokens", number: true, cell: row => count(row.tokens), sort: row => row.tokens, rank: 1 },
      { name: "State", cell: row => (row.open ? "called" : "reported"), sort: row => String(row.open), rank: 2 },
      { name: "Ends in", number: true, cell: row => span(-age(row.expiresAt)), sort: row => row.expiresAt, rank: 1 },
    ],
  });
  const used = (many, limit) => [`${count(many)} ${limit == null ? "· no limit" : `of ${count(limit)} a minute`}`,
    limit == null ? "" : h("meter", { min: 0, max: limit, high: 0.8 * limit, optimum: 0, value: many, "aria-label": "Reserved" })];
  return panel("Leases", loaded(page, h("div", {}, list, rows.element), {
    every: 2000,
    read: () => get(page.at("providers", id, "leases")),
    show: all => {
      facts(list, [["calls", used(all.requests, all.requestsAMinute)], ["tokens", used(all.tokens, all.tokensAMinute)],
        ["shown", all.requests > all.items.length ? `the ${all.items.length} that end first` : null]]);
      rows.element.hidden = !rows.show(all.items);
    },
  }));
}

function disabling(page, id) {
  return action(page, "Disable", {
    needs: "admin", danger: true, data: { act: "disable" },
    effect: async () => {
      const provider = await get(page.at("providers", id, "health")).catch(() => null);
      const peers = (await get(page.at("providers", "health"))).items.filter(one => one.group === provider?.group && one.providerId !== id && one.status !== "disabled");
      return {
        title: `Disable ${id}?`,
        body: `${many(provider?.requests ?? 0, "call")} in the last 15 minutes went to it. Left in its group: ${many(peers.length, "other provider")}.`,
        fields: [
          { name: "reason", label: "Why", required: true, value: "by an operator" },
          { name: "minutes", label: "For minutes", type: "number", hint: "Until it is enabled, if empty." }],
      };
    },
    run: ({ reason: why, minutes }) =>
      send("POST", page.at("providers", id, "disable"), { reason: why, ...(minutes && { forSeconds: Math.max(1, Math.round(60 * Number(minutes))) }) }),
    done: provider => `${id} is disabled${provider?.until ? ` until ${time(provider.until)}` : ""}.`,
  });
}

function enabling(page, id) {
  return action(page, "Enable", {
    needs: "admin", data: { act: "enable" },
    effect: () => ({ title: `Enable ${id}?`, body: "Its status becomes healthy, and its window is cleared." }),
    run: () => send("POST", page.at("providers", id, "enable")),
    done: () => `${id} is enabled.`,
  });
}
