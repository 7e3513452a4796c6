/** A page that shows what the hooks say, for ClientsTest in a browser. */

import { Activity, StrictMode, createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";
import { Aetherkeep } from "@aetherkeep/client";
import { RealtimeProvider, useConfig, useListeners, usePlayback, useStatus, useStream } from "@aetherkeep/client/react";

function Shown() {
  const status = useStatus("crawl", "react");
  const config = useConfig("react");
  const { data: playback, play } = usePlayback();
  const listeners = useListeners(playback?.podcastId);
  return h(
    "div",
    null,
    h("p", { id: "status" }, status.data === null ? "none" : `${status.data?.status} ${status.data?.progress}`),
    h("p", { id: "config" }, JSON.stringify(config.data)),
    h("p", { id: "playback" }, `${playback?.state} ${playback?.podcastId}`),
    h("p", { id: "listeners" }, `${listeners.data?.listeners} listen`),
    h("button", { id: "play", onClick: () => play("p1", 0) }),
  );
}

/** Of two at once, which share a reading. */
function Answer({ id }) {
  const { text, closed, stopped, stop } = useStream("chat/react");
  return h("div", null, h("p", { id }, `${text}${closed ? `. ${stopped ?? "The end"}` : ""}`), h("button", { id: `${id}-stop`, onClick: () => stop("enough") }));
}

/** A stream whose component is hidden and shown again. */
function Hideable() {
  const [mode, setMode] = useState("visible");
  const toggle = () => setMode(mode === "visible" ? "hidden" : "visible");
  return h("div", null, h("button", { id: "toggle", onClick: toggle }), h("p", { id: "mode" }, mode), h(Activity, { mode }, h(Story)));
}

function Story() {
  const { text } = useStream("chat/hidden");
  return h("p", { id: "story" }, text);
}

/** @param {string} url @param {string} session */
export function show(url, session) {
  const realtime = new Aetherkeep(url, { space: "council" }).realtime({ session });
  const answers = [h(Answer, { id: "one", key: 1 }), h(Answer, { id: "two", key: 2 })];
  createRoot(document.getElementById("root")).render(
    h(StrictMode, null, h(RealtimeProvider, { realtime }, h(Shown), h(Hideable), ...answers)),
  );
}
