/** Samples of the last hour from the node, and the values that this page has read since. */

import { at, get } from "./api.js";
import { poll } from "./live.js";

const MOST = 720;
const hours = new Map();
const readers = new Set();

function hour(space) {
  if (!hours.has(space)) {
    hours.set(space, { samples: [], failures: [], last: null });
  }
  return hours.get(space);
}

/** Calls a listener for new samples of the page's space, until the page is left. */
export function onPast(page, callback) {
  const reader = space => space === page.space && callback();
  readers.add(reader);
  page.onLeave(() => readers.delete(reader));
}

/** Reads the samples of these spaces periodically. */
export function follow(spaces) {
  return spaces.map(space => poll(10_000, () => more(space)));
}

async function more(space) {
  const known = hour(space);
  const path = at(space, "stats", "history");
  const after = known.last ? `?after=${encodeURIComponent(known.last)}` : "";
  const past = await get(path + after);
  known.samples.push(...past.items.map(item => ({ ...item, at: Date.parse(item.at) })));
  known.samples.splice(0, Math.max(0, known.samples.length - MOST));
  known.failures = past.failures;
  known.last = past.items.at(-1)?.at ?? known.last;
  readers.forEach(reader => reader(space));
}

/** After a restart the node has no samples: those of this page stay. */
export function points(space, value) {
  return hour(space).samples.map(sample => ({ at: sample.at, value: value(sample) ?? null }));
}

export function failures(space) {
  return hour(space).failures;
}
