/** OpenAPI document, which the build assembles from one fragment for each class of routes. */
@NullMarked
package io.aetherkeep.router.docs.openapi;

import org.jspecify.annotations.NullMarked;
