package io.aetherkeep.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Event;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks and events about a podcast's listeners. */
public final class ListenerAsks {

  private ListenerAsks() {}

  /** Counts the current listeners of a podcast. */
  public record ReadListeners(String space, String podcast) implements Ask<Listeners> {
    public ReadListeners {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(podcast, "podcast");
    }
  }

  /**
   * Current listeners of a podcast.
   *
   * @param listeners number of sessions
   * @param users number of distinct users; a session without a user counts as one
   * @param peak most sessions at the same time in the last day
   */
  public record Listeners(String podcastId, long listeners, long users, long peak) {}

  /**
   * Lists the sessions that listen to a podcast now, in pages without an order.
   *
   * @param cursor {@code next} of the page before
   * @param limit approximate size of a page, 100 by default
   */
  public record ReadPresence(
      String space, String podcast, @Nullable String cursor, @Nullable Integer limit)
      implements Ask<Presence> {
    public ReadPresence {
      Objects.requireNonNull(space, "space");
      Objects.requireNonNull(podcast, "podcast");
    }
  }

  /** A page of the sessions that listen to a podcast, and the cursor of the next one. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Presence(String podcastId, List<Member> items, @Nullable String next) {
    public Presence {
      items = List.copyOf(items);
    }
  }

  /**
   * A session that listens to a podcast.
   *
   * @param user its user; null if it has none
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Member(String session, @Nullable String user, State state) {}

  /** Lists the podcasts with the most listeners now. */
  public record ReadTop(String space, @Nullable Integer limit) implements Ask<Top> {
    public ReadTop {
      Objects.requireNonNull(space, "space");
    }
  }

  /** Podcasts, most heard first. */
  public record Top(List<Listeners> items) {
    public Top {
      items = List.copyOf(items);
    }
  }

  /** A podcast's number of listeners has changed; at most once a second for each podcast. */
  public record ListenersChanged(String space, String podcastId, long listeners, long users)
      implements Event {}
}
