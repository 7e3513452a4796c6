package io.aetherkeep.stream.subscription.store;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Store of a space's subscriptions in Redis, on one event loop. */
public final class RedisStreamSubscriptions {

  /** Limit of a subscription's streams. */
  public static final int MOST_LINKS = 10_000;

  private static final RedisScript CREATE = script("create.lua");
  private static final RedisScript LINK = script("link.lua");
  private static final RedisScript UNLINK = script("unlink.lua");

  private final RedisLine line;
  private final SubscriptionKeys keys;

  public RedisStreamSubscriptions(RedisLine line, SubscriptionKeys keys) {
    this.line = line;
    this.keys = keys;
  }

  static RedisScript script(String file) {
    return RedisScript.timed(RedisStreamSubscriptions.class, "subscription.lua", file);
  }

  public SubscriptionKeys keys() {
    return keys;
  }

  /** Link of a subscription to create. */
  public record Link(String path, boolean explicit, String acked) {}

  /** Creates a subscription; answers {@code created}, {@code same} or {@code differs}. */
  public Future<String> create(
      String id, SubscriptionConfig config, String hash, String root, Collection<Link> links) {
    RedisScript.Call call =
        keys.call(id)
            .arg(hash)
            .arg(new String(RecordJson.write(config), StandardCharsets.UTF_8))
            .arg(root)
            .arg(Objects.requireNonNull(config.type()).text())
            .arg(Objects.requireNonNull(config.leaseTtlMs()));
    links.forEach(
        link -> call.arg(link.path).arg(link.explicit ? "explicit" : "glob").arg(link.acked));
    return line.run(CREATE, call).map(answer -> required(answer).toString());
  }

  /** The hash of a subscription's configuration; empty if the subscription does not exist. */
  public Future<Optional<String>> hash(String id) {
    return line.read(Request.cmd(Command.HGET).arg(keys.of(id).get(0)).arg("hash"))
        .map(replies -> Optional.ofNullable(replies.get(0)).map(Response::toString));
  }

  /** A subscription with all its links. */
  public Future<Optional<StoredSubscription>> find(String id) {
    List<String> own = keys.of(id);
    return line.read(
            Request.cmd(Command.HMGET)
                .arg(own.get(0))
                .arg("config")
                .arg("root")
                .arg("created")
                .arg("failures"),
            Request.cmd(Command.HGETALL).arg(own.get(1)),
            Request.cmd(Command.HKEYS).arg(own.get(3)))
        .map(RedisStreamSubscriptions::stored);
  }

  private static Optional<StoredSubscription> stored(List<@Nullable Response> replies) {
    Response fields = required(replies.get(0));
    if (fields.get(0) == null) {
      return Optional.empty();
    }
    Response flat = required(replies.get(1));
    Map<String, String> links = new LinkedHashMap<>();
    flat.getKeys()
        .forEach(
            path -> {
              String text = flat.get(path).toString();
              links.put(path, text.substring(0, text.indexOf(' ')));
            });
    Set<String> explicit = new LinkedHashSet<>();
    required(replies.get(2)).forEach(path -> explicit.add(path.toString()));
    return Optional.of(
        new StoredSubscription(
            config(fields.get(0)),
            fields.get(1).toString(),
            fields.get(2).toLong(),
            fields.get(3).toInteger(),
            links,
            explicit));
  }

  /** The links of a subscription by path, as stored. */
  public Future<Map<String, String>> links(String id) {
    return line.read(Request.cmd(Command.HGETALL).arg(keys.of(id).get(1)))
        .map(
            replies -> {
              Response flat = required(replies.get(0));
              Map<String, String> links = new LinkedHashMap<>();
              flat.getKeys().forEach(path -> links.put(path, flat.get(path).toString()));
              return links;
            });
  }

  static SubscriptionConfig config(Response text) {
    return RecordJson.read(
        text.toString().getBytes(StandardCharsets.UTF_8), SubscriptionConfig.class);
  }

  /**
   * Facts about a subscription for its sweep.
   *
   * @param created time of its creation, in ms
   * @param checked time of the last read of its streams' tails, or of the start of one, in ms
   * @param scanned time of the last search for streams that match its pattern, in ms
   */
  public record SweepFacts(
      SubscriptionConfig config, long created, long checked, long scanned, long links) {}

