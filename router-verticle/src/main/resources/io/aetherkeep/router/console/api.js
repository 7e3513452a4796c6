/** What the console asks over HTTP: as whoever signed in, and nothing twice that has not changed. */

const KEY = "aetherkeep.key";

/** A node that stands still, or a network that swallows everything, answers nothing at all. */
const PATIENCE = 10_000;
const seen = new Map();
const strangers = new Set();

/** What the server refused, by its problem document. */
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

/** Signs in with a key or a token, or out without one; kept for this tab only. */
export function signIn(credential) {
  seen.clear();
  if (credential) {
    sessionStorage.setItem(KEY, credential);
  } else {
    sessionStorage.removeItem(KEY);
  }
}

/** Is told when a request needs a credential, or another one. */
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
    // Something between here and the server has answered.
  }
  if (response.status === 401) {
    strangers.forEach(callback => callback(body));
  }
  return new Problem(response.status, body);
}

/** Reads JSON; what the server says is unchanged is the very same object as before. */
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

/** The newest few hundred are enough. */
function remember(path, entry) {
  seen.delete(path);
  seen.set(path, entry);
  if (seen.size > 300) {
    seen.delete(seen.keys().next().value);
  }
}

/** The entity tag of what was read last. */
export function tagOf(path) {
  return seen.get(path)?.tag;
}

/**
 * Does something.
 *
 * @param {string} method
 * @param {string} path
 * @param {*} [body] JSON, or a text that is JSON already
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

/** The address of something in a space; each part is escaped. */
export function at(space, ...parts) {
  return ["/api/v1", space, ...parts].map((part, i) => (i ? encodeURIComponent(part) : part)).join("/");
}
