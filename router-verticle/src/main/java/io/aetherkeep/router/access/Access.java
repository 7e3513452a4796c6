package io.aetherkeep.router.access;

import io.aetherkeep.bus.Code;
import org.jspecify.annotations.Nullable;

/** The one place that decides who may do what; whatever the door, it is asked here. */
public final class Access {

  private Access() {}

  /**
   * Why a caller may not do what needs this; nothing where it may.
   *
   * <p>The answer is the same whether what is named exists or not.
   *
   * @param space the space that is named; none for what belongs to the node
   * @param session the session that is named, if one is
   */
  public static @Nullable Code refusal(
      Caller caller, Need need, @Nullable String space, @Nullable String session) {
    return switch (need.reach()) {
      case ANYBODY -> null;
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
