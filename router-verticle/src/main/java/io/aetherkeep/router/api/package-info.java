/** HTTP API: the table of all routes, and one class of routes for each resource. */
@NullMarked
package io.aetherkeep.router.api;

import org.jspecify.annotations.NullMarked;
