/** Demo: a simulated evening through the public API, for the console to show. */
@org.jspecify.annotations.NullMarked
package io.aetherkeep.launcher.demo;
