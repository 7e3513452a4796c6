/** When requests are sent again, and how failures look, against a `fetch` that answers what a test wants. */

import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Aetherkeep, AetherkeepError } from "../src/index.js";
import { difference } from "../src/session-store.js";

const { AetherkeepStore } = await import("../src/express.js").catch(error => {
  assert.equal(error.code, "ERR_MODULE_NOT_FOUND");
  return {};
});
const skip = AetherkeepStore ? false : "express-session is not installed";

afterEach(() => mock.restoreAll());

const json = { "content-type": "application/json" };

function problem(status, code, retry, headers = {}) {
  const body = { type: `urn:aetherkeep:problem:${code}`, title: code, status, detail: `why ${code}`, code, retry, requestId: "r1" };
  return () => new Response(JSON.stringify(body), { status, headers: { "content-type": "application/problem+json", ...headers } });
}

const lost = () => {
  throw new TypeError("fetch failed");
};

/** A client whose requests are answered one after the other; what waits does not wait, and is noted. */
function client(answers, options = {}) {
  const requests = [];
  const waits = [];
  const usual = setTimeout;
  mock.method(globalThis, "setTimeout", (call, millis, ...more) => {
    if (millis < 5000) {
      waits.push(millis);
      return usual(call, 0, ...more);
    }
    return usual(call, millis, ...more);
  });
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    return answers[Math.min(requests.length, answers.length) - 1]();
  };
  return { client: new Aetherkeep("http://node", { space: "council", timeoutMs: 60_000, fetch, ...options }), requests, waits };
}

const session = () => new Response(JSON.stringify({ id: "s1", document: {} }), { headers: json });

test("a busy node is asked again when it says, not before", async () => {
  const { client: aether, requests, waits } = client([problem(503, "redis-unavailable", true, { "retry-after": "3" }), session]);
  assert.equal((await aether.sessions.get("s1")).id, "s1");
  assert.equal(requests.length, 2);
  assert.equal(waits.length, 1);
  // Some of the backoff is added, so that not all clients ask at once.
  assert.ok(waits[0] >= 3100, `${waits}`);
});

test("a configuration from memory has its age", async () => {
  const stale = () => new Response("1", { headers: { ...json, etag: '"v1"', "aetherkeep-stale": "4" } });
  const fresh = () => new Response("2", { headers: { ...json, etag: '"v2"' } });
  const { client: aether } = client([stale, stale, fresh]);
  assert.deepEqual(await aether.configs.get("x"), { value: 1, version: "v1", staleSeconds: 4 });
  assert.equal((await aether.configs.next("x", "v0")).staleSeconds, 4);
  assert.deepEqual(await aether.configs.next("x", "v1"), { value: 2, version: "v2" });
});

test("a version is the same where a proxy marks its tag as weak", async () => {
  const weak = (tag, more) => () => new Response("{}", { headers: { ...json, etag: `W/"${tag}"`, ...more } });
  const followed = client([weak("v", { "retry-after": "1" }), weak("w")]);
  const versions = [];
  for await (const view of followed.client.statuses.follow("podcast", "p1")) {
    versions.push(view.version);
  }
  assert.deepEqual(versions, ["v", "w"]);
  assert.equal(followed.requests[1].headers.get("if-none-match"), '"v"');

  const { client: aether, requests } = client([weak("v")]);
  const { version } = await aether.configs.get("x");
  await aether.configs.next("x", version);
  await aether.configs.put("x", 1, { ifVersion: version });
  await aether.caches.put("page", "p1", 1, { ifVersion: (await aether.caches.get("page", "p1")).version });
  assert.equal(requests[1].headers.get("if-none-match"), '"v"');
  assert.deepEqual([requests[2], requests[4]].map(({ headers }) => headers.get("if-match")), ['"v"', '"v"']);
});

test("a wait that does not fit into the deadline is not begun", async () => {
  const busy = problem(503, "redis-unavailable", true, { "retry-after": "30" });
  const { client: aether, requests } = client([busy]);
  const error = await aether.sessions.get("s1", { timeoutMs: 20_000 }).catch(thrown => thrown);
  assert.ok(error instanceof AetherkeepError);
  assert.deepEqual([error.code, error.status, error.requestId, error.retryAfterMs], ["redis-unavailable", 503, "r1", 30_000]);
  assert.equal(requests.length, 1);
});

