package io.aetherkeep.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.Fork;
import io.aetherkeep.catalogue.StreamAsks.StreamCreated;
import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.document.Octets;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.PerSpace;
import io.aetherkeep.stream.Forks.Branch;
import io.aetherkeep.stream.store.ContentType;
import io.aetherkeep.stream.store.RedisStreams.Found;
import io.aetherkeep.stream.store.RedisStreams.Inheritance;
import io.aetherkeep.stream.store.RedisStreams.Plan;
import io.aetherkeep.stream.store.StoredStream;
import io.aetherkeep.stream.store.StreamKeys;
import io.aetherkeep.stream.store.Verdict;
import io.aetherkeep.stream.subscription.StreamSubscriptions;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Service that creates streams and forks. */
final class StreamCreation {

  /** Paths of the protocol's control operations and of {@code stop}. */
  private static final Pattern RESERVED = Pattern.compile("__ds(/.*)?|.*/stop");

  private static final StreamExtras NO_EXTRAS = new StreamExtras(null, null, null, null);

  /** Longest TTL: a hundred years. */
  private static final long LONGEST_TTL = 3_155_760_000L;

  private final PerSpace<SpaceStreams> spaces;
  private final StreamEvents events;
  private final StreamFollowUp followUp;
  private final StreamSubscriptions subscriptions;

  StreamCreation(
      PerSpace<SpaceStreams> spaces,
      StreamEvents events,
      StreamFollowUp followUp,
      StreamSubscriptions subscriptions) {
    this.subscriptions = subscriptions;
    this.followUp = followUp;
    this.spaces = spaces;
    this.events = events;
  }

  Future<StreamCreated> create(CreateStream ask) {
    StreamKeys.requirePath(ask.path());
    SpaceStreams space = spaces.of(ask.space());
    requireSound(ask);
    space.requireSize(ask.body());
    Fork fork = ask.fork();
    return fork == null
        ? planned(ask, ContentType.of(ask.contentType()), null)
            .compose(plan -> create(space, ask, plan, false))
        : space.forks().branch(fork).compose(branch -> fork(space, ask, branch));
  }

  private void requireSound(CreateStream ask) {
    if (RESERVED.matcher(ask.path()).matches()) {
      throw Failure.of(
          Code.INVALID_ID, "The path of a stream must not start with __ds or end with stop");
    }
    Long ttl = ask.ttlSeconds();
    if (ttl != null && ask.expiresAt() != null) {
      throw Failure.of(Code.INVALID_TTL, "Send only one of Stream-TTL and Stream-Expires-At");
    }
    if (ttl != null && (ttl < 0 || ttl > LONGEST_TTL)) {
      throw Failure.of(
          Code.INVALID_TTL, "Stream-TTL must be from 0 to " + LONGEST_TTL + " seconds");
    }
    if (ask.extras() != null) {
      StreamFollowUp.requireSound(ask.extras());
      SpaceStreams.requireLease(ask.extras().leaseSeconds());
    }
  }

  private static Future<Plan> planned(CreateStream ask, ContentType type, @Nullable Branch branch) {
    int parsed = type.isJson() && ask.body() != null ? ask.body().length() : 0;
    return Offload.run(parsed, () -> plan(ask, type, branch));
  }

  private static Plan plan(CreateStream ask, ContentType type, @Nullable Branch branch) {
    Long fixed = ask.expiresAt() == null ? null : millis(ask.expiresAt());
    Long ttl = ask.ttlSeconds();
    if (branch != null && ttl == null && fixed == null) {
      ttl = branch.source().ttlSeconds();
      fixed = branch.source().fixed();
    }
    return new Plan(
        type,
        ttl,
        fixed,
        ask.closed(),
        body(ask.body(), type),
        ask.extras() == null ? NO_EXTRAS : ask.extras(),
        branch == null ? Inheritance.NONE : branch.inherited(),
        asked(ask, type, branch));
  }

  private static long millis(String expiresAt) {
    try {
      return OffsetDateTime.parse(expiresAt).toInstant().toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException e) {
      throw Failure.of(Code.INVALID_TTL, "Stream-Expires-At must be a date and time of RFC 3339");
    }
  }

