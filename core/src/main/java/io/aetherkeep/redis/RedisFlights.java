package io.aetherkeep.redis;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is under way on a connection, the oldest first, each with its deadline.
 *
 * <p>Redis answers in order, so the oldest tells whether it answers at all.
 */
final class RedisFlights {

  /** The first words of replies that are about the state of the server, not about the command. */
  private static final Set<String> NOT_NOW =
      Set.of(
          "BUSY",
          "CLUSTERDOWN",
          "LOADING",
          "MASTERDOWN",
          "MISCONF",
          "NOREPLICAS",
          "OOM",
          "READONLY",
          "TRYAGAIN");

  /** The first words of replies that a master does not give. */
  private static final Set<String> OF_REPLICA = Set.of("MASTERDOWN", "READONLY");

  /** Before Redis 7 what a script may not do is told in the middle of a sentence. */
  private static final String READONLY_IN_SCRIPT = "-READONLY You can't write against a read only";

  private static final Pattern PLACE = Pattern.compile("^ERR \\[[0-9]+] ");

  private final ArrayDeque<Flight<?>> flights = new ArrayDeque<>();
  private final Runnable demoted;
  private int commands;
  private long heardAt;

  /**
   * Nothing is under way yet.
   *
   * @param demoted what to do when a reply shows that the server is a replica
   */
  RedisFlights(Runnable demoted) {
    this.demoted = demoted;
  }

  /** How many commands wait for their answers. */
  int commands() {
    return commands;
  }

  /** Follows commands that were just sent until they are answered or too late. */
  <T> Future<T> follow(int count, Future<T> answers, long deadline) {
    Flight<T> flight = new Flight<>(count, deadline);
    flights.add(flight);
    commands += count;
    answers.onComplete(flight::answered, flight::failed);
    return flight.promise.future();
  }

  /** Whether the oldest is late; all that are late fail then, their outcome unknown. */
  boolean failLate(long now, String why) {
    dropSettled();
    Flight<?> oldest = flights.peek();
    if (oldest == null || now < oldest.deadline) {
      return false;
    }
    for (Flight<?> flight : flights) {
      if (now >= flight.deadline) {
        flight.promise.tryFail(RedisDial.unavailable(why + "; the outcome is unknown"));
      }
    }
    return true;
  }

  void failAll(String why) {
    flights.forEach(
        flight -> flight.promise.tryFail(RedisDial.unavailable(why + "; the outcome is unknown")));
    flights.clear();
    commands = 0;
  }

  /** When Redis last gave a sign of life. */
  long heardAt() {
    return heardAt;
  }

  void heard() {
    heardAt = System.nanoTime();
  }

  private void dropSettled() {
    for (Flight<?> oldest = flights.peek();
        oldest != null && oldest.settled;
        oldest = flights.peek()) {
      flights.poll();
      commands -= oldest.count;
    }
  }

  /**
   * An error reply is an answer like any other; the client says that a connection is gone as one,
   * and of several commands as one too that begins with the place of the first.
   */
  private static boolean isReply(Throwable thrown) {
    String text = text(thrown);
    return thrown instanceof Response
        && !text.startsWith("CONNECTION_CLOSED")
        && !text.startsWith("java.")
        && !text.startsWith("io.");
  }

  private static String text(Throwable reply) {
    return PLACE.matcher(String.valueOf(reply.getMessage())).replaceFirst("");
  }

  /**
   * A server that cannot take the command now is not there for it; other errors are the asker's.
   */
  private static Throwable refusal(Throwable reply) {
    String word = word(reply);
    return NOT_NOW.contains(word)
        ? RedisDial.unavailable("Redis cannot take this now: " + word)
        : reply;
  }

  private static String word(Throwable reply) {
    String message = text(reply);
    if (message.contains(READONLY_IN_SCRIPT)) {
      return "READONLY";
    }
    return message.substring(0, Math.max(0, message.indexOf(' ')));
  }

  /** Commands that went out together. */
  private final class Flight<T> {

    private final Promise<T> promise = Promise.promise();
    private final int count;
    private final long deadline;
    private boolean settled;

    Flight(int count, long deadline) {
      this.count = count;
      this.deadline = deadline;
    }

    private void answered(T answer) {
      heard();
      settle();
      promise.tryComplete(answer);
    }

    private void failed(Throwable thrown) {
      settle();
      if (isReply(thrown)) {
        heard();
        promise.tryFail(refusal(thrown));
        if (OF_REPLICA.contains(word(thrown))) {
          demoted.run();
        }
      } else {
        promise.tryFail(RedisDial.unavailable("The connection broke; the outcome is unknown"));
      }
    }

    private void settle() {
      settled = true;
      dropSettled();
    }
  }
}
