package io.aetherkeep.testing;

import static org.awaitility.Awaitility.await;

import io.aetherkeep.embedded.EmbeddedRedis;
import io.aetherkeep.embedded.EmbeddedSentinel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Master and replica, watched by real Sentinels. */
public final class WatchedRedis implements AutoCloseable {

  /** The Sentinels' name of the group. */
  public static final String GROUP = "group";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final EmbeddedRedis master = start();
  private final EmbeddedRedis replica = start();
  private final List<EmbeddedSentinel> sentinels = new ArrayList<>();

  /** Sentinels that fail over only on request, even on a busy machine. */
  public WatchedRedis(int count, String... more) {
    this(count, Duration.ofMinutes(5), more);
  }

  /**
   * Starts them; returns when a failover is possible.
   *
   * @param downAfter silence after which the Sentinels consider the master down
   * @param more further lines of their configurations
   */
  public WatchedRedis(int count, Duration downAfter, String... more) {
    tell(replica.port(), "REPLICAOF", "127.0.0.1", master.port());
    await().atMost(PATIENCE).until(this::isReplicated);
    for (int i = 0; i < count; i++) {
      sentinels.add(
          EmbeddedSentinel.start(
              new EmbeddedSentinel.Watch(
                  GROUP, master.port(), count / 2 + 1, downAfter, List.of(more))));
    }
    if (more.length == 0) {
      await().atMost(PATIENCE).until(this::isComplete);
    }
  }

  /** Starts a server that does not wait for further replicas before a synchronisation. */
  private static EmbeddedRedis start() {
    return EmbeddedRedis.start(
        EmbeddedRedis.options().withArguments("--repl-diskless-sync-delay", "0"));
  }

  private boolean isReplicated() {
    return info(replica.port()).contains("master_link_status:up");
  }

  private boolean isComplete() {
    return sentinels.stream().allMatch(each -> knowsAll(each.port()));
  }

  private boolean knowsAll(int sentinel) {
    try (ForeignClient client = new ForeignClient(sentinel)) {
      List<?> master = (List<?>) client.send("SENTINEL", "MASTER", GROUP);
      String replicas = client.text("SENTINEL", "REPLICAS", GROUP);
      return master.get(master.indexOf("num-slaves") + 1).equals("1")
          && master
              .get(master.indexOf("num-other-sentinels") + 1)
              .equals("" + (sentinels.size() - 1))
          && replicas.contains("master-link-status, ok")
          && replicas.contains("flags, slave,");
    }
  }

  public EmbeddedRedis master() {
    return master;
  }

  public EmbeddedRedis replica() {
    return replica;
  }

  public List<EmbeddedSentinel> sentinels() {
    return sentinels;
  }

  /** The Sentinels' addresses, in the format of the settings. */
  public String addresses() {
    return sentinels.stream()
        .map(each -> "127.0.0.1:" + each.port())
        .collect(Collectors.joining(","));
  }

  /** Fails over to the replica while both are alive. */
  public void failOver() {
    tell(sentinels.get(0).port(), "SENTINEL", "FAILOVER", GROUP);
  }

  /** Makes a Sentinel watch another Redis, as if configured so from the beginning. */
  public void mislead(EmbeddedSentinel sentinel, int port) {
    tell(sentinel.port(), "SENTINEL", "REMOVE", GROUP);
    tell(sentinel.port(), "SENTINEL", "MONITOR", GROUP, "127.0.0.1", port, 1);
  }

  /** The number of a server's clients other than its replica and the Sentinels. */
  public static long clients(int port) {
    try (ForeignClient client = new ForeignClient(port)) {
      return client
          .text("CLIENT", "LIST")
          .lines()
          .filter(line -> !line.contains("name=sentinel-") && !line.contains("flags=S"))
          .filter(line -> !line.contains("flags=M") && !line.contains("cmd=client"))
          .count();
    }
  }

  public static String info(int port) {
    try (ForeignClient client = new ForeignClient(port)) {
      return client.text("INFO", "replication");
    }
  }

  public static Object tell(int port, Object... command) {
    try (ForeignClient client = new ForeignClient(port)) {
      return client.send(command);
    }
  }

  @Override
  public void close() {
    sentinels.forEach(EmbeddedSentinel::close);
    replica.close();
    master.close();
  }
}
