package io.aetherkeep.status.lifecycle;

import io.aetherkeep.catalogue.StatusAsks.FollowStatus;
import io.aetherkeep.catalogue.StatusAsks.Followed;
import io.aetherkeep.catalogue.StatusAsks.Status;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.status.settings.StatusKind;
import io.aetherkeep.status.store.FeedSlice;
import io.aetherkeep.status.store.Observation;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resume of a status feed from an offset: delivers every status since, or reports a gap. */
public final class FeedResume {

  private final PerSpace<StatusSpace> spaces;

  public FeedResume(PerSpace<StatusSpace> spaces) {
    this.spaces = spaces;
  }

  public Future<Followed> follow(FollowStatus ask) {
    StatusSpace space = spaces.of(ask.space());
    StatusKind kind = StatusKind.of(ask.kind());
    long asked = space.recent().now();
    return space
        .recorded()
        .observe(kind, ask.id())
        .compose(
            observation ->
                Statuses.readable(space.views().plain(kind, ask.id(), observation))
                    .onSuccess(present -> space.recent().keep(present, asked))
                    .compose(present -> after(space, kind, observation, present, ask.after())));
  }

  private static Future<Followed> after(
      StatusSpace space,
      StatusKind kind,
      Observation observation,
      Status present,
      @Nullable String after) {
    if (after == null) {
      return Future.succeededFuture(new Followed(List.of(present), true));
    }
    return after.equals(present.offset())
        ? Future.succeededFuture(new Followed(List.of(), true))
        : since(space, kind, observation, present, after).compose(FeedResume::readable);
  }

  /** Leaves out statuses of other services that are not JSON. */
  private static Future<Followed> readable(Followed all) {
    return Offload.run(
        all.statuses().stream().mapToInt(status -> status.document().length()).sum(),
        () ->
            new Followed(
                all.statuses().stream().filter(status -> status.document().isJson()).toList(),
                all.recovered()));
  }

  private static Future<Followed> since(
      StatusSpace space, StatusKind kind, Observation observation, Status present, String after) {
    if (after.equals(present.previous())) {
      return Future.succeededFuture(new Followed(List.of(present), true));
    }
    return space
        .store()
        .feed(kind, present.id(), after)
        .compose(
            entries -> {
              if (entries == null) {
                return Future.succeededFuture(new Followed(List.of(present), false));
              }
              FeedSlice slice = FeedSlice.of(entries, present, after);
              return slice.needsHealing()
                  ? space
                      .store()
                      .repair(kind, present.id(), observation)
                      .transform(healed -> Future.succeededFuture(slice.followed()))
                  : Future.succeededFuture(slice.followed());
            });
  }
}
