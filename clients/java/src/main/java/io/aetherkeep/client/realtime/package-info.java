/** WebSocket that watches topics and reports playback, over reconnects. */
@NullMarked
package io.aetherkeep.client.realtime;

import org.jspecify.annotations.NullMarked;
