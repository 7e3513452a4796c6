/**
 * Client of Aetherkeep for browsers and Node 18 or newer.
 *
 *     import { Aetherkeep } from "@aetherkeep/client";
 *
 *     const council = new Aetherkeep("http://127.0.0.1:8080", { space: "council", token: process.env.KEY });
 *     const session = await council.sessions.open({ userId: "u1" });
 *     const live = council.realtime({ session: session.id });
 *     live.watch("playback", news => show(news.data));
 */

import { Caches } from "./caches.js";
import { Configs } from "./configs.js";
import { Transport } from "./http.js";
import { Playback } from "./playback.js";
import { Providers } from "./providers.js";
import { AetherkeepError, Realtime, reconnectDelay, connect } from "./realtime.js";
import { Sessions } from "./sessions.js";
import { Statuses } from "./statuses.js";
import { Producer, Streams } from "./streams.js";
import { Webhooks } from "./webhooks.js";

export { AetherkeepError, Producer, Realtime, reconnectDelay, connect };

/** @typedef {import("./http.js").CallOptions} CallOptions */
/** @typedef {import("./http.js").ClientOptions} ClientOptions */
/** @typedef {import("./realtime.js").ProblemCode} ProblemCode */
/** @typedef {import("./realtime.js").ClientCode} ClientCode */
/** @typedef {import("./realtime.js").StreamPart} StreamPart */
/** @typedef {import("./sessions.js").Session} Session */
/** @typedef {import("./sessions.js").Message} Message */
/** @typedef {import("./statuses.js").Status} Status */
/** @typedef {import("./statuses.js").StatusView} StatusView */
/** @typedef {import("./streams.js").Part} Part */
/** @typedef {import("./webhooks.js").Webhook} Webhook */
/** @typedef {import("../types/openapi.js").components["schemas"]} Schemas */
/**
 * @template [D=any]
 * @typedef {import("./realtime.js").News<D>} News
 */

/** The longest delay of timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** How soon the lifetime of the session is asked for; many sockets may open at once. */
const FIRST_TOUCH_MS = 5_000;

/** Client of one space. It holds no connection: create one and share it. */
export class Aetherkeep {
  /** @type {Transport} */
  #http;

  /**
   * @param {string} url of a node or a load balancer
   * @param {ClientOptions} options
   */
  constructor(url, options) {
    const http = new Transport(url, options);
    this.#http = http;
    this.sessions = new Sessions(http);
    this.playback = new Playback(http);
    this.caches = new Caches(http);
    this.configs = new Configs(http);
    this.statuses = new Statuses(http);
    this.providers = new Providers(http);
    this.streams = new Streams(http);
    this.webhooks = new Webhooks(http);
  }

  /**
   * Connects the WebSocket of a session or, without one, of an observer, which only watches.
   * It opens with a ticket, so that it works in browsers and needs no session's id on the wire; with
   * the option `cookie` of the client it opens with the cookie, which is renewed while it is open.
   *
   * @param {Omit<import("./realtime.js").Options, "ticket">} [options]
   * @returns {Realtime}
   */
  realtime({ session, ...options } = {}) {
    if (this.#http.cookie) {
      return this.#ofCookie(options);
    }
    const ticket = () => (session === undefined ? this.observerTicket() : this.sessions.ticket(session));
    return connect(this.#http.base, { ...options, ticket });
  }

  /**
   * Connects with the cookie. A socket cannot renew a cookie, so the session is touched at half of
   * its lifetime.
   *
   * @param {import("./realtime.js").Options} options
   */
  #ofCookie(options) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    let open = false;
    const touch = async () => {
      const session = await this.sessions.touch("self").catch(() => null);
      clearTimeout(timer);
      if (!open) {
        return; // It was closed meanwhile.
      }
      timer = setTimeout(touch, Math.min(LONGEST_TIMER_MS, (session?.ttlSeconds ?? 60) * 500));
    };
    return connect(this.#http.base, {
      ...options,
      cookie: true,
      onState: (state, why) => {
        clearTimeout(timer);
        open = state === "open";
        if (open) {
          timer = setTimeout(touch, FIRST_TOUCH_MS);
        }
        if (options.onState) {
          options.onState(state, why);
        } else if (why?.error) {
          console.error(why.error);
        }
      },
    });
  }

  /**
   * Gets a ticket for one WebSocket of an observer, valid for 30 s.
   *
   * @param {CallOptions} [options]
   * @returns {Promise<string>}
   */
  async observerTicket(options) {
    return (await this.#http.send("post", "/api/v1/{space}/realtime/ticket", {}, options)).data.ticket;
  }
}
