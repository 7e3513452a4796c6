package io.aetherkeep.router;

import io.aetherkeep.keyspace.Document;
import io.aetherkeep.router.Routes.Route;
import io.aetherkeep.router.access.Need;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The published contract, and a page that renders it without asking any other host. */
final class DocumentRoutes implements Routes.Part {

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

  @Override
  public List<Route> routes() {
    String renderer =
        "/META-INF/resources/webjars/swagger-ui/" + text("docs/swagger-ui.version").strip() + "/";
    return Stream.of(
            Route.get("/", home()),
            Route.get("/openapi.json", file("openapi.json", "application/json")),
            Route.get("/asyncapi.json", file("asyncapi.json", "application/json")),
            Route.get("/client.js", file("client.js", "text/javascript; charset=utf-8")),
            Route.get("/docs", file("docs/index.html", "text/html; charset=utf-8")),
            Route.get("/docs/docs.js", file("docs/docs.js", "text/javascript; charset=utf-8")),
            Route.get(
                "/docs/swagger-ui.js", file(renderer + "swagger-ui-bundle.js", "text/javascript")),
            Route.get("/docs/swagger-ui.css", file(renderer + "swagger-ui.css", "text/css")))
        .map(route -> route.needs(Need.NOTHING))
        .toList();
  }

  /** Where everything else is: a page for a browser, JSON for others. */
  private static Handler<RoutingContext> home() {
    Handler<RoutingContext> page = file("docs/home.html", "text/html; charset=utf-8");
    Handler<RoutingContext> list = file("docs/home.json", "application/json");
    return context -> {
      context.response().headers().add(HttpHeaders.VARY, HttpHeaders.ACCEPT);
      String accepted = context.request().headers().get(HttpHeaders.ACCEPT);
      (accepted != null && accepted.contains("text/html") ? page : list).handle(context);
    };
  }

  private static Handler<RoutingContext> file(String name, String type) {
    return file(name, type, POLICY);
  }

  /** Serves what is in the package. */
  static Handler<RoutingContext> file(String name, String type, String policy) {
    Buffer content = read(name);
    String version = Document.stored(content).version();
    return context -> {
      context
          .response()
          .putHeader("Content-Security-Policy", policy)
          .putHeader("Referrer-Policy", "no-referrer")
          .putHeader("X-Frame-Options", "DENY");
      Answers.revalidated(context.request(), type, version, content);
    };
  }

  private static String text(String name) {
    return read(name).toString(StandardCharsets.UTF_8);
  }

  private static Buffer read(String name) {
    try (InputStream in = DocumentRoutes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("Not in the package: " + name);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("Cannot be read: " + name, e);
    }
  }
}
