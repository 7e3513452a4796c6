/** Caches: the keyspaces; one keyspace with an invalidation that counts first; one entry, with the source of the response. */

import { action } from "./actions.js";
import { may } from "./access.js";
import { go } from "./address.js";
import { get, read, send } from "./api.js";
import { factList, facts, head, jsonBox, panel, pretty } from "./detail.js";
import { bytes, count, fill, h, many, millis, percent, span, text, time } from "./dom.js";
import { ask, complain, say } from "./dialogs.js";
import { debounced, field, filters } from "./filters.js";
import { nameOf, silence } from "./peers.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

/** Entries beyond that are not listed: the list says so. */
const MOST_ENTRIES = 10_000;

const ratio = row => [
  h("meter", { min: 0, max: 1, low: 0.5, high: 0.8, optimum: 1, value: row.hitRatio ?? 0, "aria-label": `Hit ratio of ${row.keyspace}` }),
  h("span", { class: "number" }, percent(row.hitRatio))];
const number = (name, value, format = count, rank = 2) => ({ name, number: true, rank, cell: row => format(value(row)), sort: value });

const COLUMNS = [
  { name: "Keyspace", cell: row => row.keyspace, sort: row => row.keyspace, rank: 1 },
  { name: "Hit ratio", cell: ratio, sort: row => row.hitRatio, rank: 1 },
  number("Entries", row => row.entries),
  number("Bytes", row => row.bytes, bytes),
  number("Reads", row => row.hits + row.misses),
  number("From memory", row => (row.hits ? row.nearHits / row.hits : null), percent, 3),
  number("In memory", row => row.nearBytes, bytes, 3),
  number("Loads", row => row.loads, count, 3),
  number("Failed", row => row.loadFailures, count, 3),
  number("Redis", row => row.readMillis, millis, 3),
  number("Origin", row => row.loadMillis, millis, 3),
];

function sinceWhen(stats) {
  return `this node, since ${time(stats.since)}${stats.countedAt ? ` · Redis counted at ${time(stats.countedAt)}` : ""}`;
}

/** @param {Page} page */
export function list(page) {
  const since = h("span", { class: "beside" });
  const rows = table(page, {
    caption: "Keyspaces", columns: COLUMNS, key: row => row.keyspace, data: "keyspace", href: row => page.link("caches", row.keyspace), fit: true,
  });
  page.root.replaceChildren(
    head(page, "Caches", { beside: since }),
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      every: 2000,
      read: () => get(page.at("stats", "caches")),
      show: stats => {
        text(since, sinceWhen(stats));
        return rows.show(stats.items);
      },
    })));
}

/** @param {Page} page */
export function one(page) {
  return page.id.length > 1 || page.id[0] === "topics" ? entry(page) : keyspace(page);
}

function keyspace(page) {
  const [name] = page.id;
  const list = factList();
  const what = h("input", { id: "entry-what", autocomplete: "off", required: true, spellcheck: "false", placeholder: "an id; two ids as t1/2" });
  page.root.replaceChildren(
    head(page, name, { list: "Caches" }),
    panel("Keyspace", loaded(page, list, {
      every: 2000,
      read: async () => (await get(page.at("stats", "caches"))).items.find(row => row.keyspace === name),
      show: row => Boolean(row) && void facts(list, [
        ["hit ratio", percent(row.hitRatio)], ["entries in Redis", count(row.entries)], ["bytes in Redis", bytes(row.bytes)],
        ["hits", count(row.hits)], ["of these from memory", count(row.nearHits)], ["misses", count(row.misses)],
        ["served stale", count(row.staleServes)], ["in memory of this node", bytes(row.nearBytes)], ["evicted from memory", count(row.evictions)],
        ["loads from the origin", `${count(row.loads)}, ${count(row.loadFailures)} failed`],
        ["latency of Redis", millis(row.readMillis)], ["latency of the origin", millis(row.loadMillis)],
      ]),
      none: `No cache of this space has the name ${name}.`,
    })),
    h("form", { class: "line panel", submit: event => { event.preventDefault(); go(page.link("caches", [name, ...what.value.trim().split("/")])); } },
      h("p", { class: "field grow" }, h("label", { for: "entry-what" }, "Open an entry by its id"), what),
      h("button", { type: "submit", class: "main" }, "Open")),
    panel("Entries", entries(page, name)),
    may(page.space, "admin") ? panel("Invalidate", invalidation(page, name)) : "");
}

