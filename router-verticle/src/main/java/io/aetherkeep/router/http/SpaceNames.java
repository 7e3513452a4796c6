package io.aetherkeep.router.http;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.settings.RouterSettings;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Names of this node's spaces. The failure for an unknown name lists those that the caller may see.
 */
public record SpaceNames(Set<String> all) {

  public SpaceNames {
    all = Set.copyOf(all);
  }

  public static SpaceNames of(RouterSettings settings) {
    return new SpaceNames(settings.bodyLimits().keySet());
  }

  public void require(String space, Caller caller) {
    if (!all.contains(space)) {
      throw unknown(caller);
    }
  }

  Failure unknown(Caller caller) {
    String seen =
        new TreeSet<>(all).stream().filter(caller::isOf).collect(Collectors.joining(", "));
    return Failure.of(
        Code.SPACE_UNKNOWN,
        seen.isEmpty()
            ? "No space has this name"
            : "No space has this name; the spaces are " + seen);
  }
}
