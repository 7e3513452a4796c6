/** The documentation as a node serves it: Markdown pages, rendered to HTML. */
@NullMarked
package io.aetherkeep.router.docs;

import org.jspecify.annotations.NullMarked;
