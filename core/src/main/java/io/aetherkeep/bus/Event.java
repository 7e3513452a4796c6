package io.aetherkeep.bus;

/** Record that announces a fact, named in the past tense; its class determines its bus address. */
public interface Event {

  /** The space that it belongs to; empty if it belongs to none. */
  default String space() {
    return "";
  }
}
