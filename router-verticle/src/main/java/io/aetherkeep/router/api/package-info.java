/**
 * HTTP API: the table of all routes, and one class of routes for each resource.
 *
 * <p>More than fifteen files: there are as many resources, and the routes share what stands before
 * and after them.
 */
@NullMarked
package io.aetherkeep.router.api;

import org.jspecify.annotations.NullMarked;
