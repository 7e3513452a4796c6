/** Configurations: editing with validation, versions, and rollback. */

import { at, get, send, tagOf } from "./api.js";
import { row, shown } from "./diff.js";
import { count, date, fill, h, heading } from "./dom.js";
import { ask, complain, say } from "./dialogs.js";
import { watch } from "./live.js";

const KNOWN = ["council", "deliberation", "synthesis", "performance"];
let space;
let parts;
let name = "deliberation";
let stored = null;
let base = "";
let tag = null;
let leaveTopic = () => {};

export function start(root) {
  const choice = h("input", { id: "config-name", list: "config-names", value: name, autocomplete: "off", change: () => choose(choice.value.trim()) });
  const names = h("datalist", { id: "config-names" });
  const text = h("textarea", { id: "config-text", rows: 11, spellcheck: "false", "aria-describedby": "config-error", input: compare });
  const error = h("p", { id: "config-error", class: "wrong", role: "alert" });
  const diff = h("pre", { class: "changes", tabindex: 0, "aria-label": "What would change" });
  const save = h("button", { type: "button", class: "main", disabled: true, click: write }, "Save");
  const reset = h("button", { type: "button", class: "quiet", disabled: true, click: () => take(stored, true) }, "Discard");
  const versions = h("ol", { class: "versions", "aria-label": "Versions" });
  parts = { choice, names, text, error, diff, save, reset, versions };
  root.append(
    heading("configs", "Configurations", h("p", { class: "field inline" }, h("label", { for: "config-name" }, "Name"), choice, names)),
    h("div", { class: "split" },
      h("div", {},
        h("p", { class: "field" }, h("label", { for: "config-text" }, "JSON"), text), error, diff,
        h("div", { class: "choices" }, reset, save)),
      h("div", {}, h("h3", {}, "Versions"), versions)));
}

export function enter(next) {
  space = next;
  choose(name);
}

export function leave() {
  leaveTopic();
}

function place() {
  return at(space, "configs", name);
}

function choose(next) {
  leaveTopic();
  name = next || "deliberation";
  parts.choice.value = name;
  take(null, true);
  suggest();
  leaveTopic = watch(`config/${name}`, changed);
  history();
}

/** The names to choose from: those with schemas, and existing ones. */
async function suggest() {
  const asked = space;
  const there = await get(`${at(space, "configs")}?limit=1000`).then(list => list.items, () => []);
  if (asked === space) {
    const names = new Set([...KNOWN, ...there.map(item => item.name)]);
    fill(parts.names, [...names].map(each => h("option", { value: each })));
  }
}

/** After a concurrent change, the edited text stays, and is compared with the current value. */
async function changed(data) {
  const clean = parts.text.value === base;
  try {
    stored = data === null ? null : await get(place());
    tag = data === null ? null : tagOf(place());
  } catch {
    stored = data;
  }
  take(stored, clean);
  history();
}

function pretty(value) {
  return value === null ? "" : JSON.stringify(value, null, 2);
}

function take(value, over) {
  const mine = over ? null : parts.text.value;
  stored = value;
  base = pretty(value);
  parts.text.value = mine ?? base;
  parts.text.placeholder = value === null ? `There is no ${name} yet.` : "";
  compare();
}

function compare() {
  const edited = parts.text.value !== base;
  parts.save.disabled = !edited;
  parts.reset.disabled = !edited;
  parts.error.textContent = "";
  parts.diff.hidden = !edited;
  parts.diff.replaceChildren(...(edited ? shown(base, parts.text.value) : []));
}

async function write() {
  parts.error.textContent = "";
  try {
    JSON.parse(parts.text.value);
  } catch (error) {
    parts.error.textContent = `This is not JSON: ${error.message}`;
    return;
  }
  const sure = await ask({
    title: `Save ${name} in ${space}?`,
    body: h("pre", { class: "changes", tabindex: 0, "aria-label": "What changes" }, shown(base, parts.text.value)),
    yes: "Save",
  });
  if (sure === null) {
    return;
  }
  const condition = stored === null ? { "If-None-Match": "*" } : { "If-Match": tag };
  try {
    await send("PUT", place(), parts.text.value, { ...condition, From: "console" });
    base = parts.text.value;
    say(`${name} was saved.`);
    await changed({});
  } catch (error) {
    parts.error.textContent = `${error.message} (${error.code})`;
    if (error.code === "version-conflict") {
      await changed({});
      parts.error.textContent = "It has changed meanwhile: compare, and save again.";
    }
  }
}

async function history() {
  const of = name;
  let items = [];
  try {
    items = (await get(`${place()}/versions`)).items;
  } catch (error) {
    if (error.code !== "config-unknown") {
      fill(parts.versions, h("li", { class: "none" }, error.message));
      return;
    }
  }
  if (of === name) {
    parts.versions.replaceChildren(...(items.length ? items.map(version) : [h("li", { class: "none" }, "No version yet.")]));
  }
}

function version(one, index) {
  const back = index > 0 && one.version &&
    h("button", { type: "button", class: "quiet", click: () => rollback(one) }, `Back to ${one.number}`);
  return h("li", { data: { version: one.number } },
    h("details", { open: index === 0 },
      h("summary", {}, h("b", {}, `${count(one.number)}`), ` ${date(one.at)} · ${one.by}${one.version ? "" : " · removed"}`),
      h("pre", { class: "changes", tabindex: 0, "aria-label": `What version ${one.number} changed` }, changes(one.diff))),
    back);
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

async function rollback(one) {
  const sure = await ask({
    title: `Back to version ${one.number} of ${name}?`,
    body: "The value of that version is written as a new version; no version is lost.",
    yes: "Roll back",
  });
  if (sure === null) {
    return;
  }
  try {
    await send("POST", `${place()}/rollback`, { version: one.number }, { From: "console" });
    base = parts.text.value;
    say(`${name} is as it was at version ${one.number}.`);
    await changed({});
  } catch (error) {
    complain(error);
  }
}
