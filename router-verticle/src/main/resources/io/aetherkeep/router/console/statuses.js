/** Statuses: the jobs in progress, the stalled and failed ones; one with its course, children and streams. */

import { action } from "./actions.js";
import { events, get, read, send } from "./api.js";
import { factList, facts, head, jsonBox, panel, pretty } from "./detail.js";
import { age, count, date, fill, h, span, text, time } from "./dom.js";
import { field, filters } from "./filters.js";
import { again } from "./live.js";
import { failures } from "./past.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

export const KINDS = ["podcast", "request", "crawl", "deploy"];
const PAGES = 10;
const LIMIT = 500;

/** So many changes of one status are shown. */
const COURSE = 200;

/** Reads the statuses in progress of all kinds, up to some thousands. @param {Page} page @param {string[]} [kinds] */
export async function inProgress(page, kinds = KINDS) {
  const found = await Promise.all(kinds.map(async kind => {
    const items = new Map();
    let cursor = "";
    for (let i = 0; i < PAGES && cursor !== null; i++) {
      const part = await get(`${page.at("status", kind)}?limit=${LIMIT}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      part.items.forEach(item => items.set(item.id, { kind, name: `${kind}/${item.id}`, ...item }));
      cursor = part.next;
    }
    return [...items.values()];
  }));
  return found.flat();
}

/** Whether its worker has been silent for too long. */
export function isStalled(row) {
  return Boolean(row.stalledAt) && age(row.stalledAt) > 0;
}

function words(row) {
  return [row.document.status, isStalled(row) && "stalled", row.cancelRequested && "cancel requested"].filter(Boolean).join(" · ");
}

function meter(value, label) {
  return value == null ? "–" : [h("progress", { max: 100, value, "aria-label": label }), h("span", { class: "number" }, `${Math.round(value)} %`)];
}

/** The state of a badge by the phase of its status. */
const TONES = { running: "", done: "healthy", failed: "disabled" };

const COLUMNS = [
  { name: "Status", cell: row => row.name, sort: row => row.name, rank: 1 },
  { name: "State", cell: row => h("span", { class: "badge" }, words(row)), sort: row => row.document.status, rank: 1 },
  { name: "Progress", cell: row => meter(row.document.progress, `Progress of ${row.name}`), sort: row => row.document.progress, rank: 2 },
  { name: "Attempt", number: true, cell: row => count(row.attempt), sort: row => row.attempt, rank: 3 },
  { name: "Unchanged for", number: true, cell: row => span(age(row.updatedAt)), sort: row => age(row.updatedAt), rank: 2 },
  { name: "Estimated end", number: true, cell: row => (row.estimate ? time(row.estimate.completionTime) : "–"), sort: row => row.estimate?.completionTime, rank: 3 },
];

/** The failed jobs of the last hour, as the node recorded them. */
function failed(page) {
  return failures(page.space).map(one => ({
    kind: one.kind, id: one.id, name: `${one.kind}/${one.id}`, updatedAt: one.at, failed: true, document: one.document ?? { status: "failed" },
  }));
}

/** @param {Page} page */
export function list(page) {
  const columns = [...COLUMNS, { name: "Message", cell: row => (row.failed ? message(row.document) : ""), rank: 3 }];
  const rows = table(page, {
    caption: "Statuses", columns, key: row => row.name, data: "status",
    href: row => page.link("statuses", [row.kind, row.id]), tone: row => (row.failed ? "bad" : isStalled(row) ? "warn" : ""),
  });
  const chips = h("div", { class: "chips" });
  const none = h("p", { class: "none", role: "status" });
  const listed = new Map();
  const over = new Map();

  const draw = () => {
    const { kind = "", state = "", silent = "", id = "" } = Object.fromEntries(page.filter);
    const bad = new Map([...failed(page).map(row => [row.name, row]), ...over]);
    const all = state === "failed" ? [...bad.values()] : [...listed.values()];
    const shown = all.filter(row =>
      (!kind || row.kind === kind) && row.id.includes(id) && (!silent || age(row.updatedAt) >= 60 * Number(silent)) &&
      (!["stalled", "cancel"].includes(state) || (state === "stalled" ? isStalled(row) : row.cancelRequested)));
    const some = rows.show(shown.sort(byUrgency));
    rows.element.hidden = !some;
    none.hidden = some;
    text(none, state === "failed" ? "No job has failed in the last hour." : state || kind || id || silent ? "No job in progress matches." : "No job is in progress.");
    fill(chips, figures([...listed.values()], bad.size));
  };

  /** Applies a change before the next listing. */
  const changed = (kind, change) => {
    const name = `${kind}/${change.id}`;
    const row = { ...listed.get(name), kind, name, id: change.id, attempt: change.attempt, updatedAt: change.updatedAt,
      cancelRequested: change.cancelRequested, document: change.document };
    if (change.terminal) {
      listed.delete(name);
      if (change.failed) {
        over.set(name, { ...row, failed: true });
      }
    } else if (change.document) {
      over.delete(name);
      const patience = Date.parse(row.stalledAt) - Date.parse(listed.get(name)?.updatedAt);
      row.stalledAt = patience > 0 ? new Date(Date.parse(row.updatedAt) + patience).toISOString() : undefined;
      listed.set(name, row);
    }
    draw();
  };

  const states = /** @type {[string, string][]} */ ([["", "in progress"], ["stalled", "stalled"], ["cancel", "cancel requested"], ["failed", "failed, last hour"]]);
  page.root.replaceChildren(
    head(page, "Statuses", { beside: chips }),
    filters(
      field(page, "kind", "Kind", { options: [["", "all"], .../** @type {[string, string][]} */ (KINDS.map(kind => [kind, kind]))], change: draw }),
      field(page, "state", "State", { options: states, change: draw }),
      field(page, "silent", "Unchanged for", { options: [["", "any"], ["1", "1 min"], ["5", "5 min"], ["60", "an hour"]], change: draw }),
      field(page, "id", "Id contains", { change: draw })),
    h("div", { class: "panel flush" }, loaded(page, h("div", {}, rows.element, none), {
      every: 2000,
      read: () => inProgress(page),
      show: items => {
        listed.clear();
        items.forEach(row => listed.set(row.name, row));
        draw();
      },
    })));
  KINDS.forEach(kind => page.watch(`status/${kind}/*`, data => data?.id && changed(kind, data)));
  page.every(1000, draw);
}

/** The failed and stalled ones first, then those that changed last. */
function byUrgency(one, other) {
  const late = Number(isStalled(other)) - Number(isStalled(one));
  return late || other.updatedAt.localeCompare(one.updatedAt) || one.name.localeCompare(other.name);
}

function figures(rows, bad) {
  const states = new Map();
  for (const row of rows) {
    const word = `${row.kind} ${row.document.status}`;
    states.set(word, (states.get(word) ?? 0) + 1);
  }
  const late = rows.filter(isStalled).length;
  return [
    late > 0 && h("span", { class: "chip warn" }, `${count(late)} stalled`),
    bad > 0 && h("span", { class: "chip bad" }, `${count(bad)} failed`),
    ...[...states].sort((a, b) => b[1] - a[1]).slice(0, 8).map(([word, many]) => h("span", { class: "chip" }, `${word} `, h("b", {}, count(many)))),
  ];
}

function message(document) {
  const said = document?.error_message ?? document?.error ?? document?.message;
  return said == null ? "no message" : typeof said === "string" ? said : JSON.stringify(said);
}

/** @param {Page} page */
export function one(page) {
  const [kind, ...rest] = page.id;
  const id = rest.join("/");
  const list = factList();
  const badge = h("span", { class: "badge" });
  const document = jsonBox("Document");
  const links = h("ul", { class: "links", "aria-label": "Streams" });
  const streams = panel("Streams", links);
  const cancel = action(page, "Cancel", {
    needs: "write", danger: true, data: { act: "cancel" },
    effect: () => ({
      title: `Cancel ${kind}/${id}?`,
      body: "The worker of this attempt is requested to cancel, and may refuse. A Celery task is revoked.",
      fields: [{ name: "reason", label: "Why", required: true, value: "by an operator" }], yes: "Request",
    }),
    run: filled => send("POST", page.at("status", kind, id, "cancel"), filled),
    done: () => `The worker of ${kind}/${id} was requested to cancel.`,
  });
  const children = childrenOf(page, kind, id);
  const content = h("div", { class: "columns" }, panel("Status", list), panel("Document", document), streams);
  page.root.replaceChildren(
    head(page, `${kind}/${id}`, { list: "Statuses", beside: badge, actions: cancel }),
    loaded(page, content, {
      every: 2000,
      read: () => read(page.at("status", kind, id)),
      show: ({ headers, body }) => {
        const value = JSON.parse(body);
        const requested = headers.get("Status-Cancel-Requested");
        const phase = headers.get("Status-Phase");
        const final = phase !== "running";
        text(badge, [value.status, requested && !final && "cancel requested"].filter(Boolean).join(" · "));
        badge.dataset.state = TONES[phase];
        if (cancel) {
          cancel.disabled = final || Boolean(requested);
        }
        facts(list, rowsOf(page, value, headers));
        text(document, pretty(value));
        const named = Object.entries(object(value.streams)).filter(([, path]) => typeof path === "string");
        streams.hidden = named.length === 0;
        fill(links, named.map(([name, path]) =>
          h("li", {}, `${name} `, h("a", { class: "id", href: page.link("streams", path.split("/")) }, path))));
        children.show(headers.get("Status-Children"));
      },
    }),
    children.element, panel("Course", course(page, kind, id)));
}

/** The fields of a request are texts: an object is JSON. */
function object(value) {
  try {
    return (typeof value === "string" ? JSON.parse(value) : value) ?? {};
  } catch {
    return {};
  }
}

/** @returns {[string, *][]} */
function rowsOf(page, value, headers) {
  const [end, basis] = (headers.get("Status-Estimated-Completion") ?? "").split("; basis=");
  const [at, reason] = (headers.get("Status-Cancel-Requested") ?? "").split("; reason=%");
  const parent = typeof value.parent === "string" && /^(\w+)\/(.+)$/.exec(value.parent);
  return [
    ["progress", value.progress == null ? null : meter(value.progress, "Progress")],
    ["attempt", headers.get("Status-Attempt")],
    ["unchanged for", span(Number(headers.get("Age") ?? 0))],
    ["position in its queue", value.queuePosition == null ? null : count(value.queuePosition)],
    ["estimated end", end ? `${date(end)}, by its ${basis}` : value.estimated_completion_time && date(value.estimated_completion_time)],
    ["parent", parent ? h("a", { href: page.link("statuses", [parent[1], ...parent[2].split("/")]) }, value.parent) : null],
    ["cancel requested", at ? `${date(at)}${reason ? `: ${decodeURIComponent(reason.replace(/^"|"$/g, ""))}` : ""}` : null],
    ["message", value.error_message ?? value.error ?? value.message ? message(value) : null],
    ["source", headers.get("Aetherkeep-Stale") ? "the last known value: Redis is unavailable" : "Redis; who reported it is not recorded"],
    ["version", headers.get("ETag")],
  ];
}

/** So many children are listed at most; the sums count all. */
const MOST_CHILDREN = 2000;

/** The children of a status: their sum from its header, and each with its phase, also after its end. */
function childrenOf(page, kind, id) {
  const list = factList();
  const note = h("p", { class: "none", role: "status" });
  const rows = table(page, {
    caption: "Children", key: row => `${row.kind}/${row.id}`, data: "child", href: row => page.link("statuses", [row.kind, row.id]), fit: true,
    tone: row => (row.phase === "failed" ? "bad" : ""),
    columns: [
      { name: "Status", cell: row => `${row.kind}/${row.id}`, sort: row => `${row.kind}/${row.id}`, rank: 1 },
      { name: "Phase", cell: row => h("span", { class: "badge", data: { state: TONES[row.phase] } }, row.phase), sort: row => row.phase, rank: 1 },
      { name: "Progress", cell: row => row.phase === "failed" ? "–" : meter(row.progress, `Progress of ${row.kind}/${row.id}`), sort: row => row.progress, rank: 2 },
      { name: "Share of the parent", number: true, rank: 2,
        cell: row => `${(row.progress / total).toFixed(1)} of ${(100 / total).toFixed(1)} %` },
      { name: "Unchanged for", number: true, cell: row => span(age(row.updatedAt)), sort: row => -Date.parse(row.updatedAt), rank: 3 },
    ],
  });
  const box = panel("Children", list, note, rows.element);
  let total = 1;
  box.hidden = true;
  page.poll(4000, async () => {
    if (box.hidden) {
      return;
    }
    const found = new Map();
    for (let cursor = ""; cursor !== null && found.size < MOST_CHILDREN; ) {
      const part = await get(`${page.at("status", kind, id, "children")}?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      part.items.forEach(row => found.set(`${row.kind}/${row.id}`, row));
      cursor = part.next;
    }
    if (!page.left) {
      rows.element.hidden = !rows.show([...found.values()]);
      text(note, found.size === 0 ? "No child has reported yet." : found.size >= MOST_CHILDREN ? `The first ${count(found.size)} of more.` : "");
    }
  });
  return {
    element: box,
    show: header => {
      const sum = Object.fromEntries((header ?? "").split(",").filter(Boolean).map(part => part.trim().split("=")));
      const opened = box.hidden && header;
      box.hidden = !header;
      total = Math.max(1, Number(sum.total ?? 1));
      facts(list, [["all", sum.total], ["done", sum.done], ["failed", sum.failed],
        ["average progress", sum.progress == null ? null : meter(Number(sum.progress), "Average progress of the children")]]);
      opened && again();
    },
  };
}

/** The changes of a status from the first that is kept, as they come. */
function course(page, kind, id) {
  const steps = h("ol", { class: "feed course", "aria-label": "Course" });
  const note = h("p", { class: "none", role: "status" }, "Loading …");
  let last = 0;
  const line = (at, words, beside) => {
    const since = last ? `after ${span((at - last) / 1000)}` : "";
    last = at;
    steps.append(h("li", {}, h("time", { datetime: new Date(at).toISOString() }, time(at)), h("b", {}, words), h("span", { class: "beside" }, [beside, since].filter(Boolean).join(" · "))));
    [...steps.children].slice(0, -COURSE).forEach(old => old.remove());
  };
  const take = event => {
    const data = JSON.parse(event.data || "null");
    const at = Number(event.id.split("-")[0]) || Date.now();
    note.hidden = true;
    if (event.event === "status") {
      line(at, data.status, data.progress == null ? "" : `${Math.round(data.progress)} %`);
    } else if (event.event === "cancel-requested") {
      line(Date.parse(data.requestedAt) || at, "cancel requested", data.reason);
    } else if (event.event === "gap") {
      line(at, "earlier changes are no longer kept", "");
    } else if (event.event === "gone") {
      line(at, data.code, "");
    }
  };
  /** Reconnects until the server answers that no change follows: the status is final, or gone. */
  const follow = async (after = "0-0") => {
    let over = false;
    try {
      for await (const event of events(page.at("status", kind, id), page.signal, after)) {
        take(event);
        after = event.id || after;
        over = event.event === "gone" || event.event === "end";
      }
    } catch (error) {
      over = "code" in error && error.status < 500;
      page.left || text(note, `${error.message}.`);
    }
    if (!page.left && !over) {
      const timer = setTimeout(() => follow(after), 3000);
      page.onLeave(() => clearTimeout(timer));
    }
  };
  follow();
  return h("div", {}, note, steps);
}
