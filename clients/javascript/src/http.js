/** HTTP with deadlines and retries: requests typed by the OpenAPI document, failures as errors. */

import { AetherkeepError } from "./realtime.js";

/** @import { paths } from "../types/openapi.js" */

/**
 * @typedef {object} CallOptions The last argument of each call.
 * @property {AbortSignal} [signal] ends the call early; it rejects with the signal's reason
 * @property {number} [timeoutMs] the deadline of the whole call, retries and waiting included;
 *     default: the client's, 10 s
 */

/**
 * @typedef {object} ClientOptions
 * @property {string} space the tenant: `aethercast`, `council`, `content`, or one of your own
 * @property {string | (() => string | Promise<string>)} [token] an API key or a JWT, or a function that returns one before each request
 * @property {boolean} [cookie] in browsers: the session is in a cookie, which `sessions.beginCookie`
 *     gets, and its id is `self`
 * @property {number} [timeoutMs] the deadline of a call, retries included: 10 s by default
 * @property {number} [retries] maximum number of retries of a call, 0 for none; by default limited only by the deadline
 * @property {typeof fetch} [fetch] another implementation
 * @property {Record<string, string>} [headers] sent with each request
 */

/** @typedef {"get" | "put" | "post" | "patch" | "delete"} Method */

/**
 * @template {keyof paths} P
 * @template {Method} M
 * @typedef {paths[P][M] extends infer O ? Exclude<O, undefined> : never} Operation
 */

/**
 * Parameters of one kind. The transport adds the space.
 *
 * @template O
 * @template {"path" | "query" | "header"} K
 * @typedef {O extends { parameters: infer A } ? K extends keyof A ? Omit<Exclude<A[K], undefined>, "space"> : {} : {}} Parameters
 */

/**
 * @template O
 * @typedef {O extends { requestBody?: { content: infer C } } ? C[keyof C] : undefined} RequestBody
 */

/**
 * The JSON of a successful response.
 *
 * @template O
 * @typedef {O extends { responses: infer R } ? JsonOf<R[keyof R & (200 | 201 | 202)]> : unknown} ResponseBody
 */

/**
 * @template R
 * @typedef {R extends { content: { "application/json": infer J } } ? J : never} JsonOf
 */

/**
 * @template O
 * @typedef {object} Request
 * @property {Parameters<O, "path">} [path] variables of the path
 * @property {Parameters<O, "query">} [query]
 * @property {Parameters<O, "header">} [header]
 * @property {RequestBody<O>} [json] a body that is sent as JSON
 * @property {BodyInit} [body] a body that is sent unchanged
 * @property {string} [type] its media type
 * @property {boolean} [once] whether the request is not idempotent: then it is retried only if the node has certainly not executed it
 */

/**
 * @template T
 * @typedef {object} Answer
 * @property {number} status
 * @property {Headers} headers
 * @property {T} data the JSON of the body; undefined without a body
 * @property {Uint8Array} bytes the body
 * @property {number} attempts the number of attempts
 */

/** Codes of failures before a request is executed. */
const NOT_DONE = new Set(["rate-limited", "overloaded", "not-serving"]);
const LONGEST_WAIT_MS = 10_000;
/** The longest delay of timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const MOST_IDS = 100;
/** Leaves room for the path within a node's `http.max-uri-length`. */
const LONGEST_QUERY = 3500;

/** Sender of requests to a node or a load balancer, for one space. */
export class Transport {
  /** @type {string} */
  #origin;
  /** @type {ClientOptions} */
  #options;
  /** CSRF token of the cookie's session, as the last answer with the session stated it. */
  #csrf = "";

  /**
   * @param {string} url
   * @param {ClientOptions} options
   */
  constructor(url, options) {
    const here = typeof location === "undefined" ? undefined : location.href;
    this.#origin = new URL(url, here).href.replace(/\/+$/, "");
    this.#options = options;
  }

