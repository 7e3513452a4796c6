package io.aetherkeep.session.layout;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Content of a session, in the layout of the system that owns it. */
public interface SessionBody {

  /** The session's user; null where the field is missing or neither a string nor a whole number. */
  @Nullable UserId user();

  @Nullable Timestamp created();

  @Nullable Timestamp lastActivity();

  /** The stored fields, as an object. */
  Document document();

  /** Version for compare-and-set, which leaves the last activity out. */
  String version();

  /** The body after a JSON merge patch, with this last activity unless the patch sets another. */
  SessionBody patched(Document patch, Instant now);

  /** Whether its last activity is a time, and not that of an earlier body. */
  default boolean isStampedSince(SessionBody before) {
    Timestamp last = lastActivity();
    return last != null && !last.equals(before.lastActivity());
  }

  /** A copy that names the podcast being played; an empty string for none. */
  SessionBody playing(String podcast);

  /** A copy with another last activity. */
  SessionBody stamped(Instant now);

  /** The number of members of its largest object. */
  int mostMembers();

  /** The stored size in bytes. */
  int size();
}
