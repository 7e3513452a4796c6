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

  static final int COUNT = 16384;

  /** What is known before any node has answered. */
  static final RedisSlots NONE = new RedisSlots(List.of());

  private static final int[] CRC = crcTable();

  /** Slots that one master serves, the first and the last included. */
  record Range(int first, int last, RedisAddress master) {}

  private final List<RedisAddress> masters = new ArrayList<>();

  /** The place of each slot's master among them; -1 for none. */
  private final short[] owners = new short[COUNT];

  private final int[] counts;

  RedisSlots(List<Range> ranges) {
    Arrays.fill(owners, (short) -1);
    ranges.stream().sorted(Comparator.comparingInt(Range::first)).forEach(this::enter);
    counts = new int[masters.size()];
    for (short owner : owners) {
      if (owner >= 0) {
        counts[owner]++;
      }
    }
  }

  private void enter(Range range) {
    if (!masters.contains(range.master)) {
      masters.add(range.master);
    }
    Arrays.fill(owners, range.first, range.last + 1, (short) masters.indexOf(range.master));
  }

  /** The masters that have slots, in the order of the first that each has. */
  List<RedisAddress> masters() {
    return List.copyOf(masters);
  }

  /** Who serves a slot; nobody where it is assigned to none. */
  @Nullable
  public RedisAddress owner(int slot) {
    return owners[slot] < 0 ? null : masters.get(owners[slot]);
  }

  /** How many slots a master serves. */
  int count(RedisAddress master) {
    int place = masters.indexOf(master);
    return place < 0 ? 0 : counts[place];
  }

  /** How many slots nobody serves. */
  int unserved() {
    return COUNT - Arrays.stream(counts).sum();
  }

  /** How many slots another serves than before. */
  int moved(RedisSlots before) {
    int moved = 0;
    for (int slot = 0; slot < COUNT; slot++) {
      RedisAddress now = owner(slot);
      RedisAddress then = before.owner(slot);
      moved += now == null ? (then == null ? 0 : 1) : now.equals(then) ? 0 : 1;
    }
    return moved;
  }

  /** The slot of a key: of what stands between its first braces, if anything does. */
  public static int of(String key) {
    return of(key.getBytes(StandardCharsets.UTF_8));
  }

  static int of(byte[] key) {
    int open = indexOf(key, '{', 0);
    int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
    return close > open + 1 ? crc(key, open + 1, close) : crc(key, 0, key.length);
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

  /** CRC16 of XMODEM, as the specification of Redis Cluster has it. */
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
