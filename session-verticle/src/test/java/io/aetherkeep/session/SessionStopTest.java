package io.aetherkeep.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisExtension;
import io.aetherkeep.testing.RedisServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shutdown of the session verticle. */
@ExtendWith(RedisExtension.class)
class SessionStopTest {

  private static final Duration NEVER = Duration.ofDays(1);

  /** No other test here loads this vocabulary. */
  private static final SessionSettings SETTINGS =
      new SessionSettings(NEVER, NEVER, NEVER, TokenEncoding.P50K, NEVER, Map.of());

  @Test
  void stop_waitsForTheVocabularyThatIsBeingLoaded(RedisServer server) throws Exception {
    Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
    try {
      new SessionNode(Map.of(space(), target(server)), SETTINGS, InstantSource.system()).close();
      Awaitility.await().until(() -> workers().isEmpty());
      assertEquals(List.of(), List.copyOf(uncaught));
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static List<String> workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("vert.x-worker-thread"))
        .toList();
  }

  private static Space space() {
    return new Space("council", "", Dialect.COUNCIL, 1 << 20, 1000, Map.of());
  }

  private static RedisTarget target(RedisServer server) {
    return PatientTarget.of(server.url(), 0);
  }
}
