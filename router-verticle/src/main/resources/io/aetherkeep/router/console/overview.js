/** Overview: tiles and charts that link to their views, and what needs attention. */

import { href } from "./address.js";
import { may, mayReadNode } from "./access.js";
import { at, get } from "./api.js";
import { Chart, spark } from "./charts.js";
import { panel } from "./detail.js";
import { count, fill, h, inPercent, keep, many, millis, percent, span, text } from "./dom.js";
import { onPast, points } from "./past.js";
import { isDown, onReady } from "./ready.js";
import { loaded } from "./states.js";
import { inProgress, isStalled } from "./statuses.js";

/** @import { Page } from "./page.js" */

/** Age from which a value is shown as stale. */
const FRESH_MILLIS = 15_000;

/** The last values of each space by name, each with its time, and whether reading has failed since. */
const readings = new Map();

/** @param {Page} page */
export function list(page) {
  const { space } = page;
  const spaces = [...document.querySelectorAll("#spaces [data-space]")].map(link => link.getAttribute("data-space"));
  const now = readings.get(space) ?? new Map();
  readings.set(space, now);
  const tiles = h("div", { class: "tiles" });
  let most = 1;
  const top = h("ol", { class: "top", "aria-label": "Most heard now" });
  const worries = h("ul", { class: "worries", "aria-label": "Needs attention" });
  const chart = (title, to) => {
    const box = panel(title);
    box.firstElementChild.append(h("a", { class: "more", href: page.link(to), "aria-label": `All ${to}` }, "All"));
    return box;
  };
  const sessions = chart("Sessions, last hour", "sessions");
  const listeners = chart("Listeners, last hour", "podcasts");
  page.root.replaceChildren(
    h("h2", { class: "unseen" }, `Overview of ${space}`), tiles,
    h("div", { class: "grid" }, sessions, listeners,
      panel("Most heard now", loaded(page, top, {
        every: 2000,
        read: () => get(`${page.at("playback", "top")}?limit=8`),
        show: answer => drawTop(answer.items),
        none: "Nobody listens.",
      })), panel("Needs attention", worries)));
  const charts = {
    sessions: new Chart(sessions, { label: "Sessions over the last hour" }),
    listeners: new Chart(listeners, { label: "Listeners over the last hour", tone: "b" }),
  };

  /** Sends a request periodically and keeps its value; a failure marks the value as stale. */
  function read(name, of, every, question) {
    page.poll(every, async () => {
      try {
        const value = await question();
        now.set(name, isDown(of) ? { ...now.get(name), failed: true } : { value, at: Date.now(), failed: false });
      } catch (error) {
        now.set(name, { ...now.get(name), failed: true });
        throw error;
      } finally {
        page.left || draw();
      }
    });
  }

  const valueOf = name => now.get(name)?.value;

  /** The age of a stale value in seconds; null if it is fresh. */
  function staleFor(name) {
    const reading = now.get(name);
    const old = reading?.at && (reading.failed || Date.now() - reading.at > FRESH_MILLIS);
    return old ? (Date.now() - reading.at) / 1000 : null;
  }

  function tile(name, to, value, id, line, beside = null) {
    const stale = staleFor(id);
    const note = stale === null ? beside : `${span(stale)} ago`;
    return h("a", { href: to, class: stale === null ? "tile" : "tile stale", data: { tile: id } },
      h("span", { class: "name" }, name), h("span", { class: "value" }, value),
      note && h("span", { class: "beside" }, note), line);
  }

  function ofSpace(each) {
    const line = spark(points(each, sample => sample.sessions), { label: `Sessions in ${each}, last hour` });
    const element = tile(`${each} sessions`, href(each, "sessions"), count(valueOf(`sessions-${each}`)), `sessions-${each}`, line);
    element.classList.toggle("chosen", each === space);
    return element;
  }

  function drawTiles() {
    fill(tiles,
      spaces.map(ofSpace),
      tile("listeners", page.link("podcasts"), count(valueOf("listeners")), "listeners",
        spark(points(space, sample => sample.listeners), { label: "Listeners, last hour", tone: "b" }), space),
      tile("in progress", page.link("statuses"), count(valueOf("statuses")?.length), "statuses", null,
        `${count(valueOf("statuses")?.filter(isStalled).length)} stalled`),
      tile("cache hits, this node", page.link("caches"), percent(valueOf("hits")), "hits", null),
      mayReadNode(space) && tile("Redis, p50", page.link("redis"), millis(valueOf("redis")?.latency?.p50), "redis",
        spark(points(space, sample => sample.redisMillis), { label: "Redis latency, last hour", tone: "c" })));
  }

  /** A value counts as the newest sample while it is fresh. */
  const live = (name, samples) =>
    valueOf(name) == null || staleFor(name) !== null ? samples : [...samples, { at: Date.now(), value: valueOf(name) }];

  function draw() {
    drawTiles();
    charts.sessions.show(live(`sessions-${space}`, points(space, sample => sample.sessions)));
    charts.listeners.show(live("listeners", points(space, sample => sample.listeners)));
    drawWorries();
  }

  function drawTop(items) {
    const heard = items.filter(item => item.listeners > 0);
    most = Math.max(1, ...heard.map(item => item.listeners));
    keep(top, heard, item => item.podcastId, first => {
      const bar = h("span", { class: "bar-fill" });
      const number = h("span", { class: "number" });
      const link = h("a", { class: "row", href: page.link("podcasts", first.podcastId) },
        h("span", { class: "id" }, first.podcastId), h("span", { class: "track" }, bar), number);
      return {
        element: h("li", {}, link),
        update: item => {
          text(number, count(item.listeners));
          link.title = `${item.listeners} listeners, ${item.users} users, at most ${item.peak} today`;
          bar.style.width = `${(100 * item.listeners) / most}%`;
        },
      };
    });
    return heard.length > 0;
  }

  /** What an operator would look into, each with a link to it. */
  function drawWorries() {
    const stalled = (valueOf("statuses") ?? []).filter(isStalled).length;
    const ill = (valueOf("providers") ?? []).filter(provider => provider.status !== "healthy");
    const dead = (valueOf("webhooks") ?? []).reduce((sum, webhook) => sum + webhook.deadLetters, 0);
    const known = ["statuses", "providers"].every(name => valueOf(name) != null);
    const rows = [
      isDown(space) && ["Redis is unavailable: what follows was read before", page.link("redis")],
      stalled > 0 && [`${many(stalled, "job")} stalled`, page.link("statuses", [], { state: "stalled" })],
      ...ill.map(provider => [`${provider.providerId} is ${provider.status}: ${inPercent(provider.reason ?? "")}`, page.link("providers", provider.providerId)]),
      ...(valueOf("redis")?.warnings ?? []).map(warning => [warning, page.link("redis")]),
      dead > 0 && [`${many(dead, "dead letter")} of webhooks`, page.link("webhooks")],
    ].filter(Boolean);
    fill(worries, rows.length
      ? rows.slice(0, 8).map(([words, to]) => h("li", {}, h("a", { href: to }, words)))
      : h("li", { class: "none" }, known ? "Nothing: all is well." : "Loading …"));
  }

  onPast(page, draw);
  onReady(page, draw);
  page.every(1000, drawTiles);
  spaces.forEach(each => read(`sessions-${each}`, each, 2000, async () => (await get(at(each, "stats", "sessions"))).live));
  read("listeners", space, 2000, async () => (await get(page.at("stats", "playback"))).listeners);
  read("statuses", space, 5000, () => inProgress(page));
  read("providers", space, 5000, async () => (await get(page.at("providers", "health"))).items);
  read("hits", null, 5000, async () => hitRatio((await get(page.at("stats", "caches"))).items));
  if (mayReadNode(space)) {
    read("redis", space, 5000, async () => redis(space, await get("/health/redis")));
  }
  if (may(space, "admin")) {
    read("webhooks", space, 15_000, async () => (await get(page.at("webhooks"))).items);
  }
  draw();
}

function hitRatio(rows) {
  const hits = rows.reduce((sum, row) => sum + row.hits, 0);
  const reads = rows.reduce((sum, row) => sum + row.hits + row.misses, 0);
  return reads ? hits / reads : null;
}

/** Hides the values of a Redis that is down. */
function redis(space, health) {
  const state = health.spaces.find(each => each.space === space);
  if (state?.status !== "UP") {
    throw new TypeError("This Redis is down");
  }
  return state;
}
