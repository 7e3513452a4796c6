package io.aetherkeep.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A page with one script, of another origin than a node's. */
final class ScriptPage implements AutoCloseable {

  private final HttpServer server;

  private ScriptPage(HttpServer server) {
    this.server = server;
  }

  static ScriptPage serving(String script) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    String html = "<!doctype html><div id=root></div><script src=bundle.js></script>";
    serve(server, "/", "text/html", html);
    serve(server, "/bundle.js", "text/javascript", script);
    server.start();
    return new ScriptPage(server);
  }

  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void serve(HttpServer server, String path, String type, String text) {
    byte[] body = text.getBytes(UTF_8);
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
