package io.aetherkeep.router.stream;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.http.PercentDecoder;
import io.aetherkeep.router.http.Requests;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Name of a stream as requested: its space and path.
 *
 * @param root the part of the URL's path before the stream's path
 * @param endUser the calling end user's session; null for a service
 */
public record StreamName(String space, String path, String root, @Nullable String endUser) {

  /** Root of the paths that stock clients of the protocol use. */
  public static final String STOCK_ROOT = "/v1/stream/";

  /** Whether a URL's path is that of a stream. */
  public static boolean isStream(@Nullable String path) {
    return path != null && (path.startsWith(STOCK_ROOT) || STREAMS.matcher(path).lookingAt());
  }

  private static final Pattern STREAMS = Pattern.compile("/api/v1/[^/]+/streams/");

  /** The stream that a request names. */
  public static StreamName of(RoutingContext context, String rootSpace) {
    String path = context.normalizedPath();
    String endUser = Caller.of(context).session();
    if (path.startsWith(STOCK_ROOT)) {
      return new StreamName(rootSpace, joined(Requests.segments(context, 2)), STOCK_ROOT, endUser);
    }
    List<String> segments = Requests.segments(context, 2);
    String space = segments.get(0);
    int end = path.indexOf("/streams/") + "/streams/".length();
    return new StreamName(
        space, joined(segments.subList(2, segments.size())), path.substring(0, end), endUser);
  }

  private static String joined(List<String> segments) {
    return String.join("/", segments);
  }

  /** Parses the name of another stream of the space, by its URL's path or its own path. */
  String sibling(String address) {
    if (address.startsWith(root)) {
      return PercentDecoder.decoded(address.substring(root.length()));
    }
    String own = "/api/v1/" + space + "/streams/";
    if (address.startsWith(own)) {
      return PercentDecoder.decoded(address.substring(own.length()));
    }
    if (address.startsWith("/")) {
      throw Failure.of(Code.INVALID_HEADER, "A fork's source is a stream of the same space");
    }
    return PercentDecoder.decoded(address);
  }

  /** The stream without the last segment of its path, which names an operation. */
  public StreamName parent(String operation) {
    return new StreamName(
        space, path.substring(0, path.length() - operation.length() - 1), root, endUser);
  }
}
