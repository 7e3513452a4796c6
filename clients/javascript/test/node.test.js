/**
 * The client against real nodes, which NodesOfClients of the launcher's tests starts: two of them on
 * one Redis, and a third to be killed.
 */

import assert from "node:assert/strict";
import { connect as open } from "node:net";
import { test } from "node:test";
import express from "express";
import expressSession from "express-session";
import fastifyCookie from "@fastify/cookie";
import fastifySession from "@fastify/session";
import Fastify from "fastify";
import { Aetherkeep, AetherkeepError } from "@aetherkeep/client";
import { AetherkeepStore as ExpressStore } from "@aetherkeep/client/express";
import { AetherkeepStore as FastifyStore } from "@aetherkeep/client/fastify";

const { NODE_URL, OTHER_URL, DYING_URL, DYING_PID, REDIS_URL } = process.env;
const skip = NODE_URL ? false : "no nodes are named: run ClientsTest";
const here = space => new Aetherkeep(NODE_URL, { space, timeoutMs: 60_000 });
const there = space => new Aetherkeep(OTHER_URL, { space, timeoutMs: 60_000 });
const unique = () => crypto.randomUUID();

/** Sends Redis a command past every node. */
async function redis(...command) {
  const { hostname, port } = new URL(REDIS_URL);
  const socket = open(Number(port), hostname);
  socket.write(`*${command.length}\r\n${command.map(part => `$${part.length}\r\n${part}\r\n`).join("")}`);
  const [answer] = await new Promise((resolve, reject) => {
    socket.once("data", data => resolve([String(data)]));
    socket.once("error", reject);
  });
  socket.destroy();
  assert.match(answer, /^[+:$]/);
}

test("sessions are opened, changed on another node, listed and ended", { skip }, async () => {
  const user = unique();
  const session = await here("council").sessions.open({ userId: user, data: { a: 1 } });
  const changed = await there("council").sessions.patch(session.id, { title: "x" }, { ifVersion: session.version });
  assert.equal(changed.document.title, "x");
  const stale = await here("council").sessions.patch(session.id, { title: "y" }, { ifVersion: session.version }).catch(e => e);
  assert.equal(stale.code, "version-conflict");
  const rows = [];
  for await (const row of there("council").sessions.listOfUser(user)) {
    rows.push(row.id);
  }
  assert.deepEqual(rows, [session.id]);
  const rotated = await here("council").sessions.rotate(session.id);
  assert.equal(await here("council").sessions.get(session.id), null);
  assert.equal((await here("council").sessions.endAllOfUser(user)).ended, 1);
  assert.equal(await there("council").sessions.get(rotated.id), null);
});

test("a history has a message once", { skip }, async () => {
  const { sessions } = here("council");
  const { id } = await sessions.open();
  const message = { role: "user", content: "What is a neutron star?" };
  assert.equal((await sessions.appendHistory(id, message, { idempotencyKey: "r1" })).repeated, false);
  assert.equal((await there("council").sessions.appendHistory(id, message, { idempotencyKey: "r1" })).repeated, true);
  assert.equal((await sessions.history(id, { maxTokens: 1000 })).items.length, 1);
});

test("entries, configurations and providers", { skip }, async () => {
  const { caches, configs, providers } = here("council");
  const id = unique();
  const cast = here("aethercast").caches;
  const { version, created } = await cast.put("topic", id, { n: 1 }, { tags: [id], maxAgeSeconds: 60 });
  assert.equal(created, true);
  assert.deepEqual((await cast.get("topic", id)).value, { n: 1 });
  assert.equal((await cast.put("topic", id, {}, { ifAbsent: true }).catch(e => e)).code, "version-conflict");
  await cast.put("snippet-page", [id, "1"], [], { tags: [id] });
  assert.deepEqual([...(await cast.getMany("topic", [id, "none"])).keys()], [id]);
  assert.equal((await cast.invalidate({ tag: id })).removed, 2);
  assert.equal(await cast.get("topic", id), null);
  assert.ok(version);
  assert.equal((await caches.get("nonsense", "x").catch(e => e)).code, "keyspace-unknown");

  const name = `limits-${id}`;
  const first = await configs.put(name, { tokens: 1 }, { author: "ada" });
  await configs.put(name, { tokens: 2 }, { ifVersion: first.version });
  assert.equal((await configs.rollback(name, 1)).number, 3);
  assert.deepEqual((await configs.get(name)).value, { tokens: 1 });
  await configs.remove(name);
  assert.equal(await configs.get(name), null);

  assert.equal(await providers.track(id, async () => 42), 42);
  await assert.rejects(providers.track(id, async () => assert.fail("no answer")), /no answer/);
  assert.equal((await providers.get(id)).requests, 2);
  assert.equal((await providers.disable(id, { reason: "unpaid" })).status, "disabled");
});

