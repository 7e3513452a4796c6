/** Configurations: the list; one with an editor, its versions, any two side by side, and rollback. */

import { action } from "./actions.js";
import { may } from "./access.js";
import { go } from "./address.js";
import { get, send, tagOf } from "./api.js";
import { head, panel, pretty } from "./detail.js";
import { row, shown, sides } from "./diff.js";
import { count, date, fill, h, many, span, text } from "./dom.js";
import { ask, say } from "./dialogs.js";
import { nameOf, silence } from "./peers.js";
import { greyed, loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

/** Names with schemas; they are listed even if they do not exist. */
const KNOWN = ["council", "deliberation", "synthesis", "performance"];

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Configurations", key: row => row.name, data: "config", href: row => page.link("configs", row.name),
    columns: [
      { name: "Name", cell: row => row.name, sort: row => row.name, rank: 1 },
      { name: "Version", number: true, cell: row => (row.number ? count(row.number) : "–"), sort: row => row.number, rank: 1 },
      { name: "Changed", cell: row => (row.updatedAt ? date(row.updatedAt) : row.absent ? "does not exist" : "unknown"), sort: row => row.updatedAt, rank: 2 },
      { name: "By", cell: row => [row.by ?? "–", row.claimedBy && ` (${row.claimedBy})`].filter(Boolean).join(""), sort: row => row.by, rank: 2 },
    ],
  });
  const what = h("input", { id: "config-name", autocomplete: "off", required: true, spellcheck: "false", placeholder: "a name" });
  page.root.replaceChildren(
    head(page, "Configurations"),
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      every: 3000,
      read: async () => (await get(`${page.at("configs")}?limit=1000`)).items,
      show: items => {
        const there = new Set(items.map(item => item.name));
        return rows.show([...items, ...KNOWN.filter(name => !there.has(name)).map(name => ({ name, absent: true }))]);
      },
    })),
    h("form", { class: "line panel", submit: event => { event.preventDefault(); go(page.link("configs", what.value.trim())); } },
      h("p", { class: "field grow" }, h("label", { for: "config-name" }, "Open or create by name"), what),
      h("button", { type: "submit", class: "main" }, "Open")));
}

