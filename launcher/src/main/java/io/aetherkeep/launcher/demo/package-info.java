/** An evening that is played through the public doors, so that there is something to see. */
@org.jspecify.annotations.NullMarked
package io.aetherkeep.launcher.demo;
