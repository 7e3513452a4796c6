/** Streams: those in Redis, with their followers on all nodes; one with its size and rate, live as it grows, and stop. */

import { action } from "./actions.js";
import { go } from "./address.js";
import { get, read, send } from "./api.js";
import { factList, facts, head, panel } from "./detail.js";
import { bytes, count, date, fill, h, many, span, text } from "./dom.js";
import { field, filters } from "./filters.js";
import { again, stream } from "./live.js";
import { nameOf, silence } from "./peers.js";
import { greyed, loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

/** Maximum of shown text, from the end of a stream. */
const SHOWN = 20_000;
const RATE_MILLIS = 10_000;

/** So many pages of the scan are read at most, for a Redis with many other keys: the list says so. */
const PAGES = 10;

const STATE = row => (row.closed ? (row.stopped ? `stopped: ${row.stopped}` : row.abandoned ? "abandoned" : "closed") : "open");

/** @param {Page} page */
export function list(page) {
  const chips = h("div", { class: "chips" });
  const missing = h("div");
  const grown = new Map();
  const rows = table(page, {
    caption: "Streams", key: row => row.path, data: "stream", href: row => page.link("streams", row.path.split("/")),
    tone: row => (row.stopped || row.abandoned ? "warn" : ""),
    columns: [
      { name: "Stream", cell: row => row.path, sort: row => row.path, rank: 1 },
      { name: "State", cell: row => h("span", { class: "badge", data: { state: row.closed ? "" : "healthy" } }, STATE(row)), sort: STATE, rank: 2 },
      { name: "Size", number: true, cell: row => bytes(row.bytes), sort: row => row.bytes, rank: 1 },
      { name: "Rate", number: true, cell: row => (row.rate == null ? "–" : `${bytes(row.rate)}/s`), sort: row => row.rate, rank: 2 },
      { name: "Followers", number: true, cell: row => count(row.followers), sort: row => row.followers, rank: 1 },
      { name: "On nodes", cell: row => Object.entries(row.followersByNode).map(([node, many]) => `${nameOf(nodes, node)} ${count(many)}`).join(", ") || "–", rank: 3 },
      { name: "Type", cell: row => row.contentType, sort: row => row.contentType, rank: 3 },
    ],
  });
  const what = h("input", { id: "stream-what", autocomplete: "off", required: true, spellcheck: "false", placeholder: "a stream's path, such as chat/42" });
  const figure = h("span", { class: "beside", role: "status" });
  let all = [];
  let nodes = [];
  let more = false;
  let before = null;
  const draw = () => {
    const id = page.filter.get("id") ?? "";
    const shown = all.filter(row => row.path.includes(id));
    text(figure, `${count(shown.length)} of ${count(all.length)}${more ? ", the first of more" : ""}`);
    return rows.show(shown);
  };
  const states = /** @type {[string, string][]} */ ([["", "open"], ["all", "all"]]);
  page.root.replaceChildren(
    head(page, "Streams", { beside: figure }), chips,
    filters(field(page, "id", "Path contains", { change: draw }), field(page, "state", "State", { options: states, change: again })),
    missing,
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      every: 5000,
      read: () => stored(page),
      show: found => {
        ({ nodes, more } = found);
        all = found.items.map(row => ({ ...row, rate: rateOf(grown, row) }));
        fill(missing, silence(nodes));
        return draw();
      },
      none: "No stream is stored that matches.",
    })),
    h("form", { class: "line panel", submit: event => { event.preventDefault(); go(page.link("streams", what.value.trim().split("/"))); } },
      h("p", { class: "field grow" }, h("label", { for: "stream-what" }, "Open a stream by its path"), what),
      h("button", { type: "submit", class: "main" }, "Open")));
  page.poll(3000, async () => {
    const stats = await get(page.at("stats", "streams"));
    const now = { at: Date.now(), appends: stats.appends, bytes: stats.bytes };
    fill(chips, figures(stats, before && { seconds: (now.at - before.at) / 1000, ...rates(before, now) }));
    before = now;
  });
}

/** The streams of a space in Redis, and the nodes that were asked for followers. @param {Page} page */
async function stored(page) {
  const found = new Map();
  let nodes = [];
  let cursor = "";
  for (let i = 0; i < PAGES && cursor !== null; i++) {
    const query = new URLSearchParams({ limit: "500", ...(page.filter.get("state") !== "all" && { open: "true" }), ...(cursor && { cursor }) });
    const part = await get(`${page.at("stats", "streams", "stored")}?${query}`);
    part.items.forEach(row => found.set(row.path, row));
    nodes = part.nodes;
    cursor = part.next;
  }
  return { items: [...found.values()], nodes, more: cursor !== null };
}

/** Bytes a second since the stream was listed before; null at the first time. */
function rateOf(grown, row) {
  const now = { at: Date.now(), bytes: row.bytes };
  const before = grown.get(row.path);
  grown.set(row.path, now);
  return before ? Math.max(0, (now.bytes - before.bytes) / Math.max(0.5, (now.at - before.at) / 1000)) : null;
}

function rates(before, now) {
  const seconds = Math.max(0.1, (now.at - before.at) / 1000);
  return { appends: (now.appends - before.appends) / seconds, bytes: (now.bytes - before.bytes) / seconds };
}

