/** Actions: shown if the credential permits them, confirmed with their effect, and followed by a message. */

import { may } from "./access.js";
import { ask, complain, say } from "./dialogs.js";
import { h } from "./dom.js";

/** @import { Page } from "./page.js" */

/**
 * @typedef {object} Effect What a confirmation shows.
 * @property {string} title
 * @property {*} [body] the effect, in numbers
 * @property {object[]} [fields]
 * @property {string} [yes]
 */

/**
 * A button for an action, or nothing if the credential does not permit it.
 *
 * @param {Page} page
 * @param {string} name
 * @param {{ needs: "write" | "admin", danger?: boolean, data?: object, effect: () => Effect | Promise<Effect>,
 *     run: (filled: Record<string, string>) => Promise<*>, done: (answer: *) => string | void }} how
 *     `effect` may count first; `done` returns the message
 */
export function action(page, name, { needs, danger = false, data = {}, effect, run, done }) {
  if (!may(page.space, needs)) {
    return null;
  }
  return h("button", { type: "button", class: danger ? "danger" : "quiet", data, click: perform }, name);

  async function perform() {
    try {
      const what = await effect();
      const filled = await ask({ yes: name, danger, ...what });
      if (filled) {
        const message = done(await run(filled));
        message && say(message);
      }
    } catch (error) {
      complain(error);
    }
  }
}
