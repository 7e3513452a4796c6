/** Main module of the console: the space, the credential, the connection, and the view at the address. */

import { learn, may, mayReadNode } from "./access.js";
import { current, go, href, onMove } from "./address.js";
import { at, get, key, onStranger, signIn } from "./api.js";
import { ask } from "./dialogs.js";
import { fill, h, text } from "./dom.js";
import { again, onState, open } from "./live.js";
import { Page } from "./page.js";
import { follow } from "./past.js";
import { isReady, onReady, start as askReadiness } from "./ready.js";
import { start as startSearch } from "./search.js";

const USUAL = ["aethercast", "council", "content"];
const THEMES = ["auto", "light", "dark"];

/** Views by their names in addresses. Each module shows its list, and most also one thing. */
const VIEWS = {
  overview: { title: "Overview", load: () => import("./overview.js") },
  events: { title: "Events", load: () => import("./events.js") },
  sessions: { title: "Sessions", load: () => import("./sessions.js") },
  podcasts: { title: "Podcasts", load: () => import("./podcasts.js") },
  statuses: { title: "Statuses", load: () => import("./statuses.js") },
  streams: { title: "Streams", load: () => import("./streams.js") },
  caches: { title: "Caches", load: () => import("./caches.js") },
  configs: { title: "Configurations", load: () => import("./configs.js") },
  providers: { title: "Providers", load: () => import("./providers.js") },
  webhooks: { title: "Webhooks", load: () => import("./webhooks.js"), may: space => may(space, "admin") },
  audit: { title: "Audit", load: () => import("./audit.js"), may: space => may(space, "admin") },
  sockets: { title: "Sockets", load: () => import("./sockets.js"), may: space => may(space, "admin") },
  nodes: { title: "Nodes", load: () => import("./nodes.js"), may: mayReadNode },
  redis: { title: "Redis", load: () => import("./redis.js"), may: mayReadNode },
};

const element = id => document.getElementById(id);
let all = [];
let space = "";
let page = null;
let asking = false;
let refused = false;
let connected = "connecting";

/** All spaces, if the credential may list them; else those of the default spaces, and of the address, that it may read. */
async function spaces() {
  try {
    return (await get("/health/redis")).spaces.map(each => each.space);
  } catch (error) {
    if (!("code" in error)) {
      throw error;
    }
  }
  const maybe = [...new Set([...USUAL, current().space, sessionStorage.getItem("aetherkeep.space")])].filter(Boolean);
  const tried = await Promise.allSettled(maybe.map(one => get(at(one, "stats", "sessions"))));
  return maybe.filter((_, i) => tried[i].status === "fulfilled");
}

const LOAD_AGAIN_MILLIS = 2000;

