/** Providers as cards, with their status and its reason. */

import { at, send } from "./api.js";
import { spark } from "./charts.js";
import { age, count, fill, h, heading, keep, millis, percent, span, text, time } from "./dom.js";
import { ask, complain, say } from "./dialogs.js";
import { watch } from "./live.js";
import { onPast, points } from "./past.js";

const seen = new Map();
let space;
let leaveTopic = () => {};
let items = [];
let parts;

export function start(root) {
  const cards = h("ul", { class: "cards", "aria-labelledby": "providers-title" });
  const none = h("p", { class: "none" }, "No provider is known: the settings have none, and no outcome was reported.");
  root.append(heading("providers", "Providers"), cards, none);
  parts = { cards, none };
  onPast(changed => changed === space && draw());
}

export function enter(next) {
  space = next;
  items = [];
  seen.clear();
  draw();
  leaveTopic = watch("providers", data => {
    items = data?.items ?? [];
    items.forEach(note);
    draw();
  });
}

export function leave() {
  leaveTopic();
}

/** Values since the last sample of the node, for a few minutes. */
function note(provider) {
  const own = seen.get(provider.providerId) ?? [];
  own.push({ at: Date.now(), rate: provider.successRate, latency: provider.avgLatency });
  seen.set(provider.providerId, own.slice(-200));
}

function line(id, sampled, live) {
  const own = (seen.get(id) ?? []).map(one => ({ at: one.at, value: one[live] }));
  const before = points(space, sample => sample.providers[id]?.[sampled]);
  return [...before, ...own].filter(point => point.value != null).sort((a, b) => a.at - b.at);
}

function draw() {
  parts.none.hidden = items.length > 0;
  keep(parts.cards, items, item => item.providerId, card);
}

function card(first) {
  const id = first.providerId;
  const status = h("span", { class: "badge" });
  const rate = h("dd");
  const latency = h("dd");
  const slow = h("dd");
  const requests = h("dd");
  const lines = [h("div", { class: "sparks" }), h("div", { class: "sparks" })];
  const why = h("p", { class: "why" });
  const button = h("button", { type: "button", class: "quiet", click: () => turn(current) });
  let current = first;
  const element = h("li", { class: "card", data: { provider: id } },
    h("div", { class: "heading" }, h("h3", { class: "id" }, id), status),
    h("dl", {},
      h("div", {}, h("dt", {}, "success"), rate, lines[0]),
      h("div", {}, h("dt", {}, "latency"), latency, lines[1]),
      h("div", {}, h("dt", {}, "p95"), slow),
      h("div", {}, h("dt", {}, "calls"), requests)),
    why, button);
  return {
    element,
    update: next => {
      current = next;
      element.dataset.state = next.status;
      text(status, next.trial ? `${next.status} · trial` : next.status);
      text(rate, percent(next.successRate));
      text(latency, millis(next.avgLatency));
      text(slow, millis(next.p95Latency));
      text(requests, count(next.requests));
      fill(lines[0], spark(line(id, "successRate", "rate"), { high: 1, label: `Success rate of ${id}` }));
      fill(lines[1], spark(line(id, "avgLatency", "latency"), { label: `Latency of ${id}`, tone: "c" }));
      text(why, reason(next));
      text(button, next.status === "disabled" ? `Enable ${id}` : `Disable ${id}`);
    },
  };
}

function reason(provider) {
  const parts = [provider.reason ?? "nothing to report"];
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

async function turn(provider) {
  const id = provider.providerId;
  const disabled = provider.status === "disabled";
  const answer = await ask({
    title: disabled ? `Enable ${id}?` : `Disable ${id}?`,
    body: disabled ? "Its status becomes healthy, and its window is cleared." : "It stays disabled until it is enabled again.",
    fields: disabled ? [] : [{ name: "reason", label: "Why", required: true, value: "by an operator" }],
    yes: disabled ? "Enable" : "Disable",
    danger: !disabled,
  });
  if (!answer) {
    return;
  }
  try {
    await send("POST", at(space, "providers", id, disabled ? "enable" : "disable"), disabled ? undefined : answer);
    say(`${id} is ${disabled ? "enabled" : "disabled"}.`);
  } catch (error) {
    complain(error);
  }
}
