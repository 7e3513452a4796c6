/** Permissions of the credential: what it does not permit is not shown. */

import { at, get } from "./api.js";

/** @type {Map<string, { name: string | null, scopes: string[], everySpace: boolean }>} */
const known = new Map();

/** Reads the permissions in a space. Without an answer all is shown, and the node refuses. @param {string} space */
export async function learn(space) {
  try {
    known.set(space, await get(at(space, "access")));
  } catch {
    known.delete(space);
  }
}

/** @param {string} space @param {"read" | "write" | "admin"} scope */
export function may(space, scope) {
  return known.get(space)?.scopes.includes(scope) ?? true;
}

/** Whether the node's own state may be read: by credentials for all spaces. @param {string} space */
export function mayReadNode(space) {
  return known.get(space)?.everySpace ?? true;
}
