/** Server of the chat: it calls the model, writes the answer to a stream, and returns the stream's URL. */

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { toDurableStreamResponse } from "@durable-streams/aisdk-transport";
import { convertToModelMessages, streamText } from "ai";
import { build } from "esbuild";
import { model } from "./model.js";

const STREAMS = `${process.env.AETHERKEEP_URL ?? "http://127.0.0.1:8080"}/v1/stream`;
/** The key for Aetherkeep, which pages never get. */
const KEY = process.env.AETHERKEEP_TOKEN ? { Authorization: `Bearer ${process.env.AETHERKEEP_TOKEN}` } : {};
const here = name => new URL(name, import.meta.url).pathname;

/** State of each chat, in place of a database: its messages, and the stream of its answer. */
const chats = new Map();

const chat = id => chats.get(id) ?? { messages: [], active: null };

/** Starts an answer; its stream outlives this request, the page, and the reader's connection. */
async function answer({ id, messages }) {
  const path = `chats/${encodeURIComponent(id)}/${randomUUID()}`;
  const stopped = new AbortController();
  chats.set(id, { messages, active: path });
  const text = streamText({ model, messages: await convertToModelMessages(messages), abortSignal: stopped.signal });
  const response = await toDurableStreamResponse({
    source: text.toUIMessageStream({
      originalMessages: messages,
      generateMessageId: randomUUID,
      onFinish: done => chats.set(id, { messages: done.messages, active: null }),
    }),
    stream: { writeUrl: `${STREAMS}/${path}`, readUrl: `/streams/${path}`, headers: KEY },
  });
  hearOfStop(path, stopped);
  return response;
}

/** Stops the model when a reader on any device stops the stream; waits on over restarts of nodes. */
async function hearOfStop(path, stopped) {
  for (;;) {
    try {
      const response = await fetch(`${STREAMS}/${path}?watch=stop`, { headers: KEY });
      if (response.status === 200) {
        (await response.json()).stopped && stopped.abort();
        return;
      }
      if (response.status >= 400 && response.status < 500 && response.status !== 429) {
        console.error(`Stops of ${path} are not received: ${response.status} ${await response.text()}`);
        return;
      }
      if (response.status === 204) {
        continue; // It is not stopped yet.
      }
    } catch {
      // The node is away.
    }
    await setTimeout(1000);
  }
}

/** Returns the URL of the running answer, for a page after a reload. */
function active(id) {
  const path = chat(id).active;
  return path
    ? Response.json({ streamUrl: `/streams/${path}` }, { headers: { Location: `/streams/${path}` } })
    : new Response(null, { status: 204 });
}

/** Proxies reads and stops, so that Aetherkeep's credentials stay on the server. */
function pass(request, url) {
  const stop = request.method === "POST" && url.pathname.endsWith("/stop");
  if (request.method !== "GET" && !stop) {
    return new Response(null, { status: 405 });
  }
  return fetch(STREAMS + url.pathname.slice("/streams".length) + url.search, { method: request.method, headers: KEY });
}

async function page() {
  const { outputFiles } = await build({ entryPoints: [here("page.js")], bundle: true, format: "esm", target: "es2022", write: false });
  return outputFiles[0].text;
}

const script = await page();
const typed = (text, type) => new Response(text, { headers: { "Content-Type": `${type}; charset=utf-8` } });

async function route(request, url) {
  const id = /^\/api\/chat\/([^/]+)(\/stream)?$/.exec(url.pathname);
  if (url.pathname === "/api/chat" && request.method === "POST") {
    const body = [];
    for await (const chunk of request) {
      body.push(chunk);
    }
    return answer(JSON.parse(Buffer.concat(body)));
  }
  if (id) {
    return id[2] ? active(decodeURIComponent(id[1])) : Response.json(chat(decodeURIComponent(id[1])).messages);
  }
  if (url.pathname.startsWith("/streams/")) {
    return pass(request, url);
  }
  return url.pathname === "/page.js" ? typed(script, "text/javascript") : typed(await readFile(here("index.html")), "text/html");
}

const server = createServer(async (request, response) => {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  try {
    const made = await route(request, new URL(request.url, "http://localhost"));
    const headers = Object.fromEntries(made.headers);
    delete headers["content-encoding"];
    delete headers["transfer-encoding"];
    response.writeHead(made.status, headers).flushHeaders();
    if (made.body) {
      Readable.fromWeb(made.body, { signal: gone.signal }).on("error", () => response.destroy()).pipe(response);
    } else {
      response.end();
    }
  } catch (error) {
    console.error(error);
    response.destroy();
  }
});

server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () =>
  console.log(`Chat at http://127.0.0.1:${server.address().port}/`));
