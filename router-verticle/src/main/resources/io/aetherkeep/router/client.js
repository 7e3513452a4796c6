/**
 * The client of Aetherkeep's WebSocket: for browsers, and for Node 22 and newer.
 *
 * It reconnects with jitter, goes on where it was, and keeps the connection alive.
 *
 *     import { connect } from "http://127.0.0.1:8080/client.js";
 *
 *     const live = connect("http://127.0.0.1:8080/api/v1/aethercast", { session: id });
 *     live.watch("listeners/p1", news => show(news.data.listeners));
 *     await live.play("p1", 0);
 */

/**
 * @typedef {object} News What is told of a topic.
 * @property {string} topic
 * @property {*} data the value; null where there is none
 * @property {string} [offset] its place
 * @property {boolean} [recovered] false where changes before this one are lost
 * @property {{code: string, title: string, retry: boolean}} [error] why there is nothing any more
 */

/**
 * @typedef {object} Options
 * @property {string} [session] the session's id
 * @property {() => (string | Promise<string>)} [ticket] gets a ticket, anew for each connection
 * @property {(state: "connecting" | "open" | "waiting" | "closed", why?: {code: number,
 *     reason: string}) => void} [onState] is told how the connection does
 * @property {number} [patienceMs] how long an op may take, 10 s by default
 * @property {typeof WebSocket} [WebSocket] another implementation
 */

/** What the server refused, by its code, or that the connection was lost. */
export class AetherkeepError extends Error {
  /**
   * @param {{code: string, title: string, detail?: string, retry: boolean}} error
   */
  constructor(error) {
    super(error.detail ?? error.title);
    this.name = "AetherkeepError";
    this.code = error.code;
    this.retry = error.retry;
  }
}

const SUBPROTOCOL = "aetherkeep.v1";
const FOR_GOOD = new Set([1000, 1002, 1003, 1007, 1009]);
const LOST = { code: "connection-lost", title: "The connection was lost", retry: true };
const CLOSED = { code: "closed", title: "The client was closed", retry: false };
const LATE = { code: "deadline-exceeded", title: "The answer did not come in time", retry: true };

/**
 * Whether a client should come back, and after how long.
 *
 * @param {number} code of the close
 * @param {string} reason
 * @param {number} attempt how many tries there were since it last was open
 * @returns {number | null} in ms; null for never
 */
