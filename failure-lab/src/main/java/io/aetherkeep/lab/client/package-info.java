/**
 * Clients of a cluster under test: HTTP, sockets, server-sent events, long polls, and records of
 * what they received.
 */
@NullMarked
package io.aetherkeep.lab.client;

import org.jspecify.annotations.NullMarked;
