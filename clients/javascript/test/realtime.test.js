/** What the client of the WebSocket does, against a server that says what a test wants. */

import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Aetherkeep } from "../src/index.js";
import { AetherkeepError, connect } from "../src/realtime.js";

const BASE = "http://node/api/v1/aethercast";
const BUSY = { code: "redis-unavailable", title: "Redis is away", retry: true };

/** Lets everything happen that waits for no timer. */
const settled = () => new Promise(resolve => setImmediate(resolve));

/** One node and what it knows of one session. */
class Server {
  seq = 0;
  sockets = [];
  frames = [];
  held = null;
  failing = new Set();
  podcastId = null;

  /** The class of its sockets. */
  get WebSocket() {
    const server = this;
    return class {
      constructor() {
        this.watched = new Set();
        server.sockets.push(this);
        queueMicrotask(() => this.onopen());
      }

      send(text) {
        const frame = JSON.parse(text);
        server.frames.push(frame);
        if (server.held) {
          server.held.push(() => server.take(this, frame));
        } else {
          queueMicrotask(() => server.take(this, frame));
        }
      }

      close(code) {
        this.closed = code;
      }
    };
  }

  get socket() {
    return this.sockets.at(-1);
  }

  say(socket, frame) {
    socket.onmessage({ data: JSON.stringify(frame) });
  }

  take(socket, frame) {
    const say = answer => "id" in frame && this.say(socket, { re: frame.id, ...answer });
    if (frame.op === "hello") {
      this.greet(socket, frame, say);
    } else if (frame.op === "watch") {
      this.watch(socket, frame.topic, say);
    } else if (frame.op === "unwatch") {
      const known = socket.watched.delete(frame.topic);
      say(known ? { ok: { topic: frame.topic } } : { error: { code: "topic-unknown", retry: false } });
    } else if (frame.op === "ping") {
      this.say(socket, "id" in frame ? { re: frame.id, ok: "pong" } : { event: "pong" });
    } else {
      say({ ok: this.report(frame) });
    }
  }

  greet(socket, frame, say) {
    const recovered = {};
    const failed = {};
    for (const [topic, offset] of Object.entries(frame.resume?.offsets ?? {})) {
      recovered[topic] = offset !== null && !this.failing.has(topic);
      if (this.failing.has(topic)) {
        failed[topic] = BUSY;
      } else {
        socket.watched.add(topic);
      }
    }
    say({ ok: { connection: "c", heartbeatSeconds: 25, epoch: "1", seq: this.seq, recovered, failed } });
    Object.keys(recovered).filter(topic => !recovered[topic] && !failed[topic]).forEach(topic => this.value(socket, topic));
  }

  watch(socket, topic, say) {
    if (this.failing.has(topic)) {
      say({ error: BUSY });
    } else if (socket.watched.has(topic)) {
      say({ error: { code: "wrong-order", title: "This topic is watched already", retry: false } });
    } else {
      socket.watched.add(topic);
      say({ ok: { topic } });
      this.value(socket, topic);
    }
  }

  value(socket, topic) {
    this.say(socket, { event: "x", topic, offset: "1", data: "value" });
  }

  /** The newest seq wins; without one it is the next. */
  report(frame) {
    const late = frame.seq !== undefined && frame.seq <= this.seq;
    if (!late) {
      this.seq = frame.seq ?? this.seq + 1;
      this.podcastId = frame.podcast ?? this.podcastId;
      this.last = frame.op;
    }
    return { late, playback: { podcastId: this.podcastId, seq: this.seq } };
  }

  /** Closes a socket so that the client comes back in 10 ms. */
  restart() {
    this.socket.onclose({ code: 1012, reason: "restart 10" });
  }

  ops(op) {
    return this.frames.filter(frame => frame.op === op);
  }
}

let server;
let clients;

function client(options = {}) {
  const live = connect(BASE, { session: "s1", WebSocket: server.WebSocket, ...options });
  clients.push(live);
  return live;
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  server = new Server();
  clients = [];
});

afterEach(() => {
  clients.forEach(live => live.close());
  mock.timers.reset();
});

