/** HTTP requests of the console, with the credential that signed in, and conditional by entity tag. */

const KEY = "aetherkeep.key";

/** Time limit of a request, for a frozen node or a network that drops packets. */
const PATIENCE = 10_000;
const seen = new Map();
const strangers = new Set();

/** A failure, with its problem document. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? body.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.code ?? "unreadable";
    this.title = body.title ?? `HTTP ${status}`;
  }
}

export function key() {
  return sessionStorage.getItem(KEY);
}

/** Signs in with a key or a token, or signs out without one; kept for this tab only. */
export function signIn(credential) {
  seen.clear();
  if (credential) {
    sessionStorage.setItem(KEY, credential);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

/** Registers a listener for requests that need a credential, or another one. */
export function onStranger(callback) {
  strangers.add(callback);
}

function headers(extra) {
  const all = new Headers(extra);
  const credential = key();
  if (credential) {
    all.set("Authorization", `Bearer ${credential}`);
  }
  return all;
}

async function problem(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // A proxy has answered.
  }
  if (response.status === 401) {
    strangers.forEach(callback => callback(body));
  }
  return new Problem(response.status, body);
}

/** Reads JSON; an unchanged value is the same object as before. */
export async function get(path) {
  const known = seen.get(path);
  const response = await fetch(path, {
    headers: headers(known ? { "If-None-Match": known.tag } : {}),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 304 && known) {
    return known.value;
  }
  if (!response.ok) {
    throw await problem(response);
  }
  const value = await response.json();
  const tag = response.headers.get("ETag");
  if (tag) {
    remember(path, { tag, value });
  }
  return value;
}

/** Reads a response with its headers; the body of a cache entry or status is any JSON. */
export async function read(path, extra = {}, method = "GET") {
  const response = await fetch(path, { method, headers: headers(extra), cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) {
    throw await problem(response);
  }
  const body = await response.text();
  return { headers: response.headers, body };
}

/**
 * Reads server-sent events until the stream ends or is aborted. An event `end` means that none follow (204).
 *
 * @param {string} path
 * @param {AbortSignal} signal
 * @param {string} [after] the id of the last known event
 * @returns {AsyncGenerator<{ id: string, event: string, data: string }, void, void>}
 */
export async function* events(path, signal, after) {
  const response = await fetch(path, {
    headers: headers({ Accept: "text/event-stream", ...(after && { "Last-Event-ID": after }) }),
    cache: "no-store",
    signal,
  });
  if (!response.ok) {
    throw await problem(response);
  }
  if (response.status === 204) {
    yield { id: "", event: "end", data: "" };
    return;
  }
  let rest = "";
  for await (const part of parts(response.body.pipeThrough(new TextDecoderStream()))) {
    const whole = (rest + part).split("\n\n");
    rest = whole.pop();
    yield* whole.map(event).filter(one => one.event);
  }
}

async function* parts(stream) {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    yield next.value;
  }
}

function event(lines) {
  const found = { id: "", event: "", data: "" };
  for (const line of lines.split("\n")) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name in found) {
      found[name] += value;
    }
  }
  return found;
}

/** Keeps only the newest few hundred. */
function remember(path, entry) {
  seen.delete(path);
  seen.set(path, entry);
  if (seen.size > 300) {
    seen.delete(seen.keys().next().value);
  }
}

/** Returns the entity tag of the last read. */
export function tagOf(path) {
  return seen.get(path)?.tag;
}

/** Sends a change.
 *
 * @param {string} method
 * @param {string} path
 * @param {*} [body] a value, or a text that is JSON
 * @param {object} [extra] headers
 */
export async function send(method, path, body, extra = {}) {
  const response = await fetch(path, {
    method,
    headers: headers({
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...extra,
    }),
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });
  if (!response.ok) {
    throw await problem(response);
  }
  seen.delete(path);
  const answer = await response.text();
  return answer ? JSON.parse(answer) : null;
}

/** Returns the path of a resource in a space; each part is escaped. */
export function at(space, ...parts) {
  return ["/api/v1", space, ...parts].map((part, i) => (i ? encodeURIComponent(part) : part)).join("/");
}
