package io.aetherkeep.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** A program of its own that holds an embedded Redis until it is killed: for the tests. */
final class Holder {

  private Holder() {}

  public static void main(String[] args) throws IOException {
    EmbeddedRedis redis =
        EmbeddedRedis.start(
            EmbeddedRedis.options()
                .withDataDirectory(Path.of(args[0]))
                .withArguments("--appendfsync", "always"));
    System.out.println(redis.port() + " " + redis.pid());
    System.out.flush();
    System.in.readAllBytes();
    redis.close();
  }
}
