/** Documentation that a node serves: Markdown pages rendered to HTML, and the API contracts. */
@NullMarked
package io.aetherkeep.router.docs;

import org.jspecify.annotations.NullMarked;
