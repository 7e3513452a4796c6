import { AetherkeepError } from "./realtime.js";
import { randomId } from "./http.js";

/** @import { components } from "../types/openapi.js" */
/** @import { CallOptions, Transport } from "./http.js" */
/** @typedef {components["schemas"]["Session"]} Session */
/** @typedef {components["schemas"]["Opening"]} Opening */
/** @typedef {components["schemas"]["SessionRow"]} SessionRow */
/** @typedef {components["schemas"]["Message"]} Message */
/** @typedef {{ items: (Message & Record<string, unknown>)[], totalTokens: number, truncated: boolean }} History */

const SESSIONS = "/api/v1/{space}/sessions";
const SESSION = "/api/v1/{space}/sessions/{id}";
const OF_USER = "/api/v1/{space}/users/{user}/sessions";

/** Client of the sessions of one space. */
export class Sessions {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Opens a session. Retries after a lost response do not open a second one.
   *
   * @param {Opening} [opening]
   * @param {CallOptions} [options]
   * @returns {Promise<Session>}
   */
  async open(opening = {}, options) {
    const id = opening.id ?? (await randomId());
    try {
      const answer = await this.#http.send("post", SESSIONS, { json: { ...opening, id } }, options);
      return answer.data;
    } catch (error) {
      const ours = !opening.id && error instanceof AetherkeepError && error.code === "session-exists";
      const opened = ours && (await this.get(id, options));
      if (opened) {
        return opened;
      }
      throw error;
    }
  }

  /**
   * Gets the cookie of a session in a browser, with the option `cookie`: for a ticket of the session,
   * which your server gives, or of a new session without a user. The session's id is `self` from then on.
   *
   * @param {{ ticket?: string }} [what]
   * @param {CallOptions} [options]
   * @returns {Promise<Session>}
   */
  async beginCookie(what = {}, options) {
    return (await this.#http.send("post", "/api/v1/{space}/sessions/self/cookie", { json: what, once: true }, options)).data;
  }

  /**
   * Reads a session, which counts as use unless `touch` is false; null if there is none.
   *
   * @param {string} id
   * @param {CallOptions & { touch?: boolean, include?: "history" }} [options]
   * @returns {Promise<Session | null>}
   */
  async get(id, options = {}) {
    const { touch, include } = options;
    const request = { path: { id }, query: { touch, include } };
    return (await this.#http.find("get", SESSION, "session-unknown", request, options))?.data ?? null;
  }

  /**
   * Changes the fields that a JSON merge patch (RFC 7396) names.
   *
   * @param {string} id
   * @param {Record<string, unknown>} patch of the document; null removes a field
   * @param {CallOptions & { ifVersion?: string }} [options] `ifVersion`: only if the session still has this version
   * @returns {Promise<Session>}
   */
  async patch(id, patch, options = {}) {
    const header = { "If-Match": ifMatch(options.ifVersion) };
    const request = { path: { id }, header, json: patch, type: "application/merge-patch+json", once: Boolean(options.ifVersion) };
    return (await this.#http.send("patch", SESSION, request, options)).data;
  }

  /**
   * Ends a session permanently, whether it exists or not.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   */
  async end(id, options) {
    await this.#http.send("delete", SESSION, { path: { id } }, options);
  }

  /**
   * Restarts the lifetime of a session.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   * @returns {Promise<Session>}
   */
  async touch(id, options) {
    return (await this.#http.send("post", `${SESSION}/touch`, { path: { id } }, options)).data;
  }

  /**
   * Sets the lifetime of a session, from now on and after each use.
   *
   * @param {string} id
   * @param {number} ttlSeconds
   * @param {CallOptions} [options]
   * @returns {Promise<Session>}
   */
  async extend(id, ttlSeconds, options) {
    return (await this.#http.send("post", `${SESSION}/extend`, { path: { id }, json: { ttlSeconds } }, options)).data;
  }

  /**
   * Moves a session to a new id, for example after a login; the old id is invalid at once.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   * @returns {Promise<Session>}
   */
  async rotate(id, options) {
    return (await this.#http.send("post", `${SESSION}/rotate`, { path: { id }, once: true }, options)).data;
  }

  /**
   * Lists the live sessions of the space.
   *
   * @param {CallOptions & { pageSize?: number }} [options]
   * @returns {AsyncGenerator<SessionRow, void, void>}
   */
  list(options = {}) {
    const { pageSize: limit } = options;
    return this.#http.pages(async cursor => (await this.#http.send("get", SESSIONS, { query: { cursor, limit } }, options)).data);
  }

  /**
   * Lists the sessions of a user, in pages from the newest to the oldest; within a page the last active first.
   *
   * @param {string} user
   * @param {CallOptions & { pageSize?: number }} [options]
   * @returns {AsyncGenerator<SessionRow, void, void>}
   */
  listOfUser(user, options = {}) {
    const { pageSize: limit } = options;
    const path = { user };
    return this.#http.pages(async cursor => (await this.#http.send("get", OF_USER, { path, query: { cursor, limit } }, options)).data);
  }

  /**
   * Logs a user out everywhere, optionally except one session.
   *
   * @param {string} user
   * @param {CallOptions & { except?: string }} [options]
   */
  async endAllOfUser(user, options = {}) {
    const request = { path: { user }, query: { except: options.except } };
    return (await this.#http.send("delete", OF_USER, request, options)).data;
  }

  /**
   * Appends a message to the history of a session exactly once, also after retries.
   *
   * @param {string} id
   * @param {Message} message
   * @param {CallOptions & { idempotencyKey?: string }} [options] a key is generated if absent
   */
  async appendHistory(id, message, options = {}) {
    const header = { "Idempotency-Key": options.idempotencyKey ?? (await randomId()) };
    return (await this.#http.send("post", `${SESSION}/history`, { path: { id }, header, json: message }, options)).data;
  }

  /**
   * Reads the newest messages of a session, in ascending order.
   *
   * @param {string} id
   * @param {CallOptions & { maxTokens?: number, limit?: number }} [options]
   * @returns {Promise<History>}
   */
  async history(id, options = {}) {
    const { maxTokens, limit } = options;
    const answer = await this.#http.send("get", `${SESSION}/history`, { path: { id }, query: { maxTokens, limit } }, options);
    return /** @type {History} */ (answer.data);
  }

  /**
   * Gets a ticket for one WebSocket of the session, valid for 30 s.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   */
  async ticket(id, options) {
    return (await this.#http.send("post", `${SESSION}/ticket`, { path: { id } }, options)).data.ticket;
  }
}

/** @param {string} [version] */
export function ifMatch(version) {
  return version === undefined || version === "*" ? version : `"${version}"`;
}
