package io.aetherkeep.redis.store;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.catalogue.Keyspaces;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Fields;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Condition;
import io.aetherkeep.keyspace.Key;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.keyspace.Layout;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.keyspace.Store;
import io.aetherkeep.keyspace.Stored;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Store of a keyspace's values in a space's Redis. Each operation is one command or one script. */
public final class RedisStore<V> implements Store<V> {

  private static final RedisScript WRITE = RedisScript.beside(RedisStore.class, "write.lua");

  /** PTTL's reply for a missing key. */
  private static final long GONE = -2;

  private final RedisLine line;
  private final Space space;
  private final Keyspace<V> of;
  private final RedisCodec<V> form;
  private final RedisManyValues<V> many;
  private final List<Keyspace<?>> derived;
  private final Duration labelOutlives;
  private final String keyspace;

  /** Whether its changes are announced as invalidations, as for a cache that clients may copy. */
  private final boolean announced;

  private RedisStore(
      RedisLine line,
      Space space,
      Keyspace<V> keyspace,
      RedisCodec<V> form,
      List<Keyspace<?>> derived,
      Duration labelOutlives) {
    this.line = line;
    this.space = space;
    this.of = keyspace;
    this.form = form;
    this.many = new RedisManyValues<>(line, form);
    this.derived = List.copyOf(derived);
    this.labelOutlives = labelOutlives;
    this.keyspace = keyspace.name();
    this.announced = !derived.isEmpty() && !keyspace.equals(Keyspaces.CONFIGS);
  }

  public static Store<Document> documents(
      RedisLine line, Space space, Keyspace<Document> keyspace) {
    return documents(line, space, keyspace, List.of(), Duration.ZERO);
  }

  /**
   * Store of documents with derived keys.
   *
   * @param derived keyspaces of keys derived from a value, which each write or removal deletes in
   *     the same step, unless its condition fails
   * @param labelOutlives how long a label is kept after the end of its value
   */
  public static Store<Document> documents(
      RedisLine line,
      Space space,
      Keyspace<Document> keyspace,
      List<Keyspace<?>> derived,
      Duration labelOutlives) {
    return new RedisStore<>(
        line, space, keyspace, RedisCodec.of(keyspace.layout()), derived, labelOutlives);
  }

  public static Store<Fields> hashes(RedisLine line, Space space, Keyspace<Fields> keyspace) {
    return new RedisStore<>(line, space, keyspace, RedisCodec.HASH, List.of(), Duration.ZERO);
  }

  @Override
  public Future<Optional<Stored<V>>> find(Key<V> key) {
    String name = name(key);
    Request left = Request.cmd(Command.PTTL).arg(name);
    return form.layout().isString()
        ? findString(name, left)
            // The key may have been created between the two commands.
            .compose(found -> found.isOfAnotherType() ? findString(name, left) : same(found))
            .compose(
                found -> {
                  if (found.isOfAnotherType()) {
                    throw unreadable(name);
                  }
                  return stored(found.value, found.note, found.millis);
                })
        : line.read(
                Request.cmd(Command.HGETALL).arg(name),
                Request.cmd(Command.GET).arg(note(name)),
                left)
            .compose(replies -> stored(replies.get(0), replies.get(1), millis(replies.get(2))));
  }

  /** Replies to the read of a string, its note and its remaining lifetime. */
  private record StringReplies(@Nullable Response value, @Nullable Response note, long millis) {

    boolean isOfAnotherType() {
      return value == null && millis != GONE;
    }
  }

  private Future<StringReplies> findString(String name, Request left) {
    return line.read(Request.cmd(Command.MGET).arg(name).arg(note(name)), left)
        .map(
            replies ->
                new StringReplies(
                    replies.get(0).get(0), replies.get(0).get(1), millis(replies.get(1))));
  }

  private static <T> Future<T> same(T value) {
    return Future.succeededFuture(value);
  }

  private static long millis(@Nullable Response left) {
    return left == null ? GONE : left.toLong();
  }

  private Future<Optional<Stored<V>>> stored(
      @Nullable Response reply, @Nullable Response note, long millis) {
    if (reply == null || (form.layout() == Layout.HASH && reply.size() == 0)) {
      return Future.succeededFuture(Optional.empty());
    }
    // A value that has ended since it was read has no lifetime left; a negative one is endless.
    Duration remaining = Duration.ofMillis(millis == GONE ? 1 : millis);
    return Offload.run(form.size(reply), () -> Optional.of(decoded(reply, note, remaining)));
  }

