package io.aetherkeep.stream.subscription;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionType;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeTarget;
import io.aetherkeep.delivery.AddressPolicy;
import io.aetherkeep.delivery.TargetUrl;
import io.aetherkeep.stream.store.StreamKeys;
import io.aetherkeep.stream.subscription.store.PathGlob;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules of a subscription's configuration. */
final class SubscriptionRules {

  private static final long USUAL_LEASE = 30_000;
  private static final long SHORTEST_LEASE = 1000;
  private static final long LONGEST_LEASE = 600_000;
  private static final int LONGEST_DESCRIPTION = 500;

  /** Limit of the streams in one request. */
  static final int MOST_NAMED = 1000;

  private final AddressPolicy addresses;

  SubscriptionRules(AddressPolicy addresses) {
    this.addresses = addresses;
  }

  /** A configuration in its normal form; fails if it is not valid. */
  SubscriptionConfig checked(SubscriptionConfig asked) {
    SubscriptionType type = asked.type();
    if (type == null) {
      throw invalid("'type' must be webhook or pull-wake");
    }
    String pattern = orNull(asked.pattern());
    List<String> streams = asked.streams() == null ? List.of() : paths(asked.streams());
    if (pattern == null && streams.isEmpty()) {
      throw invalid("A subscription must have a 'pattern' or 'streams'");
    }
    boolean posts = type == SubscriptionType.WEBHOOK;
    SubscriptionConfig config =
        new SubscriptionConfig(
            type,
            pattern == null ? null : bare(pattern),
            streams,
            posts ? target(asked.webhook()) : null,
            posts ? null : wakeStream(asked.wakeStream()),
            lease(asked.leaseTtlMs()),
            description(asked.description()));
    PathGlob.of(config);
    return config;
  }

  private static @Nullable String orNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  private static Failure invalid(String reason) {
    return Failure.of(Code.INVALID_BODY, reason);
  }

  /** Paths without slashes at their ends, each once, sorted. */
  static List<String> paths(List<String> paths) {
    if (paths.size() > MOST_NAMED) {
      throw invalid("'streams' names at most " + MOST_NAMED + " streams");
    }
    return paths.stream().map(SubscriptionRules::path).distinct().sorted().toList();
  }

  /** The path of a stream, which is relative to the root of the streams. */
  static String path(String text) {
    String path = bare(text);
    if (path.equals("__ds") || path.startsWith("__ds/") || hasBrace(path)) {
      throw invalid("The path of a stream must not begin with __ds or contain a brace");
    }
    StreamKeys.requirePath(path);
    return path;
  }

  private static boolean hasBrace(String path) {
    return path.indexOf('{') >= 0 || path.indexOf('}') >= 0;
  }

  private static String bare(String path) {
    int from = 0;
    int to = path.length();
    while (from < to && path.charAt(from) == '/') {
      from++;
    }
    while (to > from && path.charAt(to - 1) == '/') {
      to--;
    }
    return path.substring(from, to);
  }

  private WakeTarget target(@Nullable WakeTarget asked) {
    String url = asked == null ? null : asked.url();
    if (url == null || url.isEmpty()) {
      throw invalid("A subscription of type webhook must have a 'webhook.url'");
    }
    TargetUrl target =
        TargetUrl.parse(url).orElseThrow(() -> rejected("'webhook.url' must be an HTTP URL"));
    addresses
        .refusal(target)
        .ifPresent(
            reason -> {
              throw rejected(reason);
            });
    return new WakeTarget(target.toString());
  }

  private static Failure rejected(String reason) {
    return Failure.of(Code.WEBHOOK_URL_REJECTED, reason);
  }

  private static String wakeStream(@Nullable String asked) {
    if (asked == null || asked.isEmpty()) {
      throw invalid("A subscription of type pull-wake must have a 'wake_stream'");
    }
    return path(asked);
  }

  private static long lease(@Nullable Long asked) {
    long lease = asked == null ? USUAL_LEASE : asked;
    if (lease < SHORTEST_LEASE || lease > LONGEST_LEASE) {
      throw invalid("'lease_ttl_ms' is from " + SHORTEST_LEASE + " to " + LONGEST_LEASE);
    }
    return lease;
  }

  private static @Nullable String description(@Nullable String asked) {
    if (asked != null
        && (asked.length() > LONGEST_DESCRIPTION || asked.chars().anyMatch(c -> c < ' '))) {
      throw invalid(
          "'description' has at most "
              + LONGEST_DESCRIPTION
              + " characters, and no control characters");
    }
    return asked;
  }

  /** Hash of a checked configuration. */
  static String hash(SubscriptionConfig config) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(RecordJson.write(config)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
