/** The search box: what has an id, in all views of the space. Opened by Ctrl+K or ⌘K. */

import { go, href } from "./address.js";
import { at, get, read } from "./api.js";
import { fill, h, text } from "./dom.js";

const KINDS = ["podcast", "request", "crawl", "deploy"];
const PAUSE_MILLIS = 250;
let where;
let opened = false;

/** @param {() => { space: string, views: Record<string, { title: string }> }} callback */
export function start(callback) {
  where = callback;
  document.getElementById("search").addEventListener("click", show);
  addEventListener("keydown", event => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      show();
    }
  });
}

/**
 * What may have this id: each a group, a label, an address, and the request that answers if it exists.
 *
 * @returns {{ group: string, label: string, to: string, there: () => Promise<*> }[]}
 */
function candidates(space, id, keyspaces) {
  const parts = id.split("/").filter(Boolean);
  const one = parts.length === 1;
  const found = (group, view, ids, there) => ({ group, label: ids.join("/"), to: href(space, view, ids), there });
  const status = (kind, name) => found("Status", "statuses", [kind, name], async () => {
    const { found: some } = await get(`${at(space, "status", kind)}?id=${encodeURIComponent(name)}`);
    return name in some;
  });
  const entry = (keyspace, ids) => found("Cache entry", "caches", [keyspace, ...ids], async () => {
    const known = await get(`${at(space, "caches", keyspace)}?id=${ids.map(encodeURIComponent).join(":")}`);
    return Object.keys(known.found).length > 0;
  });
  return [
    ...(one ? [
      found("Session", "sessions", [id], () => get(`${at(space, "sessions", id)}?touch=false`)),
      { group: "Sessions of user", label: id, to: href(space, "sessions", [], { user: id }),
        there: async () => (await get(`${at(space, "users", id, "sessions")}?limit=1`)).items.length > 0 },
      found("Podcast", "podcasts", [id], async () => {
        const heard = await get(at(space, "podcasts", id, "listeners"));
        return heard.listeners > 0 || heard.peak > 0;
      }),
      ...KINDS.map(kind => status(kind, id)),
      found("Configuration", "configs", [id], () => get(at(space, "configs", id))),
      found("Provider", "providers", [id], () => get(at(space, "providers", id, "health"))),
      ...keyspaces.map(keyspace => entry(keyspace, [id])),
    ] : []),
    ...(parts.length === 2 && KINDS.includes(parts[0]) ? [status(parts[0], parts[1])] : []),
    ...(parts.length > 1 && keyspaces.includes(parts[0]) ? [entry(parts[0], parts.slice(1))] : []),
    found("Stream", "streams", parts, () => read(at(space, "streams", ...parts), {}, "HEAD")),
  ];
}

async function keyspaces(space) {
  return get(at(space, "stats", "caches")).then(stats => stats.items.map(row => row.keyspace), () => []);
}

/** Finds what exists; what is refused or fails is not found. */
async function find(space, id) {
  const all = candidates(space, id, await keyspaces(space));
  const there = await Promise.allSettled(all.map(one => one.there()));
  return all.filter((_, i) => there[i].status === "fulfilled" && there[i].value !== false);
}

function show() {
  if (opened || !where().space) {
    return;
  }
  opened = true;
  const input = h("input", {
    id: "search-what", type: "search", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "true",
    "aria-controls": "search-found", "aria-label": "Id", placeholder: "an id, kind/id, keyspace/id, a stream's path, a view",
  });
  const list = h("ul", { id: "search-found", role: "listbox", "aria-label": "Found" });
  const note = h("p", { class: "none", role: "status" }, "Ids of sessions, users, podcasts, statuses, streams, configurations, providers and cache entries.");
  const dialog = h("dialog", { class: "search", "aria-label": "Search" }, input, list, note);
  let chosen = 0;
  let items = [];
  let turn = 0;
  let timer;

  const draw = () => {
    fill(list, items.map((item, i) =>
      h("li", { id: `found-${i}`, role: "option", "aria-selected": String(i === chosen), data: { found: item.to }, click: () => open(item) },
        h("span", { class: "kind" }, item.group), h("span", { class: "id" }, item.label))));
    input.setAttribute("aria-activedescendant", items.length ? `found-${chosen}` : "");
    list.hidden = items.length === 0;
    list.children[chosen]?.scrollIntoView({ block: "nearest" });
  };
  const open = item => {
    dialog.close();
    go(item.to);
  };
  const look = async () => {
    const mine = ++turn;
    const { space, views } = where();
    const said = input.value.trim();
    const named = Object.entries(views).filter(([, view]) => said && view.title.toLowerCase().startsWith(said.toLowerCase()))
      .map(([name, view]) => ({ group: "View", label: view.title, to: href(space, name) }));
    text(note, said ? "Searching …" : "Type an id.");
    const found = said ? await find(space, said) : [];
    if (mine === turn) {
      items = [...found, ...named];
      chosen = 0;
      text(note, items.length > 0 ? `${items.length} found in ${space}.` : said ? `Nothing in ${space} has the id ${said}.` : "Type an id.");
      draw();
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MILLIS);
  });
  input.addEventListener("keydown", event => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && items.length > 0) {
      event.preventDefault();
      chosen = (chosen + move + items.length) % items.length;
      draw();
    } else if (event.key === "Enter" && items[chosen]) {
      event.preventDefault();
      open(items[chosen]);
    }
  });
  dialog.addEventListener("click", event => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    turn++;
    opened = false;
    dialog.remove();
  });
  document.body.append(dialog);
  draw();
  dialog.showModal();
}
