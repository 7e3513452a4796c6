package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.DeliveryAsks.ListDeadLetters;
import io.aetherkeep.catalogue.DeliveryAsks.ListWebhookAttempts;
import io.aetherkeep.catalogue.DeliveryAsks.ReplayWebhook;
import io.aetherkeep.catalogue.DeliveryAsks.TestWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ChangeWebhook;
import io.aetherkeep.catalogue.WebhookAsks.CreateWebhook;
import io.aetherkeep.catalogue.WebhookAsks.DeleteWebhook;
import io.aetherkeep.catalogue.WebhookAsks.ListWebhooks;
import io.aetherkeep.catalogue.WebhookAsks.ReadWebhook;
import io.aetherkeep.catalogue.WebhookAsks.RotateWebhookSecret;
import io.aetherkeep.catalogue.WebhookAsks.Webhook;
import io.aetherkeep.catalogue.WebhookAsks.WebhookEvent;
import io.aetherkeep.catalogue.WebhookAsks.WebhookFormat;
import io.aetherkeep.document.Offload;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes of webhooks. All need the scope admin, because requests and answers contain secrets. */
final class WebhookRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}/webhooks";
  private static final String ONE = BASE + "/{id}";

  /** Deadline of a test, longer than the delivery attempt that it makes. */
  private static final Duration TEST_DEADLINE = Duration.ofSeconds(30);

  private final RouteContext services;

  WebhookRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE, this::list).needs(Need.ADMIN),
        Route.post(BASE, this::create).needs(Need.ADMIN),
        Route.get(ONE, this::read).needs(Need.ADMIN),
        Route.patch(ONE, this::change).needs(Need.ADMIN),
        Route.delete(ONE, this::delete).needs(Need.ADMIN),
        Route.post(ONE + "/rotate", this::rotate).needs(Need.ADMIN),
        Route.post(ONE + "/test", this::test).needs(Need.ADMIN),
        Route.get(ONE + "/deliveries", this::deliveries).needs(Need.ADMIN),
        Route.get(ONE + "/dead-letters", this::deadLetters).needs(Need.ADMIN),
        Route.post(ONE + "/replay", this::replay).needs(Need.ADMIN));
  }

  private void list(RoutingContext context) {
    services.json(context, new ListWebhooks(Requests.space(context)));
  }

  private void read(RoutingContext context) {
    services.json(context, new ReadWebhook(Requests.space(context), Requests.id(context)));
  }

  /** Body of a creation. */
  record Creation(
      String url,
      List<WebhookEvent> events,
      @Nullable String description,
      @Nullable WebhookFormat format,
      @Nullable String credential) {
    Creation {
      Objects.requireNonNull(url, "url");
      events = List.copyOf(Objects.requireNonNull(events, "events"));
    }
  }

  private void create(RoutingContext context) {
    String space = Requests.space(context);
    Future<Webhook> created =
        services
            .requests()
            .record(context.request(), space, Creation.class)
            .compose(
                body ->
                    services.ask(
                        new CreateWebhook(
                            space,
                            body.url,
                            body.events,
                            body.description,
                            body.format,
                            body.credential)))
            .onSuccess(
                webhook ->
                    context
                        .response()
                        .setStatusCode(201)
                        .putHeader(
                            HttpHeaders.LOCATION, context.normalizedPath() + "/" + webhook.id()));
    services.json(context, created);
  }

  /** Body of a change; absent fields keep their values. */
  record Changing(
      @Nullable String url,
      @Nullable List<WebhookEvent> events,
      @Nullable String description,
      @Nullable Boolean enabled,
      @Nullable String credential) {
    Changing {
      events = events == null ? null : List.copyOf(events);
    }
  }

  private void change(RoutingContext context) {
    String space = Requests.space(context);
    services.json(
        context,
        services
            .requests()
            .record(context.request(), space, Changing.class)
            .compose(
                body ->
                    services.ask(
                        new ChangeWebhook(
                            space,
                            Requests.id(context),
                            body.url,
                            body.events,
                            body.description,
                            body.enabled,
                            body.credential))));
  }

  private void delete(RoutingContext context) {
    services
        .ask(new DeleteWebhook(Requests.space(context), Requests.id(context)))
        .onComplete(
            deleted -> context.response().setStatusCode(204).end(),
            thrown -> services.refuse(context.request(), thrown));
  }

  /** Body of a rotation. */
  record Rotating(@Nullable Long overlapSeconds) {}

  private void rotate(RoutingContext context) {
    optional(
        context,
        Rotating.class,
        body ->
            new RotateWebhookSecret(
                Requests.space(context), Requests.id(context), body.overlapSeconds));
  }

  private void test(RoutingContext context) {
    services.json(
        context,
        services.ask(
            new TestWebhook(Requests.space(context), Requests.id(context)), TEST_DEADLINE));
  }

  private void deliveries(RoutingContext context) {
    services.json(context, new ListWebhookAttempts(Requests.space(context), Requests.id(context)));
  }

  private void deadLetters(RoutingContext context) {
    services.json(
        context,
        new ListDeadLetters(
            Requests.space(context),
            Requests.id(context),
            context.request().getParam("cursor"),
            Requests.number(context.request(), "limit")));
  }

  /** Body of a replay. */
  record Replaying(@Nullable String since, @Nullable String cursor) {}

  private void replay(RoutingContext context) {
    optional(
        context,
        Replaying.class,
        body ->
            new ReplayWebhook(
                Requests.space(context), Requests.id(context), body.since, body.cursor));
  }

  /** Asks with a body that the request may omit. */
  private <T> void optional(RoutingContext context, Class<T> type, Function<T, Ask<?>> ask) {
    services.json(
        context,
        body(context)
            .compose(json -> Offload.run(json.length, () -> RecordJson.read(json, type)))
            .compose(body -> services.ask(ask.apply(body))));
  }

  private Future<byte[]> body(RoutingContext context) {
    String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null
        ? Future.succeededFuture(new byte[] {'{', '}'})
        : services
            .requests()
            .document(context.request(), Requests.space(context))
            .map(document -> document.bytes().getBytes());
  }
}
