package io.aetherkeep.session.space;

import io.aetherkeep.catalogue.SessionAsks.Session;
import io.aetherkeep.collection.LastKnown;
import io.aetherkeep.keyspace.Space;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Sessions of each space that a node recently answered, shared by its event loops. */
public record LastKnownSessions(Map<String, LastKnown<Session>> bySpace) {

  /** Limit of their age, after which no access is granted by an old state. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  private static final long MOST_BYTES = 32 << 20;

  public LastKnownSessions {
    bySpace = Map.copyOf(bySpace);
  }

  public static LastKnownSessions of(List<Space> spaces) {
    return new LastKnownSessions(
        spaces.stream()
            .collect(
                Collectors.toMap(
                    Space::name,
                    space -> new LastKnown<>(LONGEST, MOST_BYTES, LastKnownSessions::bytes))));
  }

  private static long bytes(Session session) {
    return session.document().length() + 300L;
  }

  public LastKnown<Session> of(String space) {
    return Objects.requireNonNull(bySpace.get(space), space);
  }
}
