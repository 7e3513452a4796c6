import { again, batch } from "./http.js";
import { ifMatch } from "./sessions.js";

/** @import { components } from "../types/openapi.js" */
/** @import { Answer, CallOptions, Transport } from "./http.js" */

/**
 * @template T
 * @typedef {object} Entry
 * @property {T} value
 * @property {string} version for `ifVersion`
 * @property {number} ageSeconds how long ago the value was written
 * @property {string} cacheStatus the source of the response (RFC 9211)
 */

/**
 * @typedef {object} PutOptions
 * @property {number} [maxAgeSeconds] the lifetime of this entry instead of its keyspace's
 * @property {string[]} [tags] by which the entry can be invalidated
 * @property {string} [ifVersion] writes only if the entry has this version
 * @property {boolean} [ifAbsent] writes only if there is no entry
 */

/** Client of cache entries. An id is a string, or an array of two in a keyspace with two variables. */
export class Caches {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Reads an entry; null if there is none.
   *
   * @template [T=unknown]
   * @param {string} keyspace
   * @param {string | [string, string] | null} id null for a keyspace with one entry
   * @param {CallOptions} [options]
   * @returns {Promise<Entry<T> | null>}
   */
  async get(keyspace, id, options) {
    const { template, path } = place(keyspace, id);
    const answer = await this.#http.find("get", template, "entry-unknown", { path }, options);
    return answer && entry(/** @type {Answer<T>} */ (answer));
  }

  /**
   * Reads many entries, up to 100 in one round trip; entries that do not exist are not in the result. It fails if one stays unavailable.
   *
   * @template [T=unknown]
   * @param {string} keyspace
   * @param {(string | [string, string])[]} ids
   * @param {CallOptions} [options]
   * @returns {Promise<Map<string, T>>} by their ids; two ids are joined by a colon
   */
  async getMany(keyspace, ids, options) {
    const found = new Map();
    let rest = ids.map(id => (typeof id === "string" ? id : id.join(":")));
    while (rest.length > 0) {
      const id = batch(rest);
      const request = { path: { keyspace: any(keyspace) }, query: { id } };
      const { data } = await this.#http.send("get", "/api/v1/{space}/caches/{keyspace}", request, options);
      const page = /** @type {components["schemas"]["Entries"]} */ (data);
      Object.entries(page.found).forEach(([id, value]) => found.set(id, value));
      rest = [...rest.slice(id.length), ...again(page, id.length)];
    }
    return found;
  }

  /**
   * Writes an entry.
   *
   * @param {string} keyspace
   * @param {string | [string, string] | null} id
   * @param {unknown} value
   * @param {CallOptions & PutOptions} [options]
   * @returns {Promise<{ version: string, created: boolean }>}
   */
  async put(keyspace, id, value, options = {}) {
    const { template, path } = place(keyspace, id);
    const { maxAgeSeconds, tags, ifVersion, ifAbsent } = options;
    const header = {
      "Cache-Control": maxAgeSeconds === undefined ? undefined : `max-age=${maxAgeSeconds}`,
      "Cache-Tags": tags?.join(", "),
      "If-Match": ifMatch(ifVersion),
      "If-None-Match": ifNoneMatch(ifAbsent),
    };
    const once = Boolean(ifVersion || ifAbsent);
    const { headers, status } = await this.#http.send("put", template, { path, header, json: value, once }, options);
    return { version: version(headers), created: status === 201 };
  }

  /**
   * Removes an entry, whether it exists or not.
   *
   * @param {string} keyspace
   * @param {string | [string, string] | null} id
   * @param {CallOptions & { ifVersion?: string }} [options]
   */
  async remove(keyspace, id, options = {}) {
    const { template, path } = place(keyspace, id);
    const header = { "If-Match": ifMatch(options.ifVersion) };
    await this.#http.send("delete", template, { path, header, once: Boolean(options.ifVersion) }, options);
  }

  /**
   * Removes entries by ids, pattern or tag.
   *
   * @param {components["schemas"]["Invalidation"]} what
   * @param {CallOptions} [options]
   * @returns {Promise<components["schemas"]["Invalidated"]>}
   */
  async invalidate(what, options) {
    const { data } = await this.#http.send("post", "/api/v1/{space}/caches/invalidate", { json: what }, options);
    return /** @type {components["schemas"]["Invalidated"]} */ (data);
  }
}

/**
 * A keyspace of the document, or one of your own.
 *
 * @param {string} keyspace
 */
function any(keyspace) {
  return /** @type {any} */ (keyspace);
}

/**
 * @param {string} keyspace
 * @param {string | [string, string] | null} id
 */
function place(keyspace, id) {
  const rest = id === null ? "" : typeof id === "string" ? "/{id}" : "/{id}/{second}";
  const [first, second] = typeof id === "string" ? [id] : (id ?? []);
  return {
    // All three paths have the same parameters, except the ids.
    template: /** @type {"/api/v1/{space}/caches/{keyspace}/{id}/{second}"} */ (`/api/v1/{space}/caches/{keyspace}${rest}`),
    path: { keyspace: any(keyspace), id: first ?? "", second: second ?? "" },
  };
}

/**
 * @template T
 * @param {Answer<T>} answer
 * @returns {Entry<T>}
 */
function entry({ data, headers, bytes }) {
  const text = headers.get("content-type")?.startsWith("text/");
  return {
    value: text ? /** @type {T} */ (new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes)) : data,
    version: version(headers),
    ageSeconds: Number(headers.get("age") ?? 0),
    cacheStatus: headers.get("cache-status") ?? "",
  };
}

/**
 * @param {boolean} [ifAbsent]
 * @returns {"*" | undefined}
 */
export function ifNoneMatch(ifAbsent) {
  return ifAbsent ? "*" : undefined;
}

/**
 * The version in an `ETag`. A proxy that compresses the response marks the tag as weak (`W/`), and a weak one never matches in `If-Match`.
 *
 * @param {Headers} headers
 */
export function version(headers) {
  return (headers.get("etag") ?? "").replace(/^(W\/)?"|"$/g, "");
}
