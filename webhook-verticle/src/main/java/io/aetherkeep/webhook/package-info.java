/**
 * Webhooks: endpoints of clients, and the delivery of the outbox to them.
 *
 * <p>More than fifteen files: they are one feature, of which other packages see only the verticle.
 */
@NullMarked
package io.aetherkeep.webhook;

import org.jspecify.annotations.NullMarked;
