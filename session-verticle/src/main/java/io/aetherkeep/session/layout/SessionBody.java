package io.aetherkeep.session.layout;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a session holds, in the layout of the system whose session it is. */
public interface SessionBody {

  /** Whose it is; nobody's where the field is missing, or no text and no whole number. */
  @Nullable UserId user();

  @Nullable Timestamp created();

  @Nullable Timestamp lastActivity();

  /** The stored fields, as an object. */
  Document document();

  /** What tells it from another, whenever the last activity was. */
  String version();

  /** The body after a JSON merge patch. */
  SessionBody patched(Document patch);

  /** The body that names what is played, or with an empty text nothing. */
  SessionBody playing(String podcast);

  /** The body with another last activity. */
  SessionBody stamped(Instant now);

  /** How many members its largest object has. */
  int mostMembers();

  /** How many bytes it takes. */
  int size();
}
