/** @import { components } from "../types/openapi.js" */
/** @import { CallOptions, Transport } from "./http.js" */

const PLAYBACK = "/api/v1/{space}/sessions/{id}/playback";

/** What sessions play, and who listens. */
export class Playback {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * What a session plays, and where.
   *
   * @param {string} session
   * @param {CallOptions} [options]
   */
  async get(session, options) {
    return (await this.#http.send("get", PLAYBACK, { path: { id: session } }, options)).data;
  }

  /**
   * Reports what a session plays; the newest `seq` wins. Without one the report is sent again only
   * where it certainly has not been taken.
   *
   * @param {string} session
   * @param {components["schemas"]["PlaybackReport"]} report
   * @param {CallOptions} [options]
   */
  async report(session, report, options) {
    const once = report.seq === undefined || report.seq === null;
    return (await this.#http.send("put", PLAYBACK, { path: { id: session }, json: report, once }, options)).data;
  }

  /**
   * Who listens to a podcast now.
   *
   * @param {string} podcast
   * @param {CallOptions} [options]
   */
  async listeners(podcast, options) {
    return (await this.#http.send("get", "/api/v1/{space}/podcasts/{podcast}/listeners", { path: { podcast } }, options)).data;
  }

  /**
   * The most heard podcasts.
   *
   * @param {CallOptions & { limit?: number }} [options]
   */
  async top(options = {}) {
    return (await this.#http.send("get", "/api/v1/{space}/playback/top", { query: { limit: options.limit } }, options)).data;
  }
}
