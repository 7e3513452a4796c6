/**
 * A session store for Express.
 *
 *     app.use(session({
 *       store: new AetherkeepStore({ url: "http://127.0.0.1:8080", options: { space: "content" } }),
 *       secret, resave: false, saveUninitialized: false,
 *     }));
 */

import session from "express-session";
import { SessionKeeper } from "./session-store.js";

/** @import { Request } from "express" */
/** @import { SessionData } from "express-session" */
/** @import { StoreOptions, WebSession } from "./session-store.js" */

/** Omits the overridden methods, which TypeScript would otherwise leave out of the declaration file. */
const Store = /** @type {new () => Omit<import("express-session").Store, "get" | "set" | "destroy" | "touch" | "createSession">} */ (
  /** @type {unknown} */ (session.Store)
);

/** Session store for `express-session`. */
export class AetherkeepStore extends Store {
  #keeper;
  /** The stored state as read, by the session object of a request. @type {WeakMap<object, WebSession>} */
  #read = new WeakMap();

  /** The last save of a session object, after which the next one begins. @type {WeakMap<object, Promise<void>>} */
  #saving = new WeakMap();

  /** @param {StoreOptions} options */
  constructor(options) {
    super();
    this.#keeper = new SessionKeeper(options);
  }

  /**
   * @param {string} id
   * @param {(error: any, session?: SessionData | null) => void} callback
   */
  get(id, callback) {
    this.#keeper.read(id).then(found => callback(null, /** @type {any} */ (found)), callback);
  }

  /**
   * @param {Request} request
   * @param {SessionData} data
   */
  createSession(request, data) {
    const before = /** @type {WebSession} */ (structuredClone(data));
    const created = session.Store.prototype.createSession.call(this, request, data);
    this.#read.set(created, before);
    return created;
  }

  /**
   * @param {string} id
   * @param {SessionData} data
   * @param {(error?: any) => void} [callback]
   */
  set(id, data, callback = () => {}) {
    // What the request changes meanwhile is not stored by this save, but by the next one.
    /** @type {WebSession} */
    const now = JSON.parse(JSON.stringify(data));
    const saved = (this.#saving.get(data) ?? Promise.resolve()).then(async () => {
      const before = this.#read.get(data);
      if (before && this.#keeper.isAsLasting(before, now)) {
        // Express moves them with each request, and computes them anew before it uses them.
        const { expires, originalMaxAge } = before.cookie;
        Object.assign(now.cookie, { expires, originalMaxAge });
      }
      await this.#keeper.save(id, now, before);
      this.#read.set(data, now);
    });
    this.#saving.set(data, saved.catch(() => {}));
    saved.then(() => callback(), callback);
  }

  /**
   * @param {string} id
   * @param {(error?: any) => void} [callback]
   */
  destroy(id, callback = () => {}) {
    this.#keeper.end(id).then(() => callback(), callback);
  }

  /**
   * Uses a session that was not changed, or of which only the cookie was changed.
   *
   * @param {string} id
   * @param {SessionData} data
   * @param {(error?: any) => void} [callback]
   */
  touch(id, data, callback = () => {}) {
    const before = this.#read.get(data);
    const now = /** @type {WebSession} */ (/** @type {unknown} */ (data));
    if (before && !this.#keeper.isAsLasting(before, now)) {
      this.set(id, data, callback);
    } else {
      this.#keeper.touch(id).then(() => callback(), callback);
    }
  }
}
