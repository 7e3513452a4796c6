/** Difference of two texts, line by line. */

import { h } from "./dom.js";

const MOST_LINES = 2000;

/**
 * Finds the longest common subsequence of lines; other lines were removed or added.
 *
 * @param {string} before
 * @param {string} after
 * @returns {{sign: " " | "+" | "-", line: string}[]}
 */
export function lines(before, after) {
  const a = before.split("\n").slice(0, MOST_LINES);
  const b = after.split("\n").slice(0, MOST_LINES);
  const common = table(a, b);
  /** @type {{ sign: " " | "+" | "-", line: string }[]} */
  const found = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push({ sign: " ", line: a[i] });
      i++;
      j++;
    } else if (j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
      found.push({ sign: "-", line: a[i++] });
    } else {
      found.push({ sign: "+", line: b[j++] });
    }
  }
  return found;
}

function table(a, b) {
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  return common;
}

/** The changed lines, each with one line of context. */
export function shown(before, after) {
  const all = lines(before, after);
  const near = all.map((_, i) => all.slice(Math.max(0, i - 1), i + 2).some(one => one.sign !== " "));
  return all.filter((_, i) => near[i]).map(one => row(one.sign, one.line));
}

/** One line of a difference, with its sign for screen readers. */
export function row(sign, line) {
  const tone = { "+": "added", "-": "removed", " ": "kept" }[sign];
  return h("span", { class: `diff ${tone}` }, `${sign} ${line}\n`);
}

/** Two texts side by side, equal lines beside each other. @param {string} before @param {string} after @param {[string, string]} names */
export function sides(before, after, names) {
  const [left, right] = [[], []];
  for (const { sign, line } of lines(before, after)) {
    if (sign === " ") {
      while (left.length < right.length) {
        left.push(null);
      }
      while (right.length < left.length) {
        right.push(null);
      }
    }
    if (sign !== "+") {
      left.push({ sign, line });
    }
    if (sign !== "-") {
      right.push({ sign, line });
    }
  }
  return [left, right].map((side, i) =>
    h("pre", { class: "changes", tabindex: 0, role: "group", "aria-label": names[i] },
      side.map(one => (one ? row(one.sign, one.line) : h("span", { class: "diff" }, "\n")))));
}
