/** Health of providers: reported outcomes, groups, manual overrides, decisions during an outage. */
@NullMarked
package io.aetherkeep.health.provider;

import org.jspecify.annotations.NullMarked;
