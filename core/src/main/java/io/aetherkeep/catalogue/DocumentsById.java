package io.aetherkeep.catalogue;

import io.aetherkeep.bus.Sized;
import io.aetherkeep.document.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Documents of the ids that a bulk read asked for.
 *
 * @param missing ids that have no document
 * @param unreadable ids whose value is not JSON, or is stored in another type; absent if there are
 *     none
 * @param omitted ids to read again: the answer had reached its maximum size; absent if there are
 *     none
 * @param unavailable ids that Redis or their origin did not answer, while others were answered;
 *     absent if there are none
 * @param staleSeconds how long ago the node read the oldest last known value, while Redis is
 *     unavailable; usually absent
 */
public record DocumentsById(
    Map<String, Document> found,
    List<String> missing,
    @Nullable List<String> unreadable,
    @Nullable List<String> omitted,
    @Nullable List<String> unavailable,
    @Nullable Long staleSeconds)
    implements Sized {

  public DocumentsById {
    found = Collections.unmodifiableMap(new LinkedHashMap<>(found));
    missing = List.copyOf(missing);
    unreadable = unreadable == null || unreadable.isEmpty() ? null : List.copyOf(unreadable);
    omitted = omitted == null || omitted.isEmpty() ? null : List.copyOf(omitted);
    unavailable = unavailable == null || unavailable.isEmpty() ? null : List.copyOf(unavailable);
  }

  /** Present documents of ids that were all answered. */
  public DocumentsById(
      Map<String, Document> found,
      List<String> missing,
      @Nullable List<String> unreadable,
      @Nullable List<String> omitted) {
    this(found, missing, unreadable, omitted, null, null);
  }

  /**
   * Sorts the values of some ids; fails if all that were read are unavailable.
   *
   * @param values values of the first ids, which are those that were read
   */
  public static DocumentsById of(
      List<String> ids,
      List<Optional<Document>> values,
      UnavailableIds unavailable,
      @Nullable Long staleSeconds) {
    Map<String, Document> found = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    List<String> unreadable = new ArrayList<>();
    List<String> read = ids.subList(0, values.size());
    for (int i = 0; i < read.size(); i++) {
      String id = read.get(i);
      Optional<Document> value = values.get(i);
      if (unavailable.has(id)) {
        continue;
      }
      if (value.isEmpty()) {
        missing.add(id);
      } else if (value.get().isJson()) {
        found.put(id, value.get());
      } else {
        unreadable.add(id);
      }
    }
    List<String> omitted = ids.subList(read.size(), ids.size());
    return new DocumentsById(
        found, missing, unreadable, omitted, unavailable.among(read), staleSeconds);
  }

  @Override
  public int documentBytes() {
    return found.values().stream().mapToInt(Document::length).sum();
  }
}
