package io.aetherkeep.keyspace;

/** Redis type of a keyspace's values. */
public enum Layout {
  /** A string with JSON, kept byte for byte. */
  JSON("string"),
  /** A string with a text: one of Aetherkeep's own, or of a keyspace that stores texts. */
  TEXT("string"),
  HASH("hash"),
  SORTED_SET("zset"),
  LIST("list"),
  STREAM("stream");

  private final String redisType;

  Layout(String redisType) {
    this.redisType = redisType;
  }

  /** Whether Redis holds the values as strings. */
  public boolean isString() {
    return this == JSON || this == TEXT;
  }

  /** The answer of {@code TYPE} for such a key. */
  public String redisType() {
    return redisType;
  }
}
