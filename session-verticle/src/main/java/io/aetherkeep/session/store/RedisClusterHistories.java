package io.aetherkeep.session.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.keyspace.Space;
import io.aetherkeep.redis.RedisLine;
import io.aetherkeep.redis.script.RedisScript;
import io.aetherkeep.session.layout.RedisSessionKeys;
import io.aetherkeep.session.layout.Timestamp;
import io.aetherkeep.session.settings.SessionSettings;
import io.aetherkeep.session.settings.SessionSettings.HistoryLayout;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Histories on a cluster: a field of the session's hash, or the list of newer proxies, which is in
 * another slot, so that no script reaches both.
 *
 * <p>An append to a list takes two steps, each of which is repeatable under the idempotency key:
 * the list takes the message, then the session counts it. A list that another service began beside
 * a field continues it; the next append moves the field's messages to the list's beginning.
 */
public final class RedisClusterHistories implements HistoryStore {

  private static final RedisScript PLACE = script("appends.lua", "place.lua");
  private static final RedisScript READ_LIST = script("list-read.lua");
  private static final RedisScript APPEND = script("appends.lua", "list.lua", "list-append.lua");
  private static final RedisScript BEGIN = script("list-begin.lua");
  private static final RedisScript CLEAR = script("clear-field.lua");
  private static final RedisScript COUNT =
      script("whole-number.lua", "appends.lua", "lifetime.lua", "count-append.lua");

  private static final int NONE = -1;

  /** Length of an array without elements. */
  private static final int EMPTY = 2;

  private static RedisScript script(String... files) {
    return RedisScript.beside(RedisClusterHistories.class, files);
  }

  private final RedisLine line;
  private final Space space;
  private final RedisSessionKeys keys;
  private final SessionSettings.Policy policy;
  private final RedisHistories fields;
  private final RedisHistoryLists lists;

  public RedisClusterHistories(RedisLine line, Space space, SessionSettings.Policy policy) {
    this.line = line;
    this.space = space;
    this.keys = new RedisSessionKeys(space);
    this.policy = policy;
    this.fields = new RedisHistories(line, space, policy);
    this.lists = new RedisHistoryLists(line, keys);
  }

  /** Messages of a list, of which the newest are read. */
  private record Listed(long length, List<Document> newest, String moved) {

    int bytes() {
      return newest.stream().mapToInt(Document::length).sum();
    }
  }

  private boolean mayBeLists() {
    return policy.history() != HistoryLayout.FIELD;
  }

  private Future<Listed> listed(String id, int most) {
    return line.read(
            READ_LIST, RedisScript.call().key(keys.list(id)).key(keys.listFacts(id)).arg(most))
        .map(Objects::requireNonNull)
        .map(
            reply ->
                new Listed(
                    reply.get(0).toLong(),
                    RedisHistories.documents(reply.get(1)),
                    reply.get(2).toString()));
  }

  @Override
  public Future<Appending> append(String id, Message message) {
    if (!mayBeLists()) {
      return fields.append(id, message);
    }
    Future<Listed> listed = listed(id, NONE);
    return line.run(
            PLACE,
            keys.onAll(id).arg(key(message)).arg(message.mark()).arg(keys.lifetime().toMillis()))
        .compose(
            place ->
                place == null || place.get(0).toInteger() != 0
                    ? Future.succeededFuture(RedisHistories.appending(place))
                    : listed.compose(list -> append(id, message, place, list)));
  }

  private Future<Appending> append(String id, Message message, Response place, Listed list) {
    long size = place.get(1).toLong();
    if (policy.history() == HistoryLayout.FOUND && list.length() == 0 && size >= 0) {
      return fields.append(id, message);
    }
    boolean isMoved =
        size > EMPTY
            || place.get(2).toLong() > 0
            || (size >= 0 && policy.history() == HistoryLayout.LIST);
    long lifetime = place.get(3).toLong();
    return (isMoved ? moveField(id, lifetime) : Future.<Void>succeededFuture())
        .compose(moved -> push(id, message, lifetime));
  }

  private static String key(Message message) {
    return message.key() == null ? "" : message.key();
  }

  private static String time(Message message) {
    return new Timestamp(message.at(), Timestamp.Style.ZULU).text();
  }

  private Future<Appending> push(String id, Message message, long lifetime) {
    RedisScript.Call call =
        onList(id)
            .key(keys.listAppends(id))
            .arg(message.entry().bytes())
            .arg(time(message))
            .arg(lifetime)
            .arg(space.maxValueBytes())
            .arg(policy.historyMessages())
            .arg(key(message))
            .arg(message.mark());
    return line.run(APPEND, call)
        .compose(
            pushed ->
                pushed.get(0).toInteger() > 0
                    ? count(id, message, pushed)
                    : Future.succeededFuture(RedisHistories.appending(pushed)));
  }

