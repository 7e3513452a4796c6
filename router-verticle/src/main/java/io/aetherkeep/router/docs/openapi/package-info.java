/** The OpenAPI document, assembled at build from a fragment a class of routes. */
@NullMarked
package io.aetherkeep.router.docs.openapi;

import org.jspecify.annotations.NullMarked;
