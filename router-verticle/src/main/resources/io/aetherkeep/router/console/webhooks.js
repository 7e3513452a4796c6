/** Webhooks: what waits for each and why it fails; one with its last deliveries, dead letters and replay. */

import { action } from "./actions.js";
import { go } from "./address.js";
import { get, send } from "./api.js";
import { factList, facts, head, panel } from "./detail.js";
import { ask, complain } from "./dialogs.js";
import { count, date, h, many, millis, text } from "./dom.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

const EVENTS = ["status-changed", "session-opened", "session-ended", "session-expired", "playback-changed",
  "presence-offline", "config-changed", "provider-health-changed", "cache-invalidated"];

function state(webhook) {
  if (!webhook.enabled) {
    return "disabled";
  }
  return webhook.backlog > 0 ? "waiting" : "delivered";
}

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Webhooks", key: row => row.id, data: "webhook", href: row => page.link("webhooks", row.id), fit: true,
    tone: row => (row.enabled ? (row.deadLetters > 0 ? "warn" : "") : "bad"),
    columns: [
      { name: "Webhook", cell: row => row.url, sort: row => row.url, rank: 1 },
      { name: "State", cell: row => h("span", { class: "badge" }, state(row)), sort: state, rank: 1 },
      { name: "Waiting", number: true, cell: row => count(row.backlog), sort: row => row.backlog, rank: 2 },
      { name: "Dead letters", number: true, cell: row => count(row.deadLetters), sort: row => row.deadLetters, rank: 2 },
      { name: "Dropped", number: true, cell: row => count(row.dropped), sort: row => row.dropped, rank: 3 },
      { name: "Events", cell: row => row.disabledReason ?? row.events.join(", "), rank: 3 },
    ],
  });
  page.root.replaceChildren(
    head(page, "Webhooks", { actions: h("button", { type: "button", class: "quiet", data: { act: "add" }, click: () => create(page) }, "Add a webhook") }),
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      every: 3000, read: async () => (await get(page.at("webhooks"))).items, show: rows.show, none: "No webhook is in this space." })));
}

/** @param {Page} page */
export function one(page) {
  const [id] = page.id;
  const place = (...parts) => page.at("webhooks", id, ...parts);
  const list = factList();
  const badge = h("span", { class: "badge" });
  let known = null;
  const effect = (title, body, yes) => () => ({ title, body: [h("code", {}, known?.url ?? id), h("p", {}, body())], yes });
  const toggle = on => action(page, on ? "Enable" : "Disable", {
    needs: "admin", danger: !on, data: { act: on ? "enable" : "disable" },
    effect: effect(on ? "Enable this webhook?" : "Disable this webhook?", () => (on ? `It goes on where it was, with ${many(known?.backlog, "waiting event")}.` : "Events wait until it is enabled again."), on ? "Enable" : "Disable"),
    run: () => send("PATCH", place(), { enabled: on }),
    done: result => `The webhook is ${result.enabled ? "enabled" : "disabled"}.`,
  });
  const [enable, disable] = [toggle(true), toggle(false)];
  const replay = action(page, "Replay dead letters", {
    needs: "admin", data: { act: "replay" },
    effect: effect("Replay the dead letters?", () => `Sends ${many(known?.deadLetters, "event")} again, with the same ids.`, "Replay"),
    run: () => replayAll(place("replay")),
    done: events => `Sending ${many(events, "event")} again.`,
  });
  const test = action(page, "Test", {
    needs: "admin", data: { act: "test" },
    effect: effect("Send a test message?", () => "One message is sent to the receiver now.", "Send"),
    run: () => send("POST", place("test"), {}),
    done: result => (result.result === "delivered" ? `It answered ${result.status}.` : `It failed: ${result.problem ?? result.status}.`),
  });
  const remove = action(page, "Delete", {
    needs: "admin", danger: true, data: { act: "delete" },
    effect: effect("Delete this webhook?", () => `Lost with it: ${many(known?.backlog, "waiting event")} and ${many(known?.deadLetters, "dead letter")}.`, "Delete"),
    run: () => send("DELETE", place()),
    done: () => {
      go(page.link("webhooks"));
      return "The webhook was deleted.";
    },
  });
  page.root.replaceChildren(
    head(page, id, { list: "Webhooks", beside: badge, actions: [test, replay, enable, disable, remove] }),
    panel("Webhook", loaded(page, list, {
      every: 2000,
      read: () => get(place()),
      show: webhook => {
        known = webhook;
        text(badge, state(webhook));
        badge.dataset.state = { delivered: "healthy", disabled: "disabled", waiting: "" }[state(webhook)];
        if (replay) {
          replay.disabled = webhook.deadLetters === 0;
        }
        [enable, disable].forEach((button, i) => button && (button.hidden = webhook.bySettings || webhook.enabled === (i === 0)));
        if (remove) {
          remove.hidden = webhook.bySettings;
        }
        facts(list, [
          ["url", webhook.url], ["events", webhook.events.join(", ")], ["waiting", count(webhook.backlog)], ["dead letters", count(webhook.deadLetters)],
          ["dropped", count(webhook.dropped)], ["disabled because", webhook.disabledReason], ["declared", webhook.bySettings ? "by the settings" : null],
        ]);
      },
    })),
    panel("Last deliveries", attempts(page, place)),
    panel("Dead letters", deadLetters(page, place)));
}