test("what would be done twice is sent again only where it was not done", async () => {
  const outcome = { success: true };
  const unsure = client([lost, session]);
  assert.equal((await unsure.client.providers.report("p", outcome).catch(thrown => thrown)).code, "connection-lost");
  assert.equal(unsure.requests.length, 1);

  const refused = client([problem(429, "overloaded", true, { "retry-after": "1" }), session]);
  await refused.client.providers.report("p", outcome);
  assert.equal(refused.requests.length, 2);

  const conditional = client([lost, session]);
  const error = await conditional.client.sessions.patch("s1", {}, { ifVersion: "v" }).catch(thrown => thrown);
  assert.equal(error.code, "connection-lost");
  assert.equal(conditional.requests[0].headers.get("if-match"), '"v"');
});

test("an append has one idempotency key over all its tries", async () => {
  const { client: aether, requests } = client([lost, session]);
  await aether.sessions.appendHistory("s1", { role: "user", content: "x" });
  const keys = requests.map(request => request.headers.get("idempotency-key"));
  assert.equal(keys.length, 2);
  assert.equal(new Set(keys).size, 1);
});

test("a session whose answer was lost is opened once", async () => {
  const { client: aether, requests } = client([lost, problem(409, "session-exists", true), session]);
  assert.equal((await aether.sessions.open({ userId: "u1" })).id, "s1");
  const ids = requests.slice(0, 2).map(request => JSON.parse(request.body).id);
  assert.equal(ids[0], ids[1]);
  assert.match(requests[2].url, new RegExp(`/sessions/${ids[0]}$`));
});

test("a conflict is not tried again, and nothing is null", async () => {
  const conflict = client([problem(412, "version-conflict", true)]);
  const error = await conflict.client.caches.put("topic", "t1", {}, { ifVersion: "v" }).catch(thrown => thrown);
  assert.equal(error.code, "version-conflict");
  assert.equal(conflict.requests.length, 1);
  const none = client([problem(404, "entry-unknown", false)]);
  assert.equal(await none.client.caches.get("topic", "t1"), null);
});

test("an entry that is a text has it as its value", async () => {
  const text = () => new Response("<p>\u00c9t\u00e9</p>", { headers: { "content-type": "text/plain; charset=utf-8", etag: '"v1"' } });
  const { client: aether, requests } = client([text]);
  const entry = await aether.caches.get("page", "p1");
  assert.equal(entry.value, "<p>\u00c9t\u00e9</p>");
  assert.equal(entry.version, "v1");
  await aether.caches.put("page", "p1", "<p>");
  assert.equal(requests[1].body, '"<p>"');
});

