package io.aetherkeep.testing;

/** Real Redis for tests. */
public interface RedisServer {

  int port();

  default String url() {
    return "redis://127.0.0.1:" + port();
  }

  /** Connects a foreign client to a logical database. */
  default ForeignClient foreign(int database) {
    ForeignClient client = new ForeignClient(port());
    client.send("SELECT", String.valueOf(database));
    return client;
  }
}
