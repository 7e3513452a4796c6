/** Spring Session's repository against a real node. */
@NullMarked
package io.aetherkeep.client.spring;

import org.jspecify.annotations.NullMarked;
