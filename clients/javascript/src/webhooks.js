/** @import { components } from "../types/openapi.js" */
/** @import { CallOptions, Transport } from "./http.js" */
/** @typedef {components["schemas"]["Webhook"]} Webhook */
/** @typedef {components["schemas"]["WebhookCreation"]} WebhookCreation */
/** @typedef {components["schemas"]["WebhookChange"]} WebhookChange */
/** @typedef {components["schemas"]["WebhookAttempt"]} WebhookAttempt */
/** @typedef {components["schemas"]["DeadLetter"]} DeadLetter */
/** @typedef {components["schemas"]["WebhookReplayed"]} WebhookReplayed */

const WEBHOOKS = "/api/v1/{space}/webhooks";
const WEBHOOK = "/api/v1/{space}/webhooks/{id}";

/** Webhooks: events that the nodes deliver to URLs. */
export class Webhooks {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Creates a webhook. The answer contains its secret, which verifies signatures.
   *
   * @param {WebhookCreation} webhook
   * @param {CallOptions} [options]
   * @returns {Promise<Webhook>}
   */
  async create(webhook, options) {
    return (await this.#http.send("post", WEBHOOKS, { json: webhook, once: true }, options)).data;
  }

  /**
   * Lists the webhooks of the space.
   *
   * @param {CallOptions} [options]
   * @returns {Promise<Webhook[]>}
   */
  async list(options) {
    return (await this.#http.send("get", WEBHOOKS, {}, options)).data.items;
  }

  /**
   * Reads a webhook; null if there is none.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   * @returns {Promise<Webhook | null>}
   */
  async get(id, options) {
    return (await this.#http.find("get", WEBHOOK, "webhook-unknown", { path: { id } }, options))?.data ?? null;
  }

  /**
   * Changes the fields that a JSON merge patch names.
   *
   * @param {string} id
   * @param {WebhookChange} change
   * @param {CallOptions} [options]
   * @returns {Promise<Webhook>}
   */
  async change(id, change, options) {
    const request = { path: { id }, json: change, type: "application/merge-patch+json" };
    return (await this.#http.send("patch", WEBHOOK, request, options)).data;
  }

  /**
   * Deletes a webhook, whether it exists or not.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   */
  async remove(id, options) {
    await this.#http.find("delete", WEBHOOK, "webhook-unknown", { path: { id } }, options);
  }

  /**
   * Replaces the secret. Messages are signed with both secrets for some time.
   *
   * @param {string} id
   * @param {CallOptions & { overlapSeconds?: number }} [options]
   * @returns {Promise<Webhook>}
   */
  async rotate(id, options = {}) {
    const json = { overlapSeconds: options.overlapSeconds };
    return (await this.#http.send("post", `${WEBHOOK}/rotate`, { path: { id }, json, once: true }, options)).data;
  }

  /**
   * Delivers a test event, and answers the result of that attempt.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   */
  async test(id, options = {}) {
    const patient = { timeoutMs: 40_000, ...options };
    return (await this.#http.send("post", `${WEBHOOK}/test`, { path: { id }, once: true }, patient)).data;
  }

  /**
   * Lists the last attempts to deliver, the newest first.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   * @returns {Promise<WebhookAttempt[]>}
   */
  async deliveries(id, options) {
    return (await this.#http.send("get", `${WEBHOOK}/deliveries`, { path: { id } }, options)).data.items;
  }

  /**
   * Lists the events whose delivery was given up.
   *
   * @param {string} id
   * @param {CallOptions} [options]
   * @returns {AsyncGenerator<DeadLetter, void, void>}
   */
  deadLetters(id, options) {
    const path = { id };
    return this.#http.pages(async cursor => (await this.#http.send("get", `${WEBHOOK}/dead-letters`, { path, query: { cursor } }, options)).data);
  }

  /**
   * Delivers dead letters again, or all events since a time: a page of at most 1,000. The cursor of the next page is
   * the `next` of the previous one, null on the last.
   *
   * @param {string} id
   * @param {CallOptions & { since?: string, cursor?: string }} [options] a timestamp in ISO 8601
   * @returns {Promise<WebhookReplayed>}
   */
  async replay(id, options = {}) {
    const json = { since: options.since, cursor: options.cursor };
    return (await this.#http.send("post", `${WEBHOOK}/replay`, { path: { id }, json, once: true }, options)).data;
  }
}
