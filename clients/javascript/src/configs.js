import { ifNoneMatch, version } from "./caches.js";
import { ifMatch } from "./sessions.js";

/** @import { components } from "../types/openapi.js" */
/** @import { CallOptions, Transport } from "./http.js" */

const CONFIG = "/api/v1/{space}/configs/{name}";

/**
 * @template [T=unknown]
 * @typedef {object} Configuration A configuration with its version.
 * @property {T} value
 * @property {string} version
 * @property {number} [staleSeconds] the age of a value that the node serves from memory, because Redis or the system of record does not
 *     answer
 */

/**
 * @template T
 * @param {{ data: any, headers: Headers }} answer
 * @returns {Configuration<T>}
 */
function configuration({ data, headers }) {
  const stale = headers.get("aetherkeep-stale");
  return { value: data, version: version(headers), ...(stale !== null && { staleSeconds: Number(stale) }) };
}

/** Configurations: named documents with versions. */
export class Configs {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Reads a configuration; null if there is none.
   *
   * @template [T=unknown]
   * @param {string} name
   * @param {CallOptions} [options]
   * @returns {Promise<Configuration<T> | null>}
   */
  async get(name, options) {
    const answer = await this.#http.find("get", CONFIG, "config-unknown", { path: { name } }, options);
    return answer && /** @type {Configuration<T>} */ (configuration(answer));
  }

  /**
   * Waits for another version than a known one, by long polls; null if there is none in time.
   *
   * @template [T=unknown]
   * @param {string} name
   * @param {string} known a version, as `get` answered it
   * @param {CallOptions & { waitSeconds?: number }} [options] 1 to 60 s; 25 s by default
   * @returns {Promise<Configuration<T> | null>}
   */
  async next(name, known, options = {}) {
    const wait = options.waitSeconds ?? 25;
    const request = { path: { name }, query: { wait }, header: { "If-None-Match": `"${known}"` } };
    const answer = await this.#http.find("get", CONFIG, "config-unknown", request, { timeoutMs: (wait + 10) * 1000, ...options });
    return answer?.status === 200 ? /** @type {Configuration<T>} */ (configuration(answer)) : null;
  }

  /**
   * Writes a configuration.
   *
   * @param {string} name
   * @param {unknown} value
   * @param {CallOptions & { ifVersion?: string, ifAbsent?: boolean, author?: string }} [options]
   *     `author`: the person behind the change, recorded unverified
   * @returns {Promise<{ version: string, created: boolean }>}
   */
  async put(name, value, options = {}) {
    const { ifVersion, ifAbsent, author } = options;
    const header = { "If-Match": ifMatch(ifVersion), "If-None-Match": ifNoneMatch(ifAbsent), From: author };
    const once = Boolean(ifVersion || ifAbsent);
    const answer = await this.#http.send("put", CONFIG, { path: { name }, header, json: value, once }, options);
    return { version: version(answer.headers), created: answer.status === 201 };
  }

  /**
   * Writes and removes several configurations: all of them or none, under one version number.
   *
   * @param {components["schemas"]["ConfigWrite"][]} configs
   * @param {CallOptions & { author?: string }} [options]
   */
  async putMany(configs, options = {}) {
    const request = { header: { From: options.author }, json: { configs }, once: true };
    return (await this.#http.send("post", "/api/v1/{space}/configs", request, options)).data;
  }

  /**
   * Removes a configuration.
   *
   * @param {string} name
   * @param {CallOptions & { ifVersion?: string, author?: string }} [options]
   */
  async remove(name, options = {}) {
    const header = { "If-Match": ifMatch(options.ifVersion), From: options.author };
    await this.#http.send("delete", CONFIG, { path: { name }, header, once: true }, options);
  }

  /**
   * Lists the configurations by name.
   *
   * @param {CallOptions} [options]
   * @returns {AsyncGenerator<components["schemas"]["ConfigRow"], void, void>}
   */
  list(options) {
    return this.#http.pages(async cursor => (await this.#http.send("get", "/api/v1/{space}/configs", { query: { cursor } }, options)).data);
  }

  /**
   * Lists the changes of a configuration, the newest first.
   *
   * @param {string} name
   * @param {CallOptions} [options]
   * @returns {AsyncGenerator<components["schemas"]["ConfigVersion"], void, void>}
   */
  versions(name, options) {
    const path = { name };
    return this.#http.pages(async cursor => (await this.#http.send("get", `${CONFIG}/versions`, { path, query: { cursor } }, options)).data);
  }

  /**
   * Rolls a configuration back: writes the value of an earlier version as a new version.
   *
   * @param {string} name
   * @param {number} number of the version
   * @param {CallOptions & { author?: string }} [options]
   */
  async rollback(name, number, options = {}) {
    const request = { path: { name }, header: { From: options.author }, json: { version: number }, once: true };
    return (await this.#http.send("post", `${CONFIG}/rollback`, request, options)).data;
  }
}
