package io.aetherkeep.session;

import static io.aetherkeep.testing.Allocations.requireLinear;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Members;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.session.history.Histories;
import io.aetherkeep.session.layout.FieldNames;
import io.aetherkeep.session.layout.HashBody;
import io.aetherkeep.session.layout.JsonBody;
import io.aetherkeep.session.layout.RecordedSession;
import io.aetherkeep.session.layout.SessionBody;
import io.aetherkeep.session.layout.StoredSession;
import io.aetherkeep.session.layout.StoredSession.Facts;
import io.aetherkeep.session.settings.SessionSettings;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The cost of each operation is linear in a session's bytes, in each layout. */
class SessionCostTest {

  private static final int FIELDS = 2_500;
  private static final Instant NOW = Instant.parse("2026-11-21T04:01:45.551402Z");

  private static String object(int fields, String value) {
    return IntStream.range(0, fields)
        .mapToObj(number -> "\"field-%06d\": %s".formatted(number, value))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static SessionBody body(Dialect dialect, int fields) {
    FieldNames names = FieldNames.of(dialect);
    if (dialect != Dialect.COUNCIL) {
      return JsonBody.stored(Document.of(object(fields, "{\"a\": \"text\"}")), names);
    }
    Map<String, String> hash = new LinkedHashMap<>();
    for (int i = 0; i < fields; i++) {
      hash.put("field-%06d".formatted(i), i % 2 == 0 ? "text" : "{\"a\": [1, 2]}");
    }
    return new HashBody(hash, names);
  }

  @ParameterizedTest
  @EnumSource
  void reading_isLinear(Dialect dialect) {
    // Below this size, the growth of the writer's blocks dominates.
    requireLinear(
        4 * FIELDS,
        fields -> {
          SessionBody body = body(dialect, fields);
          StoredSession found = new StoredSession("s1", body, 1000, Facts.NONE);
          return () -> RecordJson.write(found.answerAsync("space").result());
        });
  }

  @Test
  void aStoredText_isReadLinearly() {
    requireLinear(
        FIELDS,
        fields -> {
          Document stored = Document.of(object(fields, "1"));
          return () ->
              JsonBody.stored(Document.stored(stored.bytes()), FieldNames.of(Dialect.CONTENT));
        });
  }

  @ParameterizedTest
  @EnumSource
  void patching_isLinear(Dialect dialect) {
    requireLinear(
        FIELDS,
        fields -> {
          SessionBody body = body(dialect, fields);
          Document patch = Document.of(object(fields, "{\"b\": [1], \"a\": null}"));
          return () -> {
            SessionBody patched = body.patched(patch, NOW).stamped(NOW).playing("p1");
            patched.version();
            patched.size();
            patched.mostMembers();
          };
        });
  }

  @ParameterizedTest
  @EnumSource
  void patchingOneField_isLinear(Dialect dialect) {
    requireLinear(
        FIELDS,
        fields -> {
          SessionBody body = body(dialect, fields);
          Document patch = Document.of("{\"field-000001\": null, \"new\": \"x\"}");
          return () -> body.patched(patch, NOW);
        });
  }

  @ParameterizedTest
  @EnumSource
  void opening_isLinear(Dialect dialect) {
    FieldNames names = FieldNames.of(dialect);
    requireLinear(
        FIELDS,
        fields -> {
          Document data = Document.of(object(fields, "1"));
          OpenSession ask = new OpenSession("s", "s1", UserId.named("u"), data, data, null);
          return () -> {
            switch (dialect) {
              case COUNCIL ->
                  HashBody.council(ask, NOW, names, SessionSettings.HistoryLayout.FOUND).document();
              case CONTENT -> JsonBody.content(ask, NOW, names).document();
              default -> JsonBody.aethercast(ask, NOW, names).document();
            }
          };
        });
  }

  @ParameterizedTest
  @EnumSource
  void aRecordedSession_isReadLinearly(Dialect dialect) {
    requireLinear(
        FIELDS,
        fields -> {
          Document recorded = Document.of(object(fields, "\"text\""));
          return () -> RecordedSession.of(recorded, dialect).body().document();
        });
  }

  @Test
  void appending_isLinear() {
    requireLinear(
        FIELDS,
        words -> {
          AppendHistory ask =
              new AppendHistory(
                  "s", "s1", "user", "a \"word\" ".repeat(words), null, null, 1L, null);
          return () -> {
            Document entry = Histories.entry(ask, NOW);
            Histories.mark(ask);
            RecordJson.write(ask);
            entry.length();
          };
        });
  }

  /** A script appends messages; a read of a history parses its elements. */
  @Test
  void aHistory_isReadLinearly() {
    requireLinear(
        FIELDS,
        messages -> {
          Document history =
              Document.array(
                  IntStream.range(0, messages)
                      .mapToObj(i -> Document.of("{\"role\":\"user\",\"content\":\"Hello\"}"))
                      .toList());
          Document session = Document.of(object(messages, "1"));
          return () ->
              Members.of(session)
                  .with(Map.of(FieldNames.HISTORY, Document.array(history.elements())))
                  .document();
        });
  }
}
