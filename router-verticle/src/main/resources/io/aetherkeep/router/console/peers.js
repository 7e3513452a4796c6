/** Answers of all nodes of a space: names of the nodes, and those that did not answer. */

import { count, h, many } from "./dom.js";

/** @typedef {{ id: string, name: string | null, answered: boolean }} Asked */

/** The name of a node, or the beginning of its id. @param {Asked[]} nodes @param {string} id */
export function nameOf(nodes, id) {
  return nodes.find(node => node.id === id)?.name ?? id.slice(0, 8);
}

/** Says which nodes did not answer; null if all did. @param {Asked[]} nodes */
export function silence(nodes) {
  const silent = nodes.filter(node => !node.answered);
  return silent.length === 0 ? null
    : h("p", { class: "wrong", role: "status" }, `No answer within 1 s from ${silent.map(node => nameOf(nodes, node.id)).join(", ")}: what they have is not shown.`);
}

/** "2 nodes", of which so many answered. @param {Asked[]} nodes */
export function heard(nodes) {
  const answered = nodes.filter(node => node.answered).length;
  return answered === nodes.length ? many(nodes.length, "node") : `${count(answered)} of ${many(nodes.length, "node")}`;
}
