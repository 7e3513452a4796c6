/**
 * A session store for `@fastify/session`.
 *
 *     app.register(fastifyCookie);
 *     app.register(fastifySession, {
 *       store: new AetherkeepStore({ url: "http://127.0.0.1:8080", options: { space: "content" } }),
 *       secret,
 *     });
 */

import { SessionKeeper } from "./session-store.js";

/** @import { StoreOptions } from "./session-store.js" */

/** Session store for `@fastify/session`. */
export class AetherkeepStore {
  #keeper;

  /** @param {StoreOptions} options */
  constructor(options) {
    this.#keeper = new SessionKeeper(options);
  }

  /**
   * @param {string} id
   * @param {(error: any, session?: any) => void} callback
   */
  get(id, callback) {
    this.#keeper.read(id).then(found => callback(null, found), callback);
  }

  /**
   * @param {string} id
   * @param {any} session
   * @param {(error?: any) => void} callback
   */
  set(id, session, callback) {
    this.#keeper.save(id, session).then(() => callback(), callback);
  }

  /**
   * @param {string} id
   * @param {(error?: any) => void} callback
   */
  destroy(id, callback) {
    this.#keeper.end(id).then(() => callback(), callback);
  }
}
