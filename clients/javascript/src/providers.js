/** @import { components } from "../types/openapi.js" */
/** @import { CallOptions, Transport } from "./http.js" */
/** @typedef {components["schemas"]["Outcome"]} Outcome */

const PROVIDER = "/api/v1/{space}/providers/{id}";

/** Health of providers: a circuit breaker that all services share. */
export class Providers {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * The providers, those to be called first; of one group where it is named.
   *
   * @param {CallOptions & { group?: string }} [options]
   */
  async list(options = {}) {
    return (await this.#http.send("get", "/api/v1/{space}/providers/health", { query: { group: options.group } }, options)).data.items;
  }

  /**
   * The health of a provider; null where nothing is known.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   */
  async get(id, options) {
    return (await this.#http.find("get", `${PROVIDER}/health`, "provider-unknown", { path: { id } }, options))?.data ?? null;
  }

  /**
   * Reports how calls went. It is sent again only where it certainly has not been counted.
   *
   * @param {string} id
   * @param {Outcome | Outcome[]} outcomes
   * @param {CallOptions} [options]
   */
  async report(id, outcomes, options) {
    const json = Array.isArray(outcomes) ? outcomes : [outcomes];
    return (await this.#http.send("post", `${PROVIDER}/outcomes`, { path: { id }, json, once: true }, options)).data;
  }

  /**
   * Calls a provider and reports how that went: its latency, or its error, which is thrown on.
   *
   * @template T
   * @param {string} id
   * @param {() => Promise<T>} call
   * @returns {Promise<T>}
   */
  async track(id, call) {
    const start = performance.now();
    /** @param {boolean} success @param {string} [error] */
    const report = (success, error) =>
      // A report that is lost must not fail what was called.
      this.report(id, { success, latencyMs: Math.round(performance.now() - start), error }).catch(() => {});
    try {
      const result = await call();
      await report(true);
      return result;
    } catch (error) {
      await report(false, String(/** @type {any} */ (error)?.message ?? error).slice(0, 256));
      throw error;
    }
  }

  /**
   * Takes a provider out by hand.
   *
   * @param {string} id
   * @param {{ reason: string, forSeconds?: number }} decision
   * @param {CallOptions} [options]
   */
  async disable(id, decision, options) {
    return (await this.#http.send("post", `${PROVIDER}/disable`, { path: { id }, json: decision }, options)).data;
  }

  /**
   * Puts a provider back by hand.
   *
   * @param {string} id
   * @param {{ reason?: string, forSeconds?: number }} [decision]
   * @param {CallOptions} [options]
   */
  async enable(id, decision = {}, options) {
    return (await this.#http.send("post", `${PROVIDER}/enable`, { path: { id }, json: decision }, options)).data;
  }
}
