/** Tickets: one-time credentials that open a socket. */
@NullMarked
package io.aetherkeep.session.ticket;

import org.jspecify.annotations.NullMarked;