test("what a person does wins over a device whose clock is days ahead", async () => {
  const tab = client();
  assert.equal((await tab.play("p1", 0)).late, false);
  server.report({ op: "play", podcast: "p2", seq: Date.now() + 5 * 86_400_000 });
  for (const act of [() => tab.pause(1), () => tab.play("p1", 2), () => tab.seek(3), () => tab.stop(4)]) {
    assert.equal((await act()).late, false);
    server.report({ op: "play", podcast: "p2" });
  }
});

test("a seq that no client may say is left to the server", async () => {
  server.seq = 999_999_999_999_999;
  const tab = client();
  assert.equal((await tab.play("p1", 0)).late, false);
  assert.equal("seq" in server.ops("play").at(-1), false);
  assert.equal(server.seq, 1_000_000_000_000_000);
});

test("acts are done in their order, also those that were overtaken", async () => {
  const tab = client();
  await tab.ping();
  server.seq = 1000;
  const [played, paused] = await Promise.all([tab.play("p3", 0), tab.pause(7)]);
  assert.deepEqual([played.late, paused.late], [false, false]);
  assert.deepEqual([server.podcastId, server.last], ["p3", "pause"]);
});

test("the seq is learned from events of the playback", async () => {
  const tab = client();
  tab.watch("playback", () => {});
  await tab.ping();
  server.say(server.socket, { event: "playback", topic: "playback", offset: "2", data: { seq: 77 } });
  tab.progress(5);
  assert.equal(server.ops("progress")[0].seq, 78);
});

test("a late position is not sent again, and is of the podcast that was played here", async () => {
  const tab = client();
  await tab.play("p1", 0);
  server.report({ op: "play", podcast: "p2" });
  tab.progress(5);
  await settled();
  assert.equal(server.ops("progress").length, 1);
  assert.equal(server.ops("progress")[0].podcast, "p1");
});

test("places that were gone over quickly are one", async () => {
  const tab = client();
  await tab.play("p1", 0);
  server.held = [];
  const all = [1, 2, 3, 4].map(position => tab.seek(position));
  const release = server.held;
  server.held = null;
  release.forEach(each => each());
  await Promise.all(all);
  assert.deepEqual(server.ops("seek").map(frame => frame.positionMs), [1, 4]);
});

test("what was done before a close is sent", async () => {
  const tab = client();
  await tab.ping();
  const acts = [tab.play("p1", 0), tab.stop(9)];
  tab.close();
  assert.deepEqual((await Promise.allSettled(acts)).map(act => act.reason.code), ["connection-lost", "closed"]);
  assert.deepEqual(server.frames.slice(-2).map(frame => frame.op), ["play", "stop"]);
  assert.ok(server.ops("stop")[0].seq > server.ops("play")[0].seq);
});

for (const [when, round] of [["open", 1], ["waiting", 1], ["connecting", 2]]) {
  test(`a close while it is reported as ${when} leaves no timer and no connection`, async t => {
    const states = [];
    let tickets = 0;
    const heartbeats = t.mock.method(globalThis, "setInterval");
    const live = client({
      session: undefined,
      ticket: async () => `t${++tickets}`,
      onState: state => {
        states.push(state);
        if (state === when && states.filter(one => one === when).length === round) {
          live.close();
        }
      },
    });
    await settled();
    if (when !== "open") {
      server.restart();
      mock.timers.tick(10);
      await settled();
    }
    const before = [server.sockets.length, server.frames.length];
    assert.deepEqual(states.slice(-2), [when, "closed"]);
    for (let n = 0; n < 5; n++) {
      mock.timers.tick(60_000);
      await settled();
    }
    assert.equal(states.at(-1), "closed");
    assert.deepEqual([server.sockets.length, server.frames.length], before);
    assert.equal(tickets, 1);
    assert.equal(heartbeats.mock.callCount(), when === "open" ? 0 : 1);
  });
}

test("a refused ticket is asked for again after Retry-After", async () => {
  let tickets = 0;
  const ticket = async () => {
    if (tickets++ === 0) {
      throw new AetherkeepError({ code: "rate-limited", title: "Too many requests", retry: true, retryAfterMs: 60_000 });
    }
    return "t";
  };
  client({ session: undefined, ticket, onState: () => {} });
  await settled();
  for (const [passed, asked] of [[60_000, 1], [1_000, 2]]) {
    mock.timers.tick(passed);
    await settled();
    assert.equal(tickets, asked);
  }
});

