package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Client of cache entries. An id is one text, or two in a keyspace with two variables. */
public final class CacheClient {

  private final HttpSender sender;

  CacheClient(HttpSender sender) {
    this.sender = sender;
  }

  /**
   * Cache entry.
   *
   * @param version the version, for a conditional write
   * @param status the {@code Cache-Status}
   */
  public record Entry(JsonNode value, String version, Duration age, String status) {
    public <T> T as(Class<T> type) {
      return WireJson.as(value, type);
    }
  }

  /**
   * Options of a write.
   *
   * @param maxAge lifetime; null for the keyspace's
   * @param tags tags for invalidation
   * @param version the only version to overwrite; null for any
   * @param absent whether to write only if there is no entry
   */
  public record Writing(
      @Nullable Duration maxAge, List<String> tags, @Nullable String version, boolean absent) {

    public Writing {
      tags = List.copyOf(tags);
    }

    public Writing() {
      this(null, List.of(), null, false);
    }

    public Writing withMaxAge(Duration lifetime) {
      return new Writing(lifetime, tags, version, absent);
    }

    public Writing withTags(String... names) {
      return new Writing(maxAge, List.of(names), version, absent);
    }

    /**
     * Requires a version; the write fails with {@code version-conflict} if the entry has changed.
     */
    public Writing onlyOver(Entry read) {
      return new Writing(maxAge, tags, read.version(), absent);
    }

    /** Requires that there is no entry; the write fails with {@code version-conflict} otherwise. */
    public Writing onlyIfAbsent() {
      return new Writing(maxAge, tags, version, true);
    }
  }

  /** Result of an invalidation. */
  public record Invalidated(long matched, long removed, boolean queued) {}

  /** Reads an entry; empty if there is none. */
  public Optional<Entry> find(String keyspace, String... ids) {
    try {
      return Optional.of(entry(sender.send(of("GET", keyspace, ids))));
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.ENTRY_UNKNOWN) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Entry entry(HttpResponse<byte[]> answer) {
    HttpHeaders headers = answer.headers();
    return new Entry(
        WireJson.value(answer),
        WireJson.version(headers),
        Duration.ofSeconds(headers.firstValueAsLong("Age").orElse(0)),
        headers.firstValue("Cache-Status").orElse(""));
  }

  /** Writes an entry: any value that Jackson can write. */
  public void put(Object value, Writing how, String keyspace, String... ids) {
    HttpCall call = of("PUT", keyspace, ids).json(value).onlyAt(how.version());
    if (how.maxAge() != null) {
      call = call.header("Cache-Control", "max-age=" + how.maxAge().toSeconds());
    }
    if (!how.tags().isEmpty()) {
      call = call.header("Cache-Tags", String.join(", ", how.tags()));
    }
    sender.send(how.absent() ? call.header("If-None-Match", "*").once() : call);
  }

  /** Writes an entry with the lifetime of its keyspace. */
  public void put(Object value, String keyspace, String... ids) {
    put(value, new Writing(), keyspace, ids);
  }

  /** Removes an entry, whether it exists or not. */
  public void remove(String keyspace, String... ids) {
    sender.send(of("DELETE", keyspace, ids));
  }

  /** Removes all entries with a tag. */
  public Invalidated invalidateTag(String tag) {
    return invalidate(Map.of("tag", tag));
  }

  /** Removes entries by their ids. */
  public Invalidated invalidate(String keyspace, Collection<String> ids) {
    return invalidate(Map.of("keyspace", keyspace, "ids", ids));
  }

  /** Removes the entries whose ids match a pattern. */
  public Invalidated invalidateMatching(String keyspace, String pattern) {
    return invalidate(Map.of("keyspace", keyspace, "pattern", pattern));
  }

  private Invalidated invalidate(Object what) {
    HttpCall call = HttpCall.of("POST", "caches/invalidate").json(what).again();
    return WireJson.read(sender.send(call), Invalidated.class);
  }

  /**
   * Reads the values of many entries whose id is one text; those that do not exist are left out.
   * Fails if one stays unavailable.
   */
  public Map<String, JsonNode> findAll(String keyspace, Collection<String> ids) {
    return BulkRead.all(sender, HttpCall.of("GET", "caches/{keyspace}", keyspace), ids);
  }

  private static HttpCall of(String method, String keyspace, String... ids) {
    String[] values = Stream.concat(Stream.of(keyspace), Stream.of(ids)).toArray(String[]::new);
    return HttpCall.of(method, "caches/{keyspace}" + "/{id}".repeat(ids.length), values);
  }
}