  private static Buffer body(@Nullable Octets body, ContentType type) {
    if (body == null || body.isEmpty()) {
      return Buffer.buffer();
    }
    return type.isJson() ? JsonMessages.flattened(body.bytes(), true) : body.bytes();
  }

  /** Fingerprint of the configuration, which identifies a repeated creation. */
  private static String asked(CreateStream ask, ContentType type, @Nullable Branch branch) {
    String expiry =
        ask.expiresAt() == null ? "" : Instant.ofEpochMilli(millis(ask.expiresAt())).toString();
    String base = type.media() + "\n" + ask.ttlSeconds() + "\n" + expiry;
    Fork fork = ask.fork();
    if (branch == null || fork == null) {
      return base;
    }
    String from = fork.offset() == null ? "" : Long.toString(branch.inherited().base());
    return base + "\n" + fork.source() + "\n" + from;
  }

  private Future<StreamCreated> fork(SpaceStreams space, CreateStream ask, Branch branch) {
    ContentType source = branch.source().type();
    if (ask.contentType() != null
        && !ContentType.of(ask.contentType()).media().equals(source.media())) {
      throw Failure.of(Code.CONTENT_TYPE_CONFLICT, "The source is of type " + source.text());
    }
    return planned(ask, source, branch)
        .compose(
            plan ->
                space
                    .forks()
                    .enter(branch, ask.path())
                    .compose(
                        entered ->
                            create(
                                space,
                                ask,
                                plan.inheriting(entered.inherited()),
                                entered.fresh())));
  }

  /**
   * Creates a stream.
   *
   * @param entered whether a fork has just been entered at its source
   */
  private Future<StreamCreated> create(
      SpaceStreams space, CreateStream ask, Plan plan, boolean entered) {
    return space
        .watched(ask.path(), plan.extras())
        .compose(watched -> subscriptions.creating(ask.space(), ask.path()))
        .compose(linked -> space.store().create(ask.path(), plan))
        .compose(found -> entered ? released(space, ask, plan, found) : done(found))
        .compose(found -> subscribed(ask, found).map(noticed -> created(space, ask, found)))
        .compose(
            made ->
                made.created() && !ask.closed()
                    ? followUp.begun(ask.space(), plan.extras()).map(put -> made)
                    : Future.succeededFuture(made));
  }

  /**
   * Removes the entry of a refused fork. After any other failure the fork may exist, so the sweep
   * decides; and so may a fork of the same source that another request created.
   */
  private static Future<Found> released(
      SpaceStreams space, CreateStream ask, Plan plan, Found found) {
    StoredStream stream = found.stream();
    String source = plan.inherited().source();
    boolean isFork = stream != null && stream.source().equals(source);
    return isFork
        ? done(found)
        : space.forks().release(source, ask.path()).transform(released -> done(found));
  }

  private static Future<Found> done(Found found) {
    return Future.succeededFuture(found);
  }

  /** Notifies subscriptions of a new stream; their sweep repairs a failure. */
  private Future<?> subscribed(CreateStream ask, Found found) {
    StoredStream stream = found.stream();
    return stream == null || found.verdict() != Verdict.CREATED
        ? Future.succeededFuture()
        : subscriptions
            .created(ask.space(), ask.path(), RedisStreamSource.tail(stream))
            .transform(done -> Future.succeededFuture());
  }

  private StreamCreated created(SpaceStreams space, CreateStream ask, Found found) {
    StoredStream stream = found.stream();
    boolean created = found.verdict() == Verdict.CREATED;
    if (stream == null || !(created || found.verdict() == Verdict.SAME)) {
      throw found.verdict() == Verdict.GONE
          ? Failure.of(
              Code.STREAM_EXISTS, "The stream at this path was deleted while forks of it live")
          : Refusals.of(found.verdict());
    }
    if (created && ask.closed()) {
      events.closed(ask.space(), ask.path(), stream.tailOffset(), "producer");
    }
    if (created && stream.isToFinish()) {
      space.ended(ask.path());
    }
    return new StreamCreated(stream.info(ask.space(), ask.path()), created);
  }
}
