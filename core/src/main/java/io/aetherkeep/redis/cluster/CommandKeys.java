package io.aetherkeep.redis.cluster;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.impl.RequestImpl;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Keys of a command, by which it is routed. */
final class CommandKeys {

  /** Commands with a subcommand before the key, such as {@code XINFO STREAM}. */
  private static final Set<String> NAMED_TWICE = Set.of("MEMORY", "OBJECT", "XGROUP", "XINFO");

  /** Most frequent commands, which are looked up without comparing names. */
  private static final Set<Command> KNOWN =
      Set.of(
          Command.EVALSHA,
          Command.EXISTS,
          Command.GET,
          Command.GETEX,
          Command.HGETALL,
          Command.HMGET,
          Command.MGET,
          Command.PTTL);

  private CommandKeys() {}

  /** The keys of a command; the client does not know those behind a subcommand. */
  static List<byte[]> of(Request request) {
    RequestImpl known = (RequestImpl) request;
    if (KNOWN.contains(request.command())) {
      return known.keys();
    }
    String name = String.valueOf(request.command()).toUpperCase(Locale.ROOT);
    return NAMED_TWICE.contains(name) && known.getArgs().size() > 1
        ? known.getArgs().subList(1, 2)
        : known.keys();
  }
}
