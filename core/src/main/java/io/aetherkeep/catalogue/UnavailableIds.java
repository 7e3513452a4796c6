package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Failure;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Ids of one bulk read that have no answer, because Redis or their origin is unavailable. They do
 * not fail the reads of the other ids. Belongs to one event loop.
 */
public final class UnavailableIds {

  private final Map<String, Failure> failures = new LinkedHashMap<>();

  /**
   * Reads an id; if that fails as {@code tolerated} says, records the id and returns an empty
   * value.
   */
  public <T> Future<Optional<T>> read(
      String id, Future<Optional<T>> value, Predicate<Failure> tolerated) {
    return value.recover(
        thrown -> {
          Failure failure = Failure.from(thrown);
          if (!tolerated.test(failure)) {
            return Future.failedFuture(thrown);
          }
          failures.put(id, failure);
          return Future.succeededFuture(Optional.empty());
        });
  }

  public boolean has(String id) {
    return failures.containsKey(id);
  }

  /**
   * Returns those of the ids that are unavailable; fails if all of them are, so that the reader
   * tries again later.
   */
  public List<String> among(List<String> ids) {
    List<String> some = ids.stream().filter(this::has).toList();
    if (!some.isEmpty() && some.size() == ids.size()) {
      throw failures.get(some.get(0));
    }
    return some;
  }
}