test("the session of a cookie is not touched after a close", async () => {
  const touches = [];
  const answer = () => new Response(JSON.stringify({ ttlSeconds: 60 }), { headers: { "content-type": "application/json", "x-csrf-token": "c" } });
  const fetch = (_, { method }) => (method === "GET" ? answer() : new Promise(resolve => touches.push(() => resolve(answer()))));
  const live = new Aetherkeep("http://node", { space: "aethercast", cookie: true, fetch }).realtime({ WebSocket: server.WebSocket });
  clients.push(live);
  await live.ping();
  mock.timers.tick(5_000);
  await settled();
  assert.equal(touches.length, 1);
  live.close();
  touches[0]();
  await settled();
  mock.timers.tick(3_600_000);
  await settled();
  assert.equal(touches.length, 1);
});

test("a topic that failed in the hello is watched after a quick reconnect", async () => {
  const live = client();
  const seen = [];
  live.watch("config/x", news => seen.push(news.error?.code ?? news.data));
  await live.ping();
  server.failing.add("config/x");
  server.restart();
  mock.timers.tick(10);
  await settled();
  server.failing.clear();
  server.restart();
  mock.timers.tick(10);
  await settled();
  mock.timers.tick(5000);
  await settled();
  assert.deepEqual(seen, ["value"]);
  assert.ok(server.socket.watched.has("config/x"));
  server.say(server.socket, { event: "config", topic: "config/x", offset: "2", data: "next" });
  assert.deepEqual(seen, ["value", "next"]);
});

test("a topic that was unwatched and watched within a second goes on", async () => {
  const live = client();
  await live.ping();
  server.failing.add("config/x");
  const leave = live.watch("config/x", () => {});
  await settled();
  leave();
  const seen = [];
  live.watch("config/x", news => seen.push(news.error?.code ?? news.data));
  await settled();
  server.failing.clear();
  mock.timers.tick(1000);
  await settled();
  mock.timers.tick(5000);
  await settled();
  assert.deepEqual(seen, ["value"]);
  assert.equal(server.ops("unwatch").length, 0);
});

test("a topic that is watched anew while the hello is answered has its value", async () => {
  const live = client();
  const leave = live.watch("config/x", () => {});
  await live.ping();
  server.restart();
  mock.timers.tick(10);
  server.held = [];
  await settled();
  leave();
  const seen = [];
  live.watch("config/x", news => seen.push(news.data));
  const release = server.held;
  server.held = null;
  release.forEach(each => each());
  await settled();
  assert.deepEqual(seen, ["value"]);
});

test("a topic without a value resumes so that the node reports what it lost", async () => {
  const live = client();
  const value = server.value;
  server.value = () => {};
  const seen = [];
  for (const topic of ["events/*", "status/crawl/*", "status/crawl/c1", "listeners/p1"]) {
    live.watch(topic, news => seen.push([topic, news.data, news.recovered]));
  }
  await live.ping();
  assert.ok(Object.values(server.ops("hello")[0].resume.offsets).every(offset => offset === null));
  server.value = (socket, topic) => server.say(socket, { event: "x", topic, offset: "none", recovered: false, data: null });
  server.restart();
  mock.timers.tick(10);
  await settled();
  assert.deepEqual(server.ops("hello")[1].resume.offsets, { "events/*": "none", "status/crawl/*": "none", "status/crawl/c1": null, "listeners/p1": null });
  server.value = value;
});

test("a second watcher begins with the current value, not with the last change", async () => {
  const live = client();
  await live.ping();
  server.value = () => {};
  const history = (offset, messages, more) => server.say(server.socket, { topic: "history/s1", offset, data: messages && { messages, truncated: false }, ...more });
  const topics = ["history/s1", "events/*", "status/crawl/*"];
  topics.forEach(topic => live.watch(topic, () => {}));
  const join = topic => {
    const seen = [];
    live.watch(topic, ({ offset, data }) => seen.push([offset, data?.messages ?? data, data?.truncated]));
    return seen;
  };
  await settled();
  history("1", ["a", "b"], { recovered: false });
  history("2", ["c"]);
  server.say(server.socket, { topic: "events/*", offset: "1", data: "event" });
  server.say(server.socket, { topic: "status/crawl/*", offset: "1", data: "change" });
  const [messages, events, changes] = topics.map(join);
  assert.deepEqual([messages, events, changes], [[["2", ["a", "b", "c"], false]], [], []]);

  history("3", ["d"]);
  assert.deepEqual(messages.at(-1), ["3", ["d"], false]);
  history("9", ["x"], { recovered: false });
  history("10", ["y"]);
  assert.deepEqual(join("history/s1"), [["10", ["x", "y"], false]]);
  history("11", Array.from({ length: 1000 }, (_, n) => n));
  const [[, kept, truncated]] = join("history/s1");
  assert.deepEqual([kept.length, kept[0], kept[999], truncated], [1000, 0, 999, true]);
  history("none", null);
  history("12", ["z"]);
  assert.deepEqual(join("history/s1"), [["12", ["z"], false]]);
});