function figures(stats, rate) {
  const chip = (name, value, tone = "chip") => h("span", { class: tone }, `${name} `, h("b", {}, value));
  const refused = Object.values(stats.refused).reduce((sum, many) => sum + many, 0);
  return [
    h("span", { class: "beside" }, "this node since its start:"),
    chip("followed", count(stats.followed)), chip("appends", count(stats.appends)), chip("appended", bytes(stats.bytes)),
    rate && chip("now", `${rate.appends.toFixed(1)}/s, ${bytes(rate.bytes)}/s`),
    chip("stopped", count(stats.closed.stopped ?? 0)),
    stats.closed.abandoned > 0 && chip("abandoned", count(stats.closed.abandoned), "chip warn"),
    refused > 0 && chip("refused", count(refused), "chip warn"),
  ];
}

/** @param {Page} page */
export function one(page) {
  const path = page.id.join("/");
  const state = h("span", { class: "badge" }, "waiting");
  const list = factList();
  const grown = [];
  let total = 0;
  const output = h("pre", { class: "changes live", tabindex: 0, role: "group", "aria-label": `Stream ${path}` });
  const button = action(page, "Stop its producer", {
    needs: "write", danger: true, data: { act: "stop" },
    effect: () => ({
      title: "Stop this stream?",
      body: [h("code", {}, path), h("p", {}, `The stream is closed with its current content of ${bytes(grown.at(-1)?.size)}, and its producer is notified. ${many(total, "follower")} on all nodes will see its end.`)],
      fields: [{ name: "reason", label: "Reason", value: "stopped in the console", required: true, hint: "The producer and all readers see the reason." }],
      yes: "Stop it",
    }),
    run: ({ reason }) => send("POST", page.at("streams", ...page.id, "stop"), { reason }),
    done: () => "The stream was stopped.",
  });
  page.root.replaceChildren(
    head(page, path, { list: "Streams", beside: state, actions: button }),
    panel("Stream", loaded(page, list, {
      every: 2000,
      read: async () => {
        const [info, listed] = await Promise.all([
          read(page.at("streams", ...page.id), {}, "HEAD"),
          get(`${page.at("stats", "streams", "stored")}?path=${encodeURIComponent(path)}`)]);
        total = listed.items[0]?.followers ?? 0;
        return { headers: info.headers, listed };
      },
      show: ({ headers, listed }) => facts(list, rowsOf(headers, grown, followers(listed, path))),
    })),
    greyed(page, panel("Content, live", output)));
  follow(page, path, { state, output, button });
}

/** The followers of a stream by node; this page is one. */
function followers({ items, nodes }, path) {
  const row = items.find(one => one.path === path);
  const byNode = Object.entries(row?.followersByNode ?? {});
  return h("ul", {}, byNode.length > 0
    ? byNode.map(([node, many]) => h("li", {}, `${count(many)} on ${nameOf(nodes, node)}`)) : h("li", {}, "none"), silence(nodes));
}

/** The number after the underscore of an offset is the size in bytes. @returns {[string, *][]} */
function rowsOf(headers, grown, followed) {
  const size = Number((headers.get("Stream-Next-Offset") ?? "").split("_")[1]);
  const since = Date.now() - RATE_MILLIS;
  grown.push({ at: Date.now(), size });
  while (grown.length > 1 && grown[1].at < since) {
    grown.shift();
  }
  const rate = grown.length > 1 ? (size - grown[0].size) / Math.max(0.5, (Date.now() - grown[0].at) / 1000) : 0;
  return [
    ["type", headers.get("Content-Type")],
    ["size", Number.isFinite(size) ? bytes(size) : null],
    ["rate", Number.isFinite(rate) ? `${bytes(Math.max(0, rate))}/s` : null],
    ["tail", headers.get("Stream-Next-Offset")],
    ["state", headers.get("Stream-Closed") === "true" ? "closed" : "open"],
    ["stopped", headers.get("Stream-Stopped")],
    ["abandoned", headers.get("Stream-Abandoned")],
    ["lifetime", headers.get("Stream-TTL") ? `${span(Number(headers.get("Stream-TTL")))} without use` : null],
    ["ends", headers.get("Stream-Expires-At") ? date(headers.get("Stream-Expires-At")) : null],
    ["followers", followed],
  ];
}

/** Shows a stream from its beginning, live. */
async function follow(page, path, { state, output, button }) {
  let written = "";
  try {
    for await (const part of stream(path, page.signal)) {
      written = (written + content(part)).slice(-SHOWN);
      const end = output.scrollTop + output.clientHeight >= output.scrollHeight - 8;
      text(output, written);
      if (end) {
        output.scrollTop = output.scrollHeight;
      }
      text(state, ending(part) ?? "open");
      if (button) {
        button.disabled = part.closed ?? false;
      }
    }
  } catch (error) {
    if (!page.left) {
      text(state, error.code ?? "lost");
    }
  }
}

function content(part) {
  if (part.messages) {
    return part.messages.map(message => `${JSON.stringify(message)}\n`).join("");
  }
  return part.text ?? part.base64 ?? "";
}

function ending(part) {
  if (!part.closed) {
    return null;
  }
  return part.stopped ? `stopped: ${part.stopped}` : part.abandoned ? "abandoned" : "closed";
}