/** The entries of a keyspace by a pattern of ids, up to some thousands. */
function entries(page, name) {
  const rows = table(page, {
    caption: `Entries of ${name}`, key: row => row.key, data: "entry", href: row => page.link("caches", [name, ...row.ids]), fit: true,
    columns: [
      { name: "Id", cell: row => row.ids.join("/") || name, sort: row => row.ids.join("/"), rank: 1 },
      { name: "Size", number: true, cell: row => bytes(row.bytes), sort: row => row.bytes, rank: 1 },
      { name: "Ends in", number: true, cell: row => (row.ttlSeconds == null ? "never" : span(row.ttlSeconds)), sort: row => row.ttlSeconds, rank: 1 },
      { name: "Key", cell: row => row.key, rank: 3 },
    ],
  });
  const note = h("p", { class: "none", role: "status" });
  let turn = 0;

  async function browse() {
    const mine = ++turn;
    const pattern = page.filter.get("pattern");
    const found = new Map();
    text(note, "Loading …");
    try {
      for (let cursor = ""; cursor !== null && found.size < MOST_ENTRIES; ) {
        const query = new URLSearchParams({ limit: "500", ...(pattern && { pattern }), ...(cursor && { cursor }) });
        const part = await get(`${page.at("stats", "caches", name)}?${query}`);
        if (page.left || mine !== turn) {
          return;
        }
        part.items.forEach(row => found.set(row.key, row));
        cursor = part.next;
        rows.element.hidden = !rows.show([...found.values()]);
      }
      text(note, found.size === 0 ? "No entry matches." : found.size >= MOST_ENTRIES ? `The first ${count(found.size)} of more.` : `${many(found.size, "entry", "entries")}.`);
    } catch (error) {
      text(note, `It cannot be read: ${error.message}.`);
      rows.element.hidden = found.size === 0;
    }
  }

  browse();
  return h("div", {}, filters(field(page, "pattern", "Pattern of ids", { placeholder: "t*", change: debounced(page, browse) })), note, rows.element);
}

/** Counts the matching entries first, then removes exactly these. */
function invalidation(page, name) {
  const by = h("select", { id: "inv-by" }, [["ids", "these ids"], ["pattern", "a pattern"], ["tag", "a tag"]].map(([value, word]) => h("option", { value }, word)));
  const what = h("input", { id: "inv-what", autocomplete: "off", required: true, placeholder: "t1, t2" });
  const answer = h("output", { for: "inv-what", "aria-live": "polite" });
  const remove = h("button", { type: "button", class: "danger", disabled: true, click: removeCounted }, "Remove");
  let counted = null;
  const forget = (words = "") => {
    counted = null;
    remove.disabled = true;
    text(remove, "Remove");
    fill(answer, words);
  };
  by.addEventListener("change", () => (what.placeholder = { ids: "t1, t2", pattern: "t*", tag: "science" }[by.value]));

  function meant() {
    const said = what.value.trim();
    return { keyspace: name, [by.value]: by.value === "ids" ? said.split(/[\s,]+/).filter(Boolean) : said };
  }

  async function countFirst(event) {
    event.preventDefault();
    const which = meant();
    try {
      const { matched } = await send("POST", page.at("caches", "invalidate"), { ...which, dryRun: true });
      counted = { which, matched };
      remove.disabled = matched === 0;
      text(remove, `Remove ${count(matched)}`);
      fill(answer, `${count(matched)} would be removed.`);
    } catch (error) {
      forget(`${error.message} (${error.code})`);
    }
  }

  async function removeCounted() {
    const { which, matched } = counted;
    const sure = await ask({ title: `Remove ${count(matched)} of ${name}?`, body: "Readers then load them from the origin, or get 404.", yes: "Remove", danger: true });
    if (sure === null) {
      return;
    }
    try {
      const done = await send("POST", page.at("caches", "invalidate"), which);
      forget(done.queued ? "It waits until Redis is back." : `${count(done.removed)} removed.`);
      say(`Removed ${many(done.removed, "entry", "entries")} of ${name}.`);
    } catch (error) {
      complain(error);
    }
  }

  return h("form", { class: "line", submit: countFirst, input: () => forget() },
    h("p", { class: "field" }, h("label", { for: "inv-by" }, "By"), by), h("p", { class: "field grow" }, h("label", { for: "inv-what" }, "Which"), what),
    h("button", { type: "submit", class: "main" }, "Count first"), remove, answer);
}

