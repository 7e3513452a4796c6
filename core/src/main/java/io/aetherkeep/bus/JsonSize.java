package io.aetherkeep.bus;

import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Approximate size of the text of a {@code JsonObject}, which nobody has encoded yet. */
final class JsonSize {

  /** Bytes of a number, a literal, or the punctuation of a member. */
  private static final int FEW = 4;

  private JsonSize() {}

  /** The size in bytes; counting stops at {@link Sized#LARGE}. */
  static int of(@Nullable Object json) {
    Deque<Object> rest = new ArrayDeque<>();
    push(json, rest);
    int bytes = 0;
    for (Object next = rest.poll(); next != null && bytes < Sized.LARGE; next = rest.poll()) {
      bytes += next instanceof Map<?, ?> map ? open(map, rest) : open(next, rest);
    }
    return bytes;
  }

  private static int open(Map<?, ?> members, Deque<Object> rest) {
    int bytes = 0;
    for (Map.Entry<?, ?> member : members.entrySet()) {
      bytes += FEW + ByteBufUtil.utf8Bytes(String.valueOf(member.getKey()));
      push(member.getValue(), rest);
      if (bytes >= Sized.LARGE) {
        break;
      }
    }
    return bytes;
  }

  private static int open(Object value, Deque<Object> rest) {
    if (value instanceof CharSequence text) {
      return ByteBufUtil.utf8Bytes(text);
    }
    if (value instanceof Buffer buffer) {
      return buffer.length();
    }
    if (value instanceof byte[] array) {
      return array.length;
    }
    if (value instanceof Collection<?> elements) {
      elements.stream().limit(Sized.LARGE).forEach(element -> push(element, rest));
    }
    return FEW;
  }

  private static void push(@Nullable Object value, Deque<Object> rest) {
    Object plain =
        value instanceof JsonObject object
            ? object.getMap()
            : value instanceof JsonArray array ? array.getList() : value;
    if (plain != null) {
      rest.push(plain);
    }
  }
}
