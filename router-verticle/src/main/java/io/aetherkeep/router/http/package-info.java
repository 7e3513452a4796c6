/** HTTP requests and answers: routes, bodies, entity tags, problem documents. */
@NullMarked
package io.aetherkeep.router.http;

import org.jspecify.annotations.NullMarked;
