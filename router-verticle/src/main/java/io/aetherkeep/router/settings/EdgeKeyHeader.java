package io.aetherkeep.router.settings;

/** Header in which reads of cache entries name the keys that an edge cache purges them by. */
public enum EdgeKeyHeader {
  OFF("", ""),
  /** As Fastly reads it. */
  SURROGATE_KEY("surrogate-key", " "),
  /** As Cloudflare reads it. */
  CACHE_TAG("cache-tag", ","),
  /** As Varnish's module xkey reads it. */
  XKEY("xkey", " ");

  private final String field;
  private final String separator;

  EdgeKeyHeader(String field, String separator) {
    this.field = field;
    this.separator = separator;
  }

  public String field() {
    return field;
  }

  public String separator() {
    return separator;
  }
}
