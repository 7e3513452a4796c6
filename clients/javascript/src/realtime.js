/**
 * The client of Aetherkeep's WebSocket: for browsers, for Node 22 and newer, and for Node 20 with
 * the package `ws`.
 *
 * It reconnects with jitter, resumes its topics, and keeps the connection alive.
 *
 *     import { connect } from "http://127.0.0.1:8080/client.js";
 *
 *     const live = connect("http://127.0.0.1:8080/api/v1/aethercast", { session: id });
 *     live.watch("listeners/p1", news => show(news.data.listeners));
 *     await live.play("p1", 0);
 *     for await (const part of live.stream("chat/42")) write(part.text);
 */

/** @import { components } from "../types/openapi.js" */
/** @import { components as Frames } from "../types/asyncapi.js" */

/**
 * The data of a topic.
 *
 * @template {string} T
 * @typedef {T extends `status/${string}/*` ? { id: string, attempt: number, offset: string, terminal: boolean, failed?: true,
 *       updatedAt: string, cancelRequested?: components["schemas"]["CancelRequest"], document: components["schemas"]["Status"] }
 *   : T extends `status/${string}` ? components["schemas"]["Status"]
 *   : T extends `listeners/${string}` ? Omit<components["schemas"]["Listeners"], "peak">
 *   : T extends `provider/${string}` ? components["schemas"]["ProviderHealth"]
 *   : T extends "providers" ? components["schemas"]["ProviderHealth"][]
 *   : T extends "session" ? components["schemas"]["Session"]
 *   : T extends "playback" ? components["schemas"]["Playback"]
 *   : T extends `stream/${string}` ? StreamPart
 *   : T extends `history/${string}` ? { messages: any[], truncated: boolean }
 *   : T extends `sessions/${string}` ? { userId: string, sessions: { id: string, createdAt: string | null }[], more: boolean }
 *   : T extends `presence/${string}` ? { podcastId: string, members: Member[], more: boolean }
 *   : any} TopicData
 */

/** @typedef {components["schemas"]["Problem"]["code"]} ProblemCode */

/**
 * Codes of failures without a response from a node.
 *
 * @typedef {"connection-lost" | "closed" | "no-websocket" | "no-ticket" | "not-a-node"} ClientCode
 */

/**
 * @template [D=any]
 * @typedef {object} News A value of a topic.
 * @property {string} topic
 * @property {D | null} data the value; null if there is none
 * @property {string} [offset] its offset
 * @property {boolean} [recovered] false if changes before this one are lost
 * @property {{reason?: string, requestedAt: string}} [cancelRequested] for a status: a client requested its worker to cancel this attempt
 * @property {{code: string, title: string, retry: boolean}} [error] why the watch has ended
 */

/** @typedef {components["schemas"]["Presence"]["items"][number]} Member A listening session. */

/**
 * @typedef {object} PresenceChange
 * @property {Member[]} members about 100 listeners
 * @property {boolean} more whether there are more
 * @property {Member[]} joined new listeners since the last change
 * @property {Member[]} left listeners that left since the last change
 * @property {{code: string, title: string, retry: boolean}} [error] why the watch has ended
 */

/**
 * @template [D=any]
 * @typedef {(news: News<D>) => void} Watcher
 */

/** @typedef {components["schemas"]["PlaybackReported"]} PlaybackReported */

/**
 * @typedef {object} Watched A watched topic.
 * @property {Set<Watcher>} callbacks
 * @property {string | null} offset of the newest value
 * @property {News | null} current the first value for a watcher that joins
 * @property {ReturnType<typeof setTimeout> | undefined} retry
 * @property {boolean} begun whether values of the current connection are delivered
 * @property {boolean} refused whether the node refused the watch, and it is not sent again yet
 * @property {Watcher | null} pausedBy the reader of the stream whose buffer is full: then it is not watched
 */

/**
 * @typedef {object} Act A playback operation of a user, and its promise.
 * @property {Record<string, any>} frame
 * @property {number} until
 * @property {Promise<PlaybackReported>} promise
 * @property {(answer: PlaybackReported) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/**
 * @typedef {object} Pending An operation without an answer yet.
 * @property {(answer: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 * @property {() => void} agreed
 */