test("a status is followed to its end, whoever writes it", { skip }, async () => {
  const id = unique();
  const seen = [];
  const following = (async () => {
    for await (const { status } of here("aethercast").statuses.follow("crawl", id)) {
      seen.push(status.status);
      if (status.status === "running") {
        await redis("SET", `crawl:status:${id}`, '{"status":"completed"}', "EX", "60");
      }
    }
  })();
  await there("aethercast").statuses.put("crawl", id, { status: "running" });
  await following;
  assert.deepEqual(seen, ["running", "completed"]);
  const other = unique();
  await here("aethercast").statuses.put("crawl", other, { status: "running" });
  await there("aethercast").statuses.cancel("crawl", other, { reason: "enough" });
  const told = await here("aethercast").statuses.put("crawl", other, { status: "running", progress: 1 });
  assert.equal(told.cancelRequested?.reason, "enough");
  const late = await here("aethercast").statuses.put("crawl", id, { status: "running" }).catch(e => e);
  assert.deepEqual([late.code, late.status], ["status-final", 409]);
});

test("a stream is written here, read there, and stopped", { skip }, async () => {
  const path = `chat/${unique()}`;
  const producer = await here("council").streams.create(path, { contentType: "text/plain", ttlSeconds: 60 });
  const stopped = here("council").streams.stopped(path);
  let text = "";
  const reading = (async () => {
    for await (const part of there("council").streams.read(path)) {
      text += part.text ?? "";
    }
  })();
  for (const word of ["A neutron ", "star ", "is ", "größer."]) {
    await producer.append(word);
  }
  await there("council").streams.stop(path, "enough");
  await reading;
  assert.equal(text, "A neutron star is größer.");
  assert.equal(await stopped, "enough");
  assert.equal((await producer.append("more").catch(e => e)).code, "stream-stopped");
});

test("while Redis pauses a call waits as Retry-After says, or until its deadline", { skip }, async () => {
  const { sessions } = there("council");
  const { id } = await sessions.open();
  const hurried = new Aetherkeep(OTHER_URL, { space: "council", timeoutMs: 200 });
  await redis("CLIENT", "PAUSE", "4000", "WRITE");
  const late = await hurried.sessions.patch(id, { n: "0" }).catch(e => e);
  assert.ok(late instanceof AetherkeepError && late.retry, late);
  const patched = await sessions.patch(id, { n: "1" });
  assert.equal(patched.document.n, "1");
});

test("a client whose node is killed goes on elsewhere: nothing lost, nothing twice", { skip }, async () => {
  const id = unique();
  const { statuses, streams } = here("council");
  const { id: session } = await here("council").sessions.open();
  // One address before two nodes, as a balancer is: what is lost is opened on the one that lives.
  let url = DYING_URL;
  const balanced = globalThis.WebSocket ?? (await import("ws")).default;
  class Balanced extends balanced {
    constructor(address, protocol) {
      super(address.replace(NODE_URL.replace("http", "ws"), url.replace("http", "ws")), protocol);
    }
  }
  const live = here("council").realtime({ session, WebSocket: Balanced });
  const steps = [];
  const gaps = [];
  let watched;
  const watching = new Promise(resolve => (watched = resolve));
  const done = new Promise(resolve =>
    live.watch(`status/crawl/${id}`, ({ data, recovered }) => {
      watched();
      recovered === false && gaps.push(data);
      data && steps.push(data.progress);
      data?.status === "completed" && resolve();
    }),
  );
  const producer = await streams.create(`chat/${id}`, { ttlSeconds: 60 });
  const numbers = [];
  const read = (async () => {
    for await (const part of live.stream(`chat/${id}`)) {
      numbers.push(...(part.messages ?? []).map(message => message.n));
    }
  })();
  // The first news is that there is no status yet.
  await watching;
  for (let n = 0; n < 40; n++) {
    await statuses.put("crawl", id, { status: "running", progress: n });
    await producer.append({ n });
    if (n === 15) {
      await live.ping();
      url = NODE_URL;
      process.kill(Number(DYING_PID), "SIGKILL");
    }
  }
  await statuses.put("crawl", id, { status: "completed", progress: 100 });
  await producer.close();
  await Promise.all([done, read]);
  assert.deepEqual(numbers, Array.from({ length: 40 }, (_, n) => n));
  assert.deepEqual(steps.filter(n => n !== null), [...Array.from({ length: 40 }, (_, n) => n), 100]);
  assert.deepEqual(gaps, []);
  live.close();
});

