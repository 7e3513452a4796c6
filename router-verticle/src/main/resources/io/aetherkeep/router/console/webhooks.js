/** Webhooks as cards: what waits for each and why it fails, its last attempts, and what it never got. */

import { at, get, send } from "./api.js";
import { ask, complain, say } from "./dialogs.js";
import { count, date, fill, h, heading, keep, millis, text, time } from "./dom.js";
import { poll } from "./live.js";

const EVENTS = ["status-changed", "session-opened", "session-ended", "session-expired", "playback-changed",
  "presence-offline", "config-changed", "provider-health-changed", "cache-invalidated"];
const NONE = "No webhook is in this space.";

/** So many attempts and dead letters are shown. */
const SHOWN = 20;
const stops = [];
let space;
let parts;

export function start(root) {
  const cards = h("ul", { class: "cards", "aria-labelledby": "webhooks-title" });
  const none = h("p", { class: "none" }, NONE);
  const add = h("button", { type: "button", class: "quiet", click: create }, "Add a webhook");
  root.append(heading("webhooks", "Webhooks", add), cards, none);
  parts = { cards, none, add };
}

export function enter(next) {
  space = next;
  draw([]);
  stops.push(poll(3000, () => load(next)));
}

export function leave() {
  stops.splice(0).forEach(stop => stop());
}

async function load(of) {
  try {
    const { items } = await get(at(of, "webhooks"));
    if (of === space) {
      parts.add.disabled = false;
      text(parts.none, NONE);
      draw(items);
    }
  } catch (error) {
    if (error.status === 403 || error.status === 401) {
      parts.add.disabled = true;
      text(parts.none, "Webhooks are shown to credentials with the scope admin.");
    }
    throw error;
  }
}

function draw(items) {
  parts.none.hidden = items.length > 0;
  keep(parts.cards, items, item => item.id, card);
}

function state(webhook) {
  if (!webhook.enabled) {
    return "disabled";
  }
  return webhook.backlog > 0 ? "waiting" : "delivered";
}

function card(first) {
  const status = h("span", { class: "badge" });
  const figures = h("div", { class: "chips" });
  const why = h("p", { class: "why" });
  const shown = h("div");
  const turn = h("button", { type: "button", class: "quiet", click: () => toggle(current) });
  const replay = h("button", { type: "button", class: "quiet", data: { act: "replay" }, click: () => again(current) }, "Replay dead letters");
  let current = first;
  const element = h("li", { class: "card", data: { webhook: first.id } },
    h("div", { class: "heading" }, h("h3", { class: "id" }, first.url), status), figures, why,
    h("div", { class: "choices" },
      h("button", { type: "button", class: "quiet", data: { act: "attempts" }, click: () => attempts(current, shown) }, "Attempts"),
      h("button", { type: "button", class: "quiet", data: { act: "dead" }, click: () => deadLetters(current, shown) }, "Dead letters"),
      h("button", { type: "button", class: "quiet", data: { act: "test" }, click: () => test(current) }, "Test"),
      replay, turn),
    shown);
  return {
    element,
    update: next => {
      current = next;
      element.dataset.state = state(next);
      text(status, state(next));
      fill(figures, ["backlog", "deadLetters", "dropped"].map(name => chip(name, next[name])));
      text(why, next.disabledReason ?? next.events.join(", "));
      replay.disabled = next.deadLetters === 0;
      turn.disabled = next.bySettings;
      text(turn, next.enabled ? "Disable" : "Enable");
    },
  };
}

function chip(name, value) {
  const words = { backlog: "waiting", deadLetters: "dead letters", dropped: "dropped" };
  return h("span", { class: name !== "backlog" && value > 0 ? "chip warn" : "chip" }, `${words[name]} `, h("b", {}, count(value)));
}

async function attempts(webhook, shown) {
  await table(shown, webhook, "deliveries", ["at", "event", "of", "result", "took"], one => [
    time(one.at), one.type, one.subject,
    one.status > 0 ? `${one.result} (${one.status})` : `${one.result}${one.problem ? `: ${one.problem}` : ""}`, millis(one.millis)]);
}

async function deadLetters(webhook, shown) {
  await table(shown, webhook, "dead-letters", ["at", "event", "of", "why"], one => [
    date(one.at), one.type, one.subject, one.problem ?? ""]);
}

async function table(shown, webhook, what, columns, row) {
  try {
    const { items } = await get(at(space, "webhooks", webhook.id, what));
    const rows = items.slice(0, SHOWN).map(item => h("tr", {}, row(item).map(value => h("td", {}, value))));
    fill(shown, rows.length === 0
      ? h("p", { class: "none" }, "None.")
      : h("div", { class: "scroll", tabindex: 0 }, h("table", {}, h("thead", {}, h("tr", {}, columns.map(name => h("th", { scope: "col" }, name)))), h("tbody", {}, rows))));
  } catch (error) {
    complain(error);
  }
}

/** Does something, and says what came of it. */
async function act(action, done) {
  try {
    say(done(await action()));
    await load(space);
  } catch (error) {
    complain(error);
  }
}

async function test(webhook) {
  await act(
    () => send("POST", at(space, "webhooks", webhook.id, "test"), {}),
    result => result.result === "delivered" ? `It answered ${result.status}.` : `It failed: ${result.problem ?? result.status}.`);
}

async function again(webhook) {
  const sure = await ask({
    title: "Replay the dead letters?",
    body: [h("code", {}, webhook.url), h("p", {}, `${count(webhook.deadLetters)} events are sent again, with the ids that they had.`)],
    yes: "Replay",
  });
  if (sure) {
    await act(
      () => send("POST", at(space, "webhooks", webhook.id, "replay"), {}),
      result => `${count(result.events)} events are sent again.`);
  }
}

async function toggle(webhook) {
  const sure = await ask({
    title: webhook.enabled ? "Disable this webhook?" : "Enable this webhook?",
    body: [h("code", {}, webhook.url), h("p", {}, webhook.enabled ? "Events wait until it is enabled again." : "It goes on where it was.")],
    yes: webhook.enabled ? "Disable" : "Enable",
    danger: webhook.enabled,
  });
  if (sure) {
    await act(
      () => send("PATCH", at(space, "webhooks", webhook.id), { enabled: !webhook.enabled }),
      result => `The webhook is ${result.enabled ? "enabled" : "disabled"}.`);
  }
}

async function create() {
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
    const webhook = await send("POST", at(space, "webhooks"), { url: wanted.url, events: wanted.events.split(/[\s,]+/).filter(Boolean) });
    await load(space);
    await ask({
      title: "Its secret",
      body: [h("code", { data: { secret: "" } }, webhook.secret), h("p", {}, "Its receiver verifies messages with it. It is shown this once.")],
      yes: "Noted",
    });
  } catch (error) {
    complain(error);
  }
}
