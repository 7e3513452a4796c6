package io.aetherkeep.bus;

/**
 * Event for one node. A relay delivers it to that node only; where nodes share a clustered bus, all
 * of them receive it, and the others ignore it.
 */
public interface DirectedEvent extends Event {

  /** The {@link Bus#id} of the node. */
  String to();
}
