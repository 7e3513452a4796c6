package io.aetherkeep.keyspace;

/** The Redis type that a keyspace's values are stored as. */
public enum Layout {
  /** A string holding JSON, byte for byte as it was written. */
  JSON("string"),
  /** A string holding a number or another short text of ours. */
  TEXT("string"),
  HASH("hash"),
  SORTED_SET("zset"),
  LIST("list"),
  STREAM("stream");

  private final String redisType;

  Layout(String redisType) {
    this.redisType = redisType;
  }

  /** What {@code TYPE} answers for such a key. */
  public String redisType() {
    return redisType;
  }
}
