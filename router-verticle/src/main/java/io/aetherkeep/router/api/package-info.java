/**
 * HTTP API: the table of all routes, and one class of routes for each resource.
 *
 * <p>More than fifteen files: one for each resource, and what all routes share, such as the guard.
 */
@NullMarked
package io.aetherkeep.router.api;

import org.jspecify.annotations.NullMarked;
