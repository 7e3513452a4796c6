/**
 * React hooks over one realtime connection.
 *
 *     const live = new Aetherkeep(url, { space: "council" }).realtime({ session });
 *
 *     <RealtimeProvider realtime={live}><App /></RealtimeProvider>
 *
 *     const { data } = useStatus("podcast", "p1");
 */

import { createContext, createElement, useCallback, useContext, useMemo, useSyncExternalStore } from "react";
import { AetherkeepError } from "./realtime.js";

/** @import { ReactNode } from "react" */
/** @import { Realtime, TopicData } from "./realtime.js" */

/**
 * @template D
 * @typedef {object} TopicState
 * @property {D | null | undefined} data undefined before the first value, null if there is none
 * @property {AetherkeepError | undefined} error why there are no more values
 */

/**
 * @typedef {object} StreamState
 * @property {string} text all received text of a text stream
 * @property {any[]} messages all received messages of a JSON stream
 * @property {string | undefined} offset the offset to resume from
 * @property {boolean} closed whether it is closed
 * @property {string | undefined} stopped the reason, if it was stopped
 * @property {boolean} abandoned whether its producer's lease expired
 * @property {AetherkeepError | undefined} error why it cannot be read
 */

/**
 * @template S
 * @typedef {object} ExternalStore
 * @property {(changed: () => void) => () => void} subscribe
 * @property {() => S} get
 */

const Context = createContext(/** @type {Realtime | null} */ (null));

/** @type {TopicState<any>} */
const NO_TOPIC = { data: undefined, error: undefined };

/** @type {StreamState} */
const NO_PART = { text: "", messages: [], offset: undefined, closed: false, stopped: undefined, abandoned: false, error: undefined };

/**
 * Provides the connection to the hooks below it.
 *
 * @param {{ realtime: Realtime, children?: ReactNode }} props
 */
export function RealtimeProvider({ realtime, children }) {
  return createElement(Context.Provider, { value: realtime }, children);
}

/** The connection of the nearest provider. */
export function useRealtime() {
  const realtime = useContext(Context);
  if (!realtime) {
    throw new Error("There is no <RealtimeProvider> above this component");
  }
  return realtime;
}

/**
 * Returns the newest value of a topic; none while the topic is null.
 *
 * @template {string} T
 * @param {T | null} topic
 * @returns {TopicState<TopicData<T>>}
 */
