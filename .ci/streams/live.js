/** Reads streams with client.js over sockets that are cut or read slowly. */

import WebSocket from "ws";

const [base, client, session] = process.argv.slice(2);
const { connect } = await import(client);
let socket;

class Kept extends WebSocket {
  constructor(...how) {
    super(...how);
    socket = this;
  }
}

const live = connect(base, { session, WebSocket: Kept });

async function send(method, path, body) {
  const answer = await fetch(`${base}/streams/${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...(body === undefined && { "Stream-Closed": "true" }) },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  }
}

/** Whether all numbers arrived in order and exactly once. */
function all(numbers, most) {
  const right = numbers.length === most && numbers.every((n, i) => n === i);
  return right ? "all" : `${numbers.length} of ${most}: ${numbers}`;
}

async function cut() {
  await send("PUT", "cut", [{ n: 0 }]);
  const numbers = [];
  let writing;
  for await (const part of live.stream("cut")) {
    numbers.push(...(part.messages ?? []).map(message => message.n));
    writing ??= (async () => {
      for (let n = 1; n < 300; n++) {
        await send("POST", "cut", { n });
        if (n % 100 === 50) {
          socket.terminate();
        }
      }
      await send("POST", "cut");
    })();
  }
  await writing;
  console.log("cut:", all(numbers, 300));
}

async function slow() {
  await send("PUT", "slow", []);
  await send("POST", "slow", { n: 0 });
  const numbers = [];
  for await (const part of live.stream("slow")) {
    numbers.push(...(part.messages ?? []).map(message => message.n));
    if (numbers.length === 1) {
      for (let n = 1; n < 1000; n++) {
        await send("POST", "slow", { n });
      }
      await send("POST", "slow");
    }
  }
  console.log("slow:", all(numbers, 1000));
}

async function stop() {
  await send("PUT", "stopped", []);
  await send("POST", "stopped", { n: 0 });
  for await (const part of live.stream("stopped")) {
    if (part.closed) {
      console.log("stopped:", part.stopped);
    } else {
      const answer = await live.stop("stopped", "enough");
      console.log("stop:", answer.closed, answer.stopped);
    }
  }
}

async function refusals() {
  await send("PUT", "twice", []);
  await send("POST", "twice", { n: 0 });
  for await (const part of live.stream("twice")) {
    await live.stream("twice").next().catch(error => console.log("twice:", error.code));
    break;
  }
  await live.stop("nothing", "enough").catch(error => console.log("nothing:", error.code));
}

/** The answer to a watch and the first part arrive in one event-loop turn. */
async function together() {
  const told = {
    hello: { epoch: "e", heartbeatSeconds: 60, failed: {}, recovered: {}, seq: 0 },
    watch: { topic: "stream/a" },
  };
  class OneTurn {
    constructor() {
      queueMicrotask(() => this.onopen());
    }

    send(text) {
      const { id, op, topic } = JSON.parse(text);
      this.onmessage({ data: JSON.stringify({ re: id, ok: told[op] }) });
      if (op === "watch") {
        this.onmessage({ data: JSON.stringify({ topic, offset: "1", data: { text: "first", closed: true } }) });
      }
    }

    close() {}
  }
  const other = connect("http://127.0.0.1:1/api/v1/aethercast", { session, WebSocket: OneTurn });
  await other.ping();
  for await (const part of other.stream("a")) {
    console.log("together:", part.text);
  }
  other.close();
}

/** Aborts during a pause, and reads the same stream again. */
async function givesUp() {
  await send("PUT", "quiet", [{ n: 0 }]);
  for (const turn of ["first", "again"]) {
    const over = new AbortController();
    for await (const part of live.stream("quiet", { signal: over.signal })) {
      console.log("gave up", turn, part.messages.length);
      setTimeout(() => over.abort(), 1);
    }
  }
}

await together();
await givesUp();
await cut();
await slow();
await stop();
await refusals();
live.close();