  /** Whether the session is in a cookie. */
  get cookie() {
    return Boolean(this.#options.cookie);
  }

  /** The URL of the space. */
  get base() {
    return `${this.#origin}/api/v1/${encodeSegment("space", this.#options.space)}`;
  }

  /**
   * Sends a request, with retries until its deadline.
   *
   * @template {keyof paths} P
   * @template {Method} M
   * @param {M} method
   * @param {P} path as in the OpenAPI document
   * @param {Request<Operation<P, M>>} [request]
   * @param {CallOptions} [options]
   * @returns {Promise<Answer<ResponseBody<Operation<P, M>>>>}
   */
  async send(method, path, request = {}, options = {}) {
    const timeout = options.timeoutMs ?? this.#options.timeoutMs ?? 10_000;
    const until = performance.now() + timeout;
    const url = this.#url(path, request);
    let tokens = 0;
    for (let attempts = 1; ; attempts++) {
      options.signal?.throwIfAborted();
      /** @type {AetherkeepError} */
      let failure;
      try {
        const token = await this.#token(method, path, until, options.signal);
        return { ...(await this.#once(method, url, request, until, options.signal, token)), attempts };
      } catch (error) {
        options.signal?.throwIfAborted();
        if (!(error instanceof AetherkeepError)) {
          throw error;
        }
        failure = error;
      }
      if (failure.code === "bad-csrf-token" && this.#csrf && tokens++ === 0) {
        // The session was rotated, or another one has begun, in another page.
        this.#csrf = "";
        continue;
      }
      // Clients that were refused together must not come back together.
      const wait = (failure.retryAfterMs ?? 0) + backoff(attempts);
      const late = performance.now() + wait >= until;
      if (late || attempts > (this.#options.retries ?? Infinity) || !repeatable(failure, request.once ?? false)) {
        throw failure;
      }
      await pause(wait, options.signal);
    }
  }

  /**
   * Like {@link send}, but returns null for a resource that does not exist.
   *
   * @template {keyof paths} P
   * @template {Method} M
   * @param {M} method
   * @param {P} path
   * @param {string} code the code of that failure
   * @param {Request<Operation<P, M>>} [request]
   * @param {CallOptions} [options]
   */
  async find(method, path, code, request = {}, options = {}) {
    try {
      return await this.send(method, path, request, options);
    } catch (error) {
      if (error instanceof AetherkeepError && error.code === code) {
        return null;
      }
      throw error;
    }
  }

  /**
   * Iterates over all items of a paged list.
   *
   * @template T
   * @param {(cursor: string | undefined) => Promise<{ items: T[], next: string | null }>} read
   * @returns {AsyncGenerator<T, void, void>}
   */
  async *pages(read) {
    /** @type {string | undefined} */
    let cursor;
    do {
      const page = await read(cursor);
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  /**
   * @param {string} template
   * @param {{ path?: object, query?: object }} request
   */
  #url(template, { path = {}, query = {} }) {
    /** @type {Record<string, unknown>} */
    const variables = { space: this.#options.space, ...path };
    const filled = template.replace(/\{(\w+)\}/g, (_, name) => {
      const value = variables[name];
      return name === "path" ? encodePath(value) : encodeSegment(name, value);
    });
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== undefined) {
          search.append(name, String(one));
        }
      }
    }
    return `${this.#origin}${filled}${`${search}` && `?${search}`}`;
  }

  /**
   * The CSRF token that a change needs; a page that was loaded anew asks for it.
   *
   * @param {Method} method
   * @param {string} path
   * @param {number} until
   * @param {AbortSignal} [signal]
   */
  async #token(method, path, until, signal) {
    if (!this.cookie || method === "get" || path.endsWith("/self/cookie")) {
      return undefined;
    }
    if (!this.#csrf) {
      await this.#once("get", `${this.base}/sessions/self?touch=false`, {}, until, signal);
    }
    return this.#csrf;
  }

  /**
   * @param {Method} method
   * @param {string} url
   * @param {Request<any>} request
   * @param {number} until
   * @param {AbortSignal} [signal]
   * @param {string} [token]
   */
  async #once(method, url, request, until, signal, token) {
    const abort = new AbortController();
    const stop = () => abort.abort();
    const timer = setTimeout(stop, Math.min(LONGEST_TIMER_MS, Math.max(0, until - performance.now())));
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) {
      stop();
    }
    try {
      const response = await (this.#options.fetch ?? fetch)(url, {
        method: method.toUpperCase(),
        headers: await this.#headers(request, token),
        body: request.json === undefined ? request.body : JSON.stringify(request.json),
        signal: abort.signal,
        redirect: "manual",
        ...(this.cookie && { credentials: /** @type {const} */ ("include") }),
      });
      this.#csrf = response.headers.get("x-csrf-token") ?? this.#csrf;
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (!response.ok && response.status !== 304) {
        throw refused(response, bytes);
      }
      const json = response.headers.get("content-type")?.startsWith("application/json");
      const data = json && bytes.length > 0 ? JSON.parse(new TextDecoder().decode(bytes)) : undefined;
      return { status: response.status, headers: response.headers, data, bytes };
    } catch (error) {
      throw error instanceof AetherkeepError ? error : unanswered(error, performance.now() >= until);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** @param {Request<any>} request @param {string} [csrf] */
  async #headers(request, csrf) {
    const { token, headers } = this.#options;
    const all = new Headers(headers);
    const secret = typeof token === "function" ? await token() : token;
    if (secret) {
      all.set("Authorization", `Bearer ${secret}`);
    }
    if (csrf) {
      all.set("X-CSRF-Token", csrf);
    }
    if (request.json !== undefined || request.type) {
      all.set("Content-Type", request.type ?? "application/json");
    }
    for (const [name, value] of Object.entries(request.header ?? {})) {
      if (value !== undefined) {
        all.set(name, String(value));
      }
    }
    return all;
  }
}