test("a session that ends elsewhere closes its connection for good", { skip }, async () => {
  const { id } = await here("council").sessions.open();
  const closed = new Promise(resolve => {
    const live = here("council").realtime({
      session: id,
      onState: (state, why) => {
        state === "open" && there("council").sessions.end(id);
        state === "closed" && resolve([why, live]);
      },
    });
  });
  const [why, live] = await closed;
  assert.deepEqual([why.code, why.reason], [4500, "session-ended"]);
  assert.equal((await live.ping().catch(e => e)).code, "closed");
});

for (const [framework, start] of Object.entries({ express: expressApp, fastify: fastifyApp })) {
  test(`${framework} keeps its sessions, and a log-out anywhere ends them`, { skip }, async () => {
    const { url, close } = await start();
    try {
      let cookie = "";
      const call = async path => {
        const answer = await fetch(url + path, { headers: cookie ? { cookie } : {} });
        cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
        return answer.json();
      };
      const user = unique();
      assert.deepEqual(await call("/count"), { count: 1 });
      assert.deepEqual(await call(`/login/${user}`), { user, count: 1, gone: "x" });
      assert.deepEqual(await call("/count"), { user, count: 2 });
      assert.deepEqual(await call("/count"), { user, count: 3 });
      const rows = [];
      for await (const row of there("content").sessions.listOfUser(user)) {
        rows.push(row);
      }
      assert.equal(rows.length, 1);
      const stored = await there("content").sessions.get(rows[0].id);
      assert.equal(stored.document.data.count, 3);
      await there("content").sessions.endAllOfUser(user);
      assert.deepEqual(await call("/count"), { count: 1 });
      await call("/logout");
    } finally {
      await close();
    }
  });
}

for (const [framework, start] of Object.entries({ express: expressApp, fastify: fastifyApp })) {
  test(`a maxAge that ${framework} sets later is the lifetime of its session`, { skip }, async () => {
    const { url, close } = await start();
    try {
      const user = unique();
      const login = await fetch(`${url}/login/${user}`);
      await login.json();
      const headers = { cookie: login.headers.get("set-cookie").split(";")[0] };
      const seconds = async () => {
        for await (const { ttlSeconds } of there("content").sessions.listOfUser(user)) {
          return ttlSeconds;
        }
      };
      const call = async path => (await fetch(url + path, { headers })).json();
      assert.ok((await seconds()) <= 60);
      for (const path of ["/remember", "/count"]) {
        await call(path);
        assert.ok((await seconds()) > 3_000, path);
      }
      for (const path of ["/forget", "/count"]) {
        await call(path);
        assert.ok((await seconds()) <= 120, path);
      }
    } finally {
      await close();
    }
  });
}

test("two requests of one Express session do not overwrite each other", { skip }, async () => {
  const { url, close } = await expressApp();
  try {
    const login = await fetch(`${url}/login/${unique()}`);
    await login.json(); // it is saved when the answer ends, not when it begins
    const headers = { cookie: login.headers.get("set-cookie").split(";")[0] };
    await Promise.all(["a", "b"].map(async name => (await fetch(`${url}/meet/${name}`, { headers })).json()));
    const seen = await (await fetch(`${url}/all`, { headers })).json();
    assert.deepEqual([seen.a, seen.b], [true, true]);
  } finally {
    await close();
  }
});

