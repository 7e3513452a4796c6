/**
 * WebSockets: frames, watches, heartbeats, close codes, drain. The package has more files than
 * others because the parts of a socket are separate classes that see each other.
 */
@NullMarked
package io.aetherkeep.router.realtime;

import org.jspecify.annotations.NullMarked;