/**
 * @typedef {object} Reader A reader of a stream.
 * @property {News[]} parts
 * @property {(value?: unknown) => void} wake
 */

/** @typedef {{ code: string, title: string, detail?: string, retry: boolean, status?: number, requestId?: string, retryAfterMs?: number }} Fault */
/** @typedef {{ code: number, reason: string, error?: AetherkeepError }} Why */

/**
 * @typedef {object} StreamPart A part of a stream.
 * @property {string} [text] for a text stream
 * @property {*[]} [messages] for a JSON stream
 * @property {string} [base64] for other streams
 * @property {string} offset the offset to resume from, here or on another device
 * @property {boolean} [upToDate] it ends at the tail
 * @property {boolean} [closed] the stream has ended
 * @property {string} [stopped] the reason, if it was stopped
 * @property {boolean} [abandoned] its producer's lease expired
 * @property {boolean} [recovered] false if the stream is read again from its beginning, because Redis has lost a part
 */

/**
 * @typedef {object} Options
 * @property {string} [session] the session's id
 * @property {boolean} [cookie] in browsers: the session is the one of the session cookie
 * @property {() => (string | Promise<string>)} [ticket] gets a ticket for each connection. An error is retried unless its `retry` is false.
 * @property {(state: "connecting" | "open" | "waiting" | "closed", why?: Why) => void} [onState] receives the state of the connection
 * @property {number} [patienceMs] the deadline of an operation, 10 s by default
 * @property {typeof WebSocket} [WebSocket] another implementation
 */

/** Refusal by the server, with its code, or loss of the connection. */
export class AetherkeepError extends Error {
  /**
   * @param {Fault} error
   * @param {unknown} [cause] the original error
   */
  constructor(error, cause) {
    super(error.detail ?? error.title, cause === undefined ? undefined : { cause });
    this.name = "AetherkeepError";
    /** The stable code: decide by it. */
    this.code = /** @type {ProblemCode | ClientCode} */ (error.code);
    /** Whether a retry may succeed later. */
    this.retry = error.retry;
    /** The HTTP status, for responses over HTTP. */
    this.status = error.status;
    /** The id of the request in the node's log. */
    this.requestId = error.requestId;
    /** The delay before a retry, if the node set one. */
    this.retryAfterMs = error.retryAfterMs;
    [this, cause].forEach(shorten);
  }
}

/**
 * Formats an error. A module from a data URL has its whole source as its name.
 *
 * @param {unknown} error
 */
function shorten(error) {
  if (error instanceof Error && error.stack) {
    error.stack = error.stack.replace(/data:\S{200,}?(?=:\d+:\d+)/g, "client.js");
  }
}

/** The longest delay of timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const SUBPROTOCOL = "aetherkeep.v1";
const FOR_GOOD = new Set([1000, 1002, 1003, 1007, 1009]);
const UNKNOWN = new Set(["session-unknown", "ticket-unknown"]);
const LOST = { code: "connection-lost", title: "The connection was lost", retry: true };
const CLOSED = { code: "closed", title: "The client was closed", retry: false };
const TIMEOUT = { code: "deadline-exceeded", title: "The answer did not arrive in time", retry: true };
/** Topics that deliver each change and have no current value. */
const WITHOUT_VALUE = /^(events\/|status\/[^/]+\/\*$)/;
const NO_SOCKET = {
  code: "no-websocket",
  title: "There is no WebSocket here: use Node 22, `npm install ws`, or pass one in the options",
  retry: false,
};

const NO_CREDENTIAL = {
  code: "no-credentials",
  title: "Neither a session nor a ticket function nor the session cookie is given",
  retry: false,
};

/** The greatest `seq` that the server accepts; beyond it the server assigns the next one. */
const MOST = 999_999_999_999_999;

/** The maximum number of buffered parts for a slow reader; later parts stay in Redis. */
const MOST_PARTS = 256;

/** The maximum number of a history's messages that are kept for a watcher that joins. */
const MOST_MESSAGES = 1000;
const READ_ALREADY = { code: "wrong-order", title: "This client already reads this stream", retry: false };

/** A monotonic clock. */
const now = () => performance.now();

/**
 * The browser's WebSocket, Node's own, or that of the package `ws` beside the program.
 *
 * @param {typeof WebSocket} [chosen]
 * @returns {Promise<typeof WebSocket>}
 */
