package io.aetherkeep.status;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Failure;
import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.status.settings.EndWords;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.CeleryResult;
import io.aetherkeep.status.store.CeleryResult.Meta;
import io.aetherkeep.status.store.Report;
import io.aetherkeep.status.store.StoredStatus;
import io.aetherkeep.testing.Fuzzing;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Random near misses of what workers and other services write. */
class StatusFuzzTest {

  private static final Fuzzing FUZZING =
      Fuzzing.from(StatusFuzzTest.class, "celery.json", "failure.json", "status.json");

  private static final Space SPACE = new Space("s", "", Dialect.ANY, 1 << 20, Map.of());

  @Test
  void reports_areTakenOrRefused() {
    FUZZING.feed(
        bytes -> {
          for (StatusKind kind : StatusKind.ALL) {
            Document document = Document.stored(Buffer.buffer(bytes));
            Report.found(kind, document, EndWords.USUAL);
            try {
              StoredStatus stored =
                  StoredStatus.of(
                      kind, Report.sent(kind, "c1", document, EndWords.USUAL).document());
              assertTrue(stored.document(kind).isJson());
            } catch (Failure refused) {
              assertSame(io.aetherkeep.bus.Kind.INVALID, refused.kind());
            }
          }
        });
  }

  @Test
  void celeryResults_areStatusesOrNone() {
    FUZZING.feed(
        bytes -> {
          for (StatusKind kind : StatusKind.ALL) {
            for (int more = 0; more < 2; more++) {
              Document document = Document.stored(Buffer.buffer(bytes));
              Meta meta = new Meta(document, bytes.length + more);
              CeleryResult result = CeleryResult.of(kind, "c1", meta, SPACE, more == 1);
              assertTrue(result == null || result.document().isJson());
            }
          }
        });
  }

  @Test
  void foreignHashes_areJson() {
    StatusKind kind = StatusKind.ALL.stream().filter(StatusKind::isHash).findFirst().orElseThrow();
    FUZZING.feedText(
        text -> {
          StoredStatus hash =
              StoredStatus.hash(
                  List.of(
                      Buffer.buffer("progress"),
                      Buffer.buffer(text),
                      Buffer.buffer(text),
                      Buffer.buffer("1")));
          assertTrue(hash.document(kind).isJson());
        });
  }
}
