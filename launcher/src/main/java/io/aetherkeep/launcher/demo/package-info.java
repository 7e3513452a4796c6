/** Demo: a simulated evening through the public interface, with something to see in the console. */
@org.jspecify.annotations.NullMarked
package io.aetherkeep.launcher.demo;
