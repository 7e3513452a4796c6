/** Parts of the view of one thing: its head with the way back and its actions, facts, and values. */

import { fill, h } from "./dom.js";

/** @import { Page } from "./page.js" */

/**
 * The head of a view: the list it belongs to, its title, a badge, actions.
 *
 * @param {Page} page
 * @param {string} title
 * @param {{ list?: string, beside?: *, actions?: * }} [how] `list`: the name of the list, for one thing
 */
export function head(page, title, { list, beside, actions } = {}) {
  return h("div", { class: "head" },
    list && h("nav", { class: "back", "aria-label": "Back" }, h("a", { href: page.link(page.view) }, `← ${list}`)),
    h("div", { class: "heading" }, h("h2", { class: list ? "id" : null }, title), beside),
    actions && h("div", { class: "choices" }, actions));
}

/** A panel with a heading. @param {string} title @param {...*} content */
export function panel(title, ...content) {
  return h("section", { class: "panel", "aria-label": title }, h("div", { class: "heading" }, h("h3", {}, title)), ...content);
}

/**
 * Names and values; empty ones are left out.
 *
 * @param {Element} list a `dl`
 * @param {[string, *][]} rows
 */
export function facts(list, rows) {
  fill(list, rows.filter(([, value]) => value != null && value !== "" && value !== false).map(([name, value]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** An empty list for {@link facts}. */
export function factList() {
  return h("dl", { class: "facts" });
}

/** A value as JSON. @param {string} label */
export function jsonBox(label) {
  return h("pre", { class: "changes", tabindex: 0, role: "group", "aria-label": label });
}

/** @param {*} value */
export function pretty(value) {
  return JSON.stringify(value, null, 2);
}
