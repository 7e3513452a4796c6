/** WebSockets: frames, watches, heartbeats, close codes, drain. */
@NullMarked
package io.aetherkeep.router.realtime;

import org.jspecify.annotations.NullMarked;
