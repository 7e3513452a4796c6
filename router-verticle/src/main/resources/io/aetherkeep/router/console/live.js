/** Live values: topics over the WebSocket, and periodic requests. */

import { connect } from "/client.js";
import { at, send } from "./api.js";

/** @type {import("/client.js").Connection | null} */
let socket = null;
let turns = 0;
/** @type {(state: string) => void} */
let listener = () => {};
const running = new Set();

/** Registers a listener for the state of the connection. */
export function onState(callback) {
  listener = callback;
}

/** Opens an observer's socket to a space, and closes the previous one. */
export function open(space) {
  close();
  const turn = ++turns;
  socket = connect(`/api/v1/${space}`, {
    ticket: async () => (await send("POST", at(space, "realtime", "ticket"))).ticket,
    onState: state => turn === turns && listener(state),
  });
}

export function close() {
  socket?.close();
  socket = null;
}

/** @typedef {{ data: *, error?: { code: string }, offset?: string, recovered?: boolean }} News */

/**
 * Watches a topic.
 *
 * @param {string} topic
 * @param {(data: *, news: News) => void} callback
 * @returns {() => void} watches no more
 */
export function watch(topic, callback) {
  return socket ? socket.watch(topic, news => news.error || callback(news.data, news)) : () => {};
}

/** Reads a stream live, until it ends or is aborted. */
export function stream(path, signal) {
  return socket.stream(path, { signal });
}

/**
 * Sends a request periodically while the page is visible, one at a time.
 *
 * @param {number} everyMillis
 * @param {() => Promise<*>} question
 * @returns {() => void} stops the requests
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

/** A failed request is repeated; its failure is shown with its value. */
function report(error) {
  if (!(error instanceof TypeError) && !("code" in error)) {
    console.error(error);
  }
}

/** Repeats all requests at once, for example after a sign-in. */
export function again() {
  running.forEach(task => task.turn());
}

document.addEventListener("visibilitychange", () => document.hidden || again());