/** Shows the view at the address. */
async function show() {
  const address = current();
  if (!address.space) {
    const last = sessionStorage.getItem("aetherkeep.space");
    go(href(all.includes(last) ? last : all[0], address.view), { replace: true });
    return;
  }
  const first = page === null;
  page?.leave();
  const shown = (page = new Page(address, h("div", { class: "view", data: { view: address.view } })));
  element("main").replaceChildren(shown.root);
  if (address.space !== space && all.includes(address.space)) {
    await enter(address.space);
  }
  navigation(address);
  const missing = all.includes(address.space) ? null : `No space that you may read has the name ${address.space}.`;
  const view = VIEWS[address.view];
  const forbidden = !missing && Boolean(view?.may) && !view.may(address.space);
  const module = !missing && !forbidden && view ? await load(view, shown) : null;
  if (shown.left) {
    return;
  }
  const draw = address.id.length > 0 ? module?.one : module?.list;
  if (forbidden) {
    lost(shown, "Your credential does not permit this view.");
  } else if (missing || !draw) {
    lost(shown, missing ?? "The console has no view at this address.");
  } else {
    draw(shown);
  }
  document.title = [address.id.join("/"), view?.title, address.space, "Aetherkeep"].filter(Boolean).join(" · ");
  if (!first) {
    element("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** Loads a view's module; if the node does not answer, loads it once the node does. */
async function load(view, shown) {
  try {
    return await view.load();
  } catch {
    lost(shown, "The view cannot be loaded, because the node does not answer. It appears once the node does.");
  }
  while (!shown.left && !(await fetch("/client.js", { cache: "no-store" }).then(answer => answer.ok, () => false))) {
    await new Promise(then => setTimeout(then, LOAD_AGAIN_MILLIS));
  }
  // Some browsers remember that a module could not be loaded, until the page is loaded again.
  return shown.left ? null : view.load().catch(() => location.reload());
}

function lost(shown, why) {
  shown.root.replaceChildren(h("div", { class: "panel lost" }, h("h2", {}, "Nothing here"), h("p", {}, why),
    h("p", {}, h("a", { href: href(all.includes(shown.space) ? shown.space : all[0]) }, "Go to the overview"))));
}

async function enter(next) {
  space = next;
  sessionStorage.setItem("aetherkeep.space", next);
  await learn(next);
  open(next);
}

function navigation(address) {
  fill(element("spaces"), all.map(one =>
    h("a", { href: href(one, address.view), data: { space: one }, "aria-current": one === address.space ? "true" : null }, one)));
  fill(element("views"), Object.entries(VIEWS).filter(([, view]) => !view.may || view.may(address.space)).map(([name, { title }]) =>
    h("a", { href: href(address.space, name), data: { to: name }, "aria-current": name === address.view ? "page" : null }, title)));
  const views = element("views");
  const chosen = /** @type {HTMLElement | null} */ (views.querySelector("[aria-current]"));
  if (chosen) {
    views.scrollLeft = chosen.offsetLeft - (views.clientWidth - chosen.clientWidth) / 2;
  }
}

function connection(state) {
  connected = state;
  showState();
  if (state === "open") {
    again();
  }
}

/** An open socket does not count as live while the node is not ready. */
function showState() {
  const words = { connecting: "connecting", open: "live", waiting: "reconnecting", closed: "not connected", unready: "not ready" };
  const state = connected === "open" && !isReady() ? "unready" : connected;
  element("state").dataset.state = state;
  text(element("state"), words[state]);
}

/** Asks for a credential once; not again after the user has cancelled. */
async function stranger(problem) {
  signButton();
  if (asking || refused) {
    return;
  }
  asking = true;
  const answer = await ask({
    title: "Sign in",
    body: key() ? `This key or token is not accepted: ${problem.detail ?? problem.title}` : "This node requires a credential.",
    fields: [{ name: "key", label: "API key or token", type: "password", required: true, hint: "Kept in this tab only. Reading needs the scope read, actions need write or admin." }],
    yes: "Sign in",
  });
  asking = false;
  refused = answer === null;
  if (answer) {
    signIn(answer.key);
    location.reload();
  }
}

function signButton() {
  const button = element("sign");
  button.hidden = false;
  text(button, key() ? "Sign out" : "Sign in");
}

function theme(chosen) {
  const root = document.documentElement;
  if (chosen === "auto") {
    delete root.dataset.theme;
  } else {
    root.dataset.theme = chosen;
  }
  localStorage.setItem("aetherkeep.theme", chosen);
  text(element("theme"), `Theme: ${chosen}`);
}

function tools() {
  theme(THEMES.includes(localStorage.getItem("aetherkeep.theme")) ? localStorage.getItem("aetherkeep.theme") : "auto");
  element("theme").addEventListener("click", () => {
    const now = localStorage.getItem("aetherkeep.theme");
    theme(THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
  });
  element("sign").addEventListener("click", () => {
    if (key()) {
      signIn(null);
      location.reload();
    } else {
      refused = false;
      stranger({});
    }
  });
  if (key()) {
    signButton();
  }
}

/** The version of the responding node, if the credential may read it. */
async function version() {
  const nodes = await get("/health/nodes").then(answer => answer.items, () => []);
  const here = nodes.find(node => node.here)?.version;
  text(element("version"), here ? `Aetherkeep ${here}` : "Aetherkeep");
}

/** Retries until the node answers. */
async function begin() {
  try {
    all = await spaces();
  } catch {
    all = [];
  }
  if (all.length === 0) {
    connection(asking || refused ? "closed" : "waiting");
    setTimeout(begin, refused ? 30_000 : 2000);
    return;
  }
  follow(all);
  onMove(show);
  startSearch(() => ({ space, views: VIEWS }));
  await show();
  version();
}

onState(connection);
onReady(null, () => {
  showState();
  again();
});
askReadiness(element("banner"));
onStranger(stranger);
tools();
begin();
