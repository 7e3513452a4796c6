package io.aetherkeep.status;

import static io.aetherkeep.testing.Allocations.requireLinear;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.CeleryResult;
import io.aetherkeep.status.store.CeleryResult.Meta;
import io.aetherkeep.status.store.Report;
import io.aetherkeep.status.store.StoredStatus;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cost of a status is linear in its bytes, as a string and as a hash. */
class StatusCostTest {

  private static final int FIELDS = 2_500;

  private static Document status(int fields) {
    return Document.of(
        IntStream.range(0, fields)
            .mapToObj(number -> "\"field-%06d\": \"text\"".formatted(number))
            .collect(Collectors.joining(", ", "{\"status\": \"pending\", \"progress\": 4, ", "}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"podcast", "request"})
  void storingAndReading_isLinear(String name) {
    StatusKind kind = StatusKind.of(name);
    requireLinear(
        FIELDS,
        fields -> {
          Document sent = status(fields);
          return () -> {
            StoredStatus bytes =
                StoredStatus.of(kind, Report.sent(kind, "c1", sent, EndWords.USUAL).document());
            bytes.digest();
            Report.found(kind, bytes.document(kind), EndWords.USUAL).document().version();
          };
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUCCESS", "PROGRESS", "FAILURE"})
  void aCeleryResult_isReadLinearly(String state) {
    Space space = new Space("s", "", Dialect.ANY, 64 << 20, Map.of());
    requireLinear(
        FIELDS,
        fields -> {
          Document meta =
              Document.of("{\"status\":\"" + state + "\",\"result\":" + status(fields) + "}");
          return () ->
              CeleryResult.of(
                  StatusKind.of("crawl"), "c1", new Meta(meta, meta.length()), space, true);
        });
  }
}
