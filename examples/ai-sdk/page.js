/** The web page: the AI SDK's chat over the stock Durable Streams transport, without React. */

import { AbstractChat } from "ai";
import { createDurableChatTransport } from "@durable-streams/aisdk-transport";

const element = id => document.getElementById(id);

/** The state that useChat keeps in React. */
class Drawn {
  status = "ready";
  error = undefined;
  #messages;

  constructor(messages) {
    this.#messages = messages;
  }

  get messages() {
    return this.#messages;
  }

  set messages(messages) {
    this.#messages = messages;
    draw(this);
  }

  pushMessage = message => (this.messages = [...this.#messages, message]);
  popMessage = () => (this.messages = this.#messages.slice(0, -1));
  replaceMessage = (at, message) => (this.messages = this.#messages.with(at, message));
  snapshot = thing => structuredClone(thing);
}

class Chat extends AbstractChat {
  constructor(init) {
    super(init);
  }

  setStatus(status) {
    super.setStatus(status);
    element("state").textContent = this.status;
    element("stop").disabled = this.status !== "streaming";
  }
}

function draw({ messages }) {
  element("messages").replaceChildren(...messages.map(message => {
    const item = document.createElement("li");
    item.className = message.role;
    item.textContent = message.parts.map(part => part.text ?? "").join("");
    return item;
  }));
}

/** The transport's response contains the URL of the stream, which the stop button needs. */
let answer = null;

async function asked(...request) {
  const response = await fetch(...request);
  answer = response.headers.get("Location") ?? answer;
  return response;
}

const id = location.hash.slice(1) || crypto.randomUUID();
location.hash = id;
const known = await (await fetch(`/api/chat/${id}`)).json();
const state = new Drawn(known);
draw(state);
const transport = createDurableChatTransport({ api: "/api/chat", fetchClient: asked });
const chat = new Chat({ id, state, transport, onError: error => (element("state").textContent = error.message) });

element("ask").addEventListener("submit", event => {
  event.preventDefault();
  chat.sendMessage({ text: element("text").value });
  element("text").value = "";
});
element("stop").addEventListener("click", () => fetch(`${answer}/stop`, { method: "POST" }));
await chat.resumeStream();
element("send").disabled = false;