/** Replays all dead letters, a page at a time; answers their number. */
async function replayAll(path) {
  let events = 0;
  let cursor = null;
  do {
    const page = await send("POST", path, { cursor });
    events += page.events;
    cursor = page.next;
  } while (cursor);
  return events;
}

function attempts(page, place) {
  const rows = table(page, {
    caption: "Last deliveries", key: row => `${row.message} ${row.attempt} ${row.at}`, data: "delivery", fit: true,
    tone: row => (row.result === "delivered" ? "" : "bad"),
    columns: [
      { name: "At", cell: row => date(row.at), sort: row => row.at, rank: 1 },
      { name: "Event", cell: row => row.type, sort: row => row.type, rank: 2 },
      { name: "Of", cell: row => row.subject, sort: row => row.subject, rank: 2 },
      { name: "Attempt", number: true, cell: row => count(row.attempt), sort: row => row.attempt, rank: 3 },
      { name: "Result", cell: row => (row.status > 0 ? `${row.result} (${row.status})` : `${row.result}${row.problem ? `: ${row.problem}` : ""}`), sort: row => row.result, rank: 1 },
      { name: "Took", number: true, cell: row => millis(row.millis), sort: row => row.millis, rank: 3 },
    ],
  });
  return loaded(page, rows.element, { every: 3000, read: async () => (await get(place("deliveries"))).items, show: rows.show, none: "Nothing was delivered yet." });
}

function deadLetters(page, place) {
  const rows = table(page, {
    caption: "Dead letters", key: row => row.message, data: "dead", fit: true,
    columns: [
      { name: "At", cell: row => date(row.at), sort: row => row.at, rank: 1 },
      { name: "Event", cell: row => row.type, sort: row => row.type, rank: 2 },
      { name: "Of", cell: row => row.subject, sort: row => row.subject, rank: 1 },
      { name: "Why", cell: row => row.problem ?? "", rank: 2 },
    ],
  });
  return loaded(page, rows.element, { every: 3000, read: async () => (await get(place("dead-letters"))).items, show: rows.show, none: "None." });
}

async function create(page) {
  const wanted = await ask({
    title: "Add a webhook",
    fields: [
      { name: "url", label: "URL", required: true },
      { name: "events", label: "Events", required: true, value: EVENTS.join(" "), hint: "Types, separated by blanks." },
    ],
    yes: "Add it",
  });
  if (!wanted) {
    return;
  }
  try {
    const webhook = await send("POST", page.at("webhooks"), { url: wanted.url, events: wanted.events.split(/[\s,]+/).filter(Boolean) });
    await ask({
      title: "Its secret",
      body: [h("code", { data: { secret: "" } }, webhook.secret), h("p", {}, "Its receiver verifies messages with it. It is shown this once.")],
      yes: "Noted",
    });
    go(page.link("webhooks", webhook.id));
  } catch (error) {
    complain(error);
  }
}
