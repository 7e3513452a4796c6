package io.aetherkeep.router.access.cookie;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.LogLimiter;
import io.aetherkeep.router.access.identity.AccessSettings;
import io.aetherkeep.router.access.identity.Credentials;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Session cookies: the id of a browser's session, encrypted in a {@code __Host-} cookie that pages
 * cannot read. A change needs the session's CSRF token in a header, and must come from a page of an
 * allowed origin.
 */
public final class SessionCookies {

  /** Name of the cookie's session in paths and topics. */
  public static final String SELF = "self";

  private static final System.Logger LOG = System.getLogger(SessionCookies.class.getName());
  private static final CharSequence TOKEN = HttpHeaders.createOptimized("X-CSRF-Token");
  private static final CharSequence SITE = HttpHeaders.createOptimized("Sec-Fetch-Site");

  /** Limit of a cookie's value; issued ones are shorter, because an id has at most 1 KiB. */
  private static final int LONGEST = 2048;

  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final AccessSettings.Cookies settings;
  private final Predicate<HttpServerRequest> isOwnOrigin;
  private final Counter invalid;
  private final Counter foreign;
  private final Counter forged;
  private final LogLimiter log = new LogLimiter(LOG, System::nanoTime);
  private CookieKeys keys = CookieKeys.NONE;

  /**
   * Creates cookies.
   *
   * @param isOwnOrigin whether a request's origin is allowed
   */
  public SessionCookies(
      AccessSettings.Cookies settings,
      Predicate<HttpServerRequest> isOwnOrigin,
      MeterRegistry meters) {
    this.settings = settings;
    this.isOwnOrigin = isOwnOrigin;
    this.invalid = refusals(meters, "invalid");
    this.foreign = refusals(meters, "origin");
    this.forged = refusals(meters, "csrf-token");
  }

  private static Counter refusals(MeterRegistry meters, String reason) {
    return Counter.builder("aetherkeep_cookie_refusals")
        .description("Requests whose session cookie was refused, by the reason")
        .tag("reason", reason)
        .register(meters);
  }

  /** Takes the content of the key file. */
  public void read(@Nullable Buffer file) throws IOException {
    if (file == null) {
      throw new IOException("it does not exist");
    }
    keys = CookieKeys.read(file);
  }

  /** Whether cookies are configured. */
  public boolean areOn() {
    return settings.areOn();
  }

  /** Whether a page without a credential may open a session for itself. */
  public boolean allowsAnonymous() {
    return settings.forAnybody();
  }

  /** Returns the cookie's name, one for each space, since spaces may share a host. */
  public static String name(String space) {
    return "__Host-aetherkeep-" + space;
  }

  /**
   * Returns the session in a request's cookie, or null without a cookie; throws if it is not valid.
   */
  public @Nullable String session(HttpServerRequest request, @Nullable String space) {
    if (keys.isEmpty() || space == null) {
      return null;
    }
    List<String> values = values(request, name(space) + "=");
    if (values.isEmpty()) {
      return null;
    }
    String value = values.get(0);
    String id = values.size() > 1 || value.length() > LONGEST ? null : keys.open(space, value);
    if (id == null) {
      clear(request.response(), space);
      count(invalid, "A session cookie is not valid: its key was replaced, or it was forged");
      throw Credentials.bad();
    }
    return id;
  }

  private static List<String> values(HttpServerRequest request, String start) {
    List<String> values = new ArrayList<>(1);
    for (String line : request.headers().getAll(HttpHeaders.COOKIE)) {
      for (String pair : line.split(";", -1)) {
        String text = pair.strip();
        if (text.startsWith(start)) {
          values.add(text.substring(start.length()));
        }
      }
    }
    return values;
  }

  /** Throws if a request with a cookie may come from a foreign page (CSRF). */
  public void requireOwnPage(HttpServerRequest request, String space, String session) {
    requireOrigin(request);
    String token = request.getHeader(TOKEN);
    if (!SAFE.contains(request.method())
        && (token == null || !keys.isToken(space, session, token))) {
      count(forged, "A change by a session cookie has no CSRF token, or another session's");
      throw Failure.of(
          Code.BAD_CSRF_TOKEN, "Send X-CSRF-Token as in the responses with this session");
    }
  }

  /** Throws if a request comes from a page whose origin is not allowed. */
  public void requireOrigin(HttpServerRequest request) {
    boolean isForeign = "cross-site".equals(request.getHeader(SITE));
    boolean isNamed = request.headers().contains(HttpHeaders.ORIGIN);
    if (isNamed ? !isOwnOrigin.test(request) : isForeign) {
      count(foreign, "A session cookie came from a page of another origin: see http.origins");
      throw Credentials.otherOrigin();
    }
  }

  /** Sets or renews the cookie of a session, and states its CSRF token. */
  public void set(HttpServerResponse response, String space, String session, long ttlSeconds) {
    put(response, space, keys.seal(space, session), ttlSeconds);
    tell(response, space, session);
  }

  /** States the CSRF token of a session. */
  public void tell(HttpServerResponse response, String space, String session) {
    response.putHeader(TOKEN, keys.token(space, session));
  }

  /** Makes the browser delete its cookie, because its pages cannot. */
  public void clear(HttpServerResponse response, String space) {
    put(response, space, "", 0);
  }

  private void put(HttpServerResponse response, String space, String value, long maxAge) {
    response.putHeader(
        HttpHeaders.SET_COOKIE,
        name(space)
            + "="
            + value
            + "; Path=/; Max-Age="
            + maxAge
            + "; Secure; HttpOnly; SameSite="
            + settings.sameSite().text());
  }

  private void count(Counter refusals, String text) {
    refusals.increment();
    log.log(System.Logger.Level.WARNING, text);
  }
}