async function webSocket(chosen) {
  const present = chosen ?? globalThis.WebSocket;
  if (present) {
    return present;
  }
  try {
    const name = "node:module"; // not for bundlers
    const { createRequire } = await import(name);
    const program = globalThis.process.argv[1];
    return createRequire(program ?? `${globalThis.process.cwd()}/`)("ws");
  } catch (cause) {
    throw new AetherkeepError(NO_SOCKET, cause);
  }
}

/**
 * The first value for a watcher that joins after this news: null for a topic that has none. A history delivers its newest messages once,
 * and then each message.
 *
 * @param {News | null} before
 * @param {News} news
 * @returns {News | null}
 */
function currentAfter(before, news) {
  if (WITHOUT_VALUE.test(news.topic)) {
    return null;
  }
  if (!news.topic.startsWith("history/") || news.recovered === false || !before?.data || !news.data) {
    return news;
  }
  const messages = [...before.data.messages, ...news.data.messages];
  const truncated = before.data.truncated || messages.length > MOST_MESSAGES;
  return { ...before, offset: news.offset, data: { messages: messages.slice(-MOST_MESSAGES), truncated } };
}

/**
 * Runs a callback of the program. Its error is reported as an uncaught one, and does not stop the connection.
 *
 * @param {() => void} callback
 */
function isolated(callback) {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** @param {any} error */
function notUsable(error) {
  return new AetherkeepError(
    { code: "no-websocket", title: `A WebSocket cannot be opened: ${error?.message}`, retry: false }, error);
}

/** @param {any} error */
function noTicket(error) {
  const title = `The ticket function failed: ${error?.message ?? error}`;
  return new AetherkeepError({ code: "no-ticket", title, retry: error?.retry !== false, retryAfterMs: error?.retryAfterMs }, error);
}

/**
 * The delay before a reconnect.
 *
 * @param {number} code of the close
 * @param {string} reason
 * @param {number} attempt the number of attempts since it was last open
 * @returns {number | null} in ms; null for never
 */
export function reconnectDelay(code, reason, attempt) {
  if (FOR_GOOD.has(code) || (code >= 4500 && code < 5000)) {
    return null;
  }
  const said = code === 1012 && /^restart ([0-9]{1,6})$/.exec(reason);
  if (said && attempt === 0) {
    return Number(said[1]);
  }
  if (code === 4002) {
    return 10_000 + Math.random() * 20_000;
  }
  const longest = Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5));
  return longest * (0.5 + Math.random() / 2);
}

/** Connection of a session or an observer, which reconnects after a loss. */
export class Realtime {
  /** @type {URL} */
  #url;
  /** @type {Options} */
  #options;
  /** @type {WebSocket | null} */
  #socket = null;
  #open = false;
  #wasOpen = false;
  /** @type {AetherkeepError | null} */
  #over = null;
  #fault = "";
  #attempt = 0;
  /** @type {string | undefined} */
  #epoch;
  #ids = 0;
  #seq = 0;
  /** @type {string | undefined} */
  #podcast;
  /** @type {Act[]} */
  #acts = [];
  /** @type {Map<string, Pending>} */
  #answers = new Map();
  /** @type {({ id: string } & Record<string, any>)[]} */
  #waiting = [];
  /** @type {Map<string, Watched>} */
  #topics = new Map();
  /** @type {Map<string, Watched>} */
  #resumed = new Map();
  /** @type {Set<Reader>} */
  #readers = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #beat;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #opening;
  #heard = 0;
  #pinged = 0;

  /**
   * @param {string} base the URL of the space, such as https://host/api/v1/aethercast
   * @param {Options} options
   */
  constructor(base, options = {}) {
    const here = typeof location === "undefined" ? undefined : location.href;
    const url = new URL(base.replace(/\/$/, "") + "/realtime", here);
    url.protocol = url.protocol.replace("http", "ws");
    this.#url = url;
    this.#options = options;
    this.#connect();
  }

  /** Plays a podcast. @param {string} podcast @param {number} [positionMs] @param {{rate?: number, here?: boolean}} [how] */
  play(podcast, positionMs = 0, how = {}) {
    this.#podcast = podcast;
    return this.#act({ op: "play", podcast, positionMs, ...how });
  }

