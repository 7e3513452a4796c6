/** What changes by itself: topics over the WebSocket, and questions that are asked again. */

import { connect } from "/client.js";
import { at, send } from "./api.js";

let socket = null;
let turns = 0;
let told = () => {};
const running = new Set();

/** Is told how the connection does. */
export function onState(callback) {
  told = callback;
}

/** Opens an observer's socket to a space, in place of the one before. */
export function open(space) {
  close();
  const turn = ++turns;
  socket = connect(`/api/v1/${space}`, {
    ticket: async () => (await send("POST", at(space, "realtime", "ticket"))).ticket,
    onState: state => turn === turns && told(state),
  });
}

export function close() {
  socket?.close();
  socket = null;
}

/**
 * Watches a topic while it is wanted.
 *
 * @param {string} topic
 * @param {(data: *, news: object) => void} callback
 * @returns {() => void} watches no more
 */
export function watch(topic, callback) {
  return socket ? socket.watch(topic, news => news.error || callback(news.data, news)) : () => {};
}

/** Reads a stream as it is written, until it ends or the signal is given. */
export function stream(path, signal) {
  return socket.stream(path, { signal });
}

/** Watches exactly these topics from now on: those that were watched go on. */
export class Watched {
  #topics = new Map();
  #most;

  constructor(most) {
    this.#most = most;
  }

  /** @param {string[]} topics @param {(topic: string, data: *) => void} callback */
  only(topics, callback) {
    const wanted = new Set(topics.slice(0, this.#most));
    for (const [topic, leave] of this.#topics) {
      if (!wanted.has(topic)) {
        this.#topics.delete(topic);
        leave();
      }
    }
    for (const topic of wanted) {
      if (!this.#topics.has(topic)) {
        this.#topics.set(topic, () => {});
        this.#topics.set(topic, watch(topic, data => callback(topic, data)));
      }
    }
  }

  clear() {
    this.#topics.forEach(leave => leave());
    this.#topics.clear();
  }
}

/**
 * Asks now and then again, while somebody looks and one after the other.
 *
 * @param {number} everyMillis
 * @param {() => Promise<*>} question
 * @returns {() => void} asks no more
 */
export function poll(everyMillis, question) {
  const task = { timer: null, over: false, busy: false };
  task.turn = async () => {
    clearTimeout(task.timer);
    if (task.over || task.busy) {
      return;
    }
    if (!document.hidden) {
      task.busy = true;
      await question().catch(report);
      task.busy = false;
    }
    if (!task.over) {
      task.timer = setTimeout(task.turn, everyMillis);
    }
  };
  running.add(task);
  task.turn();
  return () => {
    task.over = true;
    clearTimeout(task.timer);
    running.delete(task);
  };
}

/** A question that failed is asked again; what is wrong is said where it is shown. */
function report(error) {
  if (!(error instanceof TypeError) && !("code" in error)) {
    console.error(error);
  }
}

/** Asks everything at once, as after a sign-in. */
export function again() {
  running.forEach(task => task.turn());
}

document.addEventListener("visibilitychange", () => document.hidden || again());