/** What both applications do. */
const actions = {
  login: (session, user) => Object.assign(session, { userId: user, count: 1, gone: "x" }),
  count: session => {
    session.count = (session.count ?? 0) + 1;
    delete session.gone;
  },
  /** Changes the cookie alone. */
  remember: ({ cookie }) => {
    cookie.maxAge = 3_600_000;
  },
  /** Changes the cookie and a field. */
  forget: session => {
    session.cookie.maxAge = 120_000;
    session.forgotten = true;
  },
};
const shown = ({ userId, count, gone }) => ({ user: userId, count, gone });

async function expressApp() {
  const app = express();
  const store = new ExpressStore({ client: here("content") });
  app.use(expressSession({ store, secret: "not so secret", resave: false, saveUninitialized: false, cookie: { maxAge: 60_000 } }));
  app.get("/login/:user", (request, response) => {
    actions.login(request.session, request.params.user);
    response.json(shown(request.session));
  });
  app.get("/count", (request, response) => {
    actions.count(request.session);
    response.json(shown(request.session));
  });
  for (const name of ["remember", "forget"]) {
    app.get(`/${name}`, (request, response) => {
      actions[name](request.session);
      response.json({});
    });
  }
  const met = [];
  app.get("/meet/:name", (request, response) => {
    request.session[request.params.name] = true;
    met.push(() => response.json({}));
    met.length === 2 && met.forEach(answer => answer());
  });
  app.get("/all", (request, response) => response.json(request.session));
  app.get("/logout", (request, response) => request.session.destroy(() => response.json({})));
  const server = await new Promise(resolve => {
    const listening = app.listen(0, "127.0.0.1", () => resolve(listening));
  });
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => new Promise(resolve => server.close(resolve).closeAllConnections()) };
}

async function fastifyApp() {
  const app = Fastify({ forceCloseConnections: true });
  app.register(fastifyCookie);
  app.register(fastifySession, {
    store: new FastifyStore({ client: here("content") }),
    secret: "a secret of at least thirty-two characters",
    saveUninitialized: false,
    cookie: { secure: false, maxAge: 60_000 },
  });
  app.get("/login/:user", async request => {
    actions.login(request.session, request.params.user);
    return shown(request.session);
  });
  app.get("/count", async request => {
    actions.count(request.session);
    return shown(request.session);
  });
  for (const name of ["remember", "forget"]) {
    app.get(`/${name}`, async request => {
      actions[name](request.session);
      return {};
    });
  }
  app.get("/logout", async request => {
    await request.session.destroy();
    return {};
  });
  return { url: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
}

test("webhooks are created, changed, rotated and deleted", { skip }, async () => {
  const { webhooks } = here("council");
  const made = await webhooks.create({ url: "https://example.com/hook", events: ["status-changed"] });
  assert.match(made.secret, /^whsec_/);
  assert.equal((await there("council").webhooks.get(made.id)).secret, undefined);
  assert.equal((await webhooks.change(made.id, { enabled: false })).enabled, false);
  assert.notEqual((await webhooks.rotate(made.id, { overlapSeconds: 60 })).secret, made.secret);
  assert.ok((await webhooks.list()).some(one => one.id === made.id));
  assert.deepEqual(await webhooks.deliveries(made.id), []);
  assert.equal((await webhooks.deadLetters(made.id).next()).done, true);
  assert.deepEqual(await webhooks.replay(made.id), { events: 0, more: false, next: null });
  const refused = await webhooks.replay(made.id, { cursor: "of no replay" }).catch(e => e);
  assert.equal(refused.code, "invalid-body");
  assert.match(refused.message, /'cursor'/);
  await webhooks.remove(made.id);
  assert.equal(await webhooks.get(made.id), null);
});

test("a lease asks for a group, and another version of a configuration is waited for", { skip }, async () => {
  const { configs, providers } = here("council");
  const id = unique();
  // The settings of these nodes have no groups.
  assert.equal((await providers.lease(id, { estimatedTokens: 100 }).catch(e => e)).code, "provider-unknown");
  await configs.put(id, { n: 1 });
  const { version } = await configs.get(id);
  assert.equal(await configs.next(id, version, { waitSeconds: 1 }), null);
  const [changed] = await Promise.all([configs.next(id, version), there("council").configs.put(id, { n: 2 })]);
  assert.deepEqual(changed.value, { n: 2 });
});
