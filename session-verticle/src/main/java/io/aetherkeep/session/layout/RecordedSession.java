package io.aetherkeep.session.layout;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.Dialect;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Session as read from a system of record, in the layout of its space.
 *
 * @param history the history, where sessions of this system have one
 */
public record RecordedSession(SessionBody body, @Nullable Document history) {

  /** Parses a record; fails where it is not an object. */
  public static RecordedSession of(Document document, Dialect dialect) {
    FieldNames names = FieldNames.of(dialect);
    Members members = Members.of(document);
    Map<String, @Nullable Document> times = new LinkedHashMap<>();
    for (String name : List.of(names.activity(), names.created() == null ? "" : names.created())) {
      Timestamp time = Timestamp.read(members.text(name), members.isText(name));
      if (time != null) {
        // A database formats times differently from the system's services.
        times.put(name, new Timestamp(time.at(), names.style()).json());
      }
    }
    members = members.with(times);
    return dialect == Dialect.COUNCIL
        ? new RecordedSession(
            new HashBody(fields(members), names), members.value(FieldNames.HISTORY))
        : new RecordedSession(new JsonBody(members, names), null);
  }

  /** The body with a creation time, which the council's newer services require. */
  public SessionBody dated() {
    return body instanceof HashBody hash ? hash.dated() : body;
  }

  private static Map<String, String> fields(Members members) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String name : members.names()) {
      String text = members.text(name);
      if (text != null && !name.equals(FieldNames.HISTORY)) {
        fields.put(name, text);
      }
    }
    return fields;
  }
}
