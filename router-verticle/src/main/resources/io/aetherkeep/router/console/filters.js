/** The filters above a list; each is a part of the address. */

import { h } from "./dom.js";

/** @import { Page } from "./page.js" */

/** @param {...HTMLElement} fields */
export function filters(...fields) {
  return h("form", { class: "line filters", role: "search", "aria-label": "Filter", submit: event => event.preventDefault() }, fields);
}

/**
 * @param {Page} page
 * @param {string} name of the filter in the address
 * @param {string} label
 * @param {{ options?: [string, string][], placeholder?: string, change: () => void }} how a choice with `options`, else a text
 */
export function field(page, name, label, { options, placeholder = "", change }) {
  const id = `filter-${name}`;
  const value = page.filter.get(name) ?? "";
  /** @type {HTMLSelectElement | HTMLInputElement} */
  const input = options
    ? h("select", { id }, options.map(([word, shown]) => h("option", { value: word, selected: word === value }, shown)))
    : h("input", { id, type: "search", value, placeholder, autocomplete: "off", spellcheck: "false" });
  input.addEventListener("input", () => {
    page.narrow(name, input.value.trim());
    change();
  });
  return h("p", { class: "field" }, h("label", { for: id }, label), input);
}

/** Calls back once a user has paused typing. @param {Page} page @param {() => void} callback */
export function debounced(page, callback) {
  let timer;
  page.onLeave(() => clearTimeout(timer));
  return () => {
    clearTimeout(timer);
    timer = setTimeout(callback, 300);
  };
}
