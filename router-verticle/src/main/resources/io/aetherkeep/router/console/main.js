/** Main module of the console: the selected space, the credential, and the connection. */

import { at, get, key, onStranger, signIn } from "./api.js";
import { ask } from "./dialogs.js";
import { h, text } from "./dom.js";
import { again, onState, open } from "./live.js";
import { follow } from "./past.js";
import { isReady, onReady, start as askReadiness } from "./ready.js";
import * as caches from "./caches.js";
import * as configs from "./configs.js";
import * as overview from "./overview.js";
import * as providers from "./providers.js";
import * as redis from "./redis.js";
import * as sessions from "./sessions.js";
import * as statuses from "./statuses.js";
import * as streams from "./streams.js";
import * as webhooks from "./webhooks.js";

const USUAL = ["aethercast", "council", "content"];
const SECTIONS = { overview, statuses, streams, providers, caches, redis, configs, webhooks, sessions };
const THEMES = ["auto", "light", "dark"];
const element = id => document.getElementById(id);
let entered = false;
let asking = false;
let refused = false;
let connected = "connecting";

/** All spaces, if the credential may list them; else those of the default spaces that it may read. */
async function spaces() {
  try {
    return (await get("/health/redis")).spaces.map(each => each.space);
  } catch (error) {
    if (!("code" in error)) {
      throw error;
    }
  }
  const tried = await Promise.allSettled(USUAL.map(space => get(at(space, "stats", "sessions"))));
  return USUAL.filter((_, i) => tried[i].status === "fulfilled");
}

function choose(space) {
  for (const section of Object.values(SECTIONS)) {
    if (entered) {
      section.leave();
    }
  }
  sessionStorage.setItem("aetherkeep.space", space);
  for (const button of element("spaces").children) {
    const chosen = button.dataset.space === space;
    button.setAttribute("aria-checked", String(chosen));
    button.tabIndex = chosen ? 0 : -1;
  }
  open(space);
  entered = true;
  Object.values(SECTIONS).forEach(section => section.enter(space));
}

function choices(all) {
  element("spaces").replaceChildren(
    ...all.map(space =>
      h("button", { type: "button", role: "radio", data: { space }, click: () => choose(space) }, space)));
  element("spaces").addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = all.indexOf(event.target.dataset.space);
    if (step && here >= 0) {
      const next = all[(here + step + all.length) % all.length];
      choose(next);
      element("spaces").querySelector(`[data-space="${next}"]`).focus();
      event.preventDefault();
    }
  });
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

/** Retries until the node answers. */
async function begin() {
  let all = [];
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
  choices(all);
  Object.entries(SECTIONS).forEach(([id, section]) => section.start(element(id), all));
  follow(all);
  const last = sessionStorage.getItem("aetherkeep.space");
  choose(all.includes(last) ? last : all[0]);
}

onState(connection);
onReady(() => {
  showState();
  again();
});
askReadiness(element("banner"));
onStranger(stranger);
tools();
begin();