/** Collects the errors that callbacks throw, which end a program without a listener. */
async function thrown(during) {
  const usual = process.listeners("uncaughtException");
  const errors = [];
  const collect = error => errors.push(error.message);
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", collect);
  try {
    await during();
    await settled();
  } finally {
    process.off("uncaughtException", collect);
    usual.forEach(listener => process.on("uncaughtException", listener));
  }
  return errors;
}

test("a callback that throws does not stop others, and its error is reported", async () => {
  const fail = name => () => {
    throw new Error(name);
  };
  const failed = { code: "topic-unknown", title: "none", retry: false };
  const greet = server.greet;
  server.greet = (socket, frame, say) => greet.call(server, socket, frame, answer => say({ ok: { ...answer.ok, failed: { none: failed } } }));
  const seen = [];
  let live;
  const errors = await thrown(async () => {
    live = client({ onState: fail("state") });
    live.watch("none", fail("watcher"));
    live.watch("none", news => seen.push(news.error?.code));
    live.watch("config/x", news => seen.push(news.data));
    const part = live.stream("chat/1").next();
    assert.equal(await live.ping(), "pong");
    assert.equal((await part).value.offset, "1");
  });
  assert.deepEqual(seen, ["topic-unknown", "value"]);
  assert.deepEqual(errors, ["state", "state", "watcher"]);

  assert.deepEqual(await thrown(() => live.watch("config/x", fail("late watcher"))), ["late watcher"]);
  const after = await thrown(async () => {
    server.restart();
    mock.timers.tick(10);
    assert.equal(await live.ping(), "pong");
  });
  assert.deepEqual(after, ["state", "state", "state"]);
  assert.deepEqual(await thrown(() => live.close()), ["state"]);
});

test("an answer to a watch that comes after its patience is as good", async () => {
  const live = client();
  await live.ping();
  const seen = [];
  server.held = [];
  live.watch("config/x", news => seen.push(news.error?.code ?? news.data));
  mock.timers.tick(10_000);
  await settled();
  const release = server.held;
  server.held = null;
  release.forEach(each => each());
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(seen, ["value"]);
});

test("a watch that is left after its answer was late is unwatched", async () => {
  const live = client();
  await live.ping();
  server.held = [];
  const leave = live.watch("config/x", () => {});
  mock.timers.tick(10_000);
  await settled();
  leave();
  const release = server.held;
  server.held = null;
  release.forEach(each => each());
  await settled();
  assert.equal(server.ops("unwatch").length, 1);
  assert.equal(server.socket.watched.size, 0);
});

/** Lets the server have a stream of 600 parts, all of which it sends at once, and a reader read one of them. */
async function slowReader(live) {
  await live.ping();
  server.watch = (socket, topic, say) => {
    const { offset } = server.ops("watch").at(-1);
    say({ ok: { topic } });
    for (let n = Number(offset ?? 0) + 1; n <= 600; n++) {
      server.say(socket, { event: "stream", topic, offset: `${n}`, data: { text: "x" } });
    }
  };
  const parts = live.stream("chat/1");
  assert.equal((await parts.next()).value.offset, "1");
  await settled();
  assert.equal(server.ops("unwatch").length, 1);
  return parts;
}

const offsets = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => `${from + n}`);

async function rest(parts) {
  const read = [];
  while (read.at(-1) !== "600") {
    read.push((await parts.next()).value.offset);
  }
  return read;
}

test("a stream whose reader is let wait is not read a second time, and goes on after a reconnect", async () => {
  const live = client();
  const parts = await slowReader(live);
  await assert.rejects(live.stream("chat/1").next(), { code: "wrong-order" });
  server.restart();
  mock.timers.tick(10);
  await settled();
  assert.equal(server.ops("hello").at(-1).resume, undefined);
  assert.equal(server.ops("watch").length, 1);
  assert.deepEqual(await rest(parts), offsets(2, 600));
});

