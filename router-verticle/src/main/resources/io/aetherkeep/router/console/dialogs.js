/** Confirmations before actions, and messages after them. */

import { h } from "./dom.js";

/** Shows a message for a few seconds, also to screen readers. */
export function say(message, tone = "good") {
  const toast = h("div", { class: `toast ${tone}` }, message);
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.remove(), tone === "bad" ? 9000 : 5000);
}

/** Shows the reason of a refusal. */
export function complain(error) {
  say(error.code ? `${error.message} (${error.code})` : `Failed: ${error.message}`, "bad");
}

/**
 * Asks for a confirmation; returns the form's values, or null.
 *
 * @param {{title: string, body?: *, fields?: {name: string, label: string, type?: string,
 *     value?: string, required?: boolean, hint?: string}[], yes: string, danger?: boolean}} what
 * @returns {Promise<object | null>}
 */
export function ask({ title, body, fields = [], yes, danger = false }) {
  const inputs = fields.map(field =>
    h("input", {
      name: field.name,
      id: `ask-${field.name}`,
      type: field.type ?? "text",
      value: field.value ?? "",
      autocomplete: "off",
      required: field.required ?? false,
      "aria-describedby": field.hint ? `ask-${field.name}-hint` : null,
    }));
  const rows = fields.map((field, i) =>
    h("p", { class: "field" },
      h("label", { for: `ask-${field.name}` }, field.label), inputs[i],
      field.hint && h("small", { id: `ask-${field.name}-hint` }, field.hint)));
  const dialog = h("dialog", { "aria-labelledby": "ask-title" });
  const form = h("form", { method: "dialog" },
    h("h2", { id: "ask-title" }, title), body && h("div", { class: "said" }, body), rows,
    h("div", { class: "choices" },
      h("button", { type: "button", value: "no", click: () => dialog.close("no") }, "Cancel"),
      h("button", { type: "submit", class: danger ? "danger" : "main", data: { yes: "" } }, yes)));
  dialog.append(form);
  return shown(dialog, form, inputs);
}

/** Prevents the form's submission, which the page's policy forbids. */
function shown(dialog, form, inputs) {
  return new Promise(resolve => {
    form.addEventListener("submit", event => {
      event.preventDefault();
      dialog.close("yes");
    });
    dialog.addEventListener("close", () => {
      const filled = Object.fromEntries(inputs.map(input => [input.name, input.value.trim()]));
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? filled : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
