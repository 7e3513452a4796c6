/** The states of what is read: loading, empty, forbidden, unknown, failed, stale. */

import { h, span, text } from "./dom.js";
import { isDown, onReady } from "./ready.js";

/** @import { Page } from "./page.js" */

/**
 * Reads a value periodically and shows it. Until then, and if there is nothing, it is forbidden or it fails, a
 * sentence says so; an older value stays, greyed, with its age.
 *
 * @template T
 * @param {Page} page
 * @param {HTMLElement} content shown once there is a value
 * @param {{ every?: number, read: () => Promise<T>, show: (value: T) => boolean | void, none?: string, offline?: string }} how
 *     `show` returns false if there is nothing to show, which `none` says; `offline`: what is said while Redis is unavailable, of a
 *     value that the node has without it
 * @returns {HTMLElement}
 */
export function loaded(page, content, { every = 3000, read, show, none = "There is none.", offline }) {
  const note = h("p", { class: "none", role: "status" }, "Loading …");
  const box = h("div", { class: "loaded", data: { state: "loading" } }, note, content);
  let last = 0;
  const set = (state, words) => {
    box.dataset.state = state;
    note.hidden = !words;
    text(note, words);
    content.hidden = !["ready", "stale"].includes(state);
  };
  set("loading", "Loading …");
  page.poll(every, async () => {
    try {
      const value = await read();
      if (page.left) {
        return;
      }
      const some = show(value) !== false;
      if (isDown(page.space) && offline !== undefined) {
        set("ready", offline);
      } else if (isDown(page.space)) {
        set(some ? "stale" : "empty", some ? `Redis is unavailable: the last known values${last ? `, read ${span((Date.now() - last) / 1000)} ago` : ""}.` : none);
      } else {
        last = Date.now();
        set(some ? "ready" : "empty", some ? "" : none);
      }
    } catch (error) {
      if (!page.left) {
        set(...failure(error, last));
      }
      throw error;
    }
  });
  return box;
}

const LOADING = "Loading …";
const UNKNOWN = "Redis is unavailable, and nothing was read before.";

/**
 * Greys the values of a box that a topic keeps up to date, while Redis is unavailable.
 *
 * @param {Page} page
 * @param {HTMLElement} box
 * @param {HTMLElement} [note] says "Loading …" until the topic has a value
 */
export function greyed(page, box, note) {
  const draw = () => {
    const down = isDown(page.space);
    box.dataset.state = down ? "stale" : "ready";
    if (note && [LOADING, UNKNOWN].includes(note.textContent)) {
      text(note, down ? UNKNOWN : LOADING);
    }
  };
  onReady(page, draw);
  draw();
  return box;
}

/** @returns {[string, string]} */
function failure(error, last) {
  if (error.status === 401 || error.status === 403) {
    return ["forbidden", `Not shown: ${error.message}.`];
  }
  if (error.status === 404 || error.status === 410) {
    return ["unknown", `${error.message}.`];
  }
  if (last > 0) {
    return ["stale", `Read ${span((Date.now() - last) / 1000)} ago: ${error.message}.`];
  }
  return ["failed", `It cannot be read: ${error.message}. It is tried again.`];
}
