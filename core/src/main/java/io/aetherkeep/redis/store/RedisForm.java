package io.aetherkeep.redis.store;

import io.aetherkeep.document.Document;
import io.aetherkeep.document.Fields;
import io.aetherkeep.document.HashDocument;
import io.aetherkeep.document.TextDocument;
import io.aetherkeep.keyspace.Layout;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Codec between a keyspace's values and Redis.
 *
 * @param parts encodes a value as arguments of a script
 * @param value decodes a reply of Redis
 * @param version version of a value, for comparison
 */
record RedisForm<V>(
    Layout layout,
    Function<V, List<Buffer>> parts,
    Function<Response, V> value,
    Function<V, String> version) {

  static final RedisForm<Document> JSON =
      new RedisForm<>(
          Layout.JSON,
          document -> List.of(document.bytes()),
          reply -> Document.stored(reply.toBuffer()),
          Document::version);

  static final RedisForm<Document> TEXT_DOCUMENT =
      new RedisForm<>(
          Layout.TEXT,
          document -> List.of(TextDocument.bytes(document)),
          reply -> TextDocument.of(reply.toBuffer()),
          Document::version);

  static final RedisForm<Fields> HASH =
      new RedisForm<>(Layout.HASH, RedisForm::pairs, RedisForm::fields, RedisForm::fingerprint);

  static final RedisForm<Document> HASH_DOCUMENT =
      new RedisForm<>(
          Layout.HASH,
          document -> HashDocument.pairs(document).stream().map(Buffer::buffer).toList(),
          reply -> HashDocument.of(fields(reply).values()),
          Document::version);

  /** Returns the codec of documents in a layout. */
  static RedisForm<Document> of(Layout layout) {
    return switch (layout) {
      case HASH -> HASH_DOCUMENT;
      case TEXT -> TEXT_DOCUMENT;
      default -> JSON;
    };
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
