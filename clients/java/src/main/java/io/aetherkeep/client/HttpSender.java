package io.aetherkeep.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Sender of HTTP calls, with deadline and retries. */
final class HttpSender {

  private static final int FAULTS = 400;

  /** In seconds, so that the sum with a time in nanoseconds does not overflow. */
  private static final long LONGEST_DELAY = 999_999_999;

  private static final Duration BETWEEN_OUTAGES = Duration.ofSeconds(1);

  private final HttpClient http;
  private final ClientOptions options;
  private final String base;

  HttpSender(HttpClient http, ClientOptions options) {
    this.http = http;
    this.options = options;
    String node = options.node().toString();
    this.base =
        (node.endsWith("/") ? node : node + "/")
            + "api/v1/"
            + PathTemplate.segment("space", options.space());
  }

  /** The path of the space on its node. */
  String spacePath() {
    return URI.create(base).getPath();
  }

  /** Sends a call; returns a response with a status below 400. */
  HttpResponse<byte[]> send(HttpCall call) {
    return send(call, options.deadline());
  }

  HttpResponse<byte[]> send(HttpCall call, Duration deadline) {
    long until = System.nanoTime() + deadline.toNanos();
    for (int attempt = 1; ; attempt++) {
      AetherkeepException failure;
      try {
        HttpResponse<byte[]> answer = exchange(call, until);
        if (answer.statusCode() < FAULTS) {
          return answer;
        }
        failure = problem(answer);
      } catch (ConnectionException e) {
        failure = e;
      }
      Optional<Duration> wait = options.retries().next(failure, call.repeatable(), attempt);
      if (wait.isEmpty() || System.nanoTime() + wait.get().toNanos() >= until) {
        throw failure;
      }
      pause(wait.get(), failure);
    }
  }

  /** Sends a read again after each outage, however long; fails where a repetition cannot help. */
  HttpResponse<byte[]> sendOverOutages(HttpCall read, Duration deadline) {
    return sendOverOutages(read, deadline, () -> false);
  }

  /** Sends a read again after each outage, until a time is over; then the last failure stands. */
  HttpResponse<byte[]> sendOverOutages(HttpCall read, Duration deadline, BooleanSupplier over) {
    while (true) {
      try {
        return send(read, deadline);
      } catch (AetherkeepException e) {
        boolean again = e.mayRepeat(true) && !over.getAsBoolean();
        if (!again || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        pause(BETWEEN_OUTAGES, e);
      }
    }
  }

  private static void pause(Duration wait, AetherkeepException failure) {
    try {
      TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private HttpResponse<byte[]> exchange(HttpCall call, long until) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request(call), BodyHandlers.ofByteArray());
    String name = call.method() + " " + call.path();
    try {
      return answer.get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      boolean neverSent =
          cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
      throw new ConnectionException(name + ": no answer", cause, neverSent);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new ConnectionException(name + ": no response within the deadline", e, false);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new ConnectionException(name + ": interrupted", e, false);
    }
  }

  private HttpRequest request(HttpCall call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + call.path())).method(call.method(), body(call));
    options.credential().ifPresent(it -> request.header("Authorization", "Bearer " + it));
    if (!call.headers().isEmpty()) {
      request.headers(call.headers().toArray(String[]::new));
    }
    return request.build();
  }

  private static BodyPublisher body(HttpCall call) {
    if (call.body().isEmpty()) {
      return BodyPublishers.noBody();
    }
    if (call.body().get() instanceof byte[] bytes) {
      return BodyPublishers.ofByteArray(bytes);
    }
    return BodyPublishers.ofByteArray(WireJson.write(call.body().get()));
  }

  private static ProblemException problem(HttpResponse<byte[]> answer) {
    JsonNode document;
    try {
      document = WireJson.MAPPER.readTree(answer.body());
    } catch (IOException e) {
      document = NullNode.instance; // for example a proxy's error page
    }
    JsonNode problem = document == null ? MissingNode.getInstance() : document;
    return ProblemException.of(answer.statusCode(), problem, retryAfter(answer));
  }

  private static @Nullable Duration retryAfter(HttpResponse<?> answer) {
    return answer.headers().firstValue("Retry-After").map(HttpSender::delay).orElse(null);
  }

  /** Parses seconds or, as proxies send it, a date; null for neither. */
  private static @Nullable Duration delay(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(text));
    }
    try {
      Instant date = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
      Duration left = Duration.between(Instant.now(), date);
      return Duration.ofSeconds(Math.max(0, Math.min(left.toSeconds(), LONGEST_DELAY)));
    } catch (DateTimeException e) {
      return null;
    }
  }
}
