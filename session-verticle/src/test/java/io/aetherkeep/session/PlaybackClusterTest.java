package io.aetherkeep.session;

import static io.aetherkeep.testing.Futures.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.catalogue.ListenerAsks.ReadListeners;
import io.aetherkeep.catalogue.PlaybackAsks.Playback;
import io.aetherkeep.catalogue.PlaybackAsks.ReadPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.ReportPlayback;
import io.aetherkeep.catalogue.PlaybackAsks.Reported;
import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.catalogue.SessionAsks.OpenSession;
import io.aetherkeep.catalogue.SessionAsks.ReadSession;
import io.aetherkeep.embedded.EmbeddedCluster;
import io.aetherkeep.keyspace.Dialect;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.UserId;
import io.aetherkeep.redis.target.RedisAddress;
import io.aetherkeep.redis.target.RedisTarget;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.TokenEncoding;
import io.aetherkeep.testing.AdjustableClock;
import io.aetherkeep.testing.PatientTarget;
import io.aetherkeep.testing.RedisClusterExtension;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Playback on two nodes and three masters, which have no common order of commands. */
@ExtendWith(RedisClusterExtension.class)
class PlaybackClusterTest {

  private static final Space SPACE = new Space("s", "", Dialect.AETHERCAST, 1 << 20, Map.of());
  private static final int SESSIONS = 40;

  private final List<SessionNode> nodes = new ArrayList<>();

  @BeforeEach
  void start(EmbeddedCluster cluster) throws Exception {
    RedisTarget target =
        PatientTarget.of("redis://cluster", 0)
            .in(List.of(new RedisAddress("127.0.0.1", cluster.port(0))));
    Duration never = Duration.ofDays(1);
    SessionSettings settings =
        new SessionSettings(
            Duration.ofSeconds(5),
            Duration.ofMinutes(15),
            never,
            TokenEncoding.CL100K,
            never,
            Map.of());
    AdjustableClock clock = new AdjustableClock(Instant.parse("2026-11-21T04:01:45Z"));
    for (int i = 0; i < 2; i++) {
      nodes.add(new SessionNode(Map.of(SPACE, target), settings, clock));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (SessionNode node : nodes) {
      node.close();
    }
  }

  private <A> A ask(Ask<A> ask) throws Exception {
    return await(nodes.get(0).asks(ask));
  }

  private static ReportPlayback report(String id, State state, String podcast) {
    return new ReportPlayback("s", id, state, podcast, 0L, null, null, null, null);
  }

  @Test
  void reportsAtOnce_leaveListenersAndDocumentsAsThePlaybackIs() throws Exception {
    for (int i = 0; i < SESSIONS; i++) {
      ask(new OpenSession("s", "s" + i, UserId.named("u" + i), null, null, null));
      ask(report("s" + i, State.PLAYING, "p0"));
    }
    assertEquals(SESSIONS, ask(new ReadListeners("s", "p0")).listeners());
    List<Future<Reported>> reports = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      reports.add(nodes.get(i % 2).asks(report("s" + i, State.PLAYING, "p1")));
      reports.add(nodes.get((i + 1) % 2).asks(report("s" + i, State.PLAYING, "p2")));
      reports.add(nodes.get(i % 2).asks(report("s" + i, State.STOPPED, null)));
    }
    await(Future.all(reports));
    List<Playback> playing = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      Playback now = ask(new ReadPlayback("s", "s" + i));
      if (now.state() == State.PLAYING) {
        playing.add(now);
      }
      String active = now.state() == State.STOPPED ? "null" : '"' + now.podcastId() + '"';
      String document = ask(new ReadSession("s", "s" + i, false, null)).document().toString();
      assertTrue(document.contains("\"active_podcast_stream_id\": " + active), document);
    }
    for (String podcast : List.of("p0", "p1", "p2")) {
      assertEquals(
          playing.stream().filter(each -> podcast.equals(each.podcastId())).count(),
          ask(new ReadListeners("s", podcast)).listeners(),
          podcast);
    }
  }
}
