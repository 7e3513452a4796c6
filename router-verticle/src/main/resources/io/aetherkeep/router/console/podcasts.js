/** Podcasts: the most heard ones; one with its listeners over time, its members, and its status. */

import { get } from "./api.js";
import { Chart } from "./charts.js";
import { factList, facts, head, panel } from "./detail.js";
import { count, h, text, time } from "./dom.js";
import { field, filters } from "./filters.js";
import { onPast, points } from "./past.js";
import { greyed, loaded } from "./states.js";
import { table } from "./table.js";

/** @import { Page } from "./page.js" */

const MOST = 100;

/** @param {Page} page */
export function list(page) {
  const rows = table(page, {
    caption: "Podcasts", key: row => row.podcastId, data: "podcast", href: row => page.link("podcasts", row.podcastId),
    columns: [
      { name: "Podcast", cell: row => row.podcastId, sort: row => row.podcastId, rank: 1 },
      { name: "Listeners", number: true, cell: row => count(row.listeners), sort: row => row.listeners, rank: 1 },
      { name: "Users", number: true, cell: row => count(row.users), sort: row => row.users, rank: 2 },
      { name: "Most today", number: true, cell: row => count(row.peak), sort: row => row.peak, rank: 2 },
    ],
  });
  let all = [];
  const shown = () => rows.show(all.filter(row => row.podcastId.includes(page.filter.get("id") ?? "")));
  page.root.replaceChildren(
    head(page, "Podcasts", { beside: h("span", { class: "beside" }, `the ${MOST} with the most listeners`) }),
    filters(field(page, "id", "Id contains", { change: shown })),
    h("div", { class: "panel flush" }, loaded(page, rows.element, {
      every: 2000,
      read: async () => (await get(`${page.at("playback", "top")}?limit=${MOST}`)).items,
      show: items => {
        all = items;
        return shown();
      },
      none: "Nobody listens.",
    })));
}

/** @param {Page} page */
export function one(page) {
  const [id] = page.id;
  const own = [];
  const list = factList();
  const over = panel("Listeners, last hour");
  const chart = new Chart(over, { label: `Listeners of ${id}`, tone: "b" });
  const { element: members, joined } = presence(page, id);
  page.root.replaceChildren(
    head(page, id, { list: "Podcasts" }),
    h("div", { class: "columns" }, panel("Podcast", loaded(page, list, {
      every: 3000,
      read: async () => {
        const [heard, made] = await Promise.all([
          get(page.at("podcasts", id, "listeners")), get(`${page.at("status", "podcast")}?id=${encodeURIComponent(id)}`)]);
        return { heard, status: made.found[id] };
      },
      show: ({ heard, status }) => facts(list, [
        ["listeners", count(heard.listeners)], ["users", count(heard.users)], ["most today", count(heard.peak)],
        ["status", status ? h("a", { href: page.link("statuses", ["podcast", id]) }, status.status) : "none"],
      ]),
    })), over), greyed(page, panel("Members", members), members.querySelector(".none")), panel("Joined and left since this page was opened", joined));

  const draw = () => {
    const before = points(page.space, sample => sample.podcasts[id] ?? 0);
    const first = own[0]?.at ?? Infinity;
    const last = own.at(-1);
    const held = last ? [{ at: Date.now(), value: last.value }] : [];
    chart.show([...before.filter(point => point.at < first), ...own, ...held]);
  };
  page.watch(`listeners/${id}`, data => {
    own.push({ at: Date.now(), value: data?.listeners ?? 0 });
    own.splice(0, Math.max(0, own.length - 1800));
    draw();
  });
  onPast(page, draw);
  page.every(1000, draw);
}

/** Who listens, by the topic of the podcast's presence; and who joined and left meanwhile. */
function presence(page, id) {
  const note = h("p", { class: "none", role: "status" }, "Loading …");
  const rows = table(page, {
    caption: "Members", key: row => row.session, data: "member", href: row => page.link("sessions", row.session), fit: true,
    columns: [
      { name: "Session", cell: row => row.session, sort: row => row.session, rank: 1 },
      { name: "User", cell: row => row.user == null ? "–" : h("a", { href: page.link("sessions", [], { user: row.user }) }, row.user), sort: row => row.user, rank: 1 },
      { name: "State", cell: row => row.state, sort: row => row.state, rank: 1 },
    ],
  });
  const log = h("ol", { class: "feed", "aria-label": "Joined and left" }, h("li", { class: "none" }, "Nobody joined or left."));
  let before = null;
  const line = (word, member) => {
    log.querySelector(".none")?.remove();
    log.prepend(h("li", {}, h("time", {}, time(Date.now())), ` ${word} `, h("a", { href: page.link("sessions", member.session) }, member.session)));
    [...log.children].slice(100).forEach(old => old.remove());
  };
  page.watch(`presence/${id}`, data => {
    const now = new Map((data?.members ?? []).map(member => [member.session, member]));
    if (before) {
      [...now.values()].filter(member => !before.has(member.session)).forEach(member => line("joined", member));
      [...before.values()].filter(member => !now.has(member.session)).forEach(member => line("left", member));
    }
    before = now;
    rows.element.hidden = !rows.show([...now.values()]);
    text(note, now.size === 0 ? "Nobody listens." : data.more ? `${count(now.size)} of more are shown.` : "");
    note.hidden = !note.textContent;
  });
  return { element: h("div", {}, note, rows.element), joined: log };
}
