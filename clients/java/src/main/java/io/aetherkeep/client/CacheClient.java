package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Entries of caches. An id is one text, or two for a keyspace of two variables. */
public final class CacheClient {

  private static final String CACHES = "caches";

  private final HttpSender sender;

  CacheClient(HttpSender sender) {
    this.sender = sender;
  }

  /**
   * An entry.
   *
   * @param version what a conditional write names
   * @param status where it was found, as {@code Cache-Status} says
   */
  public record Entry(JsonNode value, String version, Duration age, String status) {
    public <T> T as(Class<T> type) {
      return WireJson.as(value, type);
    }
  }

  /**
   * How an entry is written.
   *
   * @param maxAge its lifetime; null for that of the keyspace
   * @param tags by which it can be invalidated
   * @param version the version that it overwrites; null for any
   * @param absent whether it is only created
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

    /** Fails with {@code version-conflict} if the entry has another version by then. */
    public Writing onlyOver(Entry read) {
      return new Writing(maxAge, tags, read.version(), absent);
    }

    /** Fails with {@code version-conflict} if there is an entry. */
    public Writing onlyIfAbsent() {
      return new Writing(maxAge, tags, version, true);
    }
  }

  /** What an invalidation came to. */
  public record Invalidated(long matched, long removed, boolean queued) {}

  /** The entry; empty if there is none. */
  public Optional<Entry> find(String keyspace, String... ids) {
    try {
      return Optional.of(entry(sender.send(HttpCall.of("GET", path(keyspace, ids)))));
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
        WireJson.read(answer),
        WireJson.version(headers),
        Duration.ofSeconds(headers.firstValueAsLong("Age").orElse(0)),
        headers.firstValue("Cache-Status").orElse(""));
  }

  /** Writes an entry: any value that Jackson writes. */
  public void put(Object value, Writing how, String keyspace, String... ids) {
    HttpCall call = HttpCall.of("PUT", path(keyspace, ids)).json(value).onlyAt(how.version());
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

  /** Removes an entry, whether it was there or not. */
  public void remove(String keyspace, String... ids) {
    sender.send(HttpCall.of("DELETE", path(keyspace, ids)));
  }

  /** Removes all entries with a tag. */
  public Invalidated invalidateTag(String tag) {
    HttpCall call = HttpCall.of("POST", CACHES, "invalidate").json(Map.of("tag", tag)).again();
    return WireJson.read(sender.send(call), Invalidated.class);
  }

  private static String[] path(String keyspace, String... ids) {
    return Stream.concat(Stream.of(CACHES, keyspace), Stream.of(ids)).toArray(String[]::new);
  }
}