  /** Pauses. @param {number} [positionMs] */
  pause(positionMs) {
    return this.#act({ op: "pause", positionMs });
  }

  /** Seeks to a position. @param {number} positionMs */
  seek(positionMs) {
    const last = this.#acts.at(-1);
    if (last && this.#acts.length > 1 && last.frame.op === "seek") {
      last.frame.positionMs = positionMs;
      return last.promise;
    }
    return this.#act({ op: "seek", positionMs });
  }

  /**
   * Stops playback; or, with the path of a stream, stops its producer.
   *
   * @param {number | string} [what] the position in ms; or the path of a stream
   * @param {string} [reason] the reason of a stream's stop
   */
  stop(what, reason) {
    return typeof what === "string"
      ? this.#ask({ op: "stop", topic: `stream/${what}`, reason })
      : this.#act({ op: "stop", positionMs: what });
  }

  /**
   * Reads a stream to its end, over all reconnects, each part exactly once. A client reads a stream once at a time;
   * while the buffer of a slow reader is full, watches of the stream wait with it.
   *
   * @param {string} path
   * @param {{from?: string, signal?: AbortSignal}} [how] the offset to go on from, the beginning
   *     without it; and what ends the reading early
   * @returns {AsyncGenerator<StreamPart, void, void>}
   */
  async *stream(path, { from, signal } = {}) {
    const topic = `stream/${path}`;
    /** @type {Reader} */
    const reader = { parts: [], wake: () => {} };
    /** @type {Watcher} */
    const hear = news => {
      reader.parts.push(news);
      if (reader.parts.length >= MOST_PARTS) {
        this.#pause(topic, hear);
      }
      reader.wake();
    };
    if (this.#topics.has(topic)) {
      throw new AetherkeepError(READ_ALREADY);
    }
    this.#readers.add(reader);
    const wake = () => reader.wake();
    signal?.addEventListener("abort", wake);
    try {
      this.#watch(topic, hear, from ?? null);
      for (;;) {
        const news = await this.#next(reader, signal, () => this.#goOn(topic, hear));
        if (!news) {
          return;
        }
        if (news.error) {
          throw new AetherkeepError(news.error);
        }
        if (news.data) {
          yield { ...news.data, offset: news.offset, ...(news.recovered === false && { recovered: false }) };
        }
        if (news.data?.closed) {
          return;
        }
      }
    } finally {
      signal?.removeEventListener("abort", wake);
      this.#readers.delete(reader);
      this.#unwatch(topic, hear);
    }
  }

