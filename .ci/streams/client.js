/** Tests a node with the stock client of Durable Streams, in Node and in a browser. */

import { DurableStream, IdempotentProducer, stream } from "@durable-streams/client";

const WORDS = Array.from({ length: 200 }, (_, i) => `word${i} `);
const TEXT = WORDS.join("");

function same(what, wanted, found) {
  const [one, other] = [JSON.stringify(wanted), JSON.stringify(found)];
  if (one !== other) {
    throw new Error(`${what}: ${other} instead of ${one}`);
  }
}

/** Tests a producer that gets data faster than it sends; its next epoch fences the previous one. */
async function produces(url) {
  const text = await DurableStream.create({ url, contentType: "text/plain" });
  const failed = [];
  const producer = new IdempotentProducer(text, "writer", { maxBatchBytes: 100, onError: e => failed.push(e.name) });
  WORDS.slice(0, 150).forEach(word => producer.append(word));
  await producer.flush();
  const again = new IdempotentProducer(text, "writer", { epoch: producer.epoch + 1 });
  WORDS.slice(150).forEach(word => again.append(word));
  await again.flush();
  producer.append("too late");
  await producer.flush().catch(() => {});
  same("who was fenced off", ["StaleEpochError"], failed);
  await again.close();
  const whole = await stream({ url, live: false });
  same("what was produced", TEXT, await whole.text());
}

/** Reads live from the beginning, is cut, and resumes; no data may arrive twice. */
async function resumes(url, live) {
  const json = await DurableStream.create({ url, contentType: "application/json" });
  const seen = [];
  await json.append(JSON.stringify({ n: 0 }));
  const first = await stream({ url, live, warnOnHttp: false });
  const cut = new Promise(resolve => {
    first.subscribeJson(batch => {
      seen.push(...batch.items.map(item => item.n));
      resolve(batch.offset);
    });
  });
  const offset = await cut;
  first.cancel();
  for (let n = 1; n < 20; n++) {
    await json.append(JSON.stringify({ n }));
  }
  const rest = await stream({ url, live, offset, warnOnHttp: false });
  const reading = (async () => {
    for await (const item of rest.jsonStream()) {
      seen.push(item.n);
    }
  })();
  for (let n = 20; n < 40; n++) {
    await json.append(JSON.stringify({ n }));
  }
  await json.close();
  await reading;
  same(`what came by ${live}`, Array.from({ length: 40 }, (_, n) => n), seen);
  same("the end", true, rest.streamClosed);
}

async function carriesBytes(url) {
  const raw = await DurableStream.create({ url, contentType: "application/octet-stream" });
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
  await raw.append(bytes);
  await raw.close();
  for (const live of [false, "sse", "long-poll"]) {
    const all = await stream({ url, live, warnOnHttp: false });
    same(`bytes, live ${live}`, [...bytes], [...(await all.body())]);
  }
}

/**
 * Runs all tests.
 *
 * @param {string} root URL of the streams, such as http://127.0.0.1:8080/v1/stream
 * @returns {Promise<string>} the executed tests
 */
export async function run(root) {
  await produces(`${root}/text`);
  await resumes(`${root}/by-sse`, "sse");
  await resumes(`${root}/by-long-poll`, "long-poll");
  await carriesBytes(`${root}/bytes`);
  const head = await DurableStream.head({ url: `${root}/text` });
  same("HEAD", [true, "text/plain", true], [head.exists, head.contentType, head.streamClosed]);
  await DurableStream.delete({ url: `${root}/text` });
  return "produced, resumed, carried bytes";
}

if (globalThis.process?.argv[2]) {
  run(globalThis.process.argv[2]).then(console.log);
}
