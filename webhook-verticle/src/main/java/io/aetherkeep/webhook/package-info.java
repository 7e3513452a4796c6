/** Webhooks: endpoints of clients, and the delivery of the outbox to them. */
@NullMarked
package io.aetherkeep.webhook;

import org.jspecify.annotations.NullMarked;
