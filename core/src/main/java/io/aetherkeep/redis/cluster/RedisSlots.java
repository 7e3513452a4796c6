package io.aetherkeep.redis.cluster;

import io.aetherkeep.redis.target.RedisAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Slot table of a Redis Cluster: which master serves which of the 16,384 slots. */
public final class RedisSlots {

  public static final int COUNT = 16384;

  /** The slot table before any node has answered. */
  static final RedisSlots NONE = new RedisSlots(List.of());

  private static final int[] CRC = crcTable();

  /** Range of slots of one master, first and last included. */
  record Range(int first, int last, RedisAddress master) {}

  private final List<RedisAddress> masters = new ArrayList<>();

  /** Index of each slot's master, -1 for none. */
  private final short[] owners = new short[COUNT];

  private final int[] counts;

  RedisSlots(List<Range> ranges) {
    Arrays.fill(owners, (short) -1);
    ranges.stream().sorted(Comparator.comparingInt(Range::first)).forEach(this::assign);
    counts = new int[masters.size()];
    for (short owner : owners) {
      if (owner >= 0) {
        counts[owner]++;
      }
    }
  }

  private void assign(Range range) {
    if (!masters.contains(range.master)) {
      masters.add(range.master);
    }
    Arrays.fill(owners, range.first, range.last + 1, (short) masters.indexOf(range.master));
  }

  /** The masters with slots, in the order of their first slots. */
  List<RedisAddress> masters() {
    return List.copyOf(masters);
  }

  /** The master that serves a slot; null where the slot is unassigned. */
  @Nullable
  public RedisAddress owner(int slot) {
    return owners[slot] < 0 ? null : masters.get(owners[slot]);
  }

  /** The number of slots that a master serves. */
  int count(RedisAddress master) {
    int place = masters.indexOf(master);
    return place < 0 ? 0 : counts[place];
  }

  /** The slots that a master serves, as ranges such as {@code 0-5460}. */
  List<String> ranges(RedisAddress master) {
    List<String> ranges = new ArrayList<>();
    int place = masters.indexOf(master);
    for (int slot = 0; slot < COUNT; slot++) {
      if (place >= 0 && owners[slot] == place) {
        int first = slot;
        while (slot + 1 < COUNT && owners[slot + 1] == place) {
          slot++;
        }
        ranges.add(first == slot ? Integer.toString(slot) : first + "-" + slot);
      }
    }
    return ranges;
  }

  /** The number of unassigned slots. */
  int unserved() {
    return COUNT - Arrays.stream(counts).sum();
  }

  /** The number of slots whose master has changed. */
  int moved(RedisSlots before) {
    int moved = 0;
    for (int slot = 0; slot < COUNT; slot++) {
      RedisAddress now = owner(slot);
      RedisAddress then = before.owner(slot);
      moved += now == null ? (then == null ? 0 : 1) : now.equals(then) ? 0 : 1;
    }
    return moved;
  }

  /** The slot of a key: the hash of its hash tag, if it has one. */
  public static int of(String key) {
    return of(key.getBytes(StandardCharsets.UTF_8));
  }

  static int of(byte[] key) {
    int open = indexOf(key, '{', 0);
    int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
    return close > open + 1 ? crc(key, open + 1, close) : crc(key, 0, key.length);
  }

  /** A short text that makes, after the letter s, a hash tag for keys of a slot. */
  public static String tag(int slot) {
    return Tags.OF_SLOT[slot];
  }

  /** Texts for all slots, made at the first use: some 170,000 hashes, in a few milliseconds. */
  private static final class Tags {
    private static final String[] OF_SLOT = new String[COUNT];

    static {
      int missing = COUNT;
      for (int number = 0; missing > 0; number++) {
        String text = Integer.toString(number, Character.MAX_RADIX);
        int slot = of("s" + text);
        if (OF_SLOT[slot] == null) {
          OF_SLOT[slot] = text;
          missing--;
        }
      }
    }
  }

  private static int indexOf(byte[] key, char wanted, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int crc(byte[] key, int from, int to) {
    int crc = 0;
    for (int i = from; i < to; i++) {
      crc = (crc << 8 & 0xFFFF) ^ CRC[(crc >>> 8 ^ key[i]) & 0xFF];
    }
    return crc & COUNT - 1;
  }

  /** Table of CRC16 (XMODEM), which Redis Cluster specifies. */
  private static int[] crcTable() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ 0x1021;
      }
      table[i] = crc & 0xFFFF;
    }
    return table;
  }

  @Override
  public String toString() {
    return masters + " for " + (COUNT - unserved()) + " slots";
  }
}
