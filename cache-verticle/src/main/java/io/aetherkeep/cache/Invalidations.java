package io.aetherkeep.cache;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Event;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.CacheAsks.CacheInvalidated;
import io.aetherkeep.catalogue.CacheAsks.InvalidateEntries;
import io.aetherkeep.catalogue.CacheAsks.Invalidated;
import io.aetherkeep.keyspace.Glob;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.KeyPattern;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Removes many entries at once: by their ids, by a pattern of ids, or by a tag. */
final class Invalidations {

  private static final System.Logger LOG = System.getLogger(Invalidations.class.getName());

  private static final int MOST_IDS = 1000;

  private final Shelves shelves;
  private final Consumer<Event> announcement;

  Invalidations(Shelves shelves, Consumer<Event> announcement) {
    this.shelves = shelves;
    this.announcement = announcement;
  }

  /** Goes on to its end in the background where the asker's deadline comes before. */
  Future<Invalidated> run(InvalidateEntries ask) {
    requireOneWay(ask);
    return start(ask).map(Tally::invalidated).onSuccess(done -> tell(ask, done));
  }

  private Future<Tally> start(InvalidateEntries ask) {
    if (ask.tag() != null) {
      return byTag(ask, ask.tag());
    }
    if (ask.keyspace() == null) {
      throw Failure.of(Code.INVALID_BODY, "'keyspace' is missing");
    }
    Shelf shelf = shelves.find(ask.space(), ask.keyspace());
    return ask.pattern() != null
        ? byPattern(shelf, ask.pattern(), ask.dryRun())
        : byIds(shelf, Objects.requireNonNull(ask.ids()), ask.dryRun());
  }

  private static void requireOneWay(InvalidateEntries ask) {
    long ways = Stream.of(ask.ids(), ask.pattern(), ask.tag()).filter(Objects::nonNull).count();
    if (ways != 1) {
      throw Failure.of(Code.INVALID_BODY, "Give one of 'ids', 'pattern' and 'tag'");
    }
  }

  private Future<Tally> byIds(Shelf shelf, List<String> ids, boolean dryRun) {
    if (ids.isEmpty() || ids.size() > MOST_IDS) {
      throw Failure.of(Code.INVALID_BODY, "'ids' names 1 to " + MOST_IDS + " entries");
    }
    List<String> keys = ids.stream().distinct().map(shelf::keyOf).map(Key::text).toList();
    return new Tally(shelf.room(), dryRun).take(keys);
  }

  private Future<Tally> byPattern(Shelf shelf, String typed, boolean dryRun) {
    KeyPattern pattern = shelf.keyspace().pattern();
    List<Glob> globs = globs(pattern, typed);
    Tally tally = new Tally(shelf.room(), dryRun);
    return shelf
        .room()
        .keys()
        .walk(
            pattern.glob(globs),
            batch -> tally.take(batch.stream().filter(k -> pattern.matches(k, globs)).toList()))
        .map(tally);
  }

  /** A glob for each variable, so that none reaches over what separates them. */
  private static List<Glob> globs(KeyPattern pattern, String typed) {
    int variables = pattern.variables().size();
    String[] parts = typed.split(":", -1);
    if (parts.length != variables) {
      throw Failure.of(
          Code.INVALID_PATTERN,
          variables == 0
              ? "This keyspace has one entry and no ids to match"
              : "A pattern here is of " + String.join(":", pattern.variables()));
    }
    return Stream.of(parts).map(Glob::of).toList();
  }

  private Future<Tally> byTag(InvalidateEntries ask, String tag) {
    Limits.checkTag(tag);
    Collection<Shelf> all = shelves.of(ask.space());
    Collection<Shelf> meant =
        ask.keyspace() == null ? all : List.of(shelves.find(ask.space(), ask.keyspace()));
    Room room = all.iterator().next().room();
    Predicate<String> isMeant =
        key -> meant.stream().anyMatch(s -> s.keyspace().pattern().parse(key).isPresent());
    Tally tally = new Tally(room, ask.dryRun());
    return room.tags()
        .walk(
            tag,
            batch -> {
              List<String> keys = batch.stream().filter(isMeant).toList();
              return keys.isEmpty()
                  ? Future.succeededFuture()
                  : room.tags().carrying(tag, keys).compose(tally::take);
            })
        .map(tally);
  }

  private void tell(InvalidateEntries ask, Invalidated done) {
    if (ask.dryRun() || done.removed() == 0) {
      return;
    }
    LOG.log(
        System.Logger.Level.INFO,
        "Invalidated {0} entries of {1}/{2}",
        done.removed(),
        ask.space(),
        ask.keyspace() == null ? "*" : ask.keyspace());
    announcement.accept(
        new CacheInvalidated(
            ask.space(), ask.keyspace(), ask.ids(), ask.pattern(), ask.tag(), done.removed()));
  }

  /** What an invalidation has come to so far. */
  private static final class Tally {

    private final Room room;
    private final boolean dryRun;
    private long matched;
    private long removed;

    Tally(Room room, boolean dryRun) {
      this.room = room;
      this.dryRun = dryRun;
    }

    Future<Tally> take(List<String> batch) {
      if (batch.isEmpty()) {
        return Future.succeededFuture(this);
      }
      Future<Long> there = dryRun ? room.keys().count(batch) : remove(batch);
      return there.map(
          number -> {
            matched += number;
            removed += dryRun ? 0 : number;
            return this;
          });
    }

    private Future<Long> remove(List<String> batch) {
      return room.keys().remove(batch).onComplete(done -> batch.forEach(room.near()::drop));
    }

    Invalidated invalidated() {
      return new Invalidated(matched, removed);
    }
  }
}
