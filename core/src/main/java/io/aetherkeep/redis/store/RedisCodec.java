package io.aetherkeep.redis.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Fields;
import io.aetherkeep.document.HashDocument;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Layout;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Codec between a keyspace's values and Redis.
 *
 * @param parts encodes a value as arguments of a script
 * @param value decodes a reply of Redis
 * @param version version of a value, for comparison
 * @param size number of bytes to parse for encoding a value
 */
record RedisCodec<V>(
    Layout layout,
    Function<V, List<Buffer>> parts,
    Function<Response, V> value,
    Function<V, String> version,
    ToIntFunction<V> size) {

  static final RedisCodec<Document> JSON =
      new RedisCodec<>(
          Layout.JSON,
          document -> List.of(document.bytes()),
          reply -> Document.stored(reply.toBuffer()),
          Document::version,
          document -> 0);

  static final RedisCodec<Document> TEXT_DOCUMENT =
      new RedisCodec<>(
          Layout.TEXT,
          document -> List.of(TextDocument.bytes(document)),
          reply -> TextDocument.of(reply.toBuffer()),
          Document::version,
          Document::length);

  static final RedisCodec<Fields> HASH =
      new RedisCodec<>(
          Layout.HASH,
          RedisCodec::pairs,
          RedisCodec::fields,
          RedisCodec::fingerprint,
          RedisCodec::length);

  static final RedisCodec<Document> HASH_DOCUMENT =
      new RedisCodec<>(
          Layout.HASH,
          document -> HashDocument.pairs(document).stream().map(Buffer::buffer).toList(),
          reply -> HashDocument.of(fields(reply).values()),
          Document::version,
          Document::length);

  /** Returns the codec of documents in a layout. */
  static RedisCodec<Document> of(Layout layout) {
    return switch (layout) {
      case HASH -> HASH_DOCUMENT;
      case TEXT -> TEXT_DOCUMENT;
      default -> JSON;
    };
  }

  /** The number of bytes to parse for decoding a reply; JSON is not parsed. */
  int size(Response reply) {
    if (layout == Layout.JSON) {
      return 0;
    }
    return reply.type() == ResponseType.MULTI
        ? StreamSupport.stream(reply.spliterator(), false).mapToInt(this::size).sum()
        : reply.toBuffer().length();
  }

  private static int length(Fields fields) {
    return fields.values().entrySet().stream()
        .mapToInt(field -> field.getKey().length() + field.getValue().length())
        .sum();
  }

  private static String fingerprint(Fields fields) {
    return Integer.toHexString(fields.values().hashCode());
  }

  private static List<Buffer> pairs(Fields fields) {
    return fields.values().entrySet().stream()
        .flatMap(field -> Stream.of(field.getKey(), field.getValue()))
        .map(Buffer::buffer)
        .toList();
  }

  private static Fields fields(Response reply) {
    Map<String, String> fields = new LinkedHashMap<>();
    List<Response> pairs = new ArrayList<>(reply.size());
    reply.forEach(pairs::add);
    for (int i = 0; i < pairs.size(); i += 2) {
      fields.put(pairs.get(i).toString(), pairs.get(i + 1).toString());
    }
    return Fields.of(fields);
  }
}
