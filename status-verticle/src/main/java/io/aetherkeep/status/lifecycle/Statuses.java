package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.DocumentsById;
import io.aetherkeep.catalogue.StatusAsks.PutStatus;
import io.aetherkeep.catalogue.StatusAsks.ReadStatus;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusAsks.StatusWritten;
import io.aetherkeep.catalogue.StatusListAsks.ReadStatuses;
import io.aetherkeep.catalogue.UnavailableIds;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Attempt;
import io.aetherkeep.status.store.Outcome;
import io.aetherkeep.status.store.Outcome.Verdict;
import io.aetherkeep.status.store.Report;
import io.aetherkeep.status.store.StatusStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Status service: writes and reads statuses. */
public final class Statuses {

  private static final int MOST_AT_ONCE = 100;
  private static final int LAST_ATTEMPT = 1_000_000;

  private final PerSpace<StatusSpace> spaces;
  private final Consumer<Event> events;

  public Statuses(PerSpace<StatusSpace> spaces, Consumer<Event> events) {
    this.spaces = spaces;
    this.events = events;
  }

  public Future<StatusWritten> put(PutStatus ask) {
    StatusSpace space = spaces.of(ask.space());
    StatusKind kind = StatusKind.of(ask.kind());
    if (ask.document().length() > space.definition().maxValueBytes()) {
      throw Failure.of(
          Code.TOO_LARGE,
          "The status exceeds the limit of " + space.definition().maxValueBytes() + " bytes");
    }
    String attempt = attempt(ask.attempt());
    return Offload.run(ask.document().length(), () -> sent(space, kind, ask))
        .compose(
            report ->
                space
                    .store()
                    .write(kind, ask.id(), report, attempt, "")
                    .map(outcome -> written(space, kind, ask.id(), report, outcome)));
  }

  private static Report sent(StatusSpace space, StatusKind kind, PutStatus ask) {
    space.definition().checkMembers(ask.document());
    return Report.sent(kind, ask.id(), ask.document(), space.ends());
  }

  static String attempt(@Nullable Integer asked) {
    if (asked != null && (asked < 1 || asked > LAST_ATTEMPT)) {
      throw Failure.of(
          Code.INVALID_PARAMETER, "The attempt must be a whole number from 1 to " + LAST_ATTEMPT);
    }
    return asked == null ? StatusStore.PRESENT : Integer.toString(asked);
  }

  private StatusWritten written(
      StatusSpace space, StatusKind kind, String id, Report report, Outcome outcome) {
    Attempt run = outcome.run();
    if (run == null) {
      throw new IllegalStateException("A write without a run");
    }
    boolean changed = accepted(outcome.verdict(), run);
    if (changed) {
      events.accept(run.changed(space.definition().name(), kind, id, report.document()));
    }
    return new StatusWritten(
        outcome.created() && changed,
        changed,
        run.attempt(),
        run.offset(),
        Status.version(report.document(), run.cancelRequested(), run.children()),
        run.cancelRequested());
  }

  /** Whether the write changed anything; throws if it was refused. */
  private static boolean accepted(Verdict verdict, Attempt run) {
    return switch (verdict) {
      case CHANGED -> true;
      case SAME -> false;
      case FINAL ->
          throw Failure.of(
              Code.STATUS_FINAL,
              "Attempt " + run.attempt() + " has ended; start a new one by sending its number");
      case STALE ->
          throw Failure.of(Code.STALE_ATTEMPT, "Attempt " + run.attempt() + " is the current one");
      case BEHIND ->
          throw Failure.of(
              Code.STATUS_BEHIND, "Steps and progress cannot decrease within an attempt");
      case FOREIGN, MOVED -> throw new IllegalStateException("Not stored: " + verdict);
    };
  }

  public Future<Status> read(ReadStatus ask) {
    StatusSpace space = spaces.of(ask.space());
    StatusKind kind = StatusKind.of(ask.kind());
    long asked = space.recent().now();
    return space
        .recorded()
        .observe(kind, ask.id())
        .compose(observation -> space.views().of(kind, ask.id(), observation))
        .compose(Statuses::readable)
        .onSuccess(status -> space.recent().keep(status, asked))
        .recover(thrown -> space.recent().recall(kind, ask.id(), thrown));
  }

