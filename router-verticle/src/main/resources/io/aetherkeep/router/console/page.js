/** One shown view: its address, and what runs until it is left. */

import { href, note } from "./address.js";
import { at } from "./api.js";
import { poll, watch } from "./live.js";

/** @import { Address } from "./address.js" */

export class Page {
  /** @type {(() => void)[]} */
  #stops = [];
  #over = new AbortController();

  /** @param {Address} address @param {Element} root */
  constructor(address, root) {
    this.space = address.space;
    this.view = address.view;
    this.id = address.id;
    this.filter = address.filter;
    this.root = root;
  }

  /** Whether the view was left; what is read afterwards is not shown. */
  get left() {
    return this.#over.signal.aborted;
  }

  get signal() {
    return this.#over.signal;
  }

  /** The address of a view of this space. @param {string} view @param {string | string[]} [id] @param {object} [filter] */
  link(view, id, filter) {
    return href(this.space, view, id, filter);
  }

  /** The path of a resource of this space. @param {...string} parts */
  at(...parts) {
    return at(this.space, ...parts);
  }

  /** Sets a part of the filter; the address can be sent and opened again. @param {string} name @param {string} value */
  narrow(name, value) {
    if (value) {
      this.filter.set(name, value);
    } else {
      this.filter.delete(name);
    }
    note(href(this.space, this.view, this.id, Object.fromEntries(this.filter)));
  }

  /** Repeats a request. @param {number} millis @param {() => Promise<*>} question */
  poll(millis, question) {
    this.onLeave(poll(millis, question));
  }

  /** Watches a topic; returns what ends the watch early. @param {string} topic @param {(data: *, news: import("./live.js").News) => void} callback */
  watch(topic, callback) {
    const stop = watch(topic, callback);
    this.onLeave(stop);
    return stop;
  }

  /** @param {number} millis @param {() => void} callback */
  every(millis, callback) {
    const timer = setInterval(callback, millis);
    this.onLeave(() => clearInterval(timer));
  }

  /** @param {() => void} stop */
  onLeave(stop) {
    if (this.left) {
      stop();
    } else {
      this.#stops.push(stop);
    }
  }

  leave() {
    this.#over.abort();
    this.#stops.splice(0).forEach(stop => stop());
  }
}
