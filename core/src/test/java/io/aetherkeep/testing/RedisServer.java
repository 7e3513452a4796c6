package io.aetherkeep.testing;

/** A real Redis for tests, wherever it runs. */
public interface RedisServer {

  int port();

  default String url() {
    return "redis://127.0.0.1:" + port();
  }

  /** A connection of a client that is not ours, to a logical database. */
  default ForeignClient foreign(int database) {
    ForeignClient client = new ForeignClient(port());
    client.send("SELECT", String.valueOf(database));
    return client;
  }
}
