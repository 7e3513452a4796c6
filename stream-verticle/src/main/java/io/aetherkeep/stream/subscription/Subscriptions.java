package io.aetherkeep.stream.subscription;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.SubscriptionAsks.DeleteSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.LinkStreams;
import io.aetherkeep.catalogue.SubscriptionAsks.PutSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadWakeKeys;
import io.aetherkeep.catalogue.SubscriptionAsks.Subscription;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionDone;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionPut;
import io.aetherkeep.catalogue.SubscriptionAsks.UnlinkStream;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeKeySet;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.stream.subscription.store.PathGlob;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.Link;
import io.aetherkeep.stream.subscription.store.RedisStreamSubscriptions.LinkMode;
import io.aetherkeep.stream.subscription.store.StoredSubscription;
import io.aetherkeep.stream.subscription.store.StreamSource;
import io.aetherkeep.stream.subscription.store.SubscriptionIndex;
import io.aetherkeep.stream.subscription.store.WakeSecrets;
import io.vertx.core.Future;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Service that creates, reads, links and deletes subscriptions. */
final class Subscriptions {

  /** Limit of a space's subscriptions. */
  static final int MOST = 200;

  /** Delay of a new subscription's first sweep, which removes its entry if it was not created. */
  private static final Duration CREATION = Duration.ofMinutes(1);

  private static final String ZERO = "0000000000000000_0000000000000000";

  private final PerSpace<SpaceSubscriptions> spaces;
  private final SubscriptionIndex index;
  private final SubscriptionRules rules;
  private final Duration checkEvery;

  Subscriptions(
      PerSpace<SpaceSubscriptions> spaces,
      SubscriptionIndex index,
      SubscriptionRules rules,
      Duration checkEvery) {
    this.spaces = spaces;
    this.index = index;
    this.rules = rules;
    this.checkEvery = checkEvery;
  }

  static Failure unknown() {
    return Failure.of(Code.SUBSCRIPTION_UNKNOWN, "It never existed, or was deleted");
  }

  /** An id as a segment of a URL. */
  static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  Future<SubscriptionPut> put(PutSubscription ask) {
    SpaceSubscriptions space = spaces.of(ask.space());
    SubscriptionConfig config = rules.checked(ask.config());
    String hash = SubscriptionRules.hash(config);
    return space
        .store()
        .hash(ask.id())
        .compose(
            known ->
                known.isPresent()
                    ? Future.succeededFuture(List.<Link>of())
                    : entered(space, ask.id()).compose(entered -> links(space, config)))
        .compose(links -> space.store().create(ask.id(), config, hash, ask.root(), links))
        .compose(verdict -> put(space, ask.id(), verdict));
  }

  /** Schedules the first sweep of a new subscription, before it exists. */
  private static Future<?> entered(SpaceSubscriptions space, String id) {
    return space
        .store()
        .count()
        .compose(
            count ->
                count >= MOST
                    ? Future.failedFuture(
                        Failure.of(
                            Code.TOO_MANY_SUBSCRIPTIONS,
                            "A space has at most " + MOST + ": delete one that is not used"))
                    : space.due().in(Map.of(id, CREATION.toMillis())));
  }

  /**
   * The links of a new subscription: its streams at their tails, so that old data is not pending.
   */
  private static Future<List<Link>> links(SpaceSubscriptions space, SubscriptionConfig config) {
    List<String> named = Objects.requireNonNull(config.streams());
    Map<String, Link> links = new LinkedHashMap<>();
    PathGlob glob = PathGlob.of(config);
    return space
        .tails(named)
        .compose(
            tails -> {
              named.forEach(
                  path -> {
                    StreamSource.Tail tail = tails.get(path);
                    links.put(path, new Link(path, true, tail == null ? ZERO : tail.offset()));
                  });
              return glob == null
                  ? Future.<Void>succeededFuture()
                  : space
                      .streams()
                      .list(glob.prefix(), paths -> matched(space, glob, paths, links));
            })
        .map(listed -> List.copyOf(links.values()));
  }

  private static Future<?> matched(
      SpaceSubscriptions space, PathGlob glob, List<String> paths, Map<String, Link> links) {
    return space
        .tails(paths.stream().filter(glob::matches).toList())
        .compose(
            tails -> {
              tails.forEach(
                  (path, tail) -> links.putIfAbsent(path, new Link(path, false, tail.offset())));
              return links.size() > RedisStreamSubscriptions.MOST_LINKS
                  ? Future.failedFuture(full())
                  : Future.succeededFuture();
            });
  }

