package io.aetherkeep.delivery;

import io.aetherkeep.keyspace.Digits;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.tracing.TracingPolicy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sender of messages to URLs of clients, protected against DNS rebinding. It resolves a name once
 * for each attempt, or for all that begin during the look-up, checks the addresses by the {@link
 * AddressPolicy}, and connects to a checked address. It follows no redirects, reads a limited part
 * of the response, and ends an attempt at its deadline.
 */
public final class WebhookSender {

  private static final int LARGEST_ANSWER = 16 << 10;
  private static final int CONNECTIONS = 10;

  /**
   * Threads of a node for look-ups of names. They are not those of the worker pool, because a DNS
   * server that does not respond holds a thread beyond an attempt's deadline.
   */
  private static final int LOOKUP_THREADS = 4;

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);

  private final Vertx vertx;
  private final AddressPolicy policy;
  private final Resolver resolver;
  private final Duration deadline;
  private final InstantSource clock;
  private @Nullable HttpClient client;
  private @Nullable WorkerExecutor lookupThreads;

  /** Look-ups in progress by host: attempts to one host wait for the same one. */
  private final Map<String, Future<List<InetAddress>>> lookups = new ConcurrentHashMap<>();

  /** Resolver of host names; may block. */
  @FunctionalInterface
  interface Resolver {
    List<InetAddress> resolve(String host) throws UnknownHostException;
  }

  /** Creates a sender in the context of the verticle that uses it. */
  public WebhookSender(Vertx vertx, AddressPolicy policy, Duration deadline, InstantSource clock) {
    this(vertx, policy, deadline, clock, host -> List.of(InetAddress.getAllByName(host)));
  }

  WebhookSender(
      Vertx vertx,
      AddressPolicy policy,
      Duration deadline,
      InstantSource clock,
      Resolver resolver) {
    this.vertx = vertx;
    this.policy = policy;
    this.resolver = resolver;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** Returns the client, created on first use: most nodes send no message. */
  private HttpClient client() {
    HttpClient present = client;
    if (present == null) {
      present =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setConnectTimeout((int) deadline.toMillis())
                  .setName("webhooks")
                  .setTracingPolicy(TracingPolicy.IGNORE),
              new PoolOptions().setHttp1MaxSize(CONNECTIONS));
      client = present;
    }
    return present;
  }

  public Duration deadline() {
    return deadline;
  }

  /** Posts a message; the future never fails. */
  public Future<SendResult> post(TargetUrl target, Map<String, String> headers, Buffer body) {
    return send(HttpMethod.POST.name(), target, headers, body);
  }

  /** Posts a message that its receiver may take longer to answer; the future never fails. */
  public Future<SendResult> post(
      TargetUrl target, Map<String, String> headers, Buffer body, Duration within) {
    return send(HttpMethod.POST.name(), target, headers, body, within);
  }

  /** Sends a message by another method; the future never fails. */
  public Future<SendResult> send(
      String method, TargetUrl target, Map<String, String> headers, Buffer body) {
    return send(method, target, headers, body, deadline);
  }

  private Future<SendResult> send(
      String method, TargetUrl target, Map<String, String> headers, Buffer body, Duration within) {
    Attempt attempt = new Attempt();
    return resolve(target.host())
        .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .compose(
            addresses ->
                policy
                    .refusal(addresses, target.isPlain())
                    .map(refusal -> Future.succeededFuture(SendResult.none(refusal)))
                    .orElseGet(
                        () ->
                            attempt.send(
                                () -> dial(method, target, addresses.get(0), headers), body)))
        .timeout(within.toMillis(), TimeUnit.MILLISECONDS)
        .onFailure(late -> attempt.end())
        .otherwise(thrown -> SendResult.none(problem(thrown, within)));
  }

  /** Attempt with its request, which has one deadline for the look-up, connecting and response. */
  private final class Attempt {

    private @Nullable HttpClientRequest request;
    private boolean ended;

    synchronized Future<SendResult> send(Supplier<Future<HttpClientRequest>> dial, Buffer body) {
      return ended
          ? Future.failedFuture(new TimeoutException())
          : dial.get().compose(ready -> send(ready, body));
    }

    private synchronized Future<SendResult> send(HttpClientRequest ready, Buffer body) {
      if (ended) {
        ready.reset();
        return Future.failedFuture(new TimeoutException());
      }
      request = ready;
      return ready.send(body).compose(response -> read(response));
    }

    /** Ends a failed attempt: its request is sent no more, or no longer waits for a response. */
    synchronized void end() {
      ended = true;
      if (request != null) {
        request.reset();
      }
    }
  }

  private Future<List<InetAddress>> resolve(String host) {
    Future<List<InetAddress>> known = lookups.get(host);
    if (known != null) {
      return known;
    }
    Future<List<InetAddress>> lookup =
        lookupThreads().executeBlocking(() -> resolver.resolve(host), false);
    lookups.put(host, lookup);
    return lookup.onComplete(done -> lookups.remove(host, lookup));
  }

  /** Returns the threads for look-ups, which all senders of the node share. */
  private WorkerExecutor lookupThreads() {
    WorkerExecutor present = lookupThreads;
    if (present == null) {
      present = vertx.createSharedWorkerExecutor("webhook-dns", LOOKUP_THREADS);
      lookupThreads = present;
    }
    return present;
  }

  private Future<HttpClientRequest> dial(
      String method, TargetUrl target, InetAddress address, Map<String, String> headers) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setServer(
                SocketAddress.inetSocketAddress(new InetSocketAddress(address, target.port())))
            .setHost(target.host())
            .setPort(target.port())
            .setSsl(!target.isPlain())
            .setURI(target.path())
            .setFollowRedirects(false)
            .setConnectTimeout(deadline.toMillis());
    headers.forEach(options::putHeader);
    return client().request(options);
  }

  /** Reads the first bytes of a response, and does not wait for the rest. */
  private Future<SendResult> read(HttpClientResponse response) {
    Buffer beginning = Buffer.buffer();
    Duration pause = retryAfter(response.getHeader(HttpHeaders.RETRY_AFTER));
    SendResult result = new SendResult(response.statusCode(), beginning, pause, null);
    response.handler(
        chunk -> {
          int room = LARGEST_ANSWER - beginning.length();
          beginning.appendBuffer(chunk.slice(0, Math.min(room, chunk.length())));
          if (chunk.length() > room) {
            response.request().reset();
          }
        });
    return response
        .end()
        .map(result)
        .recover(
            broken ->
                beginning.length() == LARGEST_ANSWER
                    ? Future.succeededFuture(result)
                    : Future.failedFuture(broken));
  }

  private @Nullable Duration retryAfter(@Nullable String header) {
    if (header == null || header.isBlank()) {
      return null;
    }
    String text = header.trim();
    Duration asked =
        Digits.isNumber(text, 9) ? Duration.ofSeconds(Long.parseLong(text)) : until(text);
    return asked == null || asked.compareTo(LONGEST_RETRY_AFTER) < 0 ? asked : LONGEST_RETRY_AFTER;
  }

  private @Nullable Duration until(String date) {
    try {
      Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
      Duration left = Duration.between(clock.instant(), at);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Describes a failure without the exception's message, which may contain internal addresses. */
  private static String problem(Throwable thrown, Duration within) {
    if (thrown instanceof UnknownHostException) {
      return "The host name does not resolve";
    }
    if (thrown instanceof TimeoutException || thrown instanceof ConnectTimeoutException) {
      return "No response within " + within.toMillis() + " ms";
    }
    if (thrown instanceof SSLException) {
      return "The TLS handshake failed";
    }
    if (thrown instanceof ConnectException) {
      return "The connection was refused";
    }
    return "The connection was lost";
  }

  public Future<Void> close() {
    return Future.join(
            lookupThreads == null ? Future.succeededFuture() : lookupThreads.close(),
            client == null ? Future.succeededFuture() : client.close())
        .mapEmpty();
  }
}
