package io.aetherkeep.stream.store;

import io.aetherkeep.catalogue.StreamAsks.StreamExtras;
import io.aetherkeep.stream.store.RedisStreams.Due;
import io.aetherkeep.stream.store.RedisStreams.Found;
import io.aetherkeep.stream.store.RedisStreams.Piece;
import io.aetherkeep.stream.store.RedisStreams.Written;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Parser of the replies of stream scripts. */
final class RedisStreamReplies {

  private RedisStreamReplies() {}

  /** The number of parts in a reply that describe a stream, including the verdict. */
  static final int PARTS = 20;

  static StoredStream stream(Response answer) {
    return new StoredStream(
        answer.get(1).toLong(),
        answer.get(2).toLong(),
        flag(answer, 3),
        ContentType.stored(answer.get(4).toString()),
        answer.get(5).toString(),
        number(answer, 6),
        number(answer, 7),
        answer.get(8).toString(),
        flag(answer, 9),
        answer.get(10).toString(),
        answer.get(11).toLong(),
        answer.get(18).toLong(),
        extras(answer),
        flag(answer, 16),
        answer.get(17).toLong(),
        answer.get(19).toString());
  }

  private static StreamExtras extras(Response answer) {
    Long lease = number(answer, 12);
    return new StreamExtras(
        lease == null ? null : lease / 1000, text(answer, 13), text(answer, 14), text(answer, 15));
  }

  private static boolean flag(Response answer, int part) {
    return answer.get(part).toString().equals("1");
  }

  private static @Nullable Long number(Response answer, int part) {
    String text = answer.get(part).toString();
    return text.isEmpty() ? null : Long.valueOf(text);
  }

  private static @Nullable String text(Response answer, int part) {
    String text = answer.get(part).toString();
    return text.isEmpty() ? null : text;
  }

  static Verdict verdict(@Nullable Response answer) {
    return Verdict.valueOf(required(answer).get(0).toString().toUpperCase(Locale.ROOT));
  }

  /** The second part, as text. */
  static String second(@Nullable Response answer) {
    return required(answer).get(1).toString();
  }

  static Found found(@Nullable Response answer) {
    Response parts = required(answer);
    return new Found(verdict(parts), parts.size() >= PARTS ? stream(parts) : null);
  }

  static Written written(@Nullable Response answer) {
    Response parts = required(answer);
    if (parts.type() != ResponseType.MULTI) {
      return done(parts.toString());
    }
    if (parts.size() < 6) {
      return new Written(verdict(parts), null, false, "", "");
    }
    return new Written(
        verdict(parts),
        new Offset(parts.get(2).toLong(), parts.get(1).toLong()),
        flag(parts, 3),
        parts.get(4).toString(),
        parts.get(5).toString());
  }

  /** Parses {@code tail epoch closed}, the short reply of most appends. */
  private static Written done(String answer) {
    int second = answer.indexOf(' ') + 1;
    int third = answer.indexOf(' ', second) + 1;
    long tail = Long.parseLong(answer, 0, second - 1, 10);
    long epoch = Long.parseLong(answer, second, third - 1, 10);
    return new Written(
        Verdict.DONE, new Offset(epoch, tail), answer.startsWith("1", third), "", "");
  }

  static Piece piece(@Nullable Response answer) {
    Response parts = required(answer);
    if (parts.size() < PARTS) {
      return new Piece(verdict(parts), null, 0, Buffer.buffer());
    }
    return new Piece(
        verdict(parts), stream(parts), parts.get(PARTS).toLong(), parts.get(PARTS + 1).toBuffer());
  }

  static Due due(@Nullable Response answer) {
    Response parts = required(answer);
    if (parts.size() < PARTS) {
      return new Due(verdict(parts), null, 0, List.of(), false, false);
    }
    Long until = number(parts, PARTS);
    return new Due(
        verdict(parts),
        stream(parts),
        until == null ? 0 : until,
        parts.get(PARTS + 1).stream().map(Response::toString).toList(),
        flag(parts, PARTS + 2),
        flag(parts, PARTS + 3));
  }

  private static Response required(@Nullable Response answer) {
    if (answer == null) {
      throw new IllegalStateException("A stream script returned no reply");
    }
    return answer;
  }
}
