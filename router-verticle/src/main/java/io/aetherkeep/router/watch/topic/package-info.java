/** Topics by name and kind, their watchers, and the frames that all watchers of one share. */
@NullMarked
package io.aetherkeep.router.watch.topic;

import org.jspecify.annotations.NullMarked;
