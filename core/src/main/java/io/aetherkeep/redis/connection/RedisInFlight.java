package io.aetherkeep.redis.connection;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.function.IntFunction;

/**
 * Commands in flight on a connection, the oldest first, each with its deadline.
 *
 * <p>Redis answers in order, so the oldest command shows whether Redis answers at all.
 */
public final class RedisInFlight {

  /** Mapping of error replies to failures. */
  @FunctionalInterface
  public interface Errors {

    /**
     * Maps an error reply.
     *
     * @param command name of the command at a position of the batch
     */
    Throwable failure(Throwable reply, IntFunction<String> command);
  }

  private final ArrayDeque<Flight<?>> flights = new ArrayDeque<>();
  private final Errors errors;
  private final Runnable demoted;
  private int commands;
  private long silentSince;

  /**
   * Creates an empty queue.
   *
   * @param demoted action for a reply that only a replica gives
   */
  RedisInFlight(Errors errors, Runnable demoted) {
    this.errors = errors;
    this.demoted = demoted;
  }

  /** The number of commands without a reply yet. */
  int commands() {
    return commands;
  }

  /**
   * Tracks commands that were just sent, until they are answered or late.
   *
   * @param command name of the command at a position of the batch
   */
  <T> Future<T> follow(int count, IntFunction<String> command, Future<T> answers, long deadline) {
    if (flights.isEmpty()) {
      markAlive();
    }
    Flight<T> flight = new Flight<>(count, command, deadline);
    flights.add(flight);
    commands += count;
    answers.onComplete(flight::answered, flight::failed);
    return flight.promise.future();
  }

  /**
   * If the oldest command is past its deadline, fails all such commands, with an unknown outcome;
   * answers whether it did.
   */
  boolean failOverdue(long now, String reason) {
    dropSettled();
    Flight<?> oldest = flights.peek();
    if (oldest == null || now < oldest.deadline) {
      return false;
    }
    for (Flight<?> flight : flights) {
      if (now >= flight.deadline) {
        flight.promise.tryFail(RedisDial.unavailable(reason + "; the outcome is unknown"));
      }
    }
    return true;
  }

  /** Extends all deadlines by the time for which the event loop was blocked. */
  void extendDeadlines(long nanos) {
    flights.forEach(flight -> flight.deadline += nanos);
    silentSince += nanos;
  }

  void failAll(String reason) {
    flights.forEach(
        flight ->
            flight.promise.tryFail(RedisDial.unavailable(reason + "; the outcome is unknown")));
    flights.clear();
    commands = 0;
  }

  /** The time since which the server owes a reply and has given none. */
  long silentSince() {
    return silentSince;
  }

  /** Begins a new time of silence: by a reply, or by a command after an idle time. */
  void markAlive() {
    silentSince = System.nanoTime();
  }

  private void dropSettled() {
    for (Flight<?> oldest = flights.peek();
        oldest != null && oldest.settled;
        oldest = flights.peek()) {
      flights.poll();
      commands -= oldest.count;
    }
  }

  /** Commands that were sent together. */
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
      markAlive();
      settle();
      promise.tryComplete(answer);
    }

    private void failed(Throwable thrown) {
      settle();
      if (RedisErrors.isReply(thrown)) {
        markAlive();
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
