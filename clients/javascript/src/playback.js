/** @import { components } from "../types/openapi.js" */
/** @import { CallOptions, Transport } from "./http.js" */

const PLAYBACK = "/api/v1/{space}/sessions/{id}/playback";

/** Client of playback and listeners. */
export class Playback {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Reads the playback of a session.
   *
   * @param {string} session
   * @param {CallOptions} [options]
   */
  async get(session, options) {
    return (await this.#http.send("get", PLAYBACK, { path: { id: session } }, options)).data;
  }

  /**
   * Reports the playback of a session; the newest `seq` wins. Without one the report is retried only
   * if it has certainly not been executed.
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
   * Reads the number of listeners of a podcast.
   *
   * @param {string} podcast
   * @param {CallOptions} [options]
   */
  async listeners(podcast, options) {
    return (await this.#http.send("get", "/api/v1/{space}/podcasts/{podcast}/listeners", { path: { podcast } }, options)).data;
  }

  /**
   * Lists the podcasts with the most listeners.
   *
   * @param {CallOptions & { limit?: number }} [options]
   */
  async top(options = {}) {
    return (await this.#http.send("get", "/api/v1/{space}/playback/top", { query: { limit: options.limit } }, options)).data;
  }

  /**
   * Lists the sessions that listen to a podcast.
   *
   * @param {string} podcast
   * @param {CallOptions} [options]
   */
  presence(podcast, options) {
    const path = { podcast };
    return this.#http.pages(async cursor => (await this.#http.send("get", "/api/v1/{space}/podcasts/{podcast}/presence", { path, query: { cursor } }, options)).data);
  }
}
