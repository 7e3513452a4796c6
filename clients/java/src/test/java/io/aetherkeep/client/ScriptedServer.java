package io.aetherkeep.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** HTTP server with scripted responses, one per request. */
final class ScriptedServer implements AutoCloseable {

  /**
   * A response; status 0 means none.
   *
   * @param charset charset of the body; ISO 8859-1 for single bytes
   */
  record Answer(
      int status, String retryAfter, String body, Charset charset, Map<String, String> headers) {

    Answer(int status, String retryAfter, String body) {
      this(status, retryAfter, body, StandardCharsets.UTF_8, Map.of());
    }

    static Answer problem(int status, String code, boolean retry) {
      return new Answer(status, "0", "{\"code\": \"%s\", \"retry\": %s}".formatted(code, retry));
    }
  }

  private final HttpServer server;
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  ScriptedServer(Answer... answers) throws IOException {
    this.answers.addAll(List.of(answers));
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) {
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    Answer answer = answers.remove();
    if (answer.status() == 0) {
      return;
    }
    try (exchange) {
      byte[] body = answer.body().getBytes(answer.charset());
      exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      if (body.length == 0) {
        exchange.sendResponseHeaders(answer.status(), -1);
        return;
      }
      String type = answer.body().startsWith("{") ? "application/json" : "text/plain";
      exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  AetherkeepClient client() {
    URI node = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return AetherkeepClient.of(node, "council");
  }

  List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
