package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.access.identity.Need;
import org.jspecify.annotations.Nullable;

/** Authorization: the one place that decides what a caller may do, over HTTP and over sockets. */
public final class Access {

  private Access() {}

  /**
   * Returns why a caller lacks a permission, or null if it has it. The answer does not depend on
   * whether the named resource exists.
   *
   * @param space the named space; null for what belongs to the node
   * @param session the named session, if any
   */
  public static @Nullable Code refusal(
      Caller caller, Need need, @Nullable String space, @Nullable String session) {
    return switch (need.reach()) {
      case ANYBODY, TOKEN -> null;
      case NODE -> caller.isOfEverySpace() ? ofNode(caller, need) : Code.OTHER_SPACE;
      case SPACE, WATCHED, SESSION ->
          space == null || !caller.isOf(space) ? Code.OTHER_SPACE : inSpace(caller, need, session);
    };
  }

  private static @Nullable Code ofNode(Caller caller, Need need) {
    return caller.isEndUser() ? Code.OTHER_SESSION : missing(caller, need);
  }

  private static @Nullable Code inSpace(Caller caller, Need need, @Nullable String session) {
    String own = caller.session();
    if (own != null) {
      boolean watches = need.reach() == Need.Reach.WATCHED;
      boolean owns = need.reach() == Need.Reach.SESSION && own.equals(session);
      if (!watches && !owns) {
        return Code.OTHER_SESSION;
      }
    }
    return missing(caller, need);
  }

  private static @Nullable Code missing(Caller caller, Need need) {
    return caller.scopes().contains(need.scope()) ? null : Code.MISSING_SCOPE;
  }
}