test("a reader that is let wait goes on at its place, also where the stream is watched meanwhile", async () => {
  const live = client();
  const parts = await slowReader(live);
  const seen = [];
  live.watch("stream/chat/1", news => seen.push(news.offset));
  assert.deepEqual(await rest(parts), offsets(2, 600));
  assert.deepEqual(seen, offsets(256, 600));
});

test("a stream goes on for those who watch it when a reader that is let wait leaves", async () => {
  const live = client();
  const parts = await slowReader(live);
  const seen = [];
  live.watch("stream/chat/1", news => seen.push(news.offset));
  await parts.return();
  await settled();
  assert.deepEqual(seen, offsets(256, 600));
});

test("without a WebSocket there is an error with its cause, at once", async () => {
  const states = [];
  const own = globalThis.WebSocket;
  const program = process.argv[1];
  delete globalThis.WebSocket;
  process.argv[1] = join(tmpdir(), "a-program-without-packages.js");
  try {
    const live = client({ WebSocket: undefined, onState: (state, why) => states.push([state, why?.error?.code]) });
    const error = await live.play("p1").catch(thrown => thrown);
    assert.ok(error instanceof AetherkeepError);
    assert.equal(error.code, "no-websocket");
    assert.equal(error.cause.code, "MODULE_NOT_FOUND");
    assert.equal((await live.ping().catch(thrown => thrown)).code, "no-websocket");
    assert.deepEqual(states, [["connecting", undefined], ["closed", "no-websocket"]]);
  } finally {
    globalThis.WebSocket = own;
    process.argv[1] = program;
  }
});

test("a WebSocket that cannot be made is an error at once", async () => {
  class Refusing {
    constructor() {
      throw new SyntaxError("insecure");
    }
  }
  const live = client({ WebSocket: Refusing, onState: () => {} });
  const error = await live.ping().catch(thrown => thrown);
  assert.deepEqual([error.code, error.cause.message], ["no-websocket", "insecure"]);
});

test("a ticket function that throws is an error at once, and is asked again", async () => {
  let tries = 0;
  const states = [];
  const live = client({
    ticket: () => {
      if (++tries < 3) {
        throw new ReferenceError("fetchTicket is not defined");
      }
      return "t1";
    },
    onState: (state, why) => states.push([state, why?.error?.cause?.message]),
  });
  const error = await live.play("p1").catch(thrown => thrown);
  assert.deepEqual([error.code, error.retry], ["no-ticket", true]);
  assert.equal(error.cause.name, "ReferenceError");
  for (let i = 0; i < 3; i++) {
    mock.timers.tick(30_000);
    await settled();
  }
  assert.equal((await live.play("p1")).late, false);
  assert.deepEqual(states.slice(0, 2), [["connecting", undefined], ["waiting", "fetchTicket is not defined"]]);
  assert.equal(states.at(-1)[0], "open");
});

test("a ticket function that says not to try again ends it", async () => {
  const states = [];
  const live = client({
    ticket: () => Promise.reject(Object.assign(new Error("signed out"), { retry: false })),
    onState: state => states.push(state),
  });
  assert.equal((await live.ping().catch(thrown => thrown)).message, "The ticket function failed: signed out");
  assert.deepEqual(states, ["connecting", "closed"]);
});

test("a ticket function that gives no ticket is an error at once, and is asked again", async () => {
  for (const none of [undefined, null, "", 42, { ticket: "t" }]) {
    const gone = [];
    const server = new Server();
    const live = connect(BASE, {
      ticket: () => none,
      WebSocket: server.WebSocket,
      onState: (state, why) => gone.push([state, why?.error?.code]),
    });
    const error = await live.ping().catch(thrown => thrown);
    assert.deepEqual([error.code, error.retry], ["no-ticket", true]);
    assert.deepEqual(gone.at(-1), ["waiting", "no-ticket"]);
    assert.equal(server.sockets.length, 0);
    live.close();
  }
});