  /** Returns the status if its document is JSON, which another service's may not be; else fails. */
  static Future<Status> readable(Status status) {
    return status
        .document()
        .checked()
        .map(
            document -> {
              if (!document.isJson()) {
                throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not JSON");
              }
              return status;
            });
  }

  public Future<DocumentsById> readMany(ReadStatuses ask) {
    StatusSpace space = spaces.of(ask.space());
    StatusKind kind = StatusKind.of(ask.kind());
    if (ask.ids().isEmpty() || ask.ids().size() > MOST_AT_ONCE) {
      throw Failure.of(Code.INVALID_PARAMETER, "Ask for 1 to " + MOST_AT_ONCE + " ids at once");
    }
    List<String> ids = ask.ids().stream().distinct().toList();
    List<Optional<Document>> documents = new ArrayList<>();
    UnavailableIds unavailable = new UnavailableIds();
    return LimitedBytes.read(
            ids,
            some -> documents(space, kind, some, unavailable).onSuccess(documents::addAll),
            Statuses::bytes)
        .compose(
            read ->
                Offload.run(
                    bytes(documents), () -> DocumentsById.of(ids, documents, unavailable, null)));
  }

  private static int bytes(List<Optional<Document>> documents) {
    return documents.stream().mapToInt(document -> document.map(Document::length).orElse(0)).sum();
  }

  private static Future<List<Optional<Document>>> documents(
      StatusSpace space, StatusKind kind, List<String> ids, UnavailableIds unavailable) {
    return space.celery() != null && space.celery().isFor(kind)
        ? observed(space, kind, ids, unavailable)
        : stored(space, kind, ids, unavailable);
  }

  /** Reads each status alone, because each may have a newer result of Celery. */
  private static Future<List<Optional<Document>>> observed(
      StatusSpace space, StatusKind kind, List<String> ids, UnavailableIds unavailable) {
    List<Future<Optional<Document>>> all = new ArrayList<>(ids.size());
    return Batches.each(
            ids,
            id -> {
              Future<Optional<Document>> one =
                  observed(space, kind, id, unavailable).recover(Statuses::noJson);
              all.add(one);
              return one;
            })
        .compose(done -> Future.all(all))
        .map(done -> all.stream().map(Future::result).toList());
  }

  private static Future<Optional<Document>> observed(
      StatusSpace space, StatusKind kind, String id, UnavailableIds unavailable) {
    return unavailable.read(
        id,
        space
            .recorded()
            .observe(kind, id)
            .map(observation -> Optional.ofNullable(observation.document())),
        failure -> failure.kind() == Kind.UNAVAILABLE);
  }

  /** Stands for a key of another Redis type, which does not fail the reads of others. */
  private static Future<Optional<Document>> noJson(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture(Optional.of(Document.stored(Buffer.buffer())))
        : Future.failedFuture(thrown);
  }

  private static Future<List<Optional<Document>>> stored(
      StatusSpace space, StatusKind kind, List<String> ids, UnavailableIds unavailable) {
    return space
        .store()
        .documents(kind, ids)
        .compose(
            documents ->
                space.recorded().mayHave(kind)
                    ? filled(space, kind, ids, documents, unavailable)
                    : Future.succeededFuture(documents));
  }

  /**
   * Restores the missing statuses from the system of record; one whose lookup fails is unavailable.
   */
  private static Future<List<Optional<Document>>> filled(
      StatusSpace space,
      StatusKind kind,
      List<String> ids,
      List<Optional<Document>> documents,
      UnavailableIds unavailable) {
    List<Future<Optional<Document>>> all = new ArrayList<>(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      all.add(
          documents.get(i).isPresent()
              ? Future.succeededFuture(documents.get(i))
              : observed(space, kind, ids.get(i), unavailable));
    }
    return Future.all(all).map(done -> all.stream().map(Future::result).toList());
  }
}
