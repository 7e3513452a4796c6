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
   * Lists providers in the order in which to call them, optionally of one group.
   *
   * @param {CallOptions & { group?: string }} [options]
   */
  async list(options = {}) {
    return (await this.#http.send("get", "/api/v1/{space}/providers/health", { query: { group: options.group } }, options)).data.items;
  }

  /**
   * Reads the health of a provider; null if it has no record.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   */
  async get(id, options) {
    return (await this.#http.find("get", `${PROVIDER}/health`, "provider-unknown", { path: { id } }, options))?.data ?? null;
  }

  /**
   * Leases a call of a group's best provider, reserved against the limits that all callers share. Where none has room, it
   * throws `rate-limited`.
   *
   * @param {string} group
   * @param {CallOptions & { estimatedTokens?: number, ttlSeconds?: number }} [options] `ttlSeconds`: after how long without a
   *     renewal or an outcome the lease is released
   */
  async lease(group, options = {}) {
    const json = { group, estimatedTokens: options.estimatedTokens, ttlSeconds: options.ttlSeconds };
    return (await this.#http.send("post", "/api/v1/{space}/providers/lease", { json, once: true }, options)).data;
  }

  /**
   * Renews a lease; throws `lease-unknown` where it has ended.
   *
   * @param {{ providerId: string, lease: string }} lease
   * @param {CallOptions & { ttlSeconds?: number }} [options]
   */
  async renew(lease, options = {}) {
    const request = { path: { id: lease.providerId, lease: lease.lease }, json: { ttlSeconds: options.ttlSeconds } };
    return (await this.#http.send("post", `${PROVIDER}/leases/{lease}/renew`, request, options)).data;
  }

  /**
   * Gives back a lease whose call is not made.
   *
   * @param {{ providerId: string, lease: string }} lease
   * @param {CallOptions} [options]
   */
  async giveBack(lease, options) {
    await this.#http.send("delete", `${PROVIDER}/leases/{lease}`, { path: { id: lease.providerId, lease: lease.lease } }, options);
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
   * Calls a provider and reports the outcome: its latency, or its error, which is rethrown.
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
      // A lost report must not fail the call.
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
   * Disables a provider manually.
   *
   * @param {string} id
   * @param {{ reason: string, forSeconds?: number }} decision
   * @param {CallOptions} [options]
   */
  async disable(id, decision, options) {
    return (await this.#http.send("post", `${PROVIDER}/disable`, { path: { id }, json: decision }, options)).data;
  }

  /**
   * Enables a provider manually.
   *
   * @param {string} id
   * @param {{ reason?: string, forSeconds?: number }} [decision]
   * @param {CallOptions} [options]
   */
  async enable(id, decision = {}, options) {
    return (await this.#http.send("post", `${PROVIDER}/enable`, { path: { id }, json: decision }, options)).data;
  }

  /**
   * Writes the record of a provider.
   *
   * @param {string} id
   * @param {components["schemas"]["ProviderRecord"]} record
   * @param {CallOptions} [options]
   */
  async put(id, record, options) {
    return (await this.#http.send("put", `${PROVIDER}/health`, { path: { id }, json: record }, options)).data;
  }
}
