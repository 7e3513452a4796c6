package io.aetherkeep.keyspace;

/** Redis type of a keyspace's values. */
public enum Layout {
  /** A string with JSON, kept byte for byte. */
  JSON("string"),
  /** A string with a number or another short text of Aetherkeep's own. */
  TEXT("string"),
  HASH("hash"),
  SORTED_SET("zset"),
  LIST("list"),
  STREAM("stream");

  private final String redisType;

  Layout(String redisType) {
    this.redisType = redisType;
  }

  /** The answer of {@code TYPE} for such a key. */
  public String redisType() {
    return redisType;
  }
}
