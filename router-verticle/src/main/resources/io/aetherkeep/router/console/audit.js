/** Audit: who did what by which key, and when each key was last used. */

import { get } from "./api.js";
import { head } from "./detail.js";
import { age, count, date, h, many, span, text } from "./dom.js";
import { field, filters } from "./filters.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

/** The audit of a space holds no more. */
const MOST = 1000;

/** @param {Page} page */
export function list(page) {
  const keys = table(page, {
    caption: "Keys", key: row => row.id, data: "key", href: row => page.link("audit", [], { key: row.id }), fit: true,
    columns: [
      { name: "Key", cell: row => row.name || row.id, sort: row => row.name || row.id, rank: 1 },
      { name: "May", cell: row => row.scopes.join(", "), sort: row => row.scopes.join(), rank: 2 },
      { name: "Last used", number: true, cell: row => (row.lastUsedAt ? `${span(age(row.lastUsedAt))} ago` : "never"),
        sort: row => row.lastUsedAt && -Date.parse(row.lastUsedAt), rank: 1 },
      { name: "Uses", number: true, cell: row => count(row.uses), sort: row => row.uses, rank: 2 },
      { name: "For", cell: row => row.operation ?? "–", sort: row => row.operation, rank: 3 },
      { name: "Expires", cell: row => (row.expiresAt ? date(row.expiresAt) : "never"), sort: row => row.expiresAt, rank: 3 },
    ],
  });
  const operations = table(page, {
    caption: "Operations", key: row => `${row.at} ${row.requestId}`, data: "operation",
    tone: row => (row.status >= 400 ? "warn" : ""),
    columns: [
      { name: "At", cell: row => date(row.at), sort: row => row.at, rank: 1 },
      { name: "By", cell: row => row.by ?? "–", sort: row => row.by, rank: 1 },
      { name: "Operation", cell: row => h("span", { title: row.operation }, row.operation), sort: row => row.operation, rank: 2 },
      { name: "Path", cell: row => h("span", { title: row.path }, row.path), sort: row => row.path, rank: 3 },
      { name: "Status", number: true, cell: row => String(row.status), sort: row => row.status, rank: 2 },
      { name: "Request", cell: row => row.requestId, rank: 3 },
    ],
  });
  const figure = h("span", { class: "beside", role: "status" });
  /** @type {any[]} */
  let all = [];
  const draw = () => {
    const words = (page.filter.get("text") ?? "").toLowerCase();
    const key = page.filter.get("key");
    const shown = all.filter(row => (!key || row.key === key) && (!words || JSON.stringify(row).toLowerCase().includes(words)));
    text(figure, `${count(shown.length)} of ${many(all.length, "operation")}`);
    return operations.show(shown);
  };
  page.root.replaceChildren(
    head(page, "Audit", { beside: figure }),
    h("div", { class: "panel flush" }, loaded(page, keys.element, {
      every: 10_000, read: () => get(page.at("keys")), show: answer => keys.show(answer.items), none: "The node has no API key for this space.",
    })),
    filters(
      field(page, "text", "Contains", { placeholder: "a name, a path, a request", change: draw }),
      field(page, "key", "Key", { placeholder: "the id of a key", change: draw })),
    h("div", { class: "panel flush" }, loaded(page, operations.element, {
      every: 5000,
      read: () => operationsOf(page),
      show: found => {
        all = found;
        return draw();
      },
      none: "No operation of an administrator matches.",
    })));
}

/** @param {Page} page */
async function operationsOf(page) {
  const found = [];
  for (let cursor = ""; cursor !== null && found.length < MOST; ) {
    const part = await get(`${page.at("audit")}?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    found.push(...part.items);
    cursor = part.next;
  }
  return found;
}
