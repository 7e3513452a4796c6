/** Streams that are followed on this node: live content, and stop. */

import { at, get, send } from "./api.js";
import { ask, complain, say } from "./dialogs.js";
import { bytes, count, fill, h, heading, text } from "./dom.js";
import { poll, stream } from "./live.js";

/** Maximum of shown text, from the end of a stream. */
const SHOWN = 20_000;
const stops = [];
let space;
let parts;
let tail = null;

export function start(root) {
  const counts = h("div", { class: "chips" });
  const what = h("input", { id: "stream-what", autocomplete: "off", required: true, spellcheck: "false", placeholder: "a stream's path, such as chat/42" });
  const list = h("ul", { class: "chips", "aria-label": "Followed here" });
  const none = h("p", { class: "none" }, "No stream is followed on this node.");
  const shown = h("div", { class: "followed" });
  parts = { counts, what, list, none, shown };
  root.append(heading("streams", "Streams", counts), list, none,
    h("form", { class: "line", submit: event => { event.preventDefault(); follow(what.value.trim()); } },
      h("p", { class: "field grow" }, h("label", { for: "stream-what" }, "Stream"), what),
      h("button", { type: "submit", class: "main" }, "Follow")),
    shown);
}

export function enter(next) {
  space = next;
  fill(parts.counts);
  stops.push(poll(2000, async () => draw(await get(at(next, "stats", "streams")))));
}

export function leave() {
  stops.splice(0).forEach(stop => stop());
  close();
}

function close() {
  tail?.abort();
  tail = null;
  parts.shown.replaceChildren();
}

function draw(stats) {
  const chip = (name, value, tone = "chip") => h("span", { class: tone }, `${name} `, h("b", {}, value));
  const refused = Object.values(stats.refused).reduce((sum, many) => sum + many, 0);
  fill(parts.counts,
    chip("followed", count(stats.followed)), chip("appends", count(stats.appends)), chip("appended", bytes(stats.bytes)),
    chip("stopped", count(stats.closed.stopped)),
    stats.closed.abandoned > 0 && chip("abandoned", count(stats.closed.abandoned), "chip warn"),
    refused > 0 && chip("refused", count(refused), "chip warn"));
  fill(parts.list, stats.paths.map(path =>
    h("li", {}, h("button", { type: "button", class: "quiet", data: { stream: path }, click: () => follow(path) }, path))));
  parts.none.hidden = stats.followed > 0;
}

/** Shows a stream from its beginning, live. */
async function follow(path) {
  close();
  const turn = new AbortController();
  tail = turn;
  const state = h("span", { class: "badge" }, "waiting");
  const output = h("pre", { class: "changes", tabindex: 0, "aria-label": `Stream ${path}` });
  const button = h("button", { type: "button", class: "danger", click: () => stop(path) }, "Stop its producer");
  parts.shown.replaceChildren(h("div", { class: "card", data: { tail: path } },
    h("div", { class: "heading" }, h("h3", { class: "id" }, path), state), output,
    h("div", { class: "choices" },
      button, h("button", { type: "button", class: "quiet", click: close }, "Close"))));
  let written = "";
  try {
    for await (const part of stream(path, turn.signal)) {
      written = (written + content(part)).slice(-SHOWN);
      text(output, written);
      output.scrollTop = output.scrollHeight;
      text(state, ending(part) ?? "open");
      button.disabled = part.closed ?? false;
    }
  } catch (error) {
    if (!turn.signal.aborted) {
      text(state, error.code ?? "lost");
      button.disabled = true;
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

async function stop(path) {
  const sure = await ask({
    title: "Stop this stream?",
    body: [h("code", {}, path), h("p", {}, "The stream is closed with its current content, and its producer is notified.")],
    fields: [{ name: "reason", label: "Reason", value: "stopped in the console", required: true, hint: "The producer and all readers see the reason." }],
    yes: "Stop it",
    danger: true,
  });
  if (sure === null) {
    return;
  }
  try {
    await send("POST", at(space, "streams", ...path.split("/"), "stop"), { reason: sure.reason });
    say("The stream was stopped.");
  } catch (error) {
    complain(error);
  }
}
