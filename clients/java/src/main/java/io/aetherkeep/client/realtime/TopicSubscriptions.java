package io.aetherkeep.client.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.aetherkeep.client.ProblemCode;
import io.aetherkeep.client.ProblemException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscriptions to the watched topics: made once the connection is open, resumed by each hello, and
 * retried if a refusal may pass. Used by the thread of the connection.
 */
final class TopicSubscriptions {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final RealtimeConnection connection;
  private final TopicWatches watches = new TopicWatches();

  /** Topics that the last hello named. */
  private Set<String> resumed = Set.of();

  TopicSubscriptions(RealtimeConnection connection) {
    this.connection = connection;
  }

  void watch(String topic, Consumer<TopicUpdate> watcher) {
    if (watches.add(topic, watcher) && connection.isOpen()) {
      subscribe(topic);
    }
  }

  void unwatch(String topic, Consumer<TopicUpdate> watcher) {
    TopicWatches.Watch ended = watches.remove(topic, watcher);
    // To the node, the end of a watch that it refused is a fault of the client.
    if (ended != null && !ended.isRefused() && connection.isOpen()) {
      unsubscribe(topic);
    }
  }

  void give(TopicUpdate update) {
    watches.give(update);
  }

  /** Adds the topics to resume to a hello. */
  void resume(ObjectNode hello, @Nullable String epoch) {
    resumed = new HashSet<>(watches.all().keySet());
    watches.all().values().forEach(watch -> watch.setRefused(false));
    if (!resumed.isEmpty()) {
      ObjectNode resume = hello.putObject("resume").put("epoch", epoch);
      ObjectNode offsets = resume.putObject("offsets");
      watches.all().forEach((topic, watch) -> offsets.put(topic, watch.offset()));
    }
  }

  /**
   * Subscribes to what was watched, and unsubscribes from what was unwatched, since hello.
   *
   * @param failed the problems of topics that could not be resumed
   */
  void opened(JsonNode failed) {
    failed
        .fieldNames()
        .forEachRemaining(topic -> fail(topic, ProblemException.ofFrame(failed.path(topic))));
    for (String topic : Set.copyOf(watches.all().keySet())) {
      if (!resumed.contains(topic)) {
        subscribe(topic);
      }
    }
    for (String topic : resumed) {
      if (!failed.has(topic)) {
        begun(topic);
      }
    }
  }

  private void begun(String topic) {
    TopicWatches.Watch watch = watches.all().get(topic);
    if (watch == null) {
      unsubscribe(topic);
    } else {
      watch.setBegun();
    }
  }

  private void subscribe(String topic) {
    TopicWatches.Watch watch = watches.all().get(topic);
    if (watch == null) {
      return;
    }
    ObjectNode frame = RealtimeConnection.frame("watch").put("topic", topic);
    if (watch.offset() != null) {
      frame.put("offset", watch.offset());
    }
    watch.setRefused(false);
    BooleanSupplier valid = sameWatch(topic);
    CompletableFuture<?> unused =
        connection
            .ask(frame)
            .whenCompleteAsync(
                (ok, thrown) -> {
                  if (thrown == null) {
                    watch.setBegun();
                  } else if (valid.getAsBoolean()) {
                    refused(topic, thrown);
                  }
                },
                connection::onLoop);
  }

  /** Handles a watch that was refused or not answered in time; a late answer is as good. */
  private void refused(String topic, Throwable thrown) {
    if (thrown instanceof TimeoutException) {
      retry(topic);
    } else if (thrown instanceof ProblemException problem
        && problem.code() != ProblemCode.WRONG_ORDER) { // It is watched already.
      fail(topic, problem);
    }
  }

  private void unsubscribe(String topic) {
    connection.send(RealtimeConnection.frame("unwatch").put("topic", topic));
  }

  /**
   * Handles a refused watch: retries it if that may succeed later, else passes the problem to its
   * watchers.
   */
  private void fail(String topic, ProblemException problem) {
    if (problem.retry()) {
      TopicWatches.Watch watch = watches.all().get(topic);
      if (watch != null) {
        watch.setRefused(true);
        retry(topic);
      }
    } else {
      watches.give(
          new TopicUpdate(topic, JsonNodeFactory.instance.nullNode(), null, true, problem));
    }
  }

  private void retry(String topic) {
    BooleanSupplier valid = sameWatch(topic);
    connection.schedule(
        () -> {
          if (connection.isOpen() && valid.getAsBoolean()) {
            subscribe(topic);
          }
        },
        RETRY_AFTER);
  }

  /**
   * Returns a check whether a topic is watched by the same watch on the same connection as now:
   * another connection resumes it, and another watch subscribes itself.
   */
  private BooleanSupplier sameWatch(String topic) {
    FrameSocket asked = connection.socket();
    TopicWatches.Watch watch = watches.all().get(topic);
    return () -> watch != null && asked == connection.socket() && watch == watches.all().get(topic);
  }
}
