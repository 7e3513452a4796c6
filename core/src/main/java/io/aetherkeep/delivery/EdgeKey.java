package io.aetherkeep.delivery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys under which an edge cache stores answers and purges them: those of a space, of a keyspace in
 * it, of an entry, and of a tag. They consist of visible ASCII without a comma or a blank, which
 * separate keys.
 */
public final class EdgeKey {

  private static final String HEX = "0123456789ABCDEF";

  private EdgeKey() {}

  public static String ofSpace(String space) {
    return encoded(space);
  }

  public static String ofKeyspace(String space, String keyspace) {
    return encoded(space) + "/" + encoded(keyspace);
  }

  /**
   * The key of an entry.
   *
   * @param id its id; two ids are joined by a colon, and it is empty where the keyspace has one
   *     entry
   */
  public static String ofEntry(String space, String keyspace, String id) {
    return ofKeyspace(space, keyspace) + "/" + encoded(id);
  }

  /** The key of the entries of a space that carry a tag. */
  public static String ofTag(String space, String tag) {
    return encoded(space) + "#" + encoded(tag);
  }

  /** All keys of an entry with these tags, the least specific first. */
  public static List<String> all(String space, String keyspace, String id, List<String> tags) {
    List<String> keys = new ArrayList<>();
    keys.add(ofSpace(space));
    keys.add(ofKeyspace(space, keyspace));
    keys.add(ofEntry(space, keyspace, id));
    tags.forEach(tag -> keys.add(ofTag(space, tag)));
    return keys;
  }

  private static String encoded(String text) {
    StringBuilder key = new StringBuilder(text.length());
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      if (one > ' ' && one < 127 && one != ',' && one != '%' && one != '#') {
        key.append((char) one);
      } else {
        key.append('%').append(HEX.charAt((one >> 4) & 15)).append(HEX.charAt(one & 15));
      }
    }
    return key.toString();
  }
}