  private Stored<V> decoded(Response reply, @Nullable Response note, Duration remaining) {
    V value = form.value().apply(reply);
    RedisNote noted = note == null ? null : RedisNote.parse(note.toString());
    String label = noted == null ? "" : noted.label();
    return new Stored<>(value, age(value, remaining, noted), remaining, label);
  }

  /** The age of a value. A note counts only if it was written with this value. */
  private Duration age(V value, Duration remaining, @Nullable RedisNote noted) {
    if (remaining.isNegative()) {
      return Duration.ZERO;
    }
    Duration whole = lifetime();
    if (noted != null
        && noted.lifetime() != null
        && noted.version().equals(form.version().apply(value))) {
      whole = noted.lifetime();
    }
    Duration age = whole.minus(remaining);
    return age.isNegative() ? Duration.ZERO : age;
  }

  @Override
  public Future<List<Optional<V>>> findAll(List<Key<V>> keys) {
    return many.find(keys.stream().map(this::name).toList());
  }

  @Override
  public Future<Write> put(
      Key<V> key, V value, Condition<V> condition, Duration length, String label) {
    return write(
        form.size().applyAsInt(value),
        condition,
        () -> {
          boolean usual = length.equals(lifetime());
          String note =
              usual && label.isEmpty()
                  ? ""
                  : new RedisNote(usual ? null : length, form.version().apply(value), label).text();
          Duration outlives = label.isEmpty() ? Duration.ZERO : labelOutlives;
          return call(key, condition, length, note, outlives, form.parts().apply(value));
        });
  }

  @Override
  public Duration lifetime() {
    return space.lifetime(of).length();
  }

  @Override
  public Future<Write> remove(Key<V> key, Condition<V> condition) {
    return write(
        0, condition, () -> call(key, condition, Duration.ZERO, "", Duration.ZERO, List.of()));
  }

  private Future<Write> write(
      int bytes, Condition<V> condition, Supplier<RedisScript.Call> encoding) {
    V expected = condition.value();
    int all = bytes + (expected == null ? 0 : form.size().applyAsInt(expected));
    return Offload.run(all, encoding).compose(call -> line.run(WRITE, call)).map(RedisStore::write);
  }

  private RedisScript.Call call(
      Key<V> key,
      Condition<V> condition,
      Duration length,
      String note,
      Duration noteOutlives,
      List<Buffer> value) {
    String name = name(key);
    RedisScript.Call call = RedisScript.call().key(name).key(note(name));
    derived.forEach(keyspace -> call.key(space.prefix() + keyspace.pattern().around(name)));
    call.arg(form.layout().redisType())
        .arg(length.toMillis())
        .arg(note)
        .arg(noteOutlives.toMillis())
        .arg(word(condition));
    List<Buffer> expected = expected(condition);
    call.arg(expected.size());
    expected.forEach(call::arg);
    value.forEach(call::arg);
    if (announced) {
      call.event("cache/" + keyspace + "/" + key.id(), "keyspace", keyspace, "id", key.id());
    }
    return call;
  }

  @Override
  public Future<Boolean> touch(Key<V> key) {
    if (!of.lifetime().counted()) {
      return line.send(Request.cmd(Command.EXISTS).arg(name(key))).map(RedisStore::isOne);
    }
    return line.send(Request.cmd(Command.PEXPIRE).arg(name(key)).arg(lifetime().toMillis()))
        .map(RedisStore::isOne);
  }

  private String name(Key<V> key) {
    return space.prefix() + key.text();
  }

  private String note(String name) {
    return RedisNote.keyOf(space.prefix(), name);
  }

  private static String word(Condition<?> condition) {
    return switch (condition.when()) {
      case ANY -> "any";
      case ABSENT -> "absent";
      case PRESENT -> "present";
      case STILL -> "still";
    };
  }

  private List<Buffer> expected(Condition<V> condition) {
    V value = condition.value();
    return value == null ? List.of() : form.parts().apply(value);
  }

  private static Write write(@Nullable Response reply) {
    return switch (reply == null ? 0 : reply.toInteger()) {
      case 1 -> Write.WAS_ABSENT;
      case 2 -> Write.WAS_PRESENT;
      default -> Write.REFUSED;
    };
  }

  private static boolean isOne(@Nullable Response reply) {
    return reply != null && reply.toInteger() == 1;
  }

  /** Failure for a value of another type, which another service may have written. */
  private static Failure unreadable(String name) {
    return Failure.of(
        Code.UNREADABLE_VALUE, "Redis holds a value of another type than expected at " + name);
  }
}