  /**
   * Unwatches a stream whose reader is too slow. It stays a topic with its offset, from which the watch goes on.
   *
   * @param {string} topic
   * @param {Watcher} reader
   */
  #pause(topic, reader) {
    const watched = this.#topics.get(topic);
    if (watched?.callbacks.has(reader) && !watched.pausedBy) {
      this.#unsubscribe(topic, watched);
      watched.pausedBy = reader;
      watched.begun = false;
    }
  }

  /**
   * Watches a stream again, unless another reader paused it.
   *
   * @param {string} topic
   * @param {Watcher} reader
   */
  #goOn(topic, reader) {
    const watched = this.#topics.get(topic);
    if (watched?.pausedBy === reader) {
      watched.pausedBy = null;
      if (this.#open) {
        this.#subscribe(topic, watched);
      }
    }
  }

  /**
   * The next part, none once the signal is given; a reader that was let wait goes on when it has taken all there was.
   *
   * @param {Reader} reader
   * @param {AbortSignal | undefined} signal
   * @param {() => void} goOn
   */
  async #next(reader, signal, goOn) {
    while (reader.parts.length === 0 && !signal?.aborted) {
      if (this.#over) {
        throw this.#over;
      }
      goOn();
      await new Promise(resolve => (reader.wake = resolve));
    }
    return signal?.aborted ? null : reader.parts.shift();
  }

  /**
   * Reports where the podcast that was played here is, as often as one likes; dropped while there
   * is no connection, and where another device has played something since.
   *
   * @param {number} positionMs
   */
  progress(positionMs) {
    if (this.#open) {
      this.#write({ op: "progress", podcast: this.#podcast, positionMs, seq: this.#nextSeq() });
    }
  }

  /** Checks the connection. @returns {Promise<string>} */
  ping() {
    return this.#ask({ op: "ping" });
  }

  /**
   * Watches a topic, over all reconnects.
   *
   * @template {string} T
   * @param {T} topic
   * @param {Watcher<TopicData<T>>} callback receives the current value and then each change
   * @returns {() => void} ends the watch
   */
  watch(topic, callback) {
    return this.#watch(topic, callback, null);
  }

  /**
   * Watches the listeners of a podcast; needs a credential with `read`.
   *
   * @param {string} podcast
   * @param {(change: PresenceChange) => void} callback receives the listeners and the difference
   *     since the last time
   * @returns {() => void} ends the watch
   */
  presence(podcast, callback) {
    /** @type {Map<string, Member>} */
    let before = new Map();
    return this.watch(`presence/${podcast}`, ({ data, error }) => {
      /** @type {Map<string, Member>} */
      const now = new Map((data?.members ?? []).map(member => [member.session, member]));
      const change = {
        members: [...now.values()],
        more: data?.more ?? false,
        joined: [...now.values()].filter(member => !before.has(member.session)),
        left: [...before.values()].filter(member => !now.has(member.session)),
      };
      before = now;
      callback(error ? { ...change, error } : change);
    });
  }

  /**
   * @param {string} topic
   * @param {Watcher} callback
   * @param {string | null} offset
   */
  #watch(topic, callback, offset) {
    let watched = this.#topics.get(topic);
    if (watched) {
      const { current } = watched;
      watched.callbacks.add(callback);
      if (current) {
        isolated(() => callback(current));
      }
    } else {
      watched = { callbacks: new Set([callback]), offset, current: null, retry: undefined, begun: false, refused: false, pausedBy: null };
      this.#topics.set(topic, watched);
      if (this.#open) {
        this.#subscribe(topic, watched);
      }
    }
    return () => this.#unwatch(topic, callback);
  }

  /** Closes the connection permanently, after sending earlier operations. */
  close() {
    if (!this.#over) {
      if (this.#open) {
        this.#acts.slice(1).forEach(act => this.#write({ ...act.frame, seq: this.#nextSeq() }));
      }
      this.#socket?.close(1000);
      this.#end({ code: 1000, reason: "goodbye" });
    }
  }

  /** @param {string} topic @param {Watcher} callback */
  #unwatch(topic, callback) {
    const watched = this.#topics.get(topic);
    if (watched?.callbacks.delete(callback)) {
      if (watched.callbacks.size === 0) {
        this.#topics.delete(topic);
        this.#unsubscribe(topic, watched);
      } else {
        this.#goOn(topic, callback);
      }
    }
  }

  /**
   * Ends the node's watch, also one whose answer has not arrived in time.
   *
   * @param {string} topic
   * @param {Watched} watched
   */
  #unsubscribe(topic, watched) {
    clearTimeout(watched.retry);
    if (this.#open && !watched.refused && !watched.pausedBy) {
      this.#write({ op: "unwatch", topic });
    }
  }

  /**
   * Sends the operations of a user in order, one after the other; each wins over earlier ones.
   *
   * @param {Record<string, any>} frame
   */
  #act(frame) {
    const act = /** @type {Act} */ ({ frame, until: now() + this.#patience() });
    act.promise = new Promise((resolve, reject) => Object.assign(act, { resolve, reject }));
    this.#acts.push(act);
    if (this.#acts.length === 1) {
      this.#perform(act);
    }
    return act.promise;
  }

  /** @param {Act} act */
  async #perform(act) {
    try {
      act.resolve(await this.#win(act));
    } catch (error) {
      act.reject(error);
    }
    this.#acts.shift();
    if (this.#acts.length > 0) {
      this.#perform(this.#acts[0]);
    }
  }

  /**
   * Sends a report again, as the newest, if another device's report was newer.
   *
   * @param {Act} act
   * @returns {Promise<PlaybackReported>}
   */
  async #win({ frame, until }) {
    for (;;) {
      const seq = this.#nextSeq();
      const answer = await this.#ask({ ...frame, seq }, until - now());
      const overtaken = answer.late && seq !== undefined && answer.playback.seq >= seq;
      if (!overtaken || now() >= until) {
        return answer;
      }
    }
  }

  /** The seq after the newest known one; undefined to let the server assign it. */
  #nextSeq() {
    return ++this.#seq <= MOST ? this.#seq : undefined;
  }

  /**
   * Records the newest seq of the session, over all devices.
   *
   * @param {number} [seq]
   */
  #learn(seq) {
    this.#seq = Math.max(this.#seq, seq ?? 0);
  }

  #patience() {
    return this.#options.patienceMs ?? 10_000;
  }

  /**
   * Sends an op now or as soon as there is a connection; resolves to the server's
   * answer. `agreed` is called on success, before the next frame is handled.
   *
   * @param {Record<string, any>} frame
   * @param {number} [patience]
   * @param {() => void} [agreed]
   * @returns {Promise<any>}
   */
  #ask(frame, patience = this.#patience(), agreed = () => {}) {
    if (this.#over) {
      return Promise.reject(this.#over);
    }
    return new Promise((resolve, reject) => {
      const id = String(++this.#ids);
      const timer = setTimeout(() => this.#settle(id, { error: this.#tooLate() }), patience);
      this.#answers.set(id, { resolve, reject, timer, agreed });
      if (this.#open) {
        this.#write({ ...frame, id });
      } else {
        this.#waiting.push({ ...frame, id });
      }
    });
  }

  /** The error of an operation that timed out, with the WebSocket's error if there was no connection. */
  #tooLate() {
    const why = this.#fault && `: ${this.#fault}`;
    return this.#open ? TIMEOUT : { ...TIMEOUT, title: `There was no connection in time${why}` };
  }

  /** @param {string} id @param {{ ok?: any, error?: Fault | AetherkeepError }} frame */
  #settle(id, frame) {
    const answer = this.#answers.get(id);
    if (answer) {
      this.#answers.delete(id);
      this.#waiting = this.#waiting.filter(waiting => waiting.id !== id);
      clearTimeout(answer.timer);
      if (frame.error instanceof AetherkeepError) {
        answer.reject(frame.error);
      } else if (frame.error) {
        answer.reject(new AetherkeepError(frame.error));
      } else {
        answer.agreed();
        answer.resolve(frame.ok);
      }
    }
  }

  /** @param {Record<string, any>} frame */
  #write(frame) {
    this.#socket?.send(JSON.stringify(frame));
  }

  async #connect() {
    this.#state("connecting");
    if (this.#over) {
      return;
    }
    const url = new URL(this.#url);
    let socket;
    try {
      const WebSocket = await webSocket(this.#options.WebSocket);
      if (!this.#options.session && !this.#options.ticket && !this.#options.cookie) {
        throw new AetherkeepError(NO_CREDENTIAL);
      }
      if (this.#options.ticket) {
        url.searchParams.set("ticket", await this.#ticket());
      }
      if (this.#over) {
        return;
      }
      socket = new WebSocket(url.href, SUBPROTOCOL);
    } catch (thrown) {
      this.#failed(thrown instanceof AetherkeepError ? thrown : notUsable(thrown));
      return;
    }
    this.#use(socket);
  }

  /** @returns {Promise<string>} */
  async #ticket() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    /** @type {Promise<never>} */
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("it did not return in time")), this.#patience());
    });
    try {
      const ticket = await Promise.race([this.#options.ticket?.(), late]);
      if (typeof ticket !== "string" || ticket === "") {
        throw new TypeError(`it returned ${JSON.stringify(ticket)} instead of a ticket`);
      }
      return ticket;
    } catch (error) {
      throw noTicket(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Fails unsent operations at once if there was never a connection.
   *
   * @param {AetherkeepError} error
   */
  #failed(error) {
    const why = { code: 1006, reason: error.code, error };
    if (!this.#options.onState && !this.#over) {
      console.error(error);
    }
    if (!error.retry) {
      this.#end(why);
    } else {
      this.#lost(why);
      if (!this.#wasOpen) {
        [...this.#answers.keys()].forEach(id => this.#settle(id, { error }));
      }
    }
  }

  /** @param {WebSocket} socket */
  #use(socket) {
    this.#socket = socket;
    this.#heard = now();
    this.#opening = setTimeout(() => this.#giveUp("no answer"), this.#patience());
    socket.onopen = () => this.#hello();
    // A close event follows. `ws` throws without a listener; browsers do not give the cause.
    socket.onerror = event => (this.#fault = /** @type {ErrorEvent} */ (event)?.message ?? "");
    socket.onmessage = message => {
      this.#heard = now();
      this.#hear(JSON.parse(message.data));
    };
    socket.onclose = close => {
      if (this.#socket === socket) {
        this.#lost({ code: close.code, reason: close.reason || this.#fault });
      }
    };
  }

  #hello() {
    /** @type {Frames["schemas"]["hello"]} */
    const frame = { op: "hello", id: "hello" };
    if (this.#options.session) {
      frame.session = this.#options.session;
    }
    this.#resumed = new Map([...this.#topics].filter(([, watched]) => !watched.pausedBy));
    if (this.#resumed.size > 0) {
      /** @type {Record<string, string | null>} */
      const offsets = {};
      this.#resumed.forEach((watched, topic) => (offsets[topic] = watched.offset));
      frame.resume = { epoch: this.#epoch, offsets };
    }
    this.#write(frame);
  }

  /** @param {any} frame */
  #hear(frame) {
    if (frame.re === "hello") {
      this.#welcome(frame);
    } else if ("re" in frame) {
      this.#learn(frame.ok?.playback?.seq);
      this.#settle(frame.re, frame);
    } else if (frame.topic) {
      this.#learn(frame.topic === "playback" ? frame.data?.seq : 0);
      this.#tell(frame.topic, frame);
    }
  }

  /**
   * The node may leave a connection open whose hello it refused.
   *
   * @param {{ ok?: any, error?: Fault }} frame
   */
  #welcome(frame) {
    if (frame.error) {
      this.#socket?.close(3000, "hello refused");
      if (!frame.error.retry) {
        const code = UNKNOWN.has(frame.error.code) ? 4504 : 4505;
        this.#end({ code, reason: frame.error.code, error: new AetherkeepError(frame.error) });
      }
      return;
    }
    const { epoch, heartbeatSeconds, failed, recovered, seq } = frame.ok;
    this.#epoch = epoch;
    this.#learn(seq);
    this.#open = true;
    this.#wasOpen = true;
    this.#fault = "";
    this.#attempt = 0;
    clearTimeout(this.#opening);
    this.#state("open");
    if (this.#over) {
      return; // `onState` has closed it.
    }
    this.#keepAlive(heartbeatSeconds * 1000);
    this.#resume(recovered, failed);
    this.#waiting.splice(0).forEach(waiting => this.#write(waiting));
  }

  /**
   * Topics in the hello may have been unwatched or watched again meanwhile.
   *
   * @param {Record<string, boolean>} recovered
   * @param {Record<string, Fault>} failed
   */
  #resume(recovered, failed) {
    for (const [topic, watched] of this.#resumed) {
      const same = this.#topics.get(topic) === watched;
      this.#begin(topic, watched, !(topic in failed));
      if (same && topic in failed) {
        this.#fail(topic, watched, failed[topic]);
      } else if (!same && topic in recovered && !(topic in failed)) {
        this.#write({ op: "unwatch", topic });
      }
    }
    for (const [topic, watched] of this.#topics) {
      if (this.#resumed.get(topic) !== watched && !watched.pausedBy) {
        this.#subscribe(topic, watched);
      }
    }
  }

  /**
   * With an offset the node reports the changes that a topic without a value loses until the next connection.
   *
   * @param {string} topic
   * @param {Watched} watched
   * @param {boolean} [begun]
   */
  #begin(topic, watched, begun = true) {
    watched.begun = begun;
    if (begun && watched.offset === null && WITHOUT_VALUE.test(topic)) {
      watched.offset = "none";
    }
  }

  /**
   * The answer counts only on this connection, and while the topic is watched.
   *
   * @param {string} topic
   * @param {Watched} watched
   */
  #subscribe(topic, watched) {
    const socket = this.#socket;
    watched.retry = undefined;
    watched.refused = false;
    const place = watched.offset === null ? {} : { offset: watched.offset };
    this.#ask({ op: "watch", topic, ...place }, this.#patience(), () => this.#begin(topic, watched)).catch(error => {
      if (this.#socket === socket && this.#topics.get(topic) === watched) {
        this.#fail(topic, watched, error);
      }
    });
  }

  /**
   * Retries a topic that may exist later; reports the error of others to their watchers.
   *
   * @param {string} topic
   * @param {Watched} watched
   * @param {Fault} error
   */
  #fail(topic, watched, error) {
    if (error.retry) {
      watched.refused = error.code !== TIMEOUT.code;
      watched.retry = setTimeout(() => this.#subscribe(topic, watched), 1000);
    } else if (error.code === "wrong-order") {
      // `wrong-order` means that the topic is watched already: an earlier answer was late.
      this.#begin(topic, watched);
    } else {
      this.#tell(topic, { topic, data: null, error });
    }
  }

  /** @param {string} topic @param {News} news */
  #tell(topic, news) {
    const watched = this.#topics.get(topic);
    // Parts that were in transit when a stream was unwatched are sent again from its offset.
    const stale = topic.startsWith("stream/") && !watched?.begun && !news.error;
    if (watched && !stale) {
      watched.offset = news.offset ?? null;
      watched.current = currentAfter(watched.current, news);
      if (news.error) {
        this.#topics.delete(topic);
      }
      for (const callback of [...watched.callbacks]) {
        if (watched.callbacks.has(callback)) {
          isolated(() => callback(news));
        }
      }
    }
  }

  /**
   * Sends a ping after a time of silence; gives up the connection without an answer. Silence alone does not count: in a hidden tab,
   * browsers run this once a minute.
   *
   * @param {number} millis
   */
  #keepAlive(millis) {
    clearInterval(this.#beat);
    this.#beat = setInterval(() => {
      const silence = now() - this.#heard;
      if (silence > 2 * millis && this.#pinged > this.#heard) {
        this.#giveUp("no heartbeat");
      } else if (silence > millis / 2) {
        this.#pinged = now();
        this.#write({ op: "ping" });
      }
    }, millis / 2);
  }

  /**
   * Drops the socket at once, because an unresponsive one may take minutes to close.
   *
   * @param {string} reason
   */
  #giveUp(reason) {
    this.#socket?.close(3001, reason);
    this.#lost({ code: 1006, reason });
  }

  /** @param {Why} why */
  #lost(why) {
    if (this.#over) {
      return;
    }
    this.#leave();
    const after = reconnectDelay(why.code, why.reason, this.#attempt);
    if (after === null) {
      this.#end(why);
    } else {
      this.#attempt++;
      const asked = why.error?.retryAfterMs ?? 0;
      this.#retry = setTimeout(() => this.#connect(), Math.min(LONGEST_TIMER_MS, after + asked));
      this.#state("waiting", why);
    }
  }

  /** Fails operations without an answer, which may or may not have been executed; unsent ones wait for the next connection. */
  #leave() {
    this.#open = false;
    this.#socket = null;
    clearInterval(this.#beat);
    clearTimeout(this.#opening);
    for (const watched of this.#topics.values()) {
      clearTimeout(watched.retry);
      watched.retry = undefined;
      watched.refused = false;
      watched.begun = false;
    }
    const waiting = new Set(this.#waiting.map(frame => frame.id));
    for (const id of [...this.#answers.keys()]) {
      if (!waiting.has(id)) {
        this.#settle(id, { error: LOST });
      }
    }
  }

  /** @param {Why} why */
  #end(why) {
    this.#over = why.error ?? new AetherkeepError(CLOSED);
    this.#leave();
    clearTimeout(this.#retry);
    for (const id of [...this.#answers.keys()]) {
      this.#settle(id, { error: this.#over });
    }
    this.#readers.forEach(reader => reader.wake());
    this.#state("closed", why);
  }

  /** @param {"connecting" | "open" | "waiting" | "closed"} state @param {Why} [why] */
  #state(state, why) {
    const told = why && { code: why.code, reason: why.reason, ...(why.error && { error: why.error }) };
    isolated(() => this.#options.onState?.(state, told));
  }
}

/**
 * Connects to a space.
 *
 * @param {string} base the URL of the space, such as https://host/api/v1/aethercast
 * @param {Options} options
 * @returns {Realtime}
 */
export function connect(base, options = {}) {
  return new Realtime(base, options);
}
