package io.aetherkeep.session.playback;

import io.aetherkeep.catalogue.PlaybackAsks.State;
import io.aetherkeep.keyspace.Digits;
import io.aetherkeep.session.playback.PlaybackStore.LeaseCheck;
import io.aetherkeep.session.playback.PlaybackStore.Outcome;
import io.aetherkeep.session.playback.PlaybackStore.Result;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parser of the replies of playback scripts. Other services may have written any value. */
final class RedisPlaybackReplies {

  private static final Pattern RATE = Pattern.compile("[0-9]{1,2}(\\.[0-9]{1,17})?");

  /** The greatest number that Lua and JavaScript represent exactly. */
  private static final long MOST = (1L << 53) - 1;

  private RedisPlaybackReplies() {}

  static StoredPlayback playing(Response fields) {
    return new StoredPlayback(
        text(fields.get(0)),
        State.of(text(fields.get(1))),
        number(fields.get(2)),
        rate(text(fields.get(3))),
        text(fields.get(4)),
        number(fields.get(5)),
        text(fields.get(6)),
        fields.size() > 7 ? (int) number(fields.get(7)) : 0,
        fields.size() > 8 ? number(fields.get(8)) : 0);
  }

  private static String text(@Nullable Response part) {
    return part == null ? "" : part.toString();
  }

  private static long number(@Nullable Response part) {
    String text = text(part);
    long number = Digits.isNumber(text, 16) ? Long.parseLong(text) : 0;
    return number <= MOST ? number : 0;
  }

  private static double rate(String text) {
    return RATE.matcher(text).matches() ? Double.parseDouble(text) : 1;
  }

  static Outcome outcome(Response reply) {
    return switch (reply.get(0).toInteger()) {
      case 1 -> new Outcome(Result.TAKEN, playing(reply.get(1)), playing(reply.get(2)));
      case 0 -> new Outcome(Result.LATE, playing(reply.get(1)), playing(reply.get(2)));
      default -> new Outcome(Result.EMPTY, StoredPlayback.NOTHING, StoredPlayback.NOTHING);
    };
  }

  static LeaseCheck leaseCheck(Response reply) {
    return new LeaseCheck(
        Long.parseLong(reply.get(0).toString()),
        reply.size() < 3 ? Optional.empty() : Optional.of(taken(reply.get(2), reply.get(1))),
        reply.size() < 2 ? Optional.empty() : Optional.of(playing(reply.get(1))));
  }

  static Outcome taken(Response now, Response before) {
    return new Outcome(Result.TAKEN, playing(now), playing(before));
  }
}
