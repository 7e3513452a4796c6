/** The WebSocket against a real node, and through connections that are cut. */
@NullMarked
package io.aetherkeep.client.realtime;

import org.jspecify.annotations.NullMarked;
