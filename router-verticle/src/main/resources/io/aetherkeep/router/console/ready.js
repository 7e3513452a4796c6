/** Readiness of the node: while it is not ready, a banner shows the reason and the duration. */

import { get, Problem } from "./api.js";
import { h, span, text } from "./dom.js";
import { poll } from "./live.js";

const PATIENCE = 3000;
const SILENT = { id: "node", reason: "this node does not answer" };
const readers = new Set();
let banner;
let failing = [];
let since = null;

/** Starts the checks; the element is the banner. */
export function start(element) {
  banner = element;
  banner.append(h("b"), h("span", { role: "alert" }));
  poll(2000, async () => show(await look().catch(unknown)));
  setInterval(draw, 1000);
}

/** Calls a listener for changes of readiness, until the page is left. */
export function onReady(page, callback) {
  readers.add(callback);
  page?.onLeave(() => readers.delete(callback));
}

export function isReady() {
  return failing.length === 0;
}

/** Whether values of a space are stale now. */
export function isDown(space) {
  return failing.some(check => check.id === `redis/${space}` || check === SILENT);
}

/** The failed checks. If health is on a separate port, the state of Redis is used. */
async function look() {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch("/health/ready", { cache: "no-store", signal });
  if (response.status === 404) {
    const { spaces } = await get("/health/redis");
    return spaces
      .filter(each => each.status !== "UP")
      .map(each => ({ id: `redis/${each.space}`, reason: each.reason }));
  }
  if (response.status < 500) {
    return [];
  }
  const { checks = [] } = await response.json().catch(() => ({}));
  const down = checks.filter(check => check.status !== "UP");
  return down.length > 0 ? down : [SILENT];
}

/** A refused credential says nothing about the node. */
function unknown(error) {
  return error instanceof Problem ? [] : [SILENT];
}

function show(next) {
  const before = isReady();
  failing = next;
  if (before !== isReady()) {
    since = Date.now();
    readers.forEach(reader => reader());
  }
  draw();
}

function draw() {
  banner.hidden = isReady();
  if (!isReady()) {
    const [title, why] = banner.children;
    text(title, `Not ready for ${span((Date.now() - since) / 1000)}`);
    text(why, reasons().join(" \u00b7 "));
  }
}

/** The failed checks, grouped by reason: spaces may share a Redis. */
function reasons() {
  const byReason = new Map();
  for (const { id, reason = "down" } of failing) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
  }
  return [...byReason].map(([reason, ids]) => `${ids.join(", ")}: ${reason}`);
}
