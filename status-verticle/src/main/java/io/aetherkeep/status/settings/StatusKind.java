package io.aetherkeep.status.settings;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Layout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Kind of work that a status describes, with its steps and end words.
 *
 * @param steps the usual steps, in order
 * @param done word of success
 * @param failed word of failure
 */
public record StatusKind(Keyspace<?> keyspace, List<String> steps, String done, String failed) {

  public static final StatusKind PODCAST =
      new StatusKind(
          Keyspaces.PODCAST_STATUSES,
          List.of("queued", "script_generating", "audio_rendering"),
          "ready_to_stream",
          "error");
  public static final StatusKind REQUEST = ordinary(Keyspaces.REQUEST_STATUSES, "processing");
  static final StatusKind CRAWL = ordinary(Keyspaces.CRAWL_STATUSES, "running");
  static final StatusKind DEPLOY = ordinary(Keyspaces.DEPLOY_STATUSES, "running");

  /** Word with which an attempt of any kind ends after a request to cancel it. */
  public static final String CANCELLED = "cancelled";

  public static final List<StatusKind> ALL = List.of(PODCAST, REQUEST, CRAWL, DEPLOY);

  public StatusKind {
    steps = List.copyOf(steps);
  }

  private static StatusKind ordinary(Keyspace<?> keyspace, String atWork) {
    return new StatusKind(keyspace, List.of("pending", atWork), "completed", "failed");
  }

  public static StatusKind of(String name) {
    for (StatusKind kind : ALL) {
      if (kind.text().equals(name)) {
        return kind;
      }
    }
    throw Failure.of(
        Code.KEYSPACE_UNKNOWN, "The kind of a status must be podcast, request, crawl or deploy");
  }

  public String text() {
    return keyspace.name();
  }

  public boolean isHash() {
    return keyspace.layout() == Layout.HASH;
  }

  /** The index of a step among the usual ones, or null if it is not one of them. */
  @Nullable
  public Integer rank(String word) {
    int rank = steps.indexOf(word);
    return rank < 0 ? null : rank;
  }

  /** The word for running work. */
  public String runningState() {
    return steps.get(1);
  }

  String word(Phase phase) {
    return switch (phase) {
      case RUNNING -> runningState();
      case DONE -> done;
      case FAILED -> failed;
    };
  }

  /** The field that holds the reason of a failure. */
  public String reason() {
    return equals(PODCAST) ? "error_message" : "error";
  }
}
