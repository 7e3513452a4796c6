package io.aetherkeep.router.docs;

import io.aetherkeep.document.Document;
import io.aetherkeep.keyspace.Keyspace;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.docs.openapi.OpenApiKeyspaces;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Future;
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

  /** Rendered pages by their file, each rendered on first use. */
  private static final Map<String, Document> RENDERED = new ConcurrentHashMap<>();

  private final Problems problems;
  private final List<Keyspace<Document>> ownKeyspaces;

  public DocumentRoutes(Problems problems, List<Keyspace<Document>> ownKeyspaces) {
    this.problems = problems;
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
                    Route.get(DocSite.ROOT + "/" + name, file("docs/pages/" + name, "image/png")));
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

  /** Serves a documentation page; the first request renders it off the event loop. */
  private Handler<RoutingContext> page(String file) {
    return context -> {
      Document known = RENDERED.get(file);
      Future<Document> page =
          known == null
              ? context.vertx().executeBlocking(() -> RENDERED.computeIfAbsent(file, this::render))
              : Future.succeededFuture(known);
      page.onComplete(
          html -> serve(context, HTML, PAGE_POLICY, html),
          thrown -> problems.send(context.request(), thrown));
    };
  }

  private Document render(String file) {
    return Document.stored(Buffer.buffer(SITE.html(file)));
  }

  private Handler<RoutingContext> openApi() {
    Document document = Document.stored(OpenApiKeyspaces.with(ownKeyspaces, read("openapi.json")));
    return context -> serve(context, "application/json", POLICY, document);
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
    Document content = Document.stored(read(name));
    return context -> serve(context, type, policy, content);
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
