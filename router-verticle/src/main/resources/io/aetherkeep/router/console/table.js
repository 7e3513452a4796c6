/** The table of all lists: a row is a link to one thing, columns sort, and only rows in sight are elements. */

import { fill, h, text } from "./dom.js";

/** @import { Page } from "./page.js" */

const ROW = 34;
const BEYOND = 12;

/** Scroll positions by address, for the way back. */
const places = new Map();

/**
 * @template R
 * @typedef {object} Column
 * @property {string} name
 * @property {(row: R) => *} cell a text, an element, or several
 * @property {(row: R) => *} [sort] a value to sort by
 * @property {boolean} [number] aligned to the right
 * @property {number} [rank] 1 is shown on phones, 2 on tablets, 3 on wide screens only
 */

/**
 * @template R
 * @param {Page} page
 * @param {{ caption: string, columns: Column<R>[], key: (row: R) => string, href?: (row: R) => string,
 *     data?: string, tone?: (row: R) => string, fit?: boolean }} how `data`: the attribute of a row with its key
 * @returns {{ element: HTMLElement, show: (rows: R[]) => boolean }}
 */
export function table(page, { caption, columns, key, href, data = "row", tone = () => "", fit = false }) {
  const body = h("tbody");
  const [above, below] = [h("tr", { class: "beyond", "aria-hidden": "true" }), h("tr", { class: "beyond", "aria-hidden": "true" })];
  const heads = columns.map(column => head(column));
  const grid = h("table", { class: "rows" },
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, heads)), body);
  const element = h("div", { class: fit ? "window fit" : "window", role: "group", "aria-label": caption, tabindex: 0 }, grid);
  const made = new Map();
  const address = `${location.pathname} ${caption}`;
  let rows = [];
  let restored = false;
  let [by, down] = sorting(page.filter.get("sort") ?? "");

  function head(column) {
    const cell = h("th", { scope: "col", class: kind(column) });
    cell.append(column.sort ? h("button", { type: "button", class: "sorter", click: () => order(column) }, column.name) : column.name);
    return cell;
  }

  function order(column) {
    down = by === column.name ? !down : Boolean(column.number);
    by = column.name;
    page.narrow("sort", `${down ? "-" : ""}${by}`);
    show(rows);
  }

  function show(next) {
    const column = columns.find(one => one.name === by && one.sort);
    rows = column ? [...next].sort((a, b) => compare(column.sort(a), column.sort(b)) * (down ? -1 : 1)) : next;
    heads.forEach((cell, i) => cell.setAttribute("aria-sort", columns[i] === column ? (down ? "descending" : "ascending") : "none"));
    grid.setAttribute("aria-rowcount", String(rows.length + 1));
    draw();
    if (!restored && rows.length > 0) {
      restored = true;
      element.scrollTop = places.get(address) ?? 0;
    }
    return rows.length > 0;
  }

  function draw() {
    const first = Math.max(0, Math.floor(element.scrollTop / ROW) - BEYOND);
    const shown = rows.slice(first, first + Math.ceil((element.clientHeight || 600) / ROW) + 2 * BEYOND);
    const wanted = new Set(shown.map(key));
    for (const [id, row] of made) {
      if (!wanted.has(id)) {
        row.remove();
        made.delete(id);
      }
    }
    above.style.height = `${first * ROW}px`;
    below.style.height = `${(rows.length - first - shown.length) * ROW}px`;
    if (!above.isConnected) {
      body.append(above, below);
    }
    shown.forEach((row, i) => place(row, first + i, body.children[i + 1]));
  }

  function place(row, index, there) {
    const id = key(row);
    if (!made.has(id)) {
      made.set(id, make(row, id));
    }
    const line = made.get(id);
    line.dataset.index = String(index);
    line.setAttribute("aria-rowindex", String(index + 2));
    line.dataset.tone = tone(row);
    columns.forEach((column, i) => put(i === 0 && href ? line.firstChild.firstChild : line.children[i], column.cell(row)));
    if (href) {
      line.firstChild.firstChild.setAttribute("href", href(row));
    }
    if (there !== line) {
      body.insertBefore(line, there ?? below);
    }
  }

  function make(row, id) {
    const cells = columns.map((column, i) =>
      i === 0
        ? h("th", { scope: "row", class: `id ${kind(column)}` }, href && h("a", { href: href(row) }))
        : h("td", { class: kind(column) }));
    return h("tr", { data: { [data]: id } }, cells);
  }

  /** Arrow keys go from row to row, also to those out of sight. */
  function step(event) {
    const line = event.target.closest("tr[data-index]");
    const move = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!move || !href || event.target.closest("input, select, textarea")) {
      return;
    }
    const at = line ? Number(line.dataset.index) + move : 0;
    const index = Math.max(0, Math.min(rows.length - 1, at));
    event.preventDefault();
    if (index * ROW < element.scrollTop || (index + 2) * ROW > element.scrollTop + element.clientHeight) {
      element.scrollTop = Math.max(0, index * ROW - element.clientHeight / 2);
      draw();
    }
    const link = /** @type {HTMLElement | null} */ (body.querySelector(`[data-index="${index}"] a`));
    link?.focus({ preventScroll: true });
  }

  element.addEventListener("scroll", () => {
    places.set(address, element.scrollTop);
    draw();
  });
  element.addEventListener("keydown", step);
  const size = new ResizeObserver(draw);
  size.observe(element);
  page.onLeave(() => size.disconnect());
  return { element, show };
}

function put(cell, value) {
  if (typeof value === "string" || typeof value === "number") {
    text(cell, value);
  } else {
    fill(cell, value);
  }
}

/** @param {string} said */
function sorting(said) {
  return said.startsWith("-") ? [said.slice(1), true] : [said, false];
}

/** @param {{ number?: boolean, rank?: number }} column */
function kind({ number, rank = 2 }) {
  return `${number ? "number " : ""}rank-${rank}`;
}

/** Unknown values come last in ascending order. */
function compare(one, other) {
  if (one == null || other == null) {
    return (one == null ? 1 : 0) - (other == null ? 1 : 0);
  }
  return typeof one === "string" ? one.localeCompare(other) : one - other;
}
