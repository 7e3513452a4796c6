/** Addresses of the console, /console/{space}/{view}/{id}?filter, by the browser's history. */

const ROOT = "/console";
let moved = () => {};

/**
 * @typedef {object} Address
 * @property {string} space empty if the address names none
 * @property {string} view
 * @property {string[]} id the parts of the id; empty for the list
 * @property {URLSearchParams} filter
 */

/** @returns {Address} */
export function current() {
  const [space = "", view = "overview", ...id] = location.pathname.slice(ROOT.length).split("/").filter(Boolean).map(decoded);
  return { space, view, id, filter: new URLSearchParams(location.search) };
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Returns the address of a view; each part is escaped.
 *
 * @param {string} space
 * @param {string} [view]
 * @param {string | string[]} [id]
 * @param {Record<string, string | number | null | undefined>} [filter] empty values are left out
 */
export function href(space, view = "overview", id = [], filter = {}) {
  const path = [space, view, ...[id].flat()].map(part => encodeURIComponent(part)).join("/");
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value != null && value !== "") {
      query.set(name, String(value));
    }
  }
  return `${ROOT}/${path}${query.size ? `?${query}` : ""}`;
}

/** Opens an address. @param {string} to @param {{ replace?: boolean }} [how] */
export function go(to, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", to);
  moved();
}

/** Changes the address without opening it, for a filter that the view has already applied. @param {string} to */
export function note(to) {
  history.replaceState(null, "", to);
}

/** Registers the listener for each new address, and opens links to the console in this page. @param {() => void} callback */
export function onMove(callback) {
  moved = callback;
  addEventListener("popstate", callback);
  document.addEventListener("click", event => {
    const link = /** @type {Element} */ (event.target).closest("a[href]");
    const other = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (link && !other && !event.defaultPrevented && link.getAttribute("href").startsWith(`${ROOT}/`)) {
      event.preventDefault();
      go(link.getAttribute("href"));
    }
  });
}
