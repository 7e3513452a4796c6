/** Sessions of Spring Session, kept by Aetherkeep. */
@NullMarked
package io.aetherkeep.client.spring;

import org.jspecify.annotations.NullMarked;