/** One entry. Reading it counts as a read, so it is read again only on a change. */
function entry(page) {
  const [name, ...ids] = page.id;
  const list = factList();
  const value = jsonBox("Value");
  const path = page.at("caches", name, ...ids);
  let changed = true;
  let known = null;
  let version = "";
  const removed = h("p", { class: "none", role: "status" });
  page.root.replaceChildren(
    head(page, [name, ...ids].join("/"), { list: "Caches", actions: [
      h("a", { class: "more", href: page.link("caches", name) }, `All of ${name}`),
      h("button", { type: "button", class: "quiet", click: () => (changed = true) }, "Read again"),
      action(page, "Remove", {
        needs: "write", danger: true, data: { act: "remove" },
        effect: () => ({ title: "Remove this entry?", body: [h("code", {}, [name, ...ids].join("/")), h("p", {}, "One entry is removed on all nodes. Readers then load it from the origin, or get 404.")], yes: "Remove" }),
        run: () => send("DELETE", path),
        done: () => {
          text(removed, "It was removed.");
          return "The entry was removed.";
        },
      }),
    ] }), removed,
    loaded(page, h("div", { class: "columns" }, panel("Entry", list), panel("Value", value)), {
      every: 1000,
      read: async () => {
        if (changed) {
          changed = false;
          known = null;
          known = { ...(await read(path)), at: Date.now() };
        } else if (known === null) {
          known = { ...(await read(path)), at: Date.now() };
        }
        return known;
      },
      show: ({ headers, body, at }) => {
        const tags = headers.get("Surrogate-Key") ?? headers.get("Cache-Tag") ?? headers.get("xkey");
        facts(list, [
          ["bytes", bytes(new Blob([body]).size)], ["written", headers.get("Age") && `${span(Number(headers.get("Age")) + (Date.now() - at) / 1000)} ago`],
          ["source", explained(headers.get("Cache-Status"))], ["Cache-Status", h("code", {}, headers.get("Cache-Status") ?? "–")],
          ["version", headers.get("ETag")], ["tags", tags], ["Cache-Control", headers.get("Cache-Control")],
          ["read at", time(at)],
        ]);
        version = (headers.get("ETag") ?? "").replace(/^W\/|"/g, "").replace(/-gzip$/, "");
        text(value, formatted(body));
      },
    }),
    panel("Copies in the memory of the nodes", copies(page, name, ids, () => version)));
  page.watch(`cache/${[name, ...ids].join("/")}`, () => (changed = true));
}

/** The near copy of an entry on each node. Asking for them is no read. */
function copies(page, name, ids, version) {
  const missing = h("div");
  let nodes = [];
  const rows = table(page, {
    caption: "Copies", key: row => row.node, data: "copy", fit: true,
    columns: [
      { name: "Node", cell: row => nameOf(nodes, row.node), sort: row => nameOf(nodes, row.node), rank: 1 },
      { name: "Copy", cell: row => (row.version === null ? "none" : row.version === version() ? "of this version" : "of another version"), sort: row => row.version, rank: 1 },
      { name: "Served", cell: row => (row.version === null ? "–" : row.fresh ? "without asking Redis" : "only while Redis is unavailable"), rank: 2 },
      { name: "Written", number: true, cell: row => (row.version === null ? "–" : `${span(row.ageSeconds)} ago`), sort: row => row.ageSeconds, rank: 3 },
      { name: "Size", number: true, cell: row => (row.version === null ? "–" : bytes(row.bytes)), sort: row => row.bytes, rank: 2 },
    ],
  });
  return loaded(page, h("div", {}, missing, rows.element), {
    read: () => get(`${page.at("stats", "caches", name, "copies")}?${ids.map(id => `id=${encodeURIComponent(id)}`).join("&")}`),
    show: found => {
      nodes = found.nodes;
      fill(missing, silence(nodes));
      return rows.show(found.items);
    },
  });
}

function formatted(body) {
  try {
    return pretty(JSON.parse(body));
  } catch {
    return body;
  }
}

/** The source of a response in words (RFC 9211). @param {string | null} status */
export function explained(status) {
  if (!status) {
    return null;
  }
  const has = word => status.split(";").some(part => part.trim() === word);
  const value = word => new RegExp(`${word}=("?)([^;"]+)\\1`).exec(status)?.[2];
  const places = { near: "this node's memory", redis: "Redis", origin: "the origin" };
  const left = Number(value("ttl"));
  const why = { "stale-while-revalidate": "while it is loaded anew", "stale-if-error": "because the origin failed", "redis-unavailable": "because Redis is unavailable" }[value("detail")];
  if (has("hit")) {
    const from = places[value("detail")];
    return [`a hit${from ? ` from ${from}` : ""}`, why && `an expired value, ${why}`,
      Number.isFinite(left) && (left >= 0 ? `${span(left)} left` : `expired ${span(-left)} ago`)].filter(Boolean).join(", ");
  }
  if (value("fwd") === "bypass") {
    return "read past the cache, because Redis is unavailable";
  }
  return [`a miss${value("detail") === "origin" ? ", loaded from the origin" : ""}`, has("stored") && "stored", has("collapsed") && "by another reader's load"].filter(Boolean).join(", ");
}
