package io.aetherkeep.document;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Members of a JSON object with their original bytes. Changing one keeps all others exactly as
 * another service wrote them: numbers, escapes and white space.
 */
public final class Members {

  /** Maximum nesting of a patch: each level is scanned again. */
  private static final int DEEPEST_PATCH = 32;

  private static final Members NONE = of(Document.of("{}"));

  private final Document document;
  private final byte[] source;
  private final List<Member> members;
  private final Map<String, Member> byName;

  /** The number of members of the largest object within it. */
  private final int mostWithin;

  /** A member: start of its name, start and end of its value. */
  record Member(String name, int nameStart, int valueStart, int end) {}

  private Members(Document document) throws JsonScanner.Fault {
    this(document, document.array(), new ArrayList<>());
  }

  private Members(Document document, byte[] source, List<Member> all) throws JsonScanner.Fault {
    this(document, source, JsonSpans.members(source, all), all);
  }

  private Members(Document document, byte[] source, int mostWithin, List<Member> members) {
    this.document = document;
    this.source = source;
    this.members = members;
    this.mostWithin = mostWithin;
    this.byName = new LinkedHashMap<>(members.size() * 2);
    members.forEach(member -> byName.put(member.name, member));
    document.parsed(Math.max(mostWithin, members.size()));
  }

  /** The members of an object; throws a {@link Failure} if the document is none. */
  public static Members of(Document document) {
    Members members = tryOf(document);
    if (members == null) {
      throw Failure.of(Code.UNREADABLE_VALUE, "The stored value is not a JSON object");
    }
    return members;
  }

  /** The members of an object, or null if the document is none. */
  public static @Nullable Members tryOf(Document document) {
    try {
      return new Members(document);
    } catch (JsonScanner.Fault e) {
      return null;
    }
  }

  /** The number of distinct names. */
  public int size() {
    return byName.size();
  }

  public Set<String> names() {
    return byName.keySet();
  }

  public boolean has(String name) {
    return byName.containsKey(name);
  }

  /** A member's value; of members with equal names the last, as parsers do. */
  public @Nullable Document value(String name) {
    Member member = byName.get(name);
    return member == null ? null : document.part(member.valueStart, member.end);
  }

  /** The text of a string member, or the literal of another one; null for JSON's null. */
  public @Nullable String text(String name) {
    Member member = byName.get(name);
    if (member == null) {
      return null;
    }
    if (isText(member)) {
      return JsonSpans.text(source, member.valueStart, member.end);
    }
    int length = member.end - member.valueStart;
    String raw = new String(source, member.valueStart, length, StandardCharsets.UTF_8);
    return raw.equals("null") ? null : raw;
  }

  private boolean isText(Member member) {
    return source[member.valueStart] == '"';
  }

  public boolean isText(String name) {
    Member member = byName.get(name);
    return member != null && isText(member);
  }

  /** The version of the object without one member, independent of that member's value. */
  public String versionWithout(String name) {
    int at = members.indexOf(byName.get(name));
    return at < 0
        ? Document.version(between(0, members.size()))
        : Document.version(between(0, at), between(at + 1, members.size()));
  }

  /** Some consecutive members, with the formatting between them. */
  private ByteBuffer between(int from, int to) {
    if (from == to) {
      return ByteBuffer.allocate(0);
    }
    int start = members.get(from).nameStart;
    return ByteBuffer.wrap(source, start, members.get(to - 1).end - start);
  }

  /**
   * Returns the object with some members changed.
   *
   * @param changes new values, or null to remove a member; new members come last
   */
  public Members with(Map<String, @Nullable Document> changes) {
    Set<String> fresh = new HashSet<>(changes.keySet());
    fresh.removeAll(names());
    fresh.removeIf(name -> changes.get(name) == null);
    boolean flat = true;
    MemberSplice out = new MemberSplice(source, members);
    for (int at = 0; at < members.size(); at++) {
      Member member = members.get(at);
      boolean last = member.equals(byName.get(member.name));
      Document value = changes.get(member.name);
      flat &= !changes.containsKey(member.name) || isScalar(source[member.valueStart]);
      if (!changes.containsKey(member.name) || (value != null && !last)) {
        out.keep(at);
      } else if (value != null) {
        out.keep(at, value.bytes());
      }
    }
    changes.forEach(
        (name, value) -> {
          if (value != null && fresh.contains(name)) {
            out.add(name, value.bytes());
          }
        });
    Document changed = Document.stored(out.finished());
    // If only scalars were written or removed, the members are known without another parse.
    return flat && areScalars(changes.values())
        ? new Members(changed, changed.array(), mostWithin, out.members())
        : of(changed);
  }

  private static boolean areScalars(Collection<@Nullable Document> values) {
    for (Document value : values) {
      if (value != null && !(value.length() > 0 && isScalar(value.bytes()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isScalar(Buffer value) {
    return isScalar(value.getByte(0)) && value.getByte(value.length() - 1) > ' ';
  }

  /** Whether a value with this first byte is a string, a number or a word. */
  private static boolean isScalar(byte first) {
    return first == '"'
        || first == '-'
        || (first >= '0' && first <= '9')
        || (first >= 'a' && first <= 'z');
  }

  /** Applies a JSON merge patch (RFC 7396). */
  public Members patched(Members patch) {
    return patched(patch, Map.of());
  }

  /** Applies a JSON merge patch, and sets members that it does not have. */
  public Members patched(Members patch, Map<String, Document> more) {
    return patched(patch, more, DEEPEST_PATCH);
  }

  private Members patched(Members patch, Map<String, Document> more, int levels) {
    if (levels == 0) {
      throw Failure.of(
          Code.INVALID_BODY, "A patch can nest objects at most " + DEEPEST_PATCH + " levels deep");
    }
    Map<String, @Nullable Document> changes = new LinkedHashMap<>();
    for (String name : patch.names()) {
      Document value = patch.required(name);
      changes.put(name, isNull(value) ? null : merged(value(name), value, levels - 1));
    }
    changes.putAll(more);
    return with(changes);
  }

  /** Applies a merge patch to a value: it merges objects, and replaces anything else. */
  public static Document merged(@Nullable Document target, Document patch) {
    return merged(target, patch, DEEPEST_PATCH);
  }

  private static Document merged(@Nullable Document target, Document patch, int levels) {
    Members change = tryOf(patch);
    if (change == null) {
      return patch;
    }
    Members present = target == null ? null : tryOf(target);
    return (present == null ? NONE : present).patched(change, Map.of(), levels).document();
  }

  static boolean isNull(Document value) {
    return value.length() == 4 && value.toString().equals("null");
  }

  private Document required(String name) {
    Document value = value(name);
    if (value == null) {
      throw new IllegalArgumentException("No member " + name);
    }
    return value;
  }

  public Document document() {
    return document;
  }
}