export function comeBackAfter(code, reason, attempt) {
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

/** One session's connection, which comes back when it is lost. */
export class Aetherkeep {
  #url;
  #options;
  #socket = null;
  #open = false;
  #over = false;
  #attempt = 0;
  #epoch = null;
  #ids = 0;
  #seq = 0;
  #answers = new Map();
  #waiting = [];
  #topics = new Map();
  #retry = null;
  #beat = null;
  #heard = 0;

  /**
   * @param {string} base the address of the space, such as https://host/api/v1/aethercast
   * @param {Options} options
   */
  constructor(base, options) {
    const here = typeof location === "undefined" ? undefined : location.href;
    const url = new URL(base.replace(/\/$/, "") + "/realtime", here);
    url.protocol = url.protocol.replace("http", "ws");
    this.#url = url;
    this.#options = options;
    // Of another tab, or of before a reload, the later one is the newer.
    this.#seq = Date.now();
    this.#connect();
  }

  /** Plays a podcast. @param {string} podcast @param {number} [positionMs] @param {{rate?: number, here?: boolean}} [how] */
  play(podcast, positionMs = 0, how = {}) {
    return this.#report("play", { podcast, positionMs, ...how });
  }

  /** Pauses. @param {number} [positionMs] */
  pause(positionMs) {
    return this.#report("pause", { positionMs });
  }

  /** Goes to a place. @param {number} positionMs */
  seek(positionMs) {
    return this.#report("seek", { positionMs });
  }

  /** Plays no more. @param {number} [positionMs] */
  stop(positionMs) {
    return this.#report("stop", { positionMs });
  }

  /** Reports where it plays, as often as one likes; dropped while there is no connection. @param {number} positionMs */
  progress(positionMs) {
    if (this.#open) {
      this.#write({ op: "progress", positionMs, seq: ++this.#seq });
    }
  }

  /** Asks for a sign of life. @returns {Promise<string>} */
  ping() {
    return this.#ask({ op: "ping" });
  }

  /**
   * Watches a topic, over all reconnects.
   *
   * @param {string} topic
   * @param {(news: News) => void} callback is told the present value and then each change
   * @returns {() => void} watches no more
   */
  watch(topic, callback) {
    let watched = this.#topics.get(topic);
    if (watched) {
      watched.callbacks.add(callback);
      if (watched.last) {
        callback(watched.last);
      }
    } else {
      watched = { callbacks: new Set([callback]), offset: null, last: null };
      this.#topics.set(topic, watched);
      if (this.#open) {
        this.#subscribe(topic);
      }
    }
    return () => this.#unwatch(topic, callback);
  }

  /** Says goodbye, for good. */
  close() {
    if (!this.#over) {
      this.#socket?.close(1000);
      this.#end({ code: 1000, reason: "goodbye" });
    }
  }

  #unwatch(topic, callback) {
    const watched = this.#topics.get(topic);
    if (watched?.callbacks.delete(callback) && watched.callbacks.size === 0) {
      this.#topics.delete(topic);
      if (this.#open) {
        this.#write({ op: "unwatch", topic });
      }
    }
  }

  #report(op, fields) {
    return this.#ask({ op, seq: ++this.#seq, ...fields });
  }

  /** Sends an op now or as soon as there is a connection; answers what the server does. */
  #ask(frame) {
    if (this.#over) {
      return Promise.reject(new AetherkeepError(CLOSED));
    }
    return new Promise((resolve, reject) => {
      const id = String(++this.#ids);
      const late = () => this.#settle(id, { error: LATE });
      const timer = setTimeout(late, this.#options.patienceMs ?? 10_000);
      this.#answers.set(id, { resolve, reject, timer });
      if (this.#open) {
        this.#write({ ...frame, id });
      } else {
        this.#waiting.push({ ...frame, id });
      }
    });
  }

  #settle(id, frame) {
    const answer = this.#answers.get(id);
    if (answer) {
      this.#answers.delete(id);
      this.#waiting = this.#waiting.filter(waiting => waiting.id !== id);
      clearTimeout(answer.timer);
      if (frame.error) {
        answer.reject(new AetherkeepError(frame.error));
      } else {
        answer.resolve(frame.ok);
      }
    }
  }

  #write(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  async #connect() {
    this.#state("connecting");
    try {
      const url = new URL(this.#url);
      if (this.#options.ticket) {
        url.searchParams.set("ticket", await this.#options.ticket());
      }
      if (!this.#over) {
        this.#use(new (this.#options.WebSocket ?? WebSocket)(url.href, SUBPROTOCOL));
      }
    } catch {
      this.#lost({ code: 1006, reason: "" });
    }
  }

  #use(socket) {
    this.#socket = socket;
    this.#heard = Date.now();
    socket.onopen = () => this.#hello();
    socket.onmessage = message => {
      this.#heard = Date.now();
      this.#hear(JSON.parse(message.data));
    };
    socket.onclose = close => {
      if (this.#socket === socket) {
        this.#lost(close);
      }
    };
  }

  #hello() {
    const frame = { op: "hello", id: "hello" };
    if (this.#options.session) {
      frame.session = this.#options.session;
    }
    if (this.#topics.size > 0) {
      const offsets = {};
      this.#topics.forEach((watched, topic) => (offsets[topic] = watched.offset));
      frame.resume = { epoch: this.#epoch, offsets };
    }
    this.#write(frame);
  }

  #hear(frame) {
    if (frame.re === "hello") {
      this.#welcome(frame);
    } else if ("re" in frame) {
      this.#settle(frame.re, frame);
    } else if (frame.topic) {
      this.#tell(frame.topic, frame);
    }
  }

  #welcome(frame) {
    if (frame.error) {
      if (frame.error.retry) {
        this.#socket.close(3000, "hello refused");
      }
      return;
    }
    const { epoch, heartbeatSeconds, failed, recovered } = frame.ok;
    this.#epoch = epoch;
    this.#open = true;
    this.#attempt = 0;
    this.#state("open");
    this.#keepAlive(heartbeatSeconds * 1000);
    for (const [topic, error] of Object.entries(failed)) {
      this.#fail(topic, error);
    }
    for (const topic of this.#topics.keys()) {
      if (!(topic in recovered)) {
        this.#subscribe(topic);
      }
    }
    this.#waiting.splice(0).forEach(waiting => this.#write(waiting));
  }

  #subscribe(topic) {
    this.#ask({ op: "watch", topic }).catch(error => this.#fail(topic, error));
  }

  /** A topic that may be there later is tried again; of any other its watchers are told. */
  #fail(topic, error) {
    if (!this.#topics.has(topic) || error.code === LOST.code) {
      return;
    }
    if (error.retry) {
      setTimeout(() => this.#open && this.#topics.has(topic) && this.#subscribe(topic), 1000);
    } else {
      this.#tell(topic, { topic, data: null, error });
    }
  }

  #tell(topic, news) {
    const watched = this.#topics.get(topic);
    if (watched) {
      watched.offset = news.offset ?? null;
      watched.last = news;
      if (news.error) {
        this.#topics.delete(topic);
      }
      watched.callbacks.forEach(callback => callback(news));
    }
  }

  /** Asks for a sign of life after some silence; without one the connection is given up. */
  #keepAlive(millis) {
    clearInterval(this.#beat);
    const socket = this.#socket;
    this.#beat = setInterval(() => {
      const silence = Date.now() - this.#heard;
      if (silence > 2 * millis) {
        socket.close(3001, "no heartbeat");
        this.#lost({ code: 1006, reason: "no heartbeat" });
      } else if (silence > millis / 2) {
        this.#write({ op: "ping" });
      }
    }, millis / 2);
  }

  #lost(why) {
    if (this.#over) {
      return;
    }
    this.#leave();
    const after = comeBackAfter(why.code, why.reason, this.#attempt);
    if (after === null) {
      this.#end(why);
    } else {
      this.#attempt++;
      this.#state("waiting", why);
      this.#retry = setTimeout(() => this.#connect(), after);
    }
  }

  /** What was sent and not answered may have been done or not; what waits goes on waiting. */
  #leave() {
    this.#open = false;
    this.#socket = null;
    clearInterval(this.#beat);
    const waiting = new Set(this.#waiting.map(frame => frame.id));
    for (const id of [...this.#answers.keys()]) {
      if (!waiting.has(id)) {
        this.#settle(id, { error: LOST });
      }
    }
  }

  #end(why) {
    this.#over = true;
    this.#leave();
    clearTimeout(this.#retry);
    for (const id of [...this.#answers.keys()]) {
      this.#settle(id, { error: CLOSED });
    }
    this.#state("closed", why);
  }

  #state(state, why) {
    this.#options.onState?.(state, why && { code: why.code, reason: why.reason });
  }
}

/**
 * Connects to a space.
 *
 * @param {string} base the address of the space, such as https://host/api/v1/aethercast
 * @param {Options} options
 * @returns {Aetherkeep}
 */
export function connect(base, options) {
  return new Aetherkeep(base, options);
}
