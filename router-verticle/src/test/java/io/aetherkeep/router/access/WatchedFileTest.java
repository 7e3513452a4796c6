package io.aetherkeep.router.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of a file that cannot be read. */
final class WatchedFileTest {

  private static final Logger LOG = Logger.getLogger(WatchedFile.class.getName());

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private static void follow(Vertx vertx, Path file) throws Exception {
    WatchedFile.follow(vertx, file, Duration.ofMillis(1), bytes -> {}, false)
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS);
  }

  /** Not even root can read a directory in its place. */
  @Test
  void anUnreadableFile_isLoggedOnce_andWhenItCanBeReadAgain(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("keys.json");
    Files.writeString(file, "{}");
    LOG.addHandler(handler);
    Vertx vertx = Vertx.vertx();
    try {
      follow(vertx, file);
      Files.delete(file);
      Files.createDirectory(file);
      Awaitility.await().until(() -> !lines.isEmpty());
      Files.delete(file);
      Files.writeString(file, "{}");
      Awaitility.await().until(() -> lines.size() > 1);
      assertEquals(List.of("{0} cannot be read: {1}", "{0} can be read again"), lines);
    } finally {
      LOG.removeHandler(handler);
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }
}