test("a signal ends a call, with its reason, before its deadline", { timeout: 30_000 }, async () => {
  const fetch = async (_, { signal }) => {
    signal.throwIfAborted();
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const { client: aether } = client([], { fetch });
  const abort = new AbortController();
  const call = aether.sessions.get("s1", { signal: abort.signal });
  abort.abort(new Error("gone home"));
  await assert.rejects(call, /gone home/);
});

test("a token function is asked for each request", async () => {
  let n = 0;
  const { client: aether, requests } = client([session], { token: async () => `t${++n}` });
  await aether.sessions.get("s1");
  await aether.sessions.get("s1");
  assert.deepEqual(requests.map(request => request.headers.get("authorization")), ["Bearer t1", "Bearer t2"]);
});

test("a fenced producer stays fenced", async () => {
  const { client: aether, requests } = client([problem(403, "producer-fenced", false), session]);
  const producer = aether.streams.producer("chat/1", { producerId: "p1" });
  for (const late of ["a", "b"]) {
    assert.equal((await producer.append(late).catch(thrown => thrown)).code, "producer-fenced");
  }
  assert.equal(requests.length, 1);
});

test("more ids than a URL takes are read in batches", async () => {
  const ids = Array.from({ length: 250 }, () => crypto.randomUUID());
  for (const read of [aether => aether.caches.getMany("topic", ids), aether => aether.statuses.getMany("crawl", ids)]) {
    const { client: aether, requests } = client([() => new Response(JSON.stringify({ found: {} }), { headers: json })]);
    await read(aether);
    const asked = requests.map(({ url }) => new URL(url).searchParams.getAll("id"));
    assert.deepEqual(asked.flat(), ids);
    assert.ok(requests.every(({ url }) => url.length < 4000) && asked.every(some => some.length <= 100));
  }
});

test("ids that are unavailable are requested again", async () => {
  const answer = body => () => new Response(JSON.stringify(body), { headers: json });
  const some = answer({ found: { a: 1 }, missing: [], unavailable: ["b"] });
  for (const read of [aether => aether.caches.getMany("topic", ["a", "b"]), aether => aether.statuses.getMany("crawl", ["a", "b"])]) {
    const { client: aether } = client([some, answer({ found: { b: 2 }, missing: [] })]);
    assert.deepEqual([...(await read(aether))], [["a", 1], ["b", 2]]);
    const { client: other } = client([some, problem(503, "origin-unavailable", true)]);
    assert.equal((await read(other).catch(thrown => thrown)).code, "origin-unavailable");
  }
});

test("what answers without a problem document is no node", async () => {
  const { client: aether } = client([() => new Response("<html>", { status: 404 })]);
  assert.equal((await aether.sessions.get("s1").catch(thrown => thrown)).code, "not-a-node");
});

test("an id of another resource is refused by its name", async () => {
  const { client: aether, requests } = client([session]);
  const calls = {
    id: [
      id => aether.sessions.get(id),
      id => aether.sessions.end(id),
      id => aether.statuses.get("crawl", id),
      id => aether.caches.get("topic", id === null ? undefined : id),
      id => aether.providers.get(id),
      id => aether.webhooks.remove(id),
    ],
    second: [id => aether.caches.remove("snippets", ["t1", id])],
    user: [user => aether.sessions.listOfUser(user).next(), user => aether.sessions.endAllOfUser(user)],
    kind: [kind => aether.statuses.get(kind, "p1"), kind => aether.statuses.getMany(kind, ["p1"])],
    keyspace: [keyspace => aether.caches.getMany(keyspace, ["a"])],
    name: [name => aether.configs.get(name), name => aether.configs.versions(name).next()],
    podcast: [podcast => aether.playback.listeners(podcast)],
    path: [path => aether.streams.remove(path), path => aether.streams.stop(path)],
  };
  for (const [name, each] of Object.entries(calls)) {
    for (const call of each) {
      for (const id of ["", ".", "..", "\ud800", null, undefined]) {
        const error = await call(id).catch(thrown => thrown);
        assert.equal(error.code, "invalid-id", `${call} ${id}`);
        assert.ok(error.message.includes(`${name} `), error.message);
      }
    }
  }
  assert.deepEqual(requests, []);
});

test("an id is encoded, and a stream's path keeps its slashes", async () => {
  const { client: aether, requests } = client([session]);
  await aether.sessions.get("a/b?c#d e+ü%");
  await aether.streams.remove("chat/4 2");
  assert.deepEqual(requests.map(request => request.url), [
    "http://node/api/v1/council/sessions/a%2Fb%3Fc%23d%20e%2B%C3%BC%25",
    "http://node/api/v1/council/streams/chat/4%202",
  ]);
});

test("the source of a fork is encoded as its URL is", async () => {
  const { client: aether, requests } = client([session]);
  await aether.streams.create("chat/43", { fork: { path: "chat/4 2/ü%" } });
  assert.equal(requests[0].headers.get("stream-forked-from"), "/api/v1/council/streams/chat/4%202/%C3%BC%25");
});

test("the difference of two sessions is a merge patch", () => {
  const from = { a: 1, b: { c: 1, d: [1] }, e: 5, f: {} };
  assert.deepEqual(difference(from, { a: 1, b: { c: 2, d: [1] }, f: [] }), { e: null, b: { c: 2 }, f: [] });
  assert.deepEqual(difference(from, structuredClone(from)), {});
  assert.deepEqual(difference({ a: null, b: { c: null } }, { a: null, b: { c: null }, d: null }), {});
  assert.deepEqual(difference({ a: null }, {}), {});
});

test("a save of an Express session writes only what changed", { skip }, async () => {
  const calls = [];
  const fetch = async (url, { method, body }) => {
    calls.push([method, new URL(url).pathname.split("/sessions/")[1], body && JSON.parse(body)]);
    return session();
  };
  const store = new AetherkeepStore({ client: new Aetherkeep("http://node", { space: "content", fetch }) });
  const save = data => new Promise((resolve, reject) => store.set("s1", data, error => (error ? reject(error) : resolve())));
  const cookie = { originalMaxAge: 60_000, expires: "2026-01-01T00:00:00.000Z", httpOnly: true, path: "/" };
  const data = store.createSession({ sessionStore: store, sessionID: "s1" }, { cookie, gone: null, a: 1, b: 1 });
  data.touch();
  await save(data);
  data.a = 2;
  data.touch();
  await save(data);
  data.cookie.maxAge = 120_000;
  await save(data);
  assert.deepEqual(calls.slice(0, 2), [["POST", "s1/touch", undefined], ["PATCH", "s1", { data: { a: 2 } }]]);
  assert.deepEqual(calls.slice(2).map(call => call.slice(0, 2)), [["PATCH", "s1"], ["POST", "s1/extend"]]);
});

test("an Express session stores what changes during a save with the next one, and saves in order", { skip }, async () => {
  const patches = [];
  const answers = [];
  const fetch = async (_, { method, body }) => {
    assert.equal(method, "PATCH");
    const { cookie, ...fields } = JSON.parse(body).data;
    patches.push(fields);
    await new Promise(resolve => answers.push(resolve));
    return session();
  };
  const store = new AetherkeepStore({ client: new Aetherkeep("http://node", { space: "content", fetch }) });
  const data = store.createSession({ sessionStore: store, sessionID: "s1" }, { cookie: { originalMaxAge: null } });
  const save = () => new Promise((resolve, reject) => store.set("s1", data, error => (error ? reject(error) : resolve())));
  /** Answers all saves, one after the other. */
  const saved = async (...saves) => {
    for (const each of saves) {
      while (answers.length === 0) {
        await new Promise(setImmediate);
      }
      answers.shift()();
      await each;
    }
  };
  data.a = 1;
  const first = save();
  data.b = 2;
  await saved(first);
  await saved(save());
  assert.deepEqual(patches, [{ a: 1 }, { b: 2 }]);

  data.c = 3;
  const third = save();
  data.c = 4;
  const fourth = save();
  await saved(third, fourth);
  assert.deepEqual(patches.slice(2), [{ c: 3 }, { c: 4 }]);
});

test("with a cookie, changes carry the session's CSRF token, which a page that was loaded anew asks for", async () => {
  const told = token => () => new Response(JSON.stringify({ id: "self", document: {} }), { headers: { ...json, "x-csrf-token": token } });
  const { client: aether, requests } = client([told("one"), told("one"), problem(403, "bad-csrf-token", false), told("two"), told("two")], {
    cookie: true,
  });
  await aether.sessions.patch("self", {});
  await aether.sessions.patch("self", {});
  assert.deepEqual(
    requests.map(request => [request.method, request.headers.get("X-CSRF-Token"), request.credentials]),
    [
      ["GET", null, "include"],
      ["PATCH", "one", "include"],
      ["PATCH", "one", "include"],
      ["GET", null, "include"],
      ["PATCH", "two", "include"],
    ],
  );
  assert.match(requests[0].url, /\/sessions\/self\?touch=false$/);
});

test("a page that gets its cookie has no token yet, and none is sent without a cookie", async () => {
  const { client: aether, requests } = client([session], { cookie: true });
  await aether.sessions.beginCookie({ ticket: "t1" });
  assert.deepEqual([requests.length, requests[0].headers.get("X-CSRF-Token")], [1, null]);
  const { client: plain, requests: sent } = client([session]);
  await plain.sessions.patch("s1", {});
  assert.deepEqual([sent.length, sent[0].credentials], [1, undefined]);
});

test("segments that leave their resource are refused", async () => {
  const { client: aether, requests } = client([session]);
  const refused = { code: "invalid-id" };
  await assert.rejects(aether.streams.remove("a/../../sessions/x"), refused);
  await assert.rejects(aether.streams.remove("a/."), refused);
  await assert.rejects(aether.sessions.listOfUser("..").next(), refused);
  assert.equal(requests.length, 0);
});

test("a read without a next offset is of no node", async () => {
  const { client: aether, requests } = client([session]);
  await assert.rejects(aether.streams.read("chat/1").next(), { code: "not-a-node" });
  assert.equal(requests.length, 1);
});
