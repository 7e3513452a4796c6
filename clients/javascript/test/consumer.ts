/** A program that uses the package as `npm pack` makes it: compiled with `tsc --strict`, not run. */

import { Aetherkeep, AetherkeepError, type ProblemCode, type Session } from "@aetherkeep/client";
import { AetherkeepStore } from "@aetherkeep/client/express";
import { AetherkeepStore as FastifyStore } from "@aetherkeep/client/fastify";
import { useConfig, useListeners, usePlayback, useStatus, useStream } from "@aetherkeep/client/react";
import session from "express-session";

const council = new Aetherkeep("http://127.0.0.1:8080", { space: "council", token: async () => "key", timeoutMs: 5000 });

export async function program(): Promise<string | undefined> {
  const opened: Session = await council.sessions.open({ userId: "u1", data: { any: ["thing"] } });
  const found: Session | null = await council.sessions.get(opened.id, { touch: false, signal: AbortSignal.timeout(1000) });
  // @ts-expect-error it may be null
  found.id;
  const { items, totalTokens } = await council.sessions.history(opened.id, { maxTokens: 1000 });
  const roles: string[] = items.map(item => item.role);
  const topic = await council.caches.get<{ topic_id: string }>("topic", "t1");
  const id: string | undefined = topic?.value.topic_id;
  // @ts-expect-error a message has a role and a content
  await council.sessions.appendHistory(opened.id, { text: "x" });
  for await (const { status, final } of council.statuses.follow("podcast", "p1")) {
    const word: string = status.status;
    const progress: number | undefined = status.progress;
    if (final) return word + progress + roles + totalTokens;
  }
  const live = council.realtime({ session: opened.id });
  live.watch("listeners/p1", news => {
    const listeners: number | undefined = news.data?.listeners;
    // @ts-expect-error there is no such field
    news.data?.liszteners;
    return listeners;
  });
  const { late, playback } = await live.play("p1", 0, { rate: 1.5 });
  for await (const part of live.stream("chat/42")) {
    const text: string | undefined = part.text;
    if (late) return text ?? playback.podcastId ?? id;
  }
  return undefined;
}

export function handled(error: unknown): boolean {
  if (error instanceof AetherkeepError) {
    const code = error.code;
    // @ts-expect-error a code that does not exist
    if (code === "no-such-code") return false;
    const problem: ProblemCode = "version-conflict";
    return code === problem || error.retry;
  }
  return false;
}

export const middleware = session({ store: new AetherkeepStore({ client: council }), secret: "x", resave: false, saveUninitialized: false });
export const store = new FastifyStore({ url: "http://127.0.0.1:8080", options: { space: "content" }, ttlSeconds: 600 });

export function Component(): string {
  const status = useStatus("podcast", "p1");
  const { data: listeners } = useListeners("p1");
  const { play, data: playback } = usePlayback();
  const config = useConfig<{ tokens: number }>("limits");
  const { text, closed, stop } = useStream("chat/42", { from: "-1" });
  void play("p1").then(answer => answer.late);
  void stop("enough");
  const tokens: number | undefined = config.data?.tokens;
  return `${status.data?.progress} ${listeners?.users} ${playback?.positionMs} ${tokens} ${text} ${closed}`;
}