/** @param {Page} page */
export function one(page) {
  const [name] = page.id;
  const place = page.at("configs", name);
  const mayWrite = may(page.space, "admin");
  const editor = h("textarea", { id: "config-text", rows: 16, spellcheck: "false", readonly: !mayWrite, "aria-describedby": "config-error", input: compare });
  const error = h("p", { id: "config-error", class: "wrong", role: "alert" });
  const diff = h("pre", { class: "changes", tabindex: 0, role: "group", "aria-label": "What would change" });
  const save = h("button", { type: "button", class: "main", disabled: true, click: write }, "Save");
  const reset = h("button", { type: "button", class: "quiet", disabled: true, click: () => take(stored, true) }, "Discard");
  const versions = h("ol", { class: "versions", "aria-label": "Versions" });
  const [left, right] = ["left", "right"].map(side => h("select", { id: `side-${side}`, change: choose }));
  const both = h("div", { class: "sides" });
  let stored = null;
  let base = "";
  let tag = null;
  let values = new Map();
  let chosen = false;

  page.root.replaceChildren(
    head(page, name, { list: "Configurations" }),
    h("div", { class: "split" },
      greyed(page, panel("Value", h("p", { class: "field" }, h("label", { for: "config-text" }, "JSON"), editor), error, diff,
        mayWrite && h("div", { class: "choices" }, reset, save))),
      panel("Versions", versions)),
    panel("Nodes", convergence(page, place)),
    panel("Side by side", h("div", { class: "line" },
      h("p", { class: "field" }, h("label", { for: "side-left" }, "Version"), left),
      h("p", { class: "field" }, h("label", { for: "side-right" }, "and version"), right)), both));

  /** After a concurrent change, the edited text stays, and is compared with the current value. */
  async function changed(data) {
    const clean = editor.value === base;
    let next = data;
    let nextTag = null;
    try {
      next = data === null ? null : await get(place);
      nextTag = data === null ? null : tagOf(place);
    } catch (thrown) {
      next = thrown.code === "config-unknown" ? null : data;
    }
    if (!page.left) {
      tag = nextTag;
      take(next, clean);
      history();
    }
  }

  function take(value, over) {
    const mine = over ? null : editor.value;
    stored = value;
    base = value === null ? "" : pretty(value);
    editor.value = mine ?? base;
    editor.placeholder = value === null ? `There is no ${name} yet.` : "";
    compare();
  }

  function compare() {
    const edited = editor.value !== base;
    save.disabled = !edited;
    reset.disabled = !edited;
    error.textContent = "";
    diff.hidden = !edited;
    diff.replaceChildren(...(edited ? shown(base, editor.value) : []));
  }

  async function write() {
    error.textContent = "";
    // A change that comes while the dialog is open must lead to a conflict.
    const written = editor.value;
    const condition = stored === null ? { "If-None-Match": "*" } : { "If-Match": tag };
    try {
      JSON.parse(written);
    } catch (wrong) {
      error.textContent = `This is not JSON: ${wrong.message}`;
      return;
    }
    const sure = await ask({
      title: `Save ${name} in ${page.space}?`,
      body: h("pre", { class: "changes", tabindex: 0, "aria-label": "What changes" }, shown(base, written)),
      yes: "Save",
    });
    if (sure === null) {
      return;
    }
    try {
      await send("PUT", place, written, { ...condition, From: "console" });
      base = written;
      say(`${name} was saved.`);
      await changed({});
    } catch (refused) {
      error.textContent = `${refused.message} (${refused.code})`;
      if (refused.code === "version-conflict") {
        await changed({});
        error.textContent = "It has changed meanwhile: compare, and save again.";
      }
    }
  }

  async function history() {
    let items = [];
    try {
      items = (await get(`${place}/versions`)).items;
    } catch (refused) {
      if (refused.code !== "config-unknown") {
        fill(versions, h("li", { class: "none" }, refused.message));
        return;
      }
    }
    if (page.left) {
      return;
    }
    versions.replaceChildren(...(items.length ? items.map(version) : [h("li", { class: "none" }, "No version yet.")]));
    values = valuesOf(items, stored);
    [left, right].forEach((select, i) => {
      const kept = chosen ? select.value : "";
      select.replaceChildren(...items.map(({ number }) => h("option", { value: number }, String(number))));
      select.value = [...select.options].some(option => option.value === kept) ? kept : String(items[Math.min(1 - i, items.length - 1)]?.number ?? "");
    });
    drawSides();
  }

  function choose() {
    chosen = true;
    drawSides();
  }

  function drawSides() {
    const [one, other] = [left, right].map(select => values.get(Number(select.value)));
    if (one === undefined || other === undefined) {
      fill(both, h("p", { class: "none" }, values.size < 2 ? "There are no two versions yet." : "That version cannot be restored from the recorded changes."));
    } else {
      both.replaceChildren(...sides(one === null ? "" : pretty(one), other === null ? "" : pretty(other),
        [`Version ${left.value}`, `Version ${right.value}`]));
    }
  }

  function version(one, index) {
    const back = index > 0 && one.version && action(page, `Back to ${one.number}`, {
      needs: "admin",
      effect: () => ({ title: `Back to version ${one.number} of ${name}?`, body: "The value of that version is written as a new version; no version is lost.", yes: "Roll back" }),
      run: () => send("POST", `${place}/rollback`, { version: one.number }, { From: "console" }),
      done: () => {
        base = editor.value;
        changed({});
        return `${name} is as it was at version ${one.number}.`;
      },
    });
    return h("li", { data: { version: one.number } },
      h("details", { open: index === 0 },
        h("summary", {}, h("b", {}, count(one.number)), ` ${date(one.at)} · ${one.by}${one.version ? "" : " · removed"}`),
        h("pre", { class: "changes", tabindex: 0, role: "group", "aria-label": `What version ${one.number} changed` }, changes(one.diff))),
      back);
  }

  page.watch(`config/${name}`, changed);
  changed({});
}

