/** Spring Session repository that stores sessions in Aetherkeep. */
@NullMarked
package io.aetherkeep.client.spring;

import org.jspecify.annotations.NullMarked;