  public Future<Optional<SweepFacts>> facts(String id) {
    List<String> own = keys.of(id);
    return line.read(
            Request.cmd(Command.HMGET)
                .arg(own.get(0))
                .arg("config")
                .arg("created")
                .arg("checked")
                .arg("scanned"),
            Request.cmd(Command.HLEN).arg(own.get(1)))
        .map(
            replies -> {
              Response fields = required(replies.get(0));
              return fields.get(0) == null
                  ? Optional.empty()
                  : Optional.of(
                      new SweepFacts(
                          config(fields.get(0)),
                          fields.get(1).toLong(),
                          fields.get(2).toLong(),
                          fields.get(3).toLong(),
                          required(replies.get(1)).toLong()));
            });
  }

  /** The pattern and the explicit paths of a subscription; null for none. */
  public Future<SubscriptionIndex.@Nullable Entry> entry(String id) {
    List<String> own = keys.of(id);
    return line.read(
            Request.cmd(Command.HGET).arg(own.get(0)).arg("config"),
            Request.cmd(Command.HKEYS).arg(own.get(3)))
        .map(
            replies -> {
              Response config = replies.get(0);
              if (config == null) {
                return null;
              }
              Set<String> explicit = new LinkedHashSet<>();
              required(replies.get(1)).forEach(path -> explicit.add(path.toString()));
              return new SubscriptionIndex.Entry(id, PathGlob.of(config(config)), explicit);
            });
  }

  /** The ids of all subscriptions. */
  public Future<List<String>> ids() {
    return line.read(Request.cmd(Command.ZRANGE).arg(keys.due()).arg(0).arg(-1))
        .map(replies -> required(replies.get(0)).stream().map(Response::toString).toList());
  }

  public Future<Long> count() {
    return line.read(Request.cmd(Command.ZCARD).arg(keys.due()))
        .map(replies -> required(replies.get(0)).toLong());
  }

  /** Mode of linking streams. */
  public enum LinkMode {
    EXPLICIT,
    GLOB,
    /** For new streams: drops the acked offsets of former streams at their paths. */
    BEGUN;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Links streams by their tails; answers {@code unknown}, {@code linked}, or {@code full} if some
   * did not fit.
   */
  public Future<String> link(String id, LinkMode mode, Map<String, StreamSource.Tail> tails) {
    RedisScript.Call call = keys.call(id).arg(MOST_LINKS).arg(mode.text());
    tails.forEach((path, tail) -> call.arg(path).arg(tail.offset()).arg(tail.epoch()));
    return line.run(LINK, call).map(answer -> required(answer).toString());
  }

  /** Removes an explicit link; answers whether the subscription exists. */
  public Future<Boolean> unlink(String id, String path, boolean globbed) {
    return line.run(UNLINK, keys.call(id).arg(path).arg(globbed ? "1" : ""))
        .map(answer -> !required(answer).toString().equals("unknown"));
  }

  /** Removes a subscription from the index of the space. */
  public Future<Void> forget(String id) {
    return line.send(Request.cmd(Command.ZREM).arg(keys.due()).arg(id)).mapEmpty();
  }

  public Future<Boolean> delete(String id) {
    Request unlink = Request.cmd(Command.UNLINK);
    keys.of(id).forEach(unlink::arg);
    return line.send(unlink).map(removed -> required(removed).toLong() > 0);
  }

  /** The secrets of the space, which the first node that needs them generates. */
  public Future<WakeSecrets> secrets() {
    String field = "secrets";
    return line.read(Request.cmd(Command.HGET).arg(keys.secrets()).arg(field))
        .compose(
            replies -> {
              Response known = replies.get(0);
              return known == null
                  ? line.send(
                          Request.cmd(Command.HSETNX)
                              .arg(keys.secrets())
                              .arg(field)
                              .arg(WakeSecrets.generated()))
                      .compose(set -> secrets())
                  : Future.succeededFuture(WakeSecrets.of(known.toString()));
            });
  }

  /** Notifies all nodes of a change. */
  public Future<Void> announce(String id) {
    return line.send(Request.cmd(Command.PUBLISH).arg(keys.channel()).arg(id)).mapEmpty();
  }

  static Response required(@Nullable Response answer) {
    if (answer == null) {
      throw new IllegalStateException("Redis sent an empty reply about a subscription");
    }
    return answer;
  }
}
