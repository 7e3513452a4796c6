/** WebSocket that watches topics and reports playback, and resumes after reconnects. */
@NullMarked
package io.aetherkeep.client.realtime;

import org.jspecify.annotations.NullMarked;
