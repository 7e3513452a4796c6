/** Traces of requests, exported over OTLP without session ids. */
@NullMarked
package io.aetherkeep.launcher.tracing;

import org.jspecify.annotations.NullMarked;
