/** Sessions of web frameworks, stored as sessions of Aetherkeep. */

import { Aetherkeep, AetherkeepError } from "./index.js";

/** @import { ClientOptions } from "./http.js" */

/**
 * A session of a web framework: a cookie and fields.
 *
 * @typedef {Record<string, any> & { cookie: { originalMaxAge?: number | null, maxAge?: number | null, expires?: string | Date | null } }} WebSession
 */

/**
 * @typedef {object} StoreOptions
 * @property {Aetherkeep} [client] an existing client; or its URL and options
 * @property {string} [url]
 * @property {ClientOptions} [options]
 * @property {(session: WebSession) => string | number | null | undefined} [userId] the user of a session, by default its field `userId`. A user's logout everywhere also ends these sessions.
 * @property {number} [ttlSeconds] the lifetime if the cookie has no `maxAge`: a day by default
 */

/**
 * The fields of a session are the fields of its document's `data`, where services in other languages
 * read them. A save writes the fields that are other than they were read, so that two requests of one
 * session do not overwrite each other; a session that has ended elsewhere stays ended. It lives as long
 * as its cookie, also when `maxAge` is set later.
 */
export class SessionKeeper {
  #client;
  #userId;
  #ttlSeconds;

  /** @param {StoreOptions} options */
  constructor({ client, url, options, userId = session => session.userId, ttlSeconds = 86_400 }) {
    if (!client && !(url && options)) {
      throw new TypeError("A session store needs a client, or the url and options of one");
    }
    this.#client = client ?? new Aetherkeep(/** @type {string} */ (url), /** @type {ClientOptions} */ (options));
    this.#userId = userId;
    this.#ttlSeconds = ttlSeconds;
  }

  /**
   * @param {string} id
   * @returns {Promise<WebSession | null>}
   */
  async read(id) {
    const session = await this.#client.sessions.get(id, { touch: false });
    const data = /** @type {any} */ (session?.document)?.data;
    return data?.cookie ? data : null;
  }

  /**
   * @param {string} id
   * @param {WebSession} session
   * @param {WebSession | null} [before] the state as read; read now if unknown
   */
  async save(id, session, before) {
    const data = JSON.parse(JSON.stringify(session));
    const known = before ?? (await this.read(id));
    if (known) {
      await this.#unlessEnded(() => this.#change(id, known, data));
    } else {
      await this.#open(id, data);
    }
  }

  /**
   * @param {string} id
   * @param {WebSession} data
   */
  async #open(id, data) {
    const userId = this.#userId(data) ?? null;
    try {
      await this.#client.sessions.open({ id, userId, data, ttlSeconds: this.#ttl(data) });
    } catch (error) {
      if (!(error instanceof AetherkeepError) || error.code !== "session-exists") {
        throw error;
      }
      // It has just ended, or another request has just opened it.
      await this.#unlessEnded(async () => {
        await this.#client.sessions.patch(id, { data });
        await this.#client.sessions.extend(id, this.#ttl(data));
      });
    }
  }

  /**
   * Writes what differs; a session without differences is only touched.
   *
   * @param {string} id
   * @param {WebSession} before
   * @param {WebSession} data
   */
  async #change(id, before, data) {
    const patch = await this.#patch(id, before, data);
    const lasting = this.isAsLasting(before, data);
    if (!isEmpty(patch)) {
      await this.#client.sessions.patch(id, patch);
    } else if (lasting) {
      await this.#client.sessions.touch(id);
    }
    if (!lasting) {
      await this.#client.sessions.extend(id, this.#ttl(data));
    }
  }

  /**
   * @param {string} id
   * @param {WebSession} before
   * @param {WebSession} data
   */
  async #patch(id, before, data) {
    const fields = difference(before, data);
    const patch = isEmpty(fields) ? {} : { data: fields };
    const user = this.#userId(data) ?? null;
    if (user === (this.#userId(before) ?? null)) {
      return patch;
    }
    const session = await this.#client.sessions.get(id, { touch: false });
    return { ...patch, [userField(session?.document ?? {})]: user };
  }

  /**
   * Whether two states of a session have the same lifetime.
   *
   * @param {WebSession} before
   * @param {WebSession} now
   */
  isAsLasting(before, now) {
    return this.#ttl(before) === this.#ttl(now);
  }

  /** @param {WebSession} session */
  #ttl({ cookie }) {
    const maxAge = cookie.originalMaxAge ?? cookie.maxAge;
    // Rounded up, because Express shortens a `maxAge` by milliseconds with each use.
    return typeof maxAge === "number" && maxAge >= 1000 ? Math.ceil(maxAge / 1000) : this.#ttlSeconds;
  }

  /** @param {string} id */
  async end(id) {
    await this.#client.sessions.end(id);
  }

  /** @param {string} id */
  async touch(id) {
    await this.#unlessEnded(() => this.#client.sessions.touch(id));
  }

  /** @param {() => Promise<unknown>} change */
  async #unlessEnded(change) {
    try {
      await change();
    } catch (error) {
      if (!(error instanceof AetherkeepError) || error.code !== "session-unknown") {
        throw error;
      }
    }
  }
}

/**
 * The name of the user field in a document: a council's differs from other systems'.
 *
 * @param {Record<string, unknown>} document
 */
function userField(document) {
  return "lastActivityAt" in document ? "userId" : "user_id";
}

/**
 * The JSON merge patch (RFC 7396) from one object to another.
 *
 * @param {Record<string, any>} from
 * @param {Record<string, any>} to
 */
export function difference(from, to) {
  /** @type {Record<string, any>} */
  const patch = {};
  for (const [name, value] of Object.entries(from)) {
    if (value !== null && (to[name] ?? null) === null) {
      patch[name] = null;
    }
  }
  for (const [name, value] of Object.entries(to)) {
    const before = from[name];
    if (value === null) {
      continue; // A patch can only remove it.
    }
    if (isObject(value) && isObject(before)) {
      const inner = difference(before, value);
      if (!isEmpty(inner)) {
        patch[name] = inner;
      }
    } else if (JSON.stringify(value) !== JSON.stringify(before)) {
      patch[name] = value;
    }
  }
  return patch;
}

/** @param {object} patch */
function isEmpty(patch) {
  return Object.keys(patch).length === 0;
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
