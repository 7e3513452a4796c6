package io.aetherkeep.cache.config;

import static io.aetherkeep.testing.Allocations.requireLinear;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.cache.entries.Limits;
import io.aetherkeep.cache.schema.ConfigSchemas;
import io.aetherkeep.catalogue.CacheAsks.WriteEntry;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.JsonDiff;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The cost of configurations and entries is linear in their bytes. */
class ConfigCostTest {

  private static final int FIELDS = 2_000;
  private static final Space SPACE = new Space("s", "", Dialect.ANY, 64 << 20, Map.of());

  private static Document config(int fields, String value) {
    return Document.of(
        IntStream.range(0, fields)
            .mapToObj(number -> "\"field-%06d\": %s".formatted(number, value))
            .collect(Collectors.joining(", ", "{", "}")));
  }

  @Test
  void aDifference_isFoundLinearly() {
    requireLinear(
        FIELDS,
        fields -> {
          Document before = config(fields, "[1, 2]");
          Document after = config(fields, "[1, 3]");
          return () -> JsonDiff.between(before, after);
        });
  }

  @Test
  void aKnownConfiguration_isCheckedLinearly() {
    ConfigSchemas schemas = new ConfigSchemas();
    requireLinear(
        FIELDS,
        fields -> {
          Document value = config(fields, "1");
          return () -> {
            try {
              schemas.check("council", value);
            } catch (Failure refused) {
              if (refused.code() != Code.INVALID_CONFIG) {
                throw refused;
              }
            }
          };
        });
  }

  @Test
  void anEntry_isCheckedAndReadLinearly() {
    requireLinear(
        FIELDS,
        fields -> {
          Document sent = config(fields, "1");
          return () -> {
            Document value = Document.received(sent.bytes());
            Limits.checkValue(value, SPACE);
            value.version();
            RecordJson.write(
                new WriteEntry("s", "topic", List.of("t"), value, null, List.of(), null, false));
          };
        });
  }
}
