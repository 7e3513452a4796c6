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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Histories in Redis: a field of the session's hash, or the list of newer proxies, with pending
 * messages of a long field in a tail.
 */
public final class RedisHistories implements HistoryStore {

  private static final RedisScript APPEND =
      script(
          "json-array.lua",
          "layout.lua",
          "lifetime.lua",
          "whole-number.lua",
          "appends.lua",
          "list.lua",
          "append.lua");
  private static final RedisScript READ = script("layout.lua", "history.lua");
  private static final RedisScript TOKEN = script("layout.lua", "history-token.lua");
  private static final RedisScript UNCOUNT = script("whole-number.lua", "uncount.lua");

  private static final String FIELD = word(HistoryLayout.FIELD);

  /** Field length up to which rewriting the field costs no more than keeping a tail. */
  private static final int SHORT = 16 << 10;

  /**
   * Estimated bytes per message: how much of a long field a read of its newest messages fetches.
   */
  private static final int USUAL = 256;

  private static final long ALL = 0;

  private static RedisScript script(String... files) {
    return RedisScript.beside(RedisHistories.class, files);
  }

  private final RedisLine line;
  private final Space space;
  private final RedisSessionKeys keys;
  private final int mostMessages;
  private final HistoryLayout layout;

  public RedisHistories(RedisLine line, Space space, SessionSettings.Policy policy) {
    this.line = line;
    this.space = space;
    this.keys = new RedisSessionKeys(space);
    this.mostMessages = policy.historyMessages();
    this.layout = policy.history();
  }

  @Override
  public Future<Appending> append(String id, Message message) {
    String at = new Timestamp(message.at(), Timestamp.Style.ZULU).text();
    return line.run(
            APPEND,
            call(id, message.entry(), message.tokens(), at)
                .arg(message.key() == null ? "" : message.key())
                .arg(message.mark())
                .arg(storedLayout()))
        .map(RedisHistories::appending);
  }

  @Override
  public Future<Appending> flush(String id) {
    return flush(id, storedLayout());
  }

  @Override
  public Future<Void> arrange(String id) {
    HistoryLayout where = layout == HistoryLayout.FOUND ? HistoryLayout.BOTH : layout;
    return flush(id, line.isCluster() ? FIELD : word(where)).mapEmpty();
  }

  /** The configured location. In a cluster it is the field, because a list is in another slot. */
  private String storedLayout() {
    return line.isCluster() ? FIELD : layout == HistoryLayout.FOUND ? "" : word(layout);
  }

  /**
   * Key of the list. On a cluster, where the list is in another slot, the key of the facts stands
   * in: the scripts find no list there.
   */
  private String list(String id) {
    return line.isCluster() ? keys.facts(id) : keys.list(id);
  }

  private Future<Appending> flush(String id, String where) {
    Document nothing = Document.stored(Buffer.buffer());
    return line.run(APPEND, call(id, nothing, 0, "").arg("").arg("").arg(where))
        .map(RedisHistories::appending);
  }

  private static String word(HistoryLayout layout) {
    return layout.name().toLowerCase(Locale.ROOT);
  }

  private RedisScript.Call call(String id, Document entry, long tokens, String at) {
    return keys.onAll(id)
        .key(list(id))
        .arg(entry.bytes())
        .arg(tokens)
        .arg(at)
        .arg(keys.lifetime().toMillis())
        .arg(SHORT)
        .arg(space.maxValueBytes())
        .arg(mostMessages);
  }

  static Appending appending(@Nullable Response reply) {
    if (reply == null) {
      return new Appending(Outcome.UNKNOWN, 0, 0, 0, List.of());
    }
    Outcome outcome =
        switch (reply.get(0).toInteger()) {
          case 1 -> Outcome.APPENDED;
          case 2 -> Outcome.REPEATED;
          case -1 -> Outcome.TOO_LARGE;
          case -2 -> Outcome.KEY_REUSED;
          default -> Outcome.UNREADABLE;
        };
    return reply.size() < 5
        ? new Appending(outcome, 0, 0, 0, List.of())
        : new Appending(
            outcome,
            whole(reply.get(1)),
            whole(reply.get(2)),
            reply.get(3).toLong(),
            documents(reply.get(4)));
  }

