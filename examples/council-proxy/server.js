/** A proxy in front of several models: sessions with a history, answers as streams, a shared circuit breaker. */

import { randomUUID } from "node:crypto";
import { Aetherkeep, AetherkeepError } from "@aetherkeep/client";
import { AetherkeepStore } from "@aetherkeep/client/express";
import express from "express";
import session from "express-session";
import { models } from "./models.js";

const { AETHERKEEP_URL = "http://127.0.0.1:8080", AETHERKEEP_TOKEN, PORT = "3000", SECRET = randomUUID() } = process.env;
const council = new Aetherkeep(AETHERKEEP_URL, { space: "council", token: AETHERKEEP_TOKEN });
const app = express();

app.use(express.json());
app.use(session({ store: new AetherkeepStore({ client: council }), secret: SECRET, resave: false, saveUninitialized: false }));

/** Returns the best provider that is not disabled; unknown providers count as healthy. */
async function choose() {
  const known = await council.providers.list();
  const allowed = known.filter(({ providerId, status }) => models[providerId] && status !== "disabled");
  const fresh = Object.keys(models).filter(id => !known.some(provider => provider.providerId === id));
  const chosen = fresh[0] ?? allowed[0]?.providerId;
  if (!chosen) {
    throw new Error("All providers are disabled");
  }
  return chosen;
}

/** Writes the answer of a model to a stream, which is appended to the session's history when it closes. */
async function answer(talk, path, question) {
  const producer = await council.streams.create(path, { session: talk, text: "/text", ttlSeconds: 3600, leaseSeconds: 60 });
  const provider = await choose();
  try {
    await council.providers.track(provider, async () => {
      for await (const text of models[provider](question)) {
        await producer.append({ text });
      }
    });
    await producer.close();
  } catch (error) {
    if (!(error instanceof AetherkeepError && error.code === "stream-stopped")) {
      console.error(`${provider} gave no answer to ${path}:`, error);
      await producer.close({ text: " (no answer)" }).catch(() => {});
    }
  }
}

/** Asks the council; returns the URL of the answer at once. */
app.post("/ask", async (request, response) => {
  request.session.talk ??= (await council.sessions.open({ userId: request.session.userId })).id;
  const { talk } = request.session;
  await council.sessions.appendHistory(talk, { role: "user", content: String(request.body.question) });
  const id = randomUUID();
  answer(talk, `answer/${id}`, request.body.question).catch(error => console.error(error));
  response.status(202).location(`/answers/${id}`).json({ answer: `/answers/${id}` });
});

/** Streams the answer from its beginning, or from an offset after a reload. */
app.get("/answers/:id", async (request, response) => {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.type("text/event-stream");
  const from = request.get("Last-Event-ID");
  try {
    for await (const part of council.streams.read(`answer/${request.params.id}`, { from, signal: gone.signal })) {
      const text = (part.messages ?? []).map(message => message.text).join("");
      response.write(`id: ${part.offset}\ndata: ${JSON.stringify({ text, closed: part.closed })}\n\n`);
    }
  } catch (error) {
    if (!gone.signal.aborted) {
      response.write(`event: error\ndata: ${JSON.stringify({ code: error.code })}\n\n`);
    }
  }
  response.end();
});

app.post("/answers/:id/stop", async (request, response) => {
  await council.streams.stop(`answer/${request.params.id}`, "enough");
  response.sendStatus(204);
});

app.get("/history", async (request, response) => {
  const { talk } = request.session;
  response.json(talk ? (await council.sessions.history(talk, { maxTokens: 4000 })).items : []);
});

app.post("/logout", (request, response) => {
  const { talk } = request.session;
  request.session.destroy(async () => {
    if (talk) {
      await council.sessions.end(talk);
    }
    response.sendStatus(204);
  });
});

const server = app.listen(Number(PORT), "127.0.0.1", () => console.log(`Council at http://127.0.0.1:${server.address().port}`));
