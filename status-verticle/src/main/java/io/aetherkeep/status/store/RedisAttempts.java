package io.aetherkeep.status.store;

import io.aetherkeep.catalogue.CancelAsks.CancelRequest;
import io.aetherkeep.catalogue.StatusAsks.Children;
import io.aetherkeep.status.settings.Phase;
import io.aetherkeep.status.settings.StatusKind;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Decoder of attempts and statuses from Redis's replies; the field names are those of trail.lua.
 */
final class RedisAttempts {

  private static final List<String> NAMES =
      List.of(
          "offset",
          "prev",
          "attempt",
          "phase",
          "at",
          "beat",
          "started",
          "progress",
          "sha",
          "source",
          "stalled",
          "cancel",
          "children");

  /** Estimated cost of sorting one field, as a number of bytes read. */
  private static final int WORK_OF_A_FIELD = 64;

  private RedisAttempts() {}

  static Request read(String key) {
    Request request = Request.cmd(Command.HMGET).arg(key);
    NAMES.forEach(request::arg);
    return request;
  }

  static @Nullable Attempt run(@Nullable Response reply) {
    return reply == null ? null : run(reply, 0);
  }

  static Outcome outcome(Response reply) {
    return new Outcome(
        Outcome.Verdict.valueOf(reply.get(0).toString().toUpperCase(Locale.ROOT)),
        reply.get(1).toInteger() == 1,
        run(reply, 2));
  }

  private static @Nullable Attempt run(Response reply, int first) {
    List<String> texts = new ArrayList<>(NAMES.size());
    for (int i = 0; i < NAMES.size(); i++) {
      Response text = reply.get(first + i);
      texts.add(text == null ? "" : text.toString());
    }
    if (texts.get(0).isEmpty()) {
      return null;
    }
    return new Attempt(
        texts.get(0),
        texts.get(1).isEmpty() ? null : texts.get(1),
        Integer.parseInt(texts.get(2)),
        Phase.of(texts.get(3)),
        Long.parseLong(texts.get(4)),
        Long.parseLong(texts.get(5)),
        Long.parseLong(texts.get(6)),
        texts.get(7).isEmpty() ? null : Double.valueOf(texts.get(7)),
        texts.get(8),
        texts.get(9),
        texts.get(10),
        cancel(texts.get(11)),
        children(texts.get(12)));
  }

  /** Encodes the reason of a request to cancel as one word. */
  static String reason(@Nullable String reason) {
    return reason == null ? "" : URLEncoder.encode(reason, StandardCharsets.UTF_8);
  }

  /** Encodes a request to cancel as cancel.lua does: time in ms, a colon, the encoded reason. */
  static String text(@Nullable CancelRequest cancel) {
    return cancel == null
        ? ""
        : Instant.parse(cancel.requestedAt()).toEpochMilli() + ":" + reason(cancel.reason());
  }

  /** Decodes a request to cancel; null for an empty text. */
  static @Nullable CancelRequest cancel(String text) {
    if (text.isEmpty()) {
      return null;
    }
    int colon = text.indexOf(':');
    String reason = URLDecoder.decode(text.substring(colon + 1), StandardCharsets.UTF_8);
    return new CancelRequest(
        reason.isEmpty() ? null : reason,
        Instant.ofEpochMilli(Long.parseLong(text.substring(0, colon))).toString());
  }

  /** Encodes a summary of children as children.lua does. */
  static String text(@Nullable Children children) {
    return children == null
        ? ""
        : children.total()
            + ":"
            + children.done()
            + ":"
            + children.failed()
            + ":"
            + children.progress();
  }

  /** Decodes a summary of children; null for an empty text. */
  static @Nullable Children children(String text) {
    if (text.isEmpty()) {
      return null;
    }
    String[] numbers = text.split(":", -1);
    return new Children(
        Integer.parseInt(numbers[0]),
        Integer.parseInt(numbers[1]),
        Integer.parseInt(numbers[2]),
        Integer.parseInt(numbers[3]));
  }

  static Request read(StatusKind kind, String key) {
    return Request.cmd(kind.isHash() ? Command.HGETALL : Command.GET).arg(key);
  }

  /** Estimated work of {@link #bytes}, in bytes read; zero for a string. */
  static int work(StatusKind kind, @Nullable Response reply) {
    return reply == null || !kind.isHash() ? 0 : WORK_OF_A_FIELD * reply.size();
  }

  static @Nullable StoredStatus bytes(StatusKind kind, @Nullable Response reply) {
    if (reply == null || (kind.isHash() && reply.size() == 0)) {
      return null;
    }
    if (!kind.isHash()) {
      return StoredStatus.text(reply.toBuffer());
    }
    List<Buffer> pairs = new ArrayList<>(reply.size());
    reply.forEach(part -> pairs.add(part.toBuffer()));
    return StoredStatus.hash(pairs);
  }
}
