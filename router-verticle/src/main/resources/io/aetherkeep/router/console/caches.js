/** The caches, a row a keyspace, and an invalidation that counts before it removes. */

import { at, get, send } from "./api.js";
import { bytes, count, fill, h, heading, keep, millis, percent, text, time } from "./dom.js";
import { ask, complain, say } from "./dialogs.js";
import { poll } from "./live.js";

const COLUMNS = ["Keyspace", "Hit ratio", "Entries", "Bytes", "Reads", "From memory", "In memory", "Loads", "Failed", "Redis", "Origin"];
let space;
let parts;
let stop = () => {};

export function start(root) {
  const since = h("span", { class: "beside" });
  const body = h("tbody");
  const idle = h("p", { class: "none" });
  const table = h("table", { class: "rows" },
    h("caption", { class: "unseen" }, "Caches"),
    h("thead", {}, h("tr", {}, COLUMNS.map((name, i) => h("th", { scope: "col", class: i > 1 ? "number" : null }, name)))),
    body);
  parts = { since, body, idle };
  root.append(heading("caches", "Caches", since), h("div", { class: "scroll" }, table), idle, invalidation());
}

export function enter(next) {
  space = next;
  forget();
  stop = poll(2000, async () => draw(await get(at(next, "stats", "caches"))));
}

export function leave() {
  stop();
}

function used(row) {
  return row.hits + row.misses + row.loads + (row.entries ?? 0) > 0;
}

function draw(stats) {
  const some = stats.items.filter(used);
  const others = stats.items.filter(row => !used(row)).map(row => row.keyspace);
  keep(parts.body, some, row => row.keyspace, made);
  text(parts.idle, others.length ? `Empty and unread: ${others.join(", ")}.` : "");
  text(parts.since, `this node, since ${time(stats.since)}${stats.countedAt ? ` · Redis counted at ${time(stats.countedAt)}` : ""}`);
  const known = [...parts.keyspace.options].map(option => option.value);
  const names = stats.items.map(row => row.keyspace);
  if (known.join() !== names.join()) {
    parts.keyspace.replaceChildren(...names.map(name => h("option", { value: name }, name)));
  }
}

function made(first) {
  const cells = COLUMNS.slice(2).map(() => h("td", { class: "number" }));
  const meter = h("meter", { min: 0, max: 1, low: 0.5, high: 0.8, optimum: 1, "aria-label": `Hit ratio of ${first.keyspace}` });
  const ratio = h("span", { class: "number" });
  return {
    element: h("tr", { data: { keyspace: first.keyspace } },
      h("th", { scope: "row", class: "id" }, first.keyspace), h("td", { class: "progress" }, meter, ratio), cells),
    update: row => {
      meter.value = row.hitRatio ?? 0;
      text(ratio, percent(row.hitRatio));
      const values = [
        count(row.entries), bytes(row.bytes), count(row.hits + row.misses),
        row.hits ? percent(row.nearHits / row.hits) : "–", bytes(row.nearBytes), count(row.loads),
        count(row.loadFailures), millis(row.readMillis), millis(row.loadMillis),
      ];
      values.forEach((value, i) => text(cells[i], value));
    },
  };
}

/** Counts the matching entries first, then removes exactly these. */
function invalidation() {
  const keyspace = h("select", { id: "inv-keyspace", name: "keyspace" });
  const by = h("select", { id: "inv-by", name: "by" },
    [["ids", "these ids"], ["pattern", "a pattern"], ["tag", "a tag"]].map(([value, name]) => h("option", { value }, name)));
  const what = h("input", { id: "inv-what", name: "what", autocomplete: "off", required: true, placeholder: "t1, t2" });
  const answer = h("output", { for: "inv-what", "aria-live": "polite" });
  const remove = h("button", { type: "button", class: "danger", disabled: true, click: removeCounted }, "Remove");
  const form = h("form", { class: "line", submit: countFirst },
    field("inv-keyspace", "Keyspace", keyspace), field("inv-by", "By", by), field("inv-what", "Which", what),
    h("button", { type: "submit", class: "main" }, "Count first"), remove, answer);
  Object.assign(parts, { keyspace, by, what, answer, remove, counted: null });
  by.addEventListener("change", () => (what.placeholder = { ids: "t1, t2", pattern: "t*", tag: "science" }[by.value]));
  form.addEventListener("input", forget);
  return h("div", { class: "below" }, h("h3", {}, "Invalidate"), form);
}

function field(id, label, input) {
  return h("p", { class: "field" }, h("label", { for: id }, label), input);
}

function forget() {
  parts.counted = null;
  parts.remove.disabled = true;
  text(parts.remove, "Remove");
  fill(parts.answer);
}

function meant() {
  const said = parts.what.value.trim();
  const by = parts.by.value;
  const value = by === "ids" ? said.split(/[\s,]+/).filter(id => id) : said;
  return { keyspace: parts.keyspace.value, [by]: value };
}

async function countFirst(event) {
  event.preventDefault();
  const what = meant();
  try {
    const found = await send("POST", at(space, "caches", "invalidate"), { ...what, dryRun: true });
    parts.counted = { what, matched: found.matched };
    parts.remove.disabled = found.matched === 0;
    text(parts.remove, `Remove ${count(found.matched)}`);
    fill(parts.answer, `${count(found.matched)} would be removed.`);
  } catch (error) {
    forget();
    fill(parts.answer, `${error.message} (${error.code})`);
  }
}

async function removeCounted() {
  const { what, matched } = parts.counted;
  const sure = await ask({
    title: `Remove ${count(matched)} of ${what.keyspace}?`,
    body: "Readers then load them from the origin, or get 404.",
    yes: "Remove",
    danger: true,
  });
  if (sure === null) {
    return;
  }
  try {
    const done = await send("POST", at(space, "caches", "invalidate"), what);
    forget();
    fill(parts.answer, done.queued ? "It waits until Redis is back." : `${count(done.removed)} removed.`);
    say(`${count(done.removed)} entries of ${what.keyspace} were removed.`);
  } catch (error) {
    complain(error);
  }
}
