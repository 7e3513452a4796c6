/** Overview: sessions of every space, listeners, the podcasts with the most listeners. */

import { at, get } from "./api.js";
import { Chart, spark } from "./charts.js";
import { count, fill, h, heading, keep, millis, percent, span, text } from "./dom.js";
import { poll, watch } from "./live.js";
import { onPast, points } from "./past.js";
import { isDown, onReady } from "./ready.js";

/** Age from which a value is shown as stale. */
const FRESH_MILLIS = 15_000;

/** The last values by name, each with its time, and whether reading has failed since. */
const now = new Map();
let root;
let space;
let spaces;
let parts;
let podcast = null;
let own = [];
let leavePodcast = () => {};
const stops = [];

export function start(element, all) {
  root = element;
  spaces = all;
  build();
  onPast(() => space && draw());
  onReady(() => space && draw());
  setInterval(() => space && drawTiles(), 1000);
  for (const each of spaces) {
    poll(2000, read(each, each, async () => (await get(at(each, "stats", "sessions"))).live));
  }
}

/** Sends a request and keeps its value; a failure marks the value as stale. */
function read(name, of, question) {
  return async () => {
    try {
      const value = await question();
      now.set(name, isDown(of) ? { ...now.get(name), failed: true } : { value, at: Date.now(), failed: false });
    } catch (error) {
      now.set(name, { ...now.get(name), failed: true });
      throw error;
    } finally {
      if (space) {
        draw();
      }
    }
  };
}

function valueOf(name) {
  return now.get(name)?.value;
}

/** The age of a stale value in seconds; null if it is fresh. */
function staleFor(name) {
  const reading = now.get(name);
  const old = reading?.at && (reading.failed || Date.now() - reading.at > FRESH_MILLIS);
  return old ? (Date.now() - reading.at) / 1000 : null;
}

export function enter(next) {
  space = next;
  ["listeners", "hits", "redis"].forEach(name => now.delete(name));
  stops.push(
    poll(2000, read("listeners", next, async () => (await get(at(next, "stats", "playback"))).listeners)),
    poll(2000, async () => top((await get(`${at(next, "playback", "top")}?limit=8`)).items)),
    poll(5000, read("redis", next, async () => redis(await get("/health/redis")))),
    poll(5000, read("hits", null, async () => caches((await get(at(next, "stats", "caches"))).items))),
  );
  select(null);
  draw();
}

export function leave() {
  stops.splice(0).forEach(stop => stop());
  leavePodcast();
}

function build() {
  const tiles = h("div", { class: "tiles" });
  const panel = (title, id, ...rest) =>
    h("div", { class: "panel", role: "group", "aria-labelledby": `${id}-title` },
      heading(id, title), ...rest);
  const sessions = panel("Sessions, last hour", "sessions-chart");
  const listeners = panel("Listeners, last hour", "listeners-chart");
  const list = h("ol", { class: "top", "aria-labelledby": "top-title" });
  const none = h("p", { class: "none" }, "Nobody listens.");
  const heard = panel("Most heard now", "top", list, none);
  const one = panel("One podcast", "podcast");
  const facts = h("p", { class: "facts", data: { podcast: "" } });
  one.append(facts);
  root.replaceChildren(tiles, h("div", { class: "grid" }, sessions, listeners, heard, one));
  parts = {
    tiles, list, none, facts, one,
    sessions: new Chart(sessions, { label: "Sessions over the last hour" }),
    listeners: new Chart(listeners, { label: "Listeners over the last hour", tone: "b" }),
    podcast: new Chart(one, { label: "Listeners of one podcast", tone: "b" }),
  };
}

function tile(name, value, id, line, beside, stale = staleFor(id)) {
  const note = stale === null ? beside : `${span(stale)} ago`;
  return h("div", { class: stale === null ? "tile" : "tile stale", data: { tile: id } },
    h("span", { class: "name" }, name), h("span", { class: "value" }, value),
    note && h("span", { class: "beside" }, note), line);
}

