/** Creates elements, and formats numbers. */

/**
 * Makes an element.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [attributes] a function is a listener, `data` a map, false leaves one out
 * @param {...*} children elements, texts, and lists of them; null and false are left out
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") {
      element.addEventListener(name, value);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value != null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(3).filter(child => child != null && child !== false));
  return element;
}

/** Replaces the children, unless nothing would change. */
export function fill(parent, ...children) {
  const next = h("div", {}, ...children);
  if (!same(parent, next)) {
    parent.replaceChildren(...next.childNodes);
  }
}

function same(one, other) {
  return one.innerHTML === other.innerHTML && !other.querySelector("button, input, select, textarea");
}

/** The kept children of each parent. @type {WeakMap<Element, Map<string, { element: Element, update: (item: *) => void }>>} */
const kepts = new WeakMap();

/**
 * Keeps one child per key in the order of the items, so that focus and selection stay.
 *
 * @param {Element} parent
 * @param {Array} items
 * @param {(item: *) => string} key
 * @param {(item: *) => {element: Element, update: (item: *) => void}} make
 */
export function keep(parent, items, key, make) {
  const kept = kepts.get(parent) ?? new Map();
  kepts.set(parent, kept);
  const wanted = new Set(items.map(key));
  for (const [id, row] of kept) {
    if (!wanted.has(id)) {
      row.element.remove();
      kept.delete(id);
    }
  }
  items.forEach((item, index) => {
    const id = key(item);
    if (!kept.has(id)) {
      kept.set(id, make(item));
    }
    const row = kept.get(id);
    row.update(item);
    if (parent.children[index] !== row.element) {
      parent.insertBefore(row.element, parent.children[index] ?? null);
    }
  });
}

/** Sets a text only if it changed. */
export function text(element, value) {
  const next = String(value);
  if (element.textContent !== next) {
    element.textContent = next;
  }
}

const WHOLE = new Intl.NumberFormat("en");

/** 1,234; a dash if unknown. */
export function count(value) {
  return value == null ? "–" : WHOLE.format(value);
}

/** 1 job, 1,234 jobs. @param {number} value @param {string} one @param {string} [more] */
export function many(value, one, more = `${one}s`) {
  return `${count(value)} ${value === 1 ? one : more}`;
}

/** 1.4 MiB. */
export function bytes(value) {
  if (value == null) {
    return "–";
  }
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** 98.4 %. */
export function percent(ratio) {
  return ratio == null ? "–" : `${(ratio * 100).toFixed(ratio === 1 || ratio === 0 ? 0 : 1)} %`;
}

/** A reason of the node, with ratios as percent, like all others. @param {string} reason */
export function inPercent(reason) {
  return reason.replace(/\b0\.\d{3}\b/g, ratio => percent(Number(ratio)));
}

/** 0.4 ms, 812 ms, 1.2 s. */
export function millis(value) {
  if (value == null) {
    return "–";
  }
  if (value >= 1000) {
    return `${(value / 1000).toFixed(1)} s`;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** Formats a duration in seconds: 12 s, 4 min, 3 h, 2 d. */
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 90) {
    return `${whole} s`;
  }
  if (whole < 5400) {
    return `${Math.round(whole / 60)} min`;
  }
  return whole < 129600 ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 86400)} d`;
}

/** The age of a time in seconds. */
export function age(moment) {
  return (Date.now() - Date.parse(moment)) / 1000;
}

/** A clock's time. */
export function time(moment) {
  return new Date(moment).toLocaleTimeString("en-GB");
}

/** A date and a clock's time. */
export function date(moment) {
  return new Date(moment).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "medium" });
}

/** The heading of a panel, with a note beside it. */
export function heading(id, title, ...beside) {
  return h("div", { class: "heading" }, h("h2", { id: `${id}-title` }, title), ...beside);
}