  private RedisScript.Call onList(String id) {
    return RedisScript.call().key(keys.list(id)).key(keys.listFacts(id));
  }

  private Future<Appending> count(String id, Message message, Response pushed) {
    RedisScript.Call call =
        keys.onAll(id)
            .arg(message.tokens())
            .arg(time(message))
            .arg(keys.lifetime().toMillis())
            .arg(pushed.get(1).toLong())
            .arg(key(message))
            .arg(message.mark());
    return line.run(COUNT, call)
        .compose(
            counted ->
                counted == null
                    ? lists.remove(id).map(RedisHistories.appending(null))
                    : Future.succeededFuture(
                        RedisHistories.appending(counted)
                            .trimming(RedisHistories.documents(pushed.get(2)))));
  }

  /** Moves the messages of a session's field to the beginning of its list. */
  private Future<Void> moveField(String id, long lifetime) {
    return fields
        .readField(id)
        .compose(
            field ->
                field.isEmpty()
                    ? Future.succeededFuture()
                    : begin(id, field.get(), lifetime).compose(begun -> clear(id, field.get())));
  }

  private Future<Void> begin(String id, RedisHistories.Field field, long lifetime) {
    return field.copied()
        ? Future.succeededFuture()
        : Offload.run(field.length(), () -> Beginning.of(field))
            .compose(
                beginning ->
                    beginning.messages.isEmpty()
                        ? Future.succeededFuture()
                        : begin(id, beginning, lifetime));
  }

  private Future<Void> begin(String id, Beginning beginning, long lifetime) {
    RedisScript.Call call = onList(id).arg(beginning.version).arg(lifetime);
    beginning.messages.forEach(message -> call.arg(message.bytes()));
    return line.run(BEGIN, call).mapEmpty();
  }

  /** Messages of a field that the list begins with. */
  private record Beginning(List<Document> messages, String version) {

    static Beginning of(RedisHistories.Field field) {
      List<Document> messages = field.messages();
      return new Beginning(messages, RedisClusterHistories.version(messages));
    }
  }

  private static String version(List<Document> messages) {
    return Document.array(messages).version();
  }

  private Future<Void> clear(String id, RedisHistories.Field field) {
    RedisScript.Call call =
        keys.onTwo(id)
            .key(keys.tail(id))
            .arg(field.text())
            .arg(field.tail().size())
            .arg(policy.history() == HistoryLayout.LIST ? Buffer.buffer() : Buffer.buffer("[]"));
    return line.run(CLEAR, call).mapEmpty();
  }

  @Override
  public Future<Appending> flush(String id) {
    return fields.flush(id);
  }

  @Override
  public Future<Void> arrange(String id) {
    return policy.history() == HistoryLayout.LIST
        ? moveField(id, keys.lifetime().toMillis())
        : fields.arrange(id);
  }

  @Override
  public Future<Long> uncount(String id, long tokens, @Nullable String key) {
    return fields.uncount(id, tokens, key);
  }

  @Override
  public Future<Optional<String>> token(String id) {
    if (!mayBeLists()) {
      return fields.token(id);
    }
    Future<Listed> listed = listed(id, NONE);
    return fields
        .token(id)
        .compose(token -> listed.map(list -> token.map(text -> text + " " + list.length())));
  }

  @Override
  public Future<Optional<Transcript>> read(String id, int most) {
    if (!mayBeLists()) {
      return fields.read(id, most);
    }
    Future<Listed> listed = listed(id, most);
    return fields
        .read(id, most)
        .compose(
            field ->
                listed.compose(
                    list ->
                        field.isEmpty() || list.length() == 0
                            ? Future.succeededFuture(field)
                            : most > 0 && list.length() > most
                                ? Offload.run(list.bytes(), () -> Optional.of(newest(list)))
                                : readBoth(id, most)));
  }

  private Future<Optional<Transcript>> readBoth(String id, int most) {
    Future<Listed> listed = listed(id, most);
    return fields
        .readField(id)
        .compose(
            field ->
                listed.compose(
                    list ->
                        Offload.run(
                            list.bytes() + field.map(RedisHistories.Field::length).orElse(0),
                            () -> field.map(of -> joined(of, list, most)))));
  }

  private static Transcript newest(Listed list) {
    List<Document> newest = Document.array(list.newest()).elements(); // all are JSON
    return new Transcript(newest, list.length() > newest.size(), false);
  }

  /** The messages of a field, unless the list has them too, and of the list that continues it. */
  private static Transcript joined(RedisHistories.Field field, Listed list, int most) {
    Transcript newest = newest(list);
    List<Document> before = field.copied() ? List.of() : field.messages();
    if (before.isEmpty() || list.moved().equals(version(before))) {
      return newest;
    }
    return Transcript.newest(
        Stream.concat(before.stream(), newest.messages().stream()).toList(), most, false);
  }
}
