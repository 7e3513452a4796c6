package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.function.IntFunction;

/**
 * What is under way on a connection, the oldest first, each with its deadline.
 *
 * <p>Redis answers in order, so the oldest tells whether it answers at all.
 */
public final class RedisInFlight {

  /** The failures that error replies stand for. */
  @FunctionalInterface
  public interface Errors {

    /**
     * The failure of a reply.
     *
     * @param command names the command at a place of what was sent together
     */
    Throwable failure(Throwable reply, IntFunction<String> command);
  }

  private final ArrayDeque<Flight<?>> flights = new ArrayDeque<>();
  private final Errors errors;
  private final Runnable demoted;
  private int commands;
  private long heardAt;

  /**
   * Nothing is under way yet.
   *
   * @param demoted what to do when a reply shows that the server is a replica
   */
  RedisInFlight(Errors errors, Runnable demoted) {
    this.errors = errors;
    this.demoted = demoted;
  }

  /** How many commands wait for their answers. */
  int commands() {
    return commands;
  }

  /**
   * Follows commands that were just sent until they are answered or too late.
   *
   * @param command names the command at a place among them
   */
  <T> Future<T> follow(int count, IntFunction<String> command, Future<T> answers, long deadline) {
    Flight<T> flight = new Flight<>(count, command, deadline);
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

  /** Moves all deadlines, for the event loop was held up that long and could read no answer. */
  void excuse(long nanos) {
    flights.forEach(flight -> flight.deadline += nanos);
    heardAt += nanos;
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

  /** Commands that went out together. */
  private final class Flight<T> {

    private final Promise<T> promise = Promise.promise();
    private final int count;
    private final IntFunction<String> command;
    private long deadline;
    private boolean settled;

    Flight(int count, IntFunction<String> command, long deadline) {
      this.count = count;
      this.command = command;
      this.deadline = deadline;
    }

    private void answered(T answer) {
      heard();
      settle();
      promise.tryComplete(answer);
    }

    private void failed(Throwable thrown) {
      settle();
      if (RedisErrors.isReply(thrown)) {
        heard();
        promise.tryFail(errors.failure(thrown, command));
        if (RedisErrors.isOfReplica(thrown)) {
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
