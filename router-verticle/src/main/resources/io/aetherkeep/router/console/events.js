/** Events: a live tail of all events of the space on all nodes, with filters; paused, and copied as JSON. */

import { complain, say } from "./dialogs.js";
import { head } from "./detail.js";
import { count, date, h, many, text, time } from "./dom.js";
import { debounced, field, filters } from "./filters.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

const TYPES = ["status-changed", "session-opened", "session-ended", "session-expired", "playback-changed", "presence-offline",
  "config-changed", "provider-health-changed", "cache-invalidated"];

/** So many events are kept; older ones are discarded. */
const MOST = 10_000;

/**
 * The view and id that an event is about.
 *
 * @returns {[string, string[]] | null}
 */
function subject({ type, data }) {
  switch (type) {
    case "status-changed":
      return ["statuses", [data.kind, data.id]];
    case "session-opened":
    case "session-ended":
    case "session-expired":
      return ["sessions", [String(data.id)]];
    case "playback-changed":
    case "presence-offline":
      return ["sessions", [String(data.session)]];
    case "config-changed":
      return data.name ? ["configs", [data.name]] : null;
    case "provider-health-changed":
      return ["providers", [data.id]];
    case "cache-invalidated":
      return data.keyspace ? ["caches", [data.keyspace, ...(data.ids?.length === 1 ? String(data.ids[0]).split(":") : [])]] : null;
    default:
      return null;
  }
}

function about(event) {
  return subject(event)?.[1].join("/") ?? event.type;
}

function isToday(moment) {
  return new Date(moment).toDateString() === new Date().toDateString();
}

/** What of its data tells the event from others of its type. */
function summary({ type, data }) {
  const parts = {
    "status-changed": () => [data.document?.status, data.document?.progress != null && `${data.document.progress} %`, `attempt ${data.attempt}`],
    "playback-changed": () => [data.state, data.podcastId],
    "presence-offline": () => [data.podcastId],
    "provider-health-changed": () => [`${data.before} → ${data.after}`, data.reason],
    "cache-invalidated": () => [data.pattern, data.tag && `tag ${data.tag}`, data.removed != null && `${count(data.removed)} removed`],
    "events-dropped": () => [`${many(data.dropped, "event")} dropped: this page was too slow`],
    gap: () => ["events may be lost: the connection was interrupted"],
  }[type]?.() ?? [data.userId && `user ${data.userId}`, data.reason];
  return parts.filter(Boolean).join(" · ");
}

/**
 * The events of a page's space as they come, the newest first.
 *
 * @param {Page} page
 * @param {{ types: string, matches: (event: any) => boolean, fit?: boolean, shown?: (number: number, kept: number) => void }} how
 */
export function tail(page, { types, matches, fit = false, shown = () => {} }) {
  const rows = table(page, {
    caption: "Events", key: row => String(row.number), data: "event", fit,
    href: row => (subject(row) ? page.link(...subject(row)) : page.link("events")),
    tone: row => (["gap", "events-dropped"].includes(row.type) ? "bad" : ""),
    columns: [
      { name: "Of", cell: about, rank: 1 },
      { name: "Event", cell: row => row.type, rank: 1 },
      { name: "At", cell: row => (isToday(row.timestamp) ? time : date)(row.timestamp), rank: 1 },
      { name: "Data", cell: row => h("span", { title: JSON.stringify(row.data) }, summary(row)), rank: 3 },
    ],
  });
  const note = h("p", { class: "none", role: "status" }, "Nothing has happened since this page was opened.");
  /** @type {any[]} */
  let kept = [];
  let number = 0;
  let paused = false;
  let due = null;
  let stop = () => {};

  const draw = () => {
    due = null;
    const all = kept.filter(matches);
    rows.element.hidden = !rows.show(all);
    note.hidden = all.length > 0;
    shown(all.length, kept.length);
  };
  /** Many events are drawn at once. */
  const soon = () => {
    if (!paused && due === null) {
      due = setTimeout(draw, 100);
    }
  };
  const watch = of => {
    stop();
    stop = page.watch(`events/${of}`, (event, news) => {
      if (event === null && news.recovered !== false) {
        return;
      }
      kept.unshift({ number: ++number, ...(event ?? { type: "gap", timestamp: new Date().toISOString(), data: {} }) });
      kept.length = Math.min(kept.length, MOST);
      soon();
    });
  };
  page.onLeave(() => clearTimeout(due));
  watch(types);
  draw();
  return {
    element: h("div", {}, note, rows.element),
    draw,
    /** Puts an event before all others, once. */
    began: event => {
      if (!kept.some(one => one.type === event.type)) {
        kept.push({ number: 0, ...event });
        soon();
      }
    },
    watch,
    matching: () => kept.filter(matches).map(({ number: _, ...event }) => event),
    pause: on => {
      paused = on;
      on || draw();
    },
    clear: () => {
      kept = [];
      draw();
    },
  };
}

/** Pages over plain HTTP, except on this machine, have no clipboard interface. @param {string} words */
async function copyText(words) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(words);
    return;
  }
  const area = h("textarea", { class: "unseen", "aria-label": "Copied text" });
  area.value = words;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) {
    throw new Error("the browser does not permit copying");
  }
}

/** @param {Page} page */
export function list(page) {
  const figure = h("span", { class: "beside", role: "status" });
  const wanted = () => page.filter.get("type") || "*";
  const words = () => (page.filter.get("text") ?? "").toLowerCase();
  const events = tail(page, {
    types: wanted(),
    matches: event => !words() || JSON.stringify(event).toLowerCase().includes(words()),
    shown: (some, all) => text(figure, `${count(some)} of ${count(all)} since this page was opened`),
  });
  const pause = h("button", { type: "button", class: "quiet", "aria-pressed": "false", data: { act: "pause" }, click: () => {
    const on = pause.getAttribute("aria-pressed") === "false";
    pause.setAttribute("aria-pressed", String(on));
    text(pause, on ? "Resume" : "Pause");
    events.pause(on);
  } }, "Pause");
  const copy = h("button", { type: "button", class: "quiet", data: { act: "copy" }, click: async () => {
    const found = events.matching();
    try {
      await copyText(JSON.stringify(found, null, 2));
      say(`Copied ${many(found.length, "event")}.`);
    } catch (error) {
      complain(error);
    }
  } }, "Copy as JSON");
  const clear = h("button", { type: "button", class: "quiet", click: events.clear }, "Clear");
  page.root.replaceChildren(
    head(page, "Events", { beside: figure, actions: [pause, copy, clear] }),
    filters(
      field(page, "type", "Type", {
        options: [["", "all"], .../** @type {[string, string][]} */ (TYPES.map(type => [type, type]))], change: () => events.watch(wanted()) }),
      field(page, "text", "Contains", { placeholder: "an id, a user, any text", change: debounced(page, events.draw) })),
    h("div", { class: "panel flush" }, events.element));
}