test("without a session and a ticket function there is an error at once", async () => {
  const server = new Server();
  for (const options of [{}, { session: undefined }, { session: "" }]) {
    const live = connect(BASE, { ...options, WebSocket: server.WebSocket, onState: () => {} });
    const error = await live.ping().catch(thrown => thrown);
    assert.deepEqual([error.code, error.retry], ["no-credentials", false]);
  }
  assert.equal(server.sockets.length, 0);
});

test("where there is no connection, what the WebSocket said of it is told", async () => {
  const told = [];
  class Refused {
    constructor() {
      queueMicrotask(() => {
        this.onerror({ message: "connect ECONNREFUSED" });
        this.onclose({ code: 1006, reason: "" });
      });
    }
  }
  const live = connect(BASE, { session: "s", WebSocket: Refused, onState: (state, why) => told.push(why?.reason) });
  const ping = live.ping().catch(thrown => thrown);
  await settled();
  mock.timers.tick(10_000);
  assert.equal((await ping).message, "There was no connection in time: connect ECONNREFUSED");
  assert.ok(told.includes("connect ECONNREFUSED"));
  live.close();
});

test("a ticket function that never ends is given up, and asked again", async () => {
  let asked = 0;
  const live = client({ session: undefined, ticket: () => (asked++ === 0 ? new Promise(() => {}) : "t") });
  const ping = live.ping().catch(thrown => thrown);
  await settled();
  mock.timers.tick(10_000);
  await ping;
  await settled();
  mock.timers.tick(1000);
  await settled();
  assert.equal(asked, 2);
  assert.equal(server.ops("hello").length, 1);
});

test("a connection that answers nothing is given up, and tried again", async () => {
  const told = [];
  server.held = [];
  client({ onState: (state, why) => told.push(why?.reason) });
  await settled();
  assert.equal(server.ops("hello").length, 1);
  mock.timers.tick(10_000);
  assert.deepEqual([server.socket.closed, told.at(-1)], [3001, "no answer"]);
  server.held = null;
  mock.timers.tick(1000);
  await settled();
  assert.equal(server.sockets.length, 2);
  mock.timers.tick(10_000);
  assert.equal(server.sockets.length, 2);
});

test("a connection is given up after a ping without an answer, not after silence", async () => {
  let clock = 1000;
  mock.method(performance, "now", () => clock);
  const told = [];
  const live = client({ onState: (state, why) => told.push(why?.reason) });
  await live.ping();
  /** The timers of a hidden tab, which run once a minute. */
  const minute = async () => {
    clock += 60_000;
    mock.timers.tick(12_500);
    clock += 5;
    await settled();
  };
  const before = server.ops("ping").length;
  await minute();
  await minute();
  assert.equal(server.ops("ping").length, before + 2);
  assert.equal(server.socket.closed, undefined);

  server.held = [];
  await minute();
  assert.equal(server.socket.closed, undefined);
  await minute();
  assert.deepEqual([server.socket.closed, told.at(-1)], [3001, "no heartbeat"]);
  mock.restoreAll();
});

test("after it was open, a ticket that fails lets acts wait for the next one", async () => {
  let fails = false;
  const live = client({
    ticket: () => {
      if (fails) {
        throw new TypeError("Failed to fetch");
      }
      return "t1";
    },
    onState: () => {},
  });
  await live.ping();
  fails = true;
  server.restart();
  mock.timers.tick(10);
  await settled();
  const played = live.play("p1", 0);
  fails = false;
  mock.timers.tick(3000);
  assert.equal((await played).late, false);
});

test("a hello that is refused for good is the error of what was asked", async () => {
  server.greet = (socket, frame, say) => {
    say({ error: { code: "session-unknown", title: "There is no such session", retry: false } });
    socket.onclose({ code: 4504, reason: "session-unknown" });
  };
  const live = client();
  const error = await live.ping().catch(thrown => thrown);
  assert.equal(error.code, "session-unknown");
});

test("a hello that is refused for good ends it, also if the node does not close", async () => {
  server.greet = (socket, frame, say) => say({ error: { code: "invalid-body", title: "Too many topics", retry: false } });
  const states = [];
  const live = client({ onState: (state, why) => states.push([state, why?.code, why?.reason]) });
  const error = await live.ping().catch(thrown => thrown);
  assert.equal(error.code, "invalid-body");
  assert.deepEqual(states.at(-1), ["closed", 4505, "invalid-body"]);
  assert.equal(server.socket.closed, 3000);
});
