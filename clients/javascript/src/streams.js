import { AetherkeepError } from "./realtime.js";
import { encodePath, pause, randomId } from "./http.js";

/** @import { Answer, CallOptions, Transport } from "./http.js" */

/**
 * @typedef {object} StreamOptions
 * @property {string} [contentType] `application/json` by default, for messages; other types for bytes
 * @property {number} [ttlSeconds] its lifetime after the last use
 * @property {number} [leaseSeconds] closes the stream as abandoned after that time without an append
 * @property {string} [session] the session to whose history the text is appended when the stream closes
 * @property {string} [text] in a JSON stream, the JSON pointer to the text in each message
 * @property {string} [status] the status that follows the stream, as `kind/id`
 * @property {{ path: string, offset?: string }} [fork] the source of a fork
 */

/**
 * @typedef {object} Part A part of a stream.
 * @property {string} [text] for a text stream
 * @property {any[]} [messages] for a JSON stream
 * @property {Uint8Array} [bytes] for other streams
 * @property {string} offset the offset to resume from, here or elsewhere
 * @property {boolean} upToDate it ends at the tail
 * @property {boolean} closed the stream has ended
 * @property {boolean} stopped it was stopped
 * @property {boolean} abandoned its producer's lease expired
 */

const STREAM = "/api/v1/{space}/streams/{path}";

/** Client of streams: append-only bytes or JSON messages that readers follow and resume. */
export class Streams {
  /** @type {Transport} */
  #http;

  /** @param {Transport} http */
  constructor(http) {
    this.#http = http;
  }

  /**
   * Creates a stream, or confirms that it exists; returns its producer.
   *
   * @param {string} path such as `chat/42`
   * @param {StreamOptions & { producerId?: string }} [stream]
   * @param {CallOptions} [options]
   */
  async create(path, stream = {}, options) {
    const type = stream.contentType ?? "application/json";
    const header = {
      "Stream-TTL": text(stream.ttlSeconds),
      "Stream-Lease": text(stream.leaseSeconds),
      "Stream-Session": stream.session,
      "Stream-Text": stream.text,
      "Stream-Status": stream.status,
      "Stream-Forked-From": stream.fork && `${new URL(this.#http.base).pathname}/streams/${encodePath(stream.fork.path)}`,
      "Stream-Fork-Offset": stream.fork?.offset,
    };
    await this.#http.send("put", STREAM, { path: { path }, header, type }, options);
    return this.producer(path, { contentType: type, producerId: stream.producerId });
  }

  /**
   * Returns a producer of an existing stream. Of two producers with one id, the one with the higher epoch can append.
   *
   * @param {string} path
   * @param {{ contentType?: string, producerId?: string, epoch?: number }} [how]
   */
  producer(path, how = {}) {
    return new Producer(this.#http, path, how);
  }

  /**
   * Reads a stream by long polls, over restarts of nodes, each part exactly once.
   *
   * @param {string} path
   * @param {{ from?: string, live?: boolean, signal?: AbortSignal }} [options] `from`: an offset, the
   *     beginning without it; `live`: false ends at the tail
   * @returns {AsyncGenerator<Part, void, void>}
   */
  async *read(path, { from = "-1", live = true, signal } = {}) {
    const decoder = new TextDecoder();
    let offset = from;
    let upToDate = false;
    /** @type {string | undefined} */
    let cursor;
    for (;;) {
      const query = upToDate ? { offset, cursor, live: /** @type {const} */ ("long-poll") } : { offset };
      const answer = await this.#poll(path, query, signal);
      if (answer === null) {
        continue;
      }
      const { headers } = answer;
      const next = headers.get("stream-next-offset");
      if (next === null) {
        throw new AetherkeepError(
          { code: "not-a-node", title: "The response has no Stream-Next-Offset: is this a node?", retry: false });
      }
      offset = next;
      cursor = headers.get("stream-cursor") ?? undefined;
      upToDate = headers.has("stream-up-to-date");
      const part = { ...content(answer, decoder), offset, upToDate, ...ending(headers) };
      if (part.text || part.messages?.length || part.bytes || part.closed) {
        yield part;
      }
      if (part.closed || (upToDate && !live)) {
        return;
      }
    }
  }

  /**
   * Reads the next part, and retries during an outage.
   *
   * @param {string} path
   * @param {{ offset?: string, live?: "long-poll", cursor?: string, watch?: "stop" }} query
   * @param {AbortSignal} [signal]
   */
  async #poll(path, query, signal) {
    try {
      return await this.#http.send("get", STREAM, { path: { path }, query }, { signal, timeoutMs: 90_000 });
    } catch (error) {
      if (error instanceof AetherkeepError && error.retry) {
        await pause(500, signal);
        return null;
      }
      throw error;
    }
  }

