import { AetherkeepError } from "./realtime.js";
import { again, batch, pause } from "./http.js";
import { version } from "./caches.js";

/** @import { components } from "../types/openapi.js" */
/** @import { Answer, CallOptions, Transport } from "./http.js" */
/** @typedef {components["schemas"]["Status"]} Status */

/**
 * @typedef {object} StatusView
 * @property {Status} status the document, under its stored names
 * @property {boolean} final whether it has ended: only a new attempt can follow
 * @property {number} attempt
 * @property {string} version for `after`
 */

const STATUS = "/api/v1/{space}/status/{kind}/{id}";
const POLL_SECONDS = 25;

/** Client of statuses: the progress of jobs. */
export class Statuses {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Reads a status; null if there is none.
   *
   * @param {string} kind `podcast`, `request`, `crawl`, `deploy`, or one of your own
   * @param {string} id
   * @param {CallOptions} [options]
   * @returns {Promise<StatusView | null>}
   */
  async get(kind, id, options) {
    const request = { path: { kind: /** @type {any} */ (kind), id } };
    const answer = await this.#http.find("get", STATUS, "status-unknown", request, options);
    return answer && view(answer);
  }

  /**
   * Writes a status, unless it would go back.
   *
   * @param {string} kind
   * @param {string} id
   * @param {Status} status
   * @param {CallOptions & { attempt?: number }} [options] a larger attempt starts a new one
   * @returns {Promise<{ cancelRequested: { reason?: string } | null }>} the request to cancel the attempt, if any: end it as `cancelled`, or refuse and continue
   */
  async put(kind, id, status, options = {}) {
    const { attempt } = options;
    const request = { path: { kind: /** @type {any} */ (kind), id }, query: { attempt }, json: status };
    const { data, headers } = await this.#http.send("put", STATUS, request, options);
    return { cancelRequested: headers.has("status-cancel-requested") ? (data?.cancelRequested ?? {}) : null };
  }

  /**
   * Requests the worker to cancel an attempt.
   *
   * @param {string} kind
   * @param {string} id
   * @param {components["schemas"]["Cancel"]} [what]
   * @param {CallOptions} [options]
   */
  async cancel(kind, id, what = {}, options) {
    const path = { kind: /** @type {any} */ (kind), id };
    await this.#http.send("post", `${STATUS}/cancel`, { path, json: what }, options);
  }

  /**
   * Follows a status by long polls: the current value and the newest value after each change, until it is final. To see every change, watch `status/{kind}/{id}` over the realtime connection.
   *
   * @param {string} kind
   * @param {string} id
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {AsyncGenerator<StatusView, void, void>}
   */
  async *follow(kind, id, { signal } = {}) {
    const path = { kind: /** @type {any} */ (kind), id };
    const wait = POLL_SECONDS;
    const options = { signal, timeoutMs: (wait + 10) * 1000 };
    // An If-None-Match without a known version returns the current status.
    let seen = "none";
    for (;;) {
      const request = { path, query: { wait }, header: { "If-None-Match": `"${seen}"` } };
      const answer = await this.#poll(request, options);
      if (answer?.status === 200) {
        const now = view(answer);
        if (now.version !== seen) {
          seen = now.version;
          yield now;
        }
        if (now.final) {
          return;
        }
      }
    }
  }

  /**
   * Sends one poll, and retries during an outage.
   *
   * @param {{ path: any, query: { wait: number }, header: { "If-None-Match": string } }} request
   * @param {CallOptions} options
   */
  async #poll(request, options) {
    try {
      return await this.#http.find("get", STATUS, "status-unknown", request, options);
    } catch (error) {
      if (error instanceof AetherkeepError && error.retry && !options.signal?.aborted) {
        await pause(1000, options.signal);
        return null;
      }
      throw error;
    }
  }

  /**
   * Waits until a status is final, by long polls.
   *
   * @param {string} kind
   * @param {string} id
   * @param {{ signal?: AbortSignal }} [options] such as `AbortSignal.timeout(60_000)`
   * @returns {Promise<StatusView>}
   */
  async final(kind, id, options) {
    for await (const now of this.follow(kind, id, options)) {
      if (now.final) {
        return now;
      }
    }
    throw new Error("unreachable");
  }

  /**
   * Reads many statuses; those that do not exist are not in the result. It fails if one stays unavailable.
   *
   * @param {string} kind
   * @param {string[]} ids
   * @param {CallOptions} [options]
   * @returns {Promise<Map<string, Status>>}
   */
  async getMany(kind, ids, options) {
    const found = new Map();
    let rest = ids;
    while (rest.length > 0) {
      const id = batch(rest);
      const request = { path: { kind: /** @type {any} */ (kind) }, query: { id } };
      const { data } = await this.#http.send("get", "/api/v1/{space}/status/{kind}", request, options);
      const page = /** @type {components["schemas"]["Statuses"]} */ (data);
      Object.entries(page.found).forEach(([id, status]) => found.set(id, status));
      rest = [...rest.slice(id.length), ...again(page, id.length)];
    }
    return found;
  }

  /**
   * Lists the statuses in progress.
   *
   * @param {string} kind
   * @param {CallOptions} [options]
   * @returns {AsyncGenerator<components["schemas"]["ListedStatus"], void, void>}
   */
  listInProgress(kind, options) {
    const path = { kind: /** @type {any} */ (kind) };
    return this.#http.pages(async cursor => {
      const { data } = await this.#http.send("get", "/api/v1/{space}/status/{kind}", { path, query: { cursor } }, options);
      return /** @type {components["schemas"]["StatusPage"]} */ (data);
    });
  }
}

/**
 * @param {Answer<Status>} answer
 * @returns {StatusView}
 */
function view({ data, headers }) {
  return {
    status: data,
    final: !headers.has("retry-after"),
    attempt: Number(headers.get("status-attempt") ?? 1),
    version: version(headers),
  };
}