export function useTopic(topic) {
  const realtime = useRealtime();
  const store = useMemo(() => topicStore(realtime, topic), [realtime, topic]);
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

/**
 * The progress of a job.
 *
 * @param {string} kind
 * @param {string | null | undefined} id null while it is not known
 */
export function useStatus(kind, id) {
  return useTopic(id ? /** @type {`status/${string}`} */ (`status/${kind}/${id}`) : null);
}

/**
 * Returns the number of listeners of a podcast.
 *
 * @param {string | null | undefined} podcast
 */
export function useListeners(podcast) {
  return useTopic(podcast ? /** @type {`listeners/${string}`} */ (`listeners/${podcast}`) : null);
}

/**
 * A configuration.
 *
 * @template [T=any]
 * @param {string} name
 * @returns {TopicState<T>}
 */
export function useConfig(name) {
  return useTopic(`config/${name}`);
}

/** Returns the playback of the session, reported by any device, with functions to change it. */
export function usePlayback() {
  const realtime = useRealtime();
  const state = useTopic("playback");
  const actions = useMemo(
    () => ({
      play: realtime.play.bind(realtime),
      pause: realtime.pause.bind(realtime),
      seek: realtime.seek.bind(realtime),
      progress: realtime.progress.bind(realtime),
      /** @param {number} [positionMs] */
      stop: positionMs => realtime.stop(positionMs),
    }),
    [realtime],
  );
  return { ...state, ...actions };
}

/**
 * Returns a stream from its beginning or from an offset; all components of a connection share one reader.
 *
 * @param {string | null | undefined} path
 * @param {{ from?: string }} [options]
 */
export function useStream(path, { from } = {}) {
  const realtime = useRealtime();
  const store = useMemo(() => (path ? streamStore(realtime, path, from) : nothing(NO_PART)), [realtime, path, from]);
  const state = useSyncExternalStore(store.subscribe, store.get, store.get);
  const stop = useCallback(
    /** @param {string} [reason] */
    reason => realtime.stop(path ?? "", reason),
    [realtime, path],
  );
  return { ...state, stop };
}

/**
 * @template S
 * @param {S} state
 * @returns {ExternalStore<S>}
 */
function nothing(state) {
  return { subscribe: () => () => {}, get: () => state };
}

/**
 * @param {Realtime} realtime
 * @param {string | null} topic
 * @returns {ExternalStore<TopicState<any>>}
 */
function topicStore(realtime, topic) {
  if (topic === null) {
    return nothing(NO_TOPIC);
  }
  let state = NO_TOPIC;
  return {
    get: () => state,
    subscribe: changed =>
      realtime.watch(topic, ({ data, error }) => {
        state = error ? { data: state.data, error: new AetherkeepError(error) } : { data, error: undefined };
        changed();
      }),
  };
}

/** @type {WeakMap<Realtime, Map<string, ExternalStore<StreamState>>>} */
const streams = new WeakMap();

/**
 * The shared reader of a stream on a connection. It ends shortly after its last component, because React unmounts and mounts components
 * again in strict mode. A component that was hidden (`<Activity>`) comes back with it, and it goes on.
 *
 * @param {Realtime} realtime
 * @param {string} path
 * @param {string} [from]
 * @returns {ExternalStore<StreamState>}
 */
function streamStore(realtime, path, from) {
  const known = streams.get(realtime) ?? new Map();
  streams.set(realtime, known);
  const key = JSON.stringify([path, from]);
  let store = known.get(key) ?? startStream(realtime, path, from, () => known.delete(key));
  return {
    get: () => store.get(),
    subscribe: changed => {
      // Another component may have begun to read the stream since.
      store = known.get(key) ?? store;
      known.set(key, store);
      return store.subscribe(changed);
    },
  };
}

/**
 * @param {Realtime} realtime
 * @param {string} path
 * @param {string | undefined} from
 * @param {() => void} ended
 * @returns {ExternalStore<StreamState>}
 */
function startStream(realtime, path, from, ended) {
  /** @type {Set<() => void>} */
  const watchers = new Set();
  /** @type {AbortController | null} */
  let reading = null;
  let state = NO_PART;
  /** @param {Partial<StreamState>} next */
  const set = next => {
    state = { ...state, ...next };
    watchers.forEach(changed => changed());
  };
  const read = async () => {
    reading = new AbortController();
    const { signal } = reading;
    state = { ...state, error: undefined };
    try {
      for await (const part of realtime.stream(path, { from: state.offset ?? from, signal })) {
        set(after(part.recovered === false ? NO_PART : state, part));
      }
    } catch (error) {
      set({ error: /** @type {AetherkeepError} */ (error) });
    }
  };
  const leave = () => {
    if (watchers.size === 0 && reading) {
      reading.abort();
      reading = null;
      ended();
    }
  };
  return {
    get: () => state,
    subscribe: changed => {
      watchers.add(changed);
      if (!reading) {
        read();
      }
      return () => {
        watchers.delete(changed);
        setTimeout(leave, 0);
      };
    },
  };
}

/**
 * @param {StreamState} state
 * @param {import("./realtime.js").StreamPart} part
 * @returns {StreamState}
 */
function after(state, part) {
  return {
    ...state,
    text: state.text + (part.text ?? ""),
    messages: part.messages ? [...state.messages, ...part.messages] : state.messages,
    offset: part.offset,
    closed: part.closed ?? false,
    stopped: part.stopped,
    abandoned: part.abandoned ?? false,
  };
}