/**
 * Creates the error of a response from the node or a proxy.
 *
 * @param {Response} response
 * @param {Uint8Array} bytes
 */
function refused(response, bytes) {
  const retryAfterMs = retryAfter(response.headers.get("retry-after"));
  const text = new TextDecoder().decode(bytes);
  try {
    const problem = JSON.parse(text);
    if (typeof problem.code === "string") {
      return new AetherkeepError({ ...problem, retryAfterMs });
    }
  } catch {
    // No problem document: the response is not from a node.
  }
  const { status } = response;
  const title = `HTTP ${status} without a problem document: is this a node?`;
  const retry = status === 429 || status === 502 || status === 503 || status === 504;
  return new AetherkeepError({ code: "not-a-node", title, detail: `${title} ${text.slice(0, 200)}`.trim(), retry, status, retryAfterMs });
}

/**
 * @param {unknown} cause
 * @param {boolean} late
 */
function unanswered(cause, late) {
  const failure = late
    ? { code: "deadline-exceeded", title: "The response did not arrive in time", retry: true }
    : { code: "connection-lost", title: "The node could not be reached, or the connection was lost", retry: true };
  return new AetherkeepError(failure, cause);
}

/**
 * Whether a request may be sent again after a failure.
 *
 * @param {AetherkeepError} failure
 * @param {boolean} once
 */
function repeatable(failure, once) {
  if (!failure.retry || failure.status === 409 || failure.status === 412) {
    return false;
  }
  return !once || NOT_DONE.has(failure.code);
}

/**
 * Parses `Retry-After`: seconds or a date.
 *
 * @param {string | null} value
 */
export function retryAfter(value) {
  if (!value) {
    return undefined;
  }
  const millis = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(millis) ? Math.max(0, millis) : undefined;
}

/**
 * Exponential backoff with jitter.
 *
 * @param {number} attempts
 */
function backoff(attempts) {
  return Math.min(LONGEST_WAIT_MS, 100 * 2 ** attempts) * (0.5 + Math.random() / 2);
}

/**
 * @param {number} millis
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(millis, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, millis);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * The first ids of a bulk read that a node accepts in one request.
 *
 * @param {string[]} ids
 */
export function batch(ids) {
  let length = 0;
  const end = ids.findIndex((id, n) => {
    length += `&${new URLSearchParams({ id })}`.length;
    return n > 0 && (n === MOST_IDS || length > LONGEST_QUERY);
  });
  return end < 0 ? ids : ids.slice(0, end);
}

/**
 * The ids of a bulk read to request again: those that did not fit, and those that are unavailable. A request with unavailable ids alone fails.
 *
 * @param {{ omitted?: string[], unavailable?: string[] }} page
 * @param {number} count how many ids were requested
 */
export function again({ omitted = [], unavailable = [] }, count) {
  // A value that is omitted although it is alone would be omitted again.
  return [...(omitted.length < count ? omitted : []), ...unavailable];
}

/**
 * Encodes an id as one segment of a path. Refuses an empty one, which is the path of the list, `.` and
 * `..`, by which `fetch` leaves the resource, and an unpaired surrogate, which has no encoding.
 *
 * @param {string} name of the argument
 * @param {unknown} value
 */
function encodeSegment(name, value) {
  if (value === null || value === undefined || value === "" || value === "." || value === "..") {
    throw invalidId(`${name} must not be ${value === "" ? "empty" : value}`);
  }
  try {
    return encodeURIComponent(String(value));
  } catch {
    throw invalidId(`${name} contains an unpaired surrogate`);
  }
}

/** @param {string} title */
function invalidId(title) {
  return new AetherkeepError({ code: "invalid-id", title, retry: false });
}

/**
 * Encodes the path of a stream, with its slashes.
 *
 * @param {unknown} path
 */
export function encodePath(path) {
  encodeSegment("path", path);
  return String(path).split("/").map(name => name && encodeSegment("path", name)).join("/");
}

/** 128 random bits, for ids and idempotency keys. */
export async function randomId() {
  const name = "node:crypto"; // not for bundlers
  const source = globalThis.crypto ?? (await import(name)).webcrypto; // Node 18 has no global one
  const bytes = source.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
}