  /** Parses a count, which another service may have written as a fraction. */
  private static long whole(Response number) {
    return new BigDecimal(number.toString()).longValue();
  }

  @Override
  public Future<Long> uncount(String id, long tokens, @Nullable String key) {
    RedisScript.Call call =
        keys.onTwo(id).key(keys.appends(id)).arg(tokens).arg(key == null ? "" : key);
    return line.run(UNCOUNT, call).map(RedisHistories::whole);
  }

  @Override
  public Future<Optional<String>> token(String id) {
    return line.read(TOKEN, keys.onTwo(id).key(keys.tail(id)).key(list(id)))
        .map(reply -> Optional.ofNullable(reply).map(Response::toString));
  }

  @Override
  public Future<Optional<Transcript>> read(String id, int most) {
    return read(id, most, most == 0 ? ALL : SHORT + (long) most * USUAL);
  }

  /** Reads the end of a long field, and a longer end if that has too few messages. */
  private Future<Optional<Transcript>> read(String id, int most, long bytes) {
    return history(id, most, bytes)
        .compose(
            reply ->
                reply == null
                    ? Future.succeededFuture(Optional.<Transcript>empty())
                    : Offload.run(bytes(reply), () -> Optional.of(transcript(reply, most))))
        .compose(
            read ->
                read.isPresent() && read.get().more() && read.get().messages().size() < most
                    ? read(id, most, 8 * bytes)
                    : Future.succeededFuture(read));
  }

  private static int bytes(Response reply) {
    return reply.get(0).toBuffer().length()
        + reply.get(1).stream().mapToInt(part -> part.toBuffer().length()).sum();
  }

  private static Transcript transcript(Response reply, int most) {
    Buffer field = reply.get(0).toBuffer();
    long listed = reply.get(3).toLong();
    boolean cut = reply.get(6).toInteger() == 1;
    List<Document> all =
        new ArrayList<>(
            listed > 0
                ? Document.array(documents(reply.get(1))).elements() // all are JSON
                : cut ? Document.elementsOfEnd(field) : elements(field));
    boolean more = cut || listed > all.size();
    all.addAll(documents(reply.get(2)));
    Transcript newest = Transcript.newest(all, most, reply.get(4).toLong() > 0);
    return more ? newest.withMore() : newest;
  }

  private static List<Document> elements(Buffer field) {
    return field.length() == 0 ? List.of() : Document.stored(field).elements();
  }

  /**
   * Field of a session, and the pending messages that it does not contain yet.
   *
   * @param copied whether a list was a copy of it, when Aetherkeep wrote both on a single server
   */
  record Field(Buffer text, List<Document> tail, boolean copied) {

    int length() {
      return text.length() + tail.stream().mapToInt(Document::length).sum();
    }

    List<Document> messages() {
      List<Document> all = new ArrayList<>(elements(text));
      all.addAll(tail);
      return all;
    }
  }

  /** Reads the field whole; empty where there is no session. */
  Future<Optional<Field>> readField(String id) {
    return history(id, 0, ALL)
        .map(
            reply ->
                Optional.ofNullable(reply)
                    .map(
                        found ->
                            new Field(
                                found.get(0).toBuffer(),
                                documents(found.get(2)),
                                found.get(5).toInteger() == 1)));
  }

  private Future<@Nullable Response> history(String id, int most, long bytes) {
    return line.run(
        READ, keys.onTwo(id).key(keys.tail(id)).key(list(id)).arg(most).arg(SHORT).arg(bytes));
  }

  static List<Document> documents(Response reply) {
    return reply.stream().map(part -> Document.stored(part.toBuffer())).toList();
  }
}
