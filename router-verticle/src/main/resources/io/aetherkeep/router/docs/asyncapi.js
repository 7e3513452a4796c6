/** Shows the AsyncAPI document as a page: operations, events, topics, close codes. */

const element = (name, ...children) => {
  const made = document.createElement(name);
  made.append(...children);
  return made;
};

/** Text in which `…` is code. */
const prose = text =>
  text.split(/`([^`]*)`/).map((part, place) => (place % 2 ? element("code", part) : part));

const paragraphs = text => text.split("\n\n").map(part => element("p", ...prose(part)));

const table = (head, rows) =>
  element("table",
    element("thead", element("tr", ...head.map(cell => element("th", cell)))),
    element("tbody", ...rows.map(row =>
      element("tr", ...row.map(cell => element("td", ...[cell].flat()))))));

const resolve = (contract, schema) =>
  schema?.$ref ? schema.$ref.slice(2).split("/").reduce((at, key) => at[key], contract) : schema;

const typeOf = (contract, named) => {
  const schema = resolve(contract, named) ?? {};
  if ("const" in schema) {
    return JSON.stringify(schema.const);
  }
  const some = schema.oneOf ?? schema.anyOf;
  return some ? some.map(one => typeOf(contract, one)).join(" or ") : [schema.type ?? "any"].flat().join(" or ");
};

const fields = (contract, message) => {
  const schema = resolve(contract, message.payload);
  const required = new Set(schema.required);
  return table(["field", "type", "what"],
    Object.entries(schema.properties ?? {}).map(([name, field]) => [
      element("code", name),
      typeOf(contract, field) + (required.has(name) ? ", required" : ""),
      prose(resolve(contract, field)?.description ?? ""),
    ]));
};

const section = (title, ...children) => {
  const heading = element("h2", title);
  heading.id = title.toLowerCase().replaceAll(" ", "-");
  document.getElementById("contents").append(
    Object.assign(element("a", title), { href: `#${heading.id}` }));
  return [heading, ...children];
};

const message = (contract, name, shown) => [
  element("h3", shown.title ?? name),
  ...paragraphs(shown.summary ?? ""),
  fields(contract, shown),
];

const contract = await (await fetch("/asyncapi.json")).json();
const messages = contract.components.messages;
const ops = new Set(Object.keys(contract.operations));
const named = meant =>
  Object.entries(messages).filter(([name]) => ops.has(name) === meant)
    .flatMap(([name, shown]) => message(contract, name, shown));

document.getElementById("contract").append(
  element("h1", contract.info.title),
  ...paragraphs(contract.info.description),
  ...section("Sent by clients", ...named(true)),
  ...section("Sent by the server", ...named(false)),
  ...section("Topics", table(["topic", "data"],
    contract["x-topics"].map(row => [element("code", row.topic), prose(row.what)]))),
  ...section("Close codes", table(["code", "reason", "meaning", "reconnect"],
    contract["x-close-codes"].map(row =>
      [String(row.code), element("code", row.reason), row.meaning, row.reconnect ? row.after || "yes" : "no"]))));
