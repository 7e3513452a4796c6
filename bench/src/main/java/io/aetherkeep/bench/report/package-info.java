/**
 * The report of a run: rows, goals, plots, the machine, and the Markdown and SVG that show them.
 */
@NullMarked
package io.aetherkeep.bench.report;

import org.jspecify.annotations.NullMarked;
