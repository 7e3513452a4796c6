package io.aetherkeep.router.docs;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.docs.openapi.OpenApiKeyspaces;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Routes of the documentation and the API contracts; its pages load nothing from other hosts. */
public final class DocumentRoutes implements RouteGroup {

  /** Folder of the documents in the jar. */
  private static final String HOME = "/io/aetherkeep/router/";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
          + " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

  /** Policy of documentation pages, which run no scripts. */
  private static final String PAGE_POLICY =
      "default-src 'none'; style-src 'self'; img-src 'self' data:;"
          + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

  private static final String HTML = "text/html; charset=utf-8";
  private static final String SCRIPT = "text/javascript; charset=utf-8";

  private static final DocSite SITE = new DocSite();

  /**
   * Files and rendered pages by their name, each loaded on first use: there are megabytes of them,
   * and most nodes never serve one.
   */
  private static final Map<String, Document> LOADED = new ConcurrentHashMap<>();

  private final List<Keyspace<Document>> ownKeyspaces;

  /** The OpenAPI document, with the keyspaces of this node. */
  private final Map<String, Document> openApi = new ConcurrentHashMap<>();

  public DocumentRoutes(List<Keyspace<Document>> ownKeyspaces) {
    this.ownKeyspaces = List.copyOf(ownKeyspaces);
  }

  @Override
  public List<Route> routes() {
    String renderer =
        "/META-INF/resources/webjars/swagger-ui/" + text("docs/swagger-ui.version").strip() + "/";
    Stream<Route> pages =
        SITE.pages().entrySet().stream()
            .map(page -> Route.get(page.getValue(), page(page.getKey())));
    Stream<Route> pictures =
        DocSite.PICTURES.stream()
            .map(
                name ->
                    Route.get(
                        DocSite.ROOT + "/" + name,
                        file(
                            "docs/pages/" + name,
                            name.endsWith(".svg") ? "image/svg+xml" : "image/png")));
    Stream<Route> contracts =
        Stream.of(
            Route.get("/", home()),
            Route.get("/openapi.json", openApi()),
            Route.get("/asyncapi.json", file("asyncapi.json", "application/json")),
            Route.get("/client.js", file("realtime.js", SCRIPT)),
            Route.get("/docs/docs.css", file("docs/docs.css", "text/css; charset=utf-8")),
            Route.get("/docs/openapi", file("docs/openapi.html", HTML)),
            Route.get("/docs/openapi.js", file("docs/openapi.js", SCRIPT)),
            Route.get("/docs/asyncapi", file("docs/asyncapi.html", HTML)),
            Route.get("/docs/asyncapi.js", file("docs/asyncapi.js", SCRIPT)),
            Route.get(
                "/docs/swagger-ui.js", file(renderer + "swagger-ui-bundle.js", "text/javascript")),
            Route.get("/docs/swagger-ui.css", file(renderer + "swagger-ui.css", "text/css")));
    return Stream.of(contracts, pages, pictures)
        .flatMap(routes -> routes)
        .map(route -> route.needs(Need.NOTHING))
        .toList();
  }

  private static Handler<RoutingContext> page(String file) {
    return loaded(
        LOADED,
        file,
        () -> Buffer.buffer(SITE.html(file)),
        (context, page) -> serve(context, HTML, PAGE_POLICY, page));
  }

  private Handler<RoutingContext> openApi() {
    return loaded(
        openApi,
        "openapi.json",
        () -> OpenApiKeyspaces.with(ownKeyspaces, read("openapi.json")),
        (context, document) -> serve(context, "application/json", POLICY, document));
  }

  /** Serves a document; the first request loads it, off the event loop. */
  private static Handler<RoutingContext> loaded(
      Map<String, Document> all,
      String name,
      Supplier<Buffer> load,
      BiConsumer<RoutingContext, Document> serve) {
    return context -> {
      Document known = all.get(name);
      if (known != null) {
        serve.accept(context, known);
        return;
      }
      context
          .vertx()
          .executeBlocking(
              () -> all.computeIfAbsent(name, unknown -> Document.stored(load.get())), false)
          .onComplete(document -> serve.accept(context, document), context::fail);
    };
  }

  /** Serves the index of all documents: HTML for browsers, JSON for other clients. */
  private static Handler<RoutingContext> home() {
    Handler<RoutingContext> page = file("docs/home.html", HTML);
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

  /** Serves a file of the jar. */
  public static Handler<RoutingContext> file(String name, String type, String policy) {
    return loaded(
        LOADED,
        name,
        () -> read(name),
        (context, content) -> serve(context, type, policy, content));
  }

  private static void serve(RoutingContext context, String type, String policy, Document content) {
    context
        .response()
        .putHeader("Content-Security-Policy", policy)
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("X-Frame-Options", "DENY");
    Answers.revalidated(context.request(), type, content.version(), content.bytes());
  }

  private static String text(String name) {
    return read(name).toString(StandardCharsets.UTF_8);
  }

  private static Buffer read(String name) {
    try (InputStream in =
        DocumentRoutes.class.getResourceAsStream(name.startsWith("/") ? name : HOME + name)) {
      if (in == null) {
        throw new IllegalStateException("Not in the package: " + name);
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("Cannot be read: " + name, e);
    }
  }
}
