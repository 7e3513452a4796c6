package io.aetherkeep.router.watch;

import java.util.List;

/** Somebody who follows a status. */
interface StatusWatcher {

  /** It is followed from now on; what came since the place that was asked for is told at once. */
  void begun(List<StatusNews> since);

  /** It is followed from now on, though there is none yet: the first is told as a change. */
  void unknown();

  void told(StatusNews news);

  /** There is nothing to follow, or nothing any more. */
  void gone(Throwable why);

  /** Nothing has happened for a while. */
  default void beat() {}

  /** This node stops. */
  void closing();
}
