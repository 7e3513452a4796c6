package io.aetherkeep.launcher.migrate;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Type of value, with the commands to read, write and compare its values, whole or in parts.
 * Streams are handled separately.
 */
@SuppressWarnings("ImmutableEnumChecker") // a Command is immutable
enum RedisValueType {
  STRING(Command.GET, Command.STRLEN, 1),
  LIST(Command.LRANGE, Command.LLEN, 1),
  HASH(Command.HGETALL, Command.HLEN, 2),
  SET(Command.SMEMBERS, Command.SCARD, 1),
  ZSET(Command.ZRANGE, Command.ZCARD, 2);

  private final Command whole;
  private final Command size;
  private final int width;

  RedisValueType(Command whole, Command size, int width) {
    this.whole = whole;
    this.size = size;
    this.width = width;
  }

  /** Returns the type by its TYPE name; null for one that cannot be copied by commands. */
  static @Nullable RedisValueType of(String type) {
    for (RedisValueType each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(type)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Part of a value.
   *
   * @param at cursor of its start
   * @param next cursor of the next part; null after the last
   */
  record Part(String at, List<byte[]> elements, @Nullable String next) {}

  /** Whether elements are identified by their position. */
  private boolean isOrdered() {
    return this == STRING || this == LIST;
  }

  Request size(byte[] key) {
    return Request.cmd(size).arg(key);
  }

  /** Reads all elements. */
  Request whole(byte[] key) {
    Request request = Request.cmd(whole).arg(key);
    return switch (this) {
      case LIST -> request.arg(0).arg(-1);
      case ZSET -> request.arg(0).arg(-1).arg("WITHSCORES");
      default -> request;
    };
  }

  Part whole(@Nullable Response reply) {
    return new Part("0", elements(reply), null);
  }

  /** Reads some elements: bytes of a string, elements of other types. */
  Request part(byte[] key, String at, long count) {
    long from = isOrdered() ? Long.parseLong(at) : 0;
    return switch (this) {
      case STRING -> Request.cmd(Command.GETRANGE).arg(key).arg(from).arg(from + count - 1);
      case LIST -> Request.cmd(Command.LRANGE).arg(key).arg(from).arg(from + count - 1);
      case HASH -> Request.cmd(Command.HSCAN).arg(key).arg(at).arg("COUNT").arg(count);
      case SET -> Request.cmd(Command.SSCAN).arg(key).arg(at).arg("COUNT").arg(count);
      case ZSET -> Request.cmd(Command.ZSCAN).arg(key).arg(at).arg("COUNT").arg(count);
    };
  }

  Part part(String at, long count, @Nullable Response reply) {
    if (!isOrdered()) {
      Response page = Objects.requireNonNull(reply);
      String next = page.get(0).toString();
      return new Part(at, elements(page.get(1)), next.equals("0") ? null : next);
    }
    List<byte[]> elements = elements(reply);
    long read = this == STRING ? elements.stream().mapToLong(e -> e.length).sum() : elements.size();
    return new Part(at, elements, read < count ? null : Long.toString(Long.parseLong(at) + count));
  }

  private static List<byte[]> elements(@Nullable Response reply) {
    List<byte[]> elements = new ArrayList<>();
    if (reply != null && reply.type() == ResponseType.MULTI) {
      reply.forEach(element -> elements.add(element.toBytes()));
    } else if (reply != null) {
      elements.add(reply.toBytes());
    }
    return elements;
  }

  /** Appends elements to a value that has all earlier ones. */
  Request add(byte[] key, Part part) {
    List<byte[]> elements = part.elements;
    if (this == STRING) {
      return part.at.equals("0")
          ? Request.cmd(Command.SET).arg(key).arg(elements.get(0))
          : Request.cmd(Command.SETRANGE).arg(key).arg(part.at).arg(elements.get(0));
    }
    Request request = Request.cmd(adding()).arg(key);
    for (int i = 0; i < elements.size(); i += width) {
      if (this == ZSET) {
        request.arg(elements.get(i + 1)).arg(elements.get(i));
      } else {
        elements.subList(i, i + width).forEach(request::arg);
      }
    }
    return request;
  }

  private Command adding() {
    return switch (this) {
      case LIST -> Command.RPUSH;
      case HASH -> Command.HSET;
      case SET -> Command.SADD;
      default -> Command.ZADD;
    };
  }

  /** Reads the corresponding elements from another Redis. */
  Request look(byte[] key, Part part, long count) {
    if (isOrdered()) {
      return part(key, part.at, count);
    }
    Request request =
        Request.cmd(
                this == HASH ? Command.HMGET : this == SET ? Command.SMISMEMBER : Command.ZMSCORE)
            .arg(key);
    for (int i = 0; i < part.elements.size(); i += width) {
      request.arg(part.elements.get(i));
    }
    return request;
  }

  /** Whether another Redis has the elements of a part, by its reply to {@link #look}. */
  boolean holds(Part part, @Nullable Response reply) {
    List<byte[]> wanted = new ArrayList<>();
    for (int i = 0; i < part.elements.size(); i += width) {
      wanted.add(this == SET ? MovedKey.bytes("1") : part.elements.get(i + width - 1));
    }
    if (this == STRING) {
      return sameInOrder(wanted, elements(reply));
    }
    List<byte[]> found = new ArrayList<>();
    Objects.requireNonNull(reply)
        .forEach(element -> found.add(element == null ? new byte[0] : bytes(element)));
    return sameInOrder(wanted, found);
  }

  private static byte[] bytes(Response element) {
    return element.type() == ResponseType.NUMBER
        ? MovedKey.bytes(element.toString())
        : element.toBytes();
  }

  private boolean sameInOrder(List<byte[]> wanted, List<byte[]> found) {
    return wanted.stream()
        .map(this::value)
        .toList()
        .equals(found.stream().map(this::value).toList());
  }

  /** Returns the comparable form of an element; versions of Redis format scores differently. */
  private Object value(byte[] element) {
    String text = MovedKey.text(element);
    return this == ZSET && !text.isEmpty() ? (Object) score(text) : text;
  }

  private static double score(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** Whether two values that were read whole are equal. */
  boolean same(Part one, Part other) {
    if (one.elements.size() != other.elements.size()) {
      return false;
    }
    return isOrdered() ? sameInOrder(one.elements, other.elements) : map(one).equals(map(other));
  }

  private Map<String, Object> map(Part part) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < part.elements.size(); i += width) {
      map.put(MovedKey.text(part.elements.get(i)), value(part.elements.get(i + width - 1)));
    }
    return map;
  }
}
