/** The status board: jobs in progress, stalled and failed. */

import { at, get, send } from "./api.js";
import { ask, complain, say } from "./dialogs.js";
import { age, count, fill, h, heading, keep, span, text, time } from "./dom.js";
import { poll, Watched } from "./live.js";
import { failures, onPast } from "./past.js";

const KINDS = ["podcast", "request", "crawl", "deploy"];
const watched = new Watched(100);
const listed = new Map();
const failed = new Map();
const stops = [];
let space;
let parts;

export function start(root) {
  const counts = h("div", { class: "chips" });
  const body = h("tbody");
  const table = h("table", { class: "rows" },
    h("caption", { class: "unseen" }, "Jobs in progress, the stalled first"),
    h("thead", {}, h("tr", {},
      ["Kind", "Id", "State", "Progress", "Unchanged for", "Estimated end", ""].map(name => h("th", { scope: "col" }, name)))),
    body);
  const none = h("p", { class: "none" }, "No job is in progress.");
  const list = h("ul", { class: "errors", "aria-label": "Failed" });
  const noErrors = h("p", { class: "none" }, "No job has failed.");
  root.append(heading("statuses", "Status board", counts),
    h("div", { class: "split" },
      h("div", { class: "scroll" }, table, none),
      h("div", {}, h("h3", {}, "Recent failures"), list, noErrors)));
  parts = { counts, body, table, none, list, noErrors };
  onPast(changed => changed === space && drawFailures());
}

export function enter(next) {
  space = next;
  listed.clear();
  failed.clear();
  for (const kind of KINDS) {
    stops.push(poll(2000, async () => list(kind, (await get(`${at(next, "status", kind)}?limit=100`)).items)));
  }
  const clock = setInterval(draw, 1000);
  stops.push(() => clearInterval(clock));
  draw();
  drawFailures();
}

export function leave() {
  stops.splice(0).forEach(stop => stop());
  watched.clear();
}

function list(kind, items) {
  const before = new Map([...listed].filter(([, row]) => row.kind === kind));
  before.forEach((row, name) => listed.delete(name));
  for (const item of items) {
    const name = `${kind}/${item.id}`;
    listed.set(name, { kind, name, ...item });
  }
  watched.only([...listed.values()].sort(byUrgency).map(row => `status/${row.name}`), changed);
  draw();
}

/** Applies a change from the socket before the next listing. */
function changed(topic, document) {
  const name = topic.slice("status/".length);
  const row = listed.get(name);
  if (!row || !document) {
    return;
  }
  const other = JSON.stringify(row.document) !== JSON.stringify(document);
  if (["error", "failed"].includes(document.status)) {
    failed.set(name, { kind: row.kind, id: row.id, at: new Date().toISOString(), document });
    drawFailures();
  }
  if (["error", "failed", "cancelled", "completed", "ready_to_stream"].includes(document.status)) {
    listed.delete(name);
  } else if (other) {
    listed.set(name, { ...row, document, ...justNow(row) });
  }
  draw();
}

/** Approximate times of a changed row; the next listing has exact ones. */
function justNow(row) {
  const patience = Date.parse(row.stalledAt) - Date.parse(row.updatedAt);
  const now = Date.now();
  return { updatedAt: new Date(now).toISOString(), stalledAt: new Date(now + patience).toISOString() };
}

function stalled(row) {
  return age(row.stalledAt) > 0;
}

function byUrgency(one, other) {
  return one.updatedAt.localeCompare(other.updatedAt) || one.name.localeCompare(other.name);
}

function draw() {
  const rows = [...listed.values()].sort(byUrgency);
  const front = [...rows.filter(stalled), ...rows.filter(row => !stalled(row)).reverse()].slice(0, 60);
  keep(parts.body, front, row => row.name, made);
  parts.table.hidden = rows.length === 0;
  parts.none.hidden = rows.length > 0;
  fill(parts.counts, chips(rows));
}

function chips(rows) {
  const states = new Map();
  for (const row of rows) {
    const word = `${row.kind} ${row.document.status}`;
    states.set(word, (states.get(word) ?? 0) + 1);
  }
  const late = rows.filter(stalled).length;
  return [
    late > 0 && h("span", { class: "chip warn" }, `${count(late)} stalled`),
    ...[...states].sort().map(([word, many]) => h("span", { class: "chip" }, `${word} `, h("b", {}, count(many)))),
  ];
}

function made(first) {
  const meter = h("progress", { max: 100, "aria-label": `Progress of ${first.name}` });
  const figure = h("span", { class: "number" });
  const state = h("span", { class: "badge" });
  const silence = h("td", { class: "number" });
  const done = h("td", { class: "number" });
  const button = h("button", { type: "button", class: "quiet", click: () => cancel(current) }, "Cancel");
  let current = first;
  const element = h("tr", { data: { status: first.name } },
    h("td", {}, first.kind), h("th", { scope: "row", class: "id" }, first.id), h("td", {}, state),
    h("td", { class: "progress" }, meter, figure), silence, done, h("td", {}, button));
  return {
    element,
    update: row => {
      current = row;
      const progress = row.document.progress;
      element.classList.toggle("stalled", stalled(row));
      text(state, [row.document.status, stalled(row) && "stalled", row.cancelRequested && "cancel requested"]
        .filter(Boolean).join(" · "));
      button.disabled = Boolean(row.cancelRequested);
      meter.hidden = progress == null;
      meter.value = progress ?? 0;
      text(figure, progress == null ? "–" : `${Math.round(progress)} %`);
      text(silence, span(age(row.updatedAt)));
      text(done, row.estimate ? time(row.estimate.completionTime) : "–");
    },
  };
}

async function cancel(row) {
  const answer = await ask({
    title: `Cancel ${row.name}?`,
    body: "The worker is requested to cancel, and may refuse. A Celery task is revoked.",
    fields: [{ name: "reason", label: "Why", required: true, value: "by an operator" }],
    yes: "Request",
    danger: true,
  });
  if (!answer) {
    return;
  }
  try {
    const requested = await send("POST", at(space, "status", row.kind, row.id, "cancel"), answer);
    if (listed.has(row.name)) {
      listed.set(row.name, { ...listed.get(row.name), cancelRequested: requested?.cancelRequested ?? {} });
      draw();
    }
    say(`The worker of ${row.name} was requested to cancel.`);
  } catch (error) {
    complain(error);
  }
}

function drawFailures() {
  const all = new Map(failures(space).map(one => [`${one.kind}/${one.id}`, one]));
  failed.forEach((one, name) => all.set(name, one));
  const newest = [...all.values()].sort((a, b) => b.at.localeCompare(a.at)).slice(0, 6);
  parts.noErrors.hidden = newest.length > 0;
  fill(parts.list, newest.map(one =>
    h("li", {},
      h("span", { class: "id" }, `${one.kind}/${one.id}`), h("time", { datetime: one.at }, time(one.at)),
      h("p", {}, message(one.document)))));
}

function message(document) {
  const said = document?.error_message ?? document?.error ?? document?.message;
  return said == null ? "no message" : typeof said === "string" ? said : JSON.stringify(said);
}