/** Which node has which version, and which its watchers have received. @param {Page} page @param {string} place */
function convergence(page, place) {
  const said = h("p", { class: "beside", role: "status" });
  const missing = h("div");
  let nodes = [];
  let version = null;
  const which = value => (value === version ? "this version" : "another version");
  const rows = table(page, {
    caption: "Nodes", key: row => row.node, data: "convergence", fit: true, tone: row => (isLate(row) ? "warn" : ""),
    columns: [
      { name: "Node", cell: row => nameOf(nodes, row.node), sort: row => nameOf(nodes, row.node), rank: 1 },
      { name: "Watchers", number: true, cell: row => count(row.watchers), sort: row => row.watchers, rank: 1 },
      { name: "They have", cell: row => (row.watchers === 0 ? "–" : row.delivered.map(which).join(", ") || "nothing yet"), rank: 1 },
      { name: "In memory", cell: row => (row.held.version === null ? "no copy" : `${which(row.held.version)}, ${span(row.held.ageSeconds)} old`), rank: 2 },
    ],
  });
  const isLate = row => row.watchers > 0 && row.delivered.some(one => one !== version);
  return loaded(page, h("div", {}, said, missing, rows.element), {
    every: 2000,
    read: () => get(`${place}/nodes`),
    show: found => {
      ({ nodes, version } = found);
      const late = found.items.filter(isLate).length;
      const watchers = found.items.reduce((sum, row) => sum + row.watchers, 0);
      text(said, version === null ? "It does not exist." : watchers === 0 ? "Nobody watches it."
        : late > 0 ? `Watchers of ${many(late, "node")} have another version.` : `${many(watchers, "watcher")} on ${many(found.items.filter(row => row.watchers > 0).length, "node")}: all have this version.`);
      fill(missing, silence(nodes));
      return rows.show(found.items);
    },
  });
}

/** Shows a difference as a list of changed positions. */
function changes(diff) {
  const rows = diff.flatMap(one => {
    const place = one.path || "/";
    if (one.op === "more") {
      return [row(" ", "and more")];
    }
    if (one.op === "unknown") {
      return [row(" ", "the previous value is not known")];
    }
    if (one.omitted) {
      return [row(" ", `${place}: too long to show`)];
    }
    return [
      one.op !== "add" && row("-", `${place} ${JSON.stringify(one.from)}`),
      one.op !== "remove" && row("+", `${place} ${JSON.stringify(one.value)}`),
    ].filter(Boolean);
  });
  return rows.length ? rows : [row(" ", "nothing")];
}

/**
 * The value of each version by its number, from the newest back, as far as the recorded differences tell it.
 * Null stands for a removed configuration.
 */
export function valuesOf(versions, newest) {
  const values = new Map();
  let value = newest;
  for (const version of versions) {
    values.set(version.number, version.version ? value : null);
    value = before(version, version.version ? value : null);
    if (value === undefined) {
      break;
    }
  }
  return values;
}

/** Undoes a difference; undefined if it does not tell all. */
function before(version, value) {
  if (version.diff.some(one => ["more", "unknown"].includes(one.op) || one.omitted)) {
    return undefined;
  }
  const copy = { root: structuredClone(value) };
  for (const { op, path, from } of [...version.diff].reverse()) {
    const steps = ["root", ...path.split("/").slice(1).map(step => step.replaceAll("~1", "/").replaceAll("~0", "~"))];
    const last = steps.pop();
    const parent = steps.reduce((node, step) => node?.[step], copy);
    if (parent === null || typeof parent !== "object") {
      return undefined;
    }
    if (op === "add") {
      Array.isArray(parent) ? parent.splice(Number(last), 1) : delete parent[last];
    } else if (op === "remove" && Array.isArray(parent)) {
      parent.splice(Number(last), 0, from);
    } else {
      parent[last] = from;
    }
  }
  return copy.root === undefined ? null : copy.root;
}