function ofSpace(each) {
  const line = spark(points(each, sample => sample.sessions), { label: `Sessions in ${each}, last hour` });
  const element = tile(`${each} sessions`, count(valueOf(each)), `sessions-${each}`, line, null, staleFor(each));
  element.classList.toggle("chosen", each === space);
  return element;
}

/** A fresh value. */
function fresh(name) {
  return staleFor(name) === null ? valueOf(name) : null;
}

function live(value, samples) {
  return value == null ? samples : [...samples, { at: Date.now(), value }];
}

function drawTiles() {
  fill(
    parts.tiles,
    spaces.map(ofSpace),
    tile("listeners", count(valueOf("listeners")), "listeners",
      spark(points(space, sample => sample.listeners), { label: "Listeners, last hour", tone: "b" }), space),
    tile("cache hits", percent(valueOf("hits")), "hits", null, "this node"),
    tile("Redis", millis(valueOf("redis")), "redis",
      spark(points(space, sample => sample.redisMillis), { label: "Redis latency, last hour", tone: "c" }), "p50"),
  );
}

function draw() {
  drawTiles();
  parts.sessions.show(live(fresh(space), points(space, sample => sample.sessions)));
  parts.listeners.show(live(fresh("listeners"), points(space, sample => sample.listeners)));
  drawPodcast();
}

function caches(rows) {
  const hits = rows.reduce((sum, row) => sum + row.hits, 0);
  const reads = rows.reduce((sum, row) => sum + row.hits + row.misses, 0);
  return reads ? hits / reads : null;
}

/** Hides the latency of a Redis that is down. */
function redis(health) {
  const state = health.spaces.find(each => each.space === space);
  if (state?.status !== "UP") {
    throw new TypeError("This Redis is down");
  }
  return state.latency?.p50;
}

function top(items) {
  const heard = items.filter(item => item.listeners > 0);
  const most = Math.max(1, ...heard.map(item => item.listeners));
  parts.none.hidden = heard.length > 0;
  keep(parts.list, heard, item => item.podcastId, topRow);
  for (const row of parts.list.kept?.values() ?? []) {
    row.scale(most);
  }
  if (podcast === null && heard.length > 0) {
    select(heard[0].podcastId);
  }
}

function topRow(first) {
  const bar = h("span", { class: "bar-fill" });
  const number = h("span", { class: "number" });
  const button = h("button", { type: "button", class: "row", click: () => select(first.podcastId) },
    h("span", { class: "id" }, first.podcastId), h("span", { class: "track" }, bar), number);
  let item = first;
  return {
    element: h("li", {}, button),
    update: next => {
      item = next;
      text(number, count(next.listeners));
      button.title = `${next.listeners} listeners, ${next.users} users, at most ${next.peak} today`;
      button.setAttribute("aria-pressed", String(next.podcastId === podcast));
    },
    scale: most => (bar.style.width = `${(100 * item.listeners) / most}%`),
  };
}

/** Watches the listeners of one podcast. */
function select(id) {
  leavePodcast();
  podcast = id;
  own = [];
  text(parts.one.querySelector("h2"), id ? `Podcast ${id}` : "One podcast");
  text(parts.facts, id ? "" : "Choose a podcast from the list.");
  leavePodcast = id ? watch(`listeners/${id}`, changed) : () => {};
  for (const button of parts.list.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.querySelector(".id").textContent === id));
  }
  drawPodcast();
}

function changed(data) {
  own.push({ at: Date.now(), value: data.listeners });
  own.splice(0, Math.max(0, own.length - 1800));
  text(parts.facts, `${count(data.listeners)} listeners, ${count(data.users)} users`);
  drawPodcast();
}

function drawPodcast() {
  const before = podcast ? points(space, sample => sample.podcasts[podcast] ?? 0) : [];
  const first = own[0]?.at ?? Infinity;
  const last = own.at(-1);
  const held = last ? [{ at: Date.now(), value: last.value }] : [];
  parts.podcast.show([...before.filter(point => point.at < first), ...own, ...held]);
}
