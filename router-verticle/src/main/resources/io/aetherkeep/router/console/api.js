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
