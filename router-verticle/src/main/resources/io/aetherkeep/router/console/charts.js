/** Line charts as SVG. */

const SVG = "http://www.w3.org/2000/svg";

function s(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Lines of values, with gaps for missing values. */
function path(points, x, y) {
  let line = "";
  let open = false;
  for (const point of points) {
    if (point.value == null) {
      open = false;
    } else {
      line += `${open ? "L" : "M"}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`;
      open = true;
    }
  }
  return line;
}

/** A round number for the top of an axis. */
export function ceiling(value) {
  if (value <= 4) {
    return 4;
  }
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].map(step => step * size).find(top => top >= value);
}

/**
 * A small line without axes.
 *
 * @param {{at: number, value: number | null}[]} points
 * @param {{low?: number, high?: number, label: string, tone?: string}} how
 */
export function spark(points, { low = 0, high, label, tone = "a" }) {
  const width = 120;
  const height = 28;
  const known = points.filter(point => point.value != null);
  const top = high ?? Math.max(1, ...known.map(point => point.value)) * 1.05;
  const first = points[0]?.at ?? 0;
  const whole = Math.max(1, (points.at(-1)?.at ?? 1) - first);
  const x = at => 2 + ((at - first) / whole) * (width - 4);
  const y = value => height - 2 - ((value - low) / (top - low || 1)) * (height - 4);
  const svg = s("svg", {
    viewBox: `0 0 ${width} ${height}`,
    class: `spark tone-${tone}`,
    role: "img",
    "aria-label": label,
    preserveAspectRatio: "none",
  });
  if (known.length > 1) {
    svg.append(s("path", { d: path(points, x, y), class: "line" }));
  }
  return svg;
}

/** The range of the axis: up to an hour, minutes for a node that has just started. */
const SPANS = [5, 15, 30, 60];

/** A chart with an axis, which shows the value under the pointer. */
export class Chart {
  /** @param {Element} parent @param {{label: string, tone?: string}} how */
  constructor(parent, { label, tone = "a" }) {
    this.label = label;
    this.millis = SPANS[0] * 60_000;
    this.points = [];
    this.svg = s("svg", { class: `chart tone-${tone}`, role: "img", "aria-label": label });
    this.tip = document.createElement("div");
    this.tip.className = "tip";
    this.tip.hidden = true;
    this.box = document.createElement("div");
    this.box.className = "chart-box";
    this.box.append(this.svg, this.tip);
    parent.append(this.box);
    this.box.addEventListener("pointermove", event => this.#point(event));
    this.box.addEventListener("pointerleave", () => (this.tip.hidden = true));
    new ResizeObserver(() => this.#draw()).observe(this.box);
  }

  /** @param {{at: number, value: number | null}[]} points the oldest first */
  show(points) {
    this.points = points;
    this.#draw();
  }

  #draw() {
    const width = Math.max(160, this.box.clientWidth);
    const height = this.box.clientHeight || 132;
    const end = Math.max(Date.now() - 15_000, this.points.at(-1)?.at ?? 0);
    const whole = (end - (this.points[0]?.at ?? end)) / 60_000;
    this.millis = (SPANS.find(minutes => minutes >= whole) ?? SPANS.at(-1)) * 60_000;
    const start = end - this.millis;
    const shown = this.points.filter(point => point.at >= start);
    const top = ceiling(Math.max(1, ...shown.map(point => point.value ?? 0)));
    const left = 34;
    this.x = at => left + ((at - start) / this.millis) * (width - left - 6);
    this.y = value => height - 18 - (value / top) * (height - 28);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const last = shown.findLast(point => point.value != null);
    this.svg.setAttribute("aria-label", `${this.label}: ${last ? last.value : "nothing yet"}`);
    this.svg.replaceChildren(...this.#grid(width, height, top, left), ...this.#lines(shown));
  }

  #grid(width, height, top, left) {
    const parts = [];
    for (const share of [0, 0.5, 1]) {
      const y = this.y(top * share);
      parts.push(s("line", { x1: left, x2: width - 6, y1: y, y2: y, class: "rule" }));
      parts.push(s("text", { x: left - 6, y: y + 3.5, class: "tick end" }, String(top * share)));
    }
    const minutes = this.millis / 60_000;
    for (const share of [0, 0.5, 1]) {
      const at = left + share * (width - left - 6);
      const word = share === 1 ? "now" : `−${minutes * (1 - share)} min`;
      const place = ["start", "middle", "end"][share * 2];
      parts.push(s("text", { x: at, y: height - 3, class: `tick ${place}` }, word));
    }
    return parts;
  }

  #lines(shown) {
    const known = shown.filter(point => point.value != null);
    if (known.length === 0) {
      return [];
    }
    const line = path(shown, this.x, this.y);
    const floor = this.y(0).toFixed(1);
    const area = `${path(known, this.x, this.y)}L${this.x(known.at(-1).at).toFixed(1)} ${floor}L${this.x(known[0].at).toFixed(1)} ${floor}Z`;
    const last = known.at(-1);
    return [
      s("path", { d: area, class: "area" }),
      s("path", { d: line, class: "line" }),
      s("circle", { cx: this.x(last.at), cy: this.y(last.value), r: 3, class: "dot" }),
    ];
  }

  #point(event) {
    const at = event.clientX - this.box.getBoundingClientRect().left;
    const known = this.points.filter(point => point.value != null && this.x(point.at) >= 30);
    if (known.length === 0) {
      return;
    }
    const distance = point => Math.abs(this.x(point.at) - at);
    const nearest = known.reduce((best, point) => (distance(point) < distance(best) ? point : best));
    this.tip.textContent = `${new Date(nearest.at).toLocaleTimeString("en-GB")} · ${nearest.value}`;
    this.tip.hidden = false;
    const left = Math.min(this.x(nearest.at) + 8, this.box.clientWidth - this.tip.offsetWidth);
    this.tip.style.transform = `translate(${Math.round(left)}px, 4px)`;
  }
}