  /**
   * Waits until a stream is stopped, concurrently with appends: returns the reason, or null if it ended otherwise.
   *
   * @param {string} path
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<string | null>}
   */
  async stopped(path, { signal } = {}) {
    for (;;) {
      const answer = await this.#poll(path, { watch: "stop" }, signal);
      if (answer?.status === 200) {
        const end = /** @type {{ stopped?: string }} */ (/** @type {unknown} */ (answer.data));
        return end.stopped ?? null;
      }
    }
  }

  /**
   * Stops the producer of a stream; the appended data stays.
   *
   * @param {string} path
   * @param {string} [reason]
   * @param {CallOptions} [options]
   */
  async stop(path, reason, options) {
    return (await this.#http.send("post", `${STREAM}/stop`, { path: { path }, json: { reason } }, options)).data;
  }

  /**
   * Deletes a stream.
   *
   * @param {string} path
   * @param {CallOptions} [options]
   */
  async remove(path, options) {
    await this.#http.find("delete", STREAM, "stream-unknown", { path: { path } }, options);
  }
}

/**
 * Producer of a stream with exactly-once appends: after a lost response an append is repeated with the
 * same number, which the node executes once. Appends are sent in the order of their calls.
 *
 * After `producer-fenced` each append fails with that error, because another producer has taken over. To take over
 * from it, create a producer with a higher epoch.
 */
export class Producer {
  /** @type {Transport} */
  #http;
  #path;
  #type;
  /** @type {string | undefined} */
  #id;
  #epoch;
  #seq = 0;
  /** @type {AetherkeepError | undefined} */
  #fenced;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @param {Transport} http
   * @param {string} path
   * @param {{ contentType?: string, producerId?: string, epoch?: number }} how
   */
  constructor(http, path, { contentType = "application/json", producerId, epoch = 0 }) {
    this.#http = http;
    this.#path = path;
    this.#type = contentType;
    this.#id = producerId;
    this.#epoch = epoch;
  }

  /**
   * Appends a message of a JSON stream (an array is several messages), or text, or bytes.
   *
   * @param {unknown} data
   * @param {CallOptions} [options]
   * @returns {Promise<string>} the offset after it
   */
  append(data, options) {
    return this.#send(data, {}, options);
  }

  /**
   * Closes the stream, after an optional last append.
   *
   * @param {unknown} [data]
   * @param {CallOptions} [options]
   * @returns {Promise<string>} its last offset
   */
  close(data, options) {
    return this.#send(data, { "Stream-Closed": "true" }, options);
  }

  /**
   * @param {unknown} data
   * @param {{ "Stream-Closed"?: "true" }} extra
   * @param {CallOptions} [options]
   */
  #send(data, extra, options) {
    const sent = this.#last.then(async () => {
      if (this.#fenced) {
        throw this.#fenced;
      }
      this.#id ??= await randomId();
      const header = {
        ...extra,
        "Producer-Id": this.#id,
        "Producer-Epoch": String(this.#epoch),
        "Producer-Seq": String(this.#seq),
      };
      const json = data !== undefined && this.#type === "application/json";
      const body = json ? JSON.stringify(data) : /** @type {BodyInit} */ (data ?? "");
      const request = { path: { path: this.#path }, header, body, type: this.#type };
      try {
        const answer = await this.#http.send("post", STREAM, request, options);
        this.#seq++;
        return answer.headers.get("stream-next-offset") ?? "";
      } catch (error) {
        if (error instanceof AetherkeepError && error.code === "producer-fenced") {
          // The next epoch may be the other producer's, whose appends would be mixed up with these.
          this.#fenced = error;
          throw error;
        }
        // It may or may not have been appended, so its number must not be reused.
        this.#epoch++;
        this.#seq = 0;
        throw error;
      }
    });
    this.#last = sent.catch(() => {});
    return sent;
  }
}

/** @param {number} [value] */
function text(value) {
  return value === undefined ? undefined : String(value);
}

/**
 * @param {Answer<any>} answer
 * @param {TextDecoder} decoder
 */
function content({ data, bytes, headers }, decoder) {
  const type = headers.get("content-type") ?? "";
  if (bytes.length === 0) {
    return {};
  }
  if (type.startsWith("application/json")) {
    return { messages: data };
  }
  return type.startsWith("text/") ? { text: decoder.decode(bytes, { stream: true }) } : { bytes };
}

/** @param {Headers} headers */
function ending(headers) {
  return {
    closed: headers.get("stream-closed") === "true",
    abandoned: headers.get("stream-abandoned") === "true",
    stopped: headers.get("stream-stopped") === "true",
  };
}
