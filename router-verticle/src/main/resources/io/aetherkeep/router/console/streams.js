/** Streams: those that are followed on this node; one with its size and rate, live as it grows, and stop. */

import { action } from "./actions.js";
import { go } from "./address.js";
import { get, read, send } from "./api.js";
import { factList, facts, head, panel } from "./detail.js";
import { bytes, count, date, fill, h, span, text } from "./dom.js";
import { field, filters } from "./filters.js";
import { stream } from "./live.js";
import { loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

/** Maximum of shown text, from the end of a stream. */
const SHOWN = 20_000;
const RATE_MILLIS = 10_000;

/** @param {Page} page */
export function list(page) {
  const chips = h("div", { class: "chips" });
  const rows = table(page, {
    caption: "Streams that are followed on this node", key: path => path, data: "stream",
    columns: [{ name: "Stream", cell: path => path, sort: path => path, rank: 1 }],
    href: path => page.link("streams", path.split("/")),
  });
  const what = h("input", { id: "stream-what", autocomplete: "off", required: true, spellcheck: "false", placeholder: "a stream's path, such as chat/42" });
  let paths = [];
  let before = null;
  const draw = () => rows.show(paths.filter(path => path.includes(page.filter.get("id") ?? "")));
  page.root.replaceChildren(
    head(page, "Streams", { beside: chips }),
    filters(field(page, "id", "Path contains", { change: draw })),
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      every: 2000,
      read: () => get(page.at("stats", "streams")),
      show: stats => {
        const now = { at: Date.now(), appends: stats.appends, bytes: stats.bytes };
        fill(chips, figures(stats, before && { seconds: (now.at - before.at) / 1000, ...rates(before, now) }));
        before = now;
        paths = stats.paths;
        return draw();
      },
      none: "No stream is followed on this node.",
    })),
    h("form", { class: "line panel", submit: event => { event.preventDefault(); go(page.link("streams", what.value.trim().split("/"))); } },
      h("p", { class: "field grow" }, h("label", { for: "stream-what" }, "Open a stream by its path"), what),
      h("button", { type: "submit", class: "main" }, "Open")));
}

function rates(before, now) {
  const seconds = Math.max(0.1, (now.at - before.at) / 1000);
  return { appends: (now.appends - before.appends) / seconds, bytes: (now.bytes - before.bytes) / seconds };
}

function figures(stats, rate) {
  const chip = (name, value, tone = "chip") => h("span", { class: tone }, `${name} `, h("b", {}, value));
  const refused = Object.values(stats.refused).reduce((sum, many) => sum + many, 0);
  return [
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
  const output = h("pre", { class: "changes live", tabindex: 0, role: "group", "aria-label": `Stream ${path}` });
  const button = action(page, "Stop its producer", {
    needs: "write", danger: true, data: { act: "stop" },
    effect: () => ({
      title: "Stop this stream?",
      body: [h("code", {}, path), h("p", {}, "The stream is closed with its current content, and its producer is notified.")],
      fields: [{ name: "reason", label: "Reason", value: "stopped in the console", required: true, hint: "The producer and all readers see the reason." }],
      yes: "Stop it",
    }),
    run: ({ reason }) => send("POST", page.at("streams", ...page.id, "stop"), { reason }),
    done: () => "The stream was stopped.",
  });
  const grown = [];
  page.root.replaceChildren(
    head(page, path, { list: "Streams", beside: state, actions: button }),
    panel("Stream", loaded(page, list, {
      every: 2000,
      read: async () => {
        const [info, stats] = await Promise.all([read(page.at("streams", ...page.id), {}, "HEAD"), get(page.at("stats", "streams"))]);
        return { headers: info.headers, here: stats.paths.includes(path) };
      },
      show: ({ headers, here }) => facts(list, rowsOf(headers, here, grown)),
    })),
    panel("Content, live", output));
  follow(page, path, { state, output, button });
}

/** The number after the underscore of an offset is the size in bytes. @returns {[string, *][]} */
function rowsOf(headers, here, grown) {
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
    ["followed", here ? "on this node" : "not on this node"],
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
