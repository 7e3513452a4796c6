/* What is wrong with a page, as far as that can be computed. Each answers a list, empty if well. */
globalThis.looks = (() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const isSeen = element => element.checkVisibility({ checkVisibilityCSS: true }) && element.getClientRects().length > 0;
  const told = element => `${element.outerHTML.slice(0, 120)}`;

  /** The name that a screen reader says. */
  const name = element => {
    const by = element.getAttribute("aria-labelledby");
    return (
      element.getAttribute("aria-label") ||
      (by && document.getElementById(by)?.textContent) ||
      [...(element.labels ?? [])].map(label => label.textContent).join(" ") ||
      (element.matches("button, a, summary") && element.textContent)
    );
  };

  const unnamed = () =>
    all("a, button, input, select, textarea, meter, progress, dialog, nav, [role=img], [role=group], [role=radiogroup], section")
      .filter(isSeen)
      .filter(element => !name(element)?.trim())
      .map(told)
      .concat(all("img:not([alt])").map(told));

  /** One title, and no heading skips a level. */
  const outline = () => {
    const levels = all("h1, h2, h3, h4").filter(isSeen).map(heading => Number(heading.tagName[1]));
    const skips = levels.filter((level, i) => i > 0 && level > levels[i - 1] + 1);
    return [
      ...(levels.filter(level => level === 1).length === 1 ? [] : ["not one title"]),
      ...skips.map(level => `a heading of level ${level} follows none of level ${level - 1}`),
    ];
  };

  const roles = () => {
    const wrong = [];
    const need = (holds, what) => holds || wrong.push(what);
    need(document.documentElement.lang, "no language");
    need(document.title, "no title");
    need(all("main").length === 1 && all("#views").length === 1 && all("header").length === 1, "no landmarks");
    need(all("#spaces [aria-current]").length === 1, "not one space is current");
    need(all("[aria-live], [role=status], [role=alert]").length >= 3, "nothing is announced");
    all("th").forEach(cell => need(cell.scope, `a heading without scope: ${told(cell)}`));
    const ids = all("[id]").map(element => element.id);
    ids.filter((id, i) => ids.indexOf(id) !== i).forEach(id => wrong.push(`twice: ${id}`));
    return wrong;
  };

  const colour = text => {
    const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const ground = element => {
    for (let each = element; each; each = each.parentElement) {
      const found = colour(getComputedStyle(each).backgroundColor);
      if (found.a > 0.99) {
        return found;
      }
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  };
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };

  /** Texts that do not stand out from what is behind them: WCAG asks for 4.5 to 1. */
  const pale = () => {
    const found = new Set();
    for (const element of all("body *")) {
      const says = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
      if (!says || !isSeen(element) || element.closest(":disabled, svg, .skip, .unseen, script")) {
        continue;
      }
      const [one, other] = [light(colour(getComputedStyle(element).color)), light(ground(element))];
      const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      if (contrast < 4.5) {
        found.add(`${contrast.toFixed(2)} ${told(element)}`);
      }
    }
    return [...found];
  };

  const unseenFocus = () => {
    const style = getComputedStyle(document.activeElement);
    return parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none" ? [] : [told(document.activeElement)];
  };

  return { unnamed, outline, roles, pale, unseenFocus };
})();
