package io.aetherkeep.status.lifecycle;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.catalogue.StatusListAsks.ChildList;
import io.aetherkeep.catalogue.StatusListAsks.ListChildren;
import io.aetherkeep.catalogue.StatusListAsks.ListStatuses;
import io.aetherkeep.catalogue.StatusListAsks.Listed;
import io.aetherkeep.catalogue.StatusListAsks.StatusPage;
import io.aetherkeep.document.LimitedBytes;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.Attempt;
import io.aetherkeep.status.store.StatusStore;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Listing of running work. It leaves out index entries whose work has ended. */
public final class Listings {

  private static final int USUAL = 50;
  private static final int MOST = 500;

  private final PerSpace<StatusSpace> spaces;
  private final Duration stalledAfter;

  public Listings(PerSpace<StatusSpace> spaces, Duration stalledAfter) {
    this.spaces = spaces;
    this.stalledAfter = stalledAfter;
  }

  public Future<StatusPage> list(ListStatuses ask) {
    StatusSpace space = spaces.of(ask.space());
    StatusKind kind = StatusKind.of(ask.kind());
    int limit = limit(ask.limit());
    Cursor cursor = Cursor.of(ask.cursor());
    return space
        .store()
        .underway(kind, cursor.scan(), limit)
        .compose(page -> listed(space, kind, limit, cursor, page));
  }

  /** Lists the children of a status, in the order of the scan. */
  public Future<ChildList> children(ListChildren ask) {
    return spaces
        .of(ask.space())
        .store()
        .children(StatusKind.of(ask.kind()), ask.id(), ask.cursor(), limit(ask.limit()));
  }

  private static int limit(@Nullable Integer asked) {
    int limit = asked == null ? USUAL : asked;
    if (limit < 1 || limit > MOST) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be from 1 to " + MOST);
    }
    return limit;
  }

  /** Cursor of a listing: the ZSCAN cursor, and the last id returned of the ids that it finds. */
  private record Cursor(String scan, String last) {

    static Cursor of(@Nullable String text) {
      if (text == null) {
        return new Cursor("0", "");
      }
      int colon = text.indexOf(':');
      return colon < 0
          ? new Cursor(text, "")
          : new Cursor(text.substring(0, colon), text.substring(colon + 1));
    }

    String after(String id) {
      return scan + ":" + id;
    }
  }

  /** Fills a page up to its limit: ZSCAN may return more ids than COUNT. */
  private Future<StatusPage> listed(
      StatusSpace space, StatusKind kind, int limit, Cursor cursor, StatusStore.Page page) {
    List<String> ids =
        page.ids().stream()
            .distinct()
            .sorted()
            .filter(id -> id.compareTo(cursor.last) > 0)
            .toList();
    List<String> some = ids.subList(0, Math.min(limit, ids.size()));
    List<Listed> items = new ArrayList<>();
    return LimitedBytes.read(
            some, few -> listed(space, kind, few).onSuccess(items::addAll), Listings::bytes)
        .map(
            read ->
                new StatusPage(
                    items,
                    read < ids.size()
                        ? cursor.after(ids.get(read - 1))
                        : page.next().equals("0") ? null : page.next()));
  }

  private static long bytes(List<Listed> items) {
    return items.stream().mapToLong(item -> item.document().length()).sum();
  }

  private Future<List<Listed>> listed(StatusSpace space, StatusKind kind, List<String> ids) {
    List<Future<@Nullable Listed>> each = ids.stream().map(id -> listed(space, kind, id)).toList();
    return Future.all(each)
        .map(done -> each.stream().map(Future::result).filter(Objects::nonNull).toList());
  }

  private Future<@Nullable Listed> listed(StatusSpace space, StatusKind kind, String id) {
    return space
        .observations()
        .observe(kind, id)
        .compose(
            observation -> {
              Attempt run = observation.run();
              return observation.document() == null
                      || run == null
                      || run.isFinal()
                      || !observation.document().isJson()
                  ? Future.<@Nullable Listed>succeededFuture()
                  : space.views().of(kind, id, observation).map(status -> listed(status, run));
            })
        .recover(Listings::unlessUnreadable);
  }

  /** Leaves out an unreadable status, so that it does not fail the whole listing. */
  private static Future<@Nullable Listed> unlessUnreadable(Throwable thrown) {
    return Failure.from(thrown).code() == Code.UNREADABLE_VALUE
        ? Future.succeededFuture()
        : Future.failedFuture(thrown);
  }

  private Listed listed(Status status, Attempt run) {
    return new Listed(
        status.id(),
        status.attempt(),
        status.updatedAt(),
        status.expiresAt(),
        Instant.ofEpochMilli(run.beat()).plus(stalledAfter).toString(),
        status.estimate(),
        status.document(),
        status.cancelRequested());
  }
}