  private static Failure full() {
    return Failure.of(
        Code.TOO_MANY_LINKS,
        "A subscription has at most "
            + RedisStreamSubscriptions.MOST_LINKS
            + " streams: narrow the pattern");
  }

  private Future<SubscriptionPut> put(SpaceSubscriptions space, String id, String verdict) {
    if (verdict.equals("differs")) {
      return Future.failedFuture(
          Failure.of(
              Code.SUBSCRIPTION_EXISTS, "Delete it first, or choose another id for this one"));
    }
    boolean created = verdict.equals("created");
    Future<?> known =
        created
            ? space
                .due()
                .in(Map.of(id, checkEvery.toMillis()))
                .compose(entered -> changed(space, id))
            : Future.succeededFuture();
    return known
        .compose(done -> read(space, id))
        .map(subscription -> new SubscriptionPut(subscription, created));
  }

  /** Updates this node's copy at once, and notifies the others. */
  private Future<?> changed(SpaceSubscriptions space, String id) {
    return refresh(space, id).compose(here -> space.store().announce(id));
  }

  /** Reads a subscription's pattern and explicit paths into this node's copy. */
  Future<?> refresh(SpaceSubscriptions space, String id) {
    return space
        .store()
        .entry(id)
        .onSuccess(
            entry -> {
              if (entry == null) {
                index.remove(space.name(), id);
              } else {
                index.put(space.name(), entry);
              }
            });
  }

  /** Reads all subscriptions of a space into this node's copy. */
  Future<?> refresh(SpaceSubscriptions space) {
    return space
        .store()
        .ids()
        .compose(
            ids -> {
              index.retain(space.name(), ids);
              return Future.join(ids.stream().map(id -> refresh(space, id)).toList());
            });
  }

  Future<Subscription> read(ReadSubscription ask) {
    return read(spaces.of(ask.space()), ask.id());
  }

  private static Future<Subscription> read(SpaceSubscriptions space, String id) {
    return Future.all(space.store().find(id), space.store().secrets())
        .map(
            both -> {
              Optional<StoredSubscription> found = both.resultAt(0);
              WakeSecrets secrets = both.resultAt(1);
              return found.orElseThrow(Subscriptions::unknown).view(id, secrets.published());
            });
  }

  Future<SubscriptionDone> delete(DeleteSubscription ask) {
    SpaceSubscriptions space = spaces.of(ask.space());
    return space
        .store()
        .delete(ask.id())
        .compose(
            deleted ->
                space
                    .store()
                    .forget(ask.id())
                    .compose(forgotten -> changed(space, ask.id()))
                    .map(done -> new SubscriptionDone(deleted)));
  }

  Future<SubscriptionDone> link(LinkStreams ask) {
    SpaceSubscriptions space = spaces.of(ask.space());
    List<String> paths = SubscriptionRules.paths(ask.streams());
    if (paths.isEmpty()) {
      throw Failure.of(Code.INVALID_BODY, "'streams' must have at least one stream");
    }
    return space
        .tails(paths)
        .compose(
            tails -> {
              Map<String, StreamSource.Tail> links = new LinkedHashMap<>();
              paths.forEach(
                  path ->
                      links.put(path, tails.getOrDefault(path, new StreamSource.Tail(ZERO, 0))));
              return space.store().link(ask.id(), LinkMode.EXPLICIT, links);
            })
        .compose(
            verdict ->
                switch (verdict) {
                  case "unknown" -> Future.failedFuture(unknown());
                  case "full" ->
                      changed(space, ask.id()).compose(done -> Future.failedFuture(full()));
                  default -> changed(space, ask.id()).map(done -> new SubscriptionDone(true));
                });
  }

  Future<SubscriptionDone> unlink(UnlinkStream ask) {
    SpaceSubscriptions space = spaces.of(ask.space());
    String path = SubscriptionRules.path(ask.path());
    return space
        .store()
        .entry(ask.id())
        .compose(
            entry ->
                entry == null
                    ? Future.failedFuture(unknown())
                    : space.store().unlink(ask.id(), path, entry.globs(path)))
        .compose(
            known ->
                known
                    ? changed(space, ask.id()).map(done -> new SubscriptionDone(true))
                    : Future.failedFuture(unknown()));
  }

  Future<WakeKeySet> keys(ReadWakeKeys ask) {
    return spaces
        .of(ask.space())
        .store()
        .secrets()
        .map(secrets -> new WakeKeySet(List.of(secrets.published())));
  }
}
