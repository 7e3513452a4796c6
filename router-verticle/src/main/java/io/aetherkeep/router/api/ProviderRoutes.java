package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.LeaseAsks.LeaseProvider;
import io.aetherkeep.catalogue.LeaseAsks.ListLeases;
import io.aetherkeep.catalogue.LeaseAsks.RenewLease;
import io.aetherkeep.catalogue.LeaseAsks.ReturnLease;
import io.aetherkeep.catalogue.ProviderAsks.DisableProvider;
import io.aetherkeep.catalogue.ProviderAsks.EnableProvider;
import io.aetherkeep.catalogue.ProviderAsks.ListProviders;
import io.aetherkeep.catalogue.ProviderAsks.Outcome;
import io.aetherkeep.catalogue.ProviderAsks.ProviderHealth;
import io.aetherkeep.catalogue.ProviderAsks.ProviderList;
import io.aetherkeep.catalogue.ProviderAsks.ReadProvider;
import io.aetherkeep.catalogue.ProviderAsks.ReportOutcomes;
import io.aetherkeep.catalogue.ProviderAsks.Status;
import io.aetherkeep.catalogue.ProviderAsks.WriteProvider;
import io.aetherkeep.document.Document;
import io.aetherkeep.document.Offload;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes of providers' health. */
final class ProviderRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}/providers";

  private static final String LEASE = BASE + "/{id}/leases/{lease}";

  /** HTTP status for a report that this node keeps until Redis is back. */
  private static final int KEPT = 202;

  private final RouteContext services;

  ProviderRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/health", this::list).needs(Need.READ),
        Route.get(BASE + "/{id}/health", this::read).needs(Need.READ),
        Route.put(BASE + "/{id}/health", this::write).needs(Need.ADMIN),
        Route.post(BASE + "/lease", this::lease).needs(Need.WRITE),
        Route.get(BASE + "/{id}/leases", this::leases).needs(Need.READ),
        Route.post(LEASE + "/renew", this::renew).needs(Need.WRITE),
        Route.delete(LEASE, this::giveBack).needs(Need.WRITE),
        Route.post(BASE + "/{id}/outcomes", this::report).needs(Need.WRITE),
        Route.post(BASE + "/{id}/disable", this::disable).needs(Need.ADMIN),
        Route.post(BASE + "/{id}/enable", this::enable).needs(Need.ADMIN));
  }

  private void list(RoutingContext context) {
    Future<ProviderList> list =
        services.ask(
            new ListProviders(Requests.space(context), context.request().getParam("group")));
    services.json(
        context, list.onSuccess(all -> Answers.markStale(context.response(), all.staleSeconds())));
  }

  private void read(RoutingContext context) {
    services.json(
        context,
        marked(
            context,
            services.ask(new ReadProvider(Requests.space(context), Requests.id(context))),
            200));
  }

  /** Marks a provider's health that this node alone has computed while Redis is down. */
  private static Future<ProviderHealth> marked(
      RoutingContext context, Future<ProviderHealth> provider, int status) {
    return provider.onSuccess(
        found -> {
          if (found.staleSeconds() != null) {
            Answers.markStale(context.response(), found.staleSeconds());
            context.response().setStatusCode(status);
          }
        });
  }

  /** Body of a write of a provider's health. */
  record Setting(
      Status status,
      @Nullable Double successRate,
      @Nullable Double avgLatency,
      @Nullable String lastFailure) {
    Setting {
      Objects.requireNonNull(status, "status");
    }
  }

  private void write(RoutingContext context) {
    body(
        context,
        json -> {
          Setting to = RecordJson.read(json, Setting.class);
          return new WriteProvider(
              Requests.space(context),
              Requests.id(context),
              to.status,
              to.successRate,
              to.avgLatency,
              to.lastFailure);
        });
  }

  /** Body of a lease. */
  record Leasing(String group, @Nullable Long estimatedTokens, @Nullable Integer ttlSeconds) {
    Leasing {
      Objects.requireNonNull(group, "group");
    }
  }

  private void lease(RoutingContext context) {
    String space = Requests.space(context);
    services
        .requests()
        .record(context.request(), space, Leasing.class)
        .compose(
            body ->
                services.ask(
                    new LeaseProvider(space, body.group, body.estimatedTokens, body.ttlSeconds)))
        .onFailure(thrown -> setRetryAfter(context, Failure.from(thrown)))
        .onComplete(
            lease -> services.json(context, Future.succeededFuture(lease)),
            thrown -> services.refuse(context.request(), thrown));
  }

  private void leases(RoutingContext context) {
    List<String> parts = Requests.segments(context, 2);
    services.json(context, services.ask(new ListLeases(parts.get(0), parts.get(2))));
  }

  /** Body of a renewal. */
  record Renewal(@Nullable Integer ttlSeconds) {}

  private void renew(RoutingContext context) {
    List<String> parts = Requests.segments(context, 2);
    services.json(
        context,
        services
            .requests()
            .record(context.request(), parts.get(0), Renewal.class)
            .compose(
                body ->
                    services.ask(
                        new RenewLease(
                            parts.get(0), parts.get(2), parts.get(4), body.ttlSeconds))));
  }

  private void giveBack(RoutingContext context) {
    List<String> parts = Requests.segments(context, 2);
    services
        .ask(new ReturnLease(parts.get(0), parts.get(2), parts.get(4)))
        .onComplete(
            returned -> context.response().setStatusCode(204).end(),
            thrown -> services.refuse(context.request(), thrown));
  }

  /** Sets Retry-After to the time until a provider of the group has capacity again. */
  private static void setRetryAfter(RoutingContext context, Failure failure) {
    String seconds = failure.members().get("retryAfterSeconds");
    if (seconds != null) {
      context.response().putHeader(HttpHeaders.RETRY_AFTER, seconds);
    }
  }

  /** Reports one outcome or an array of them. */
  private void report(RoutingContext context) {
    Future<ProviderHealth> reported =
        whole(context)
            .compose(body -> Offload.run(body.length(), () -> outcomes(checked(body))))
            .compose(
                outcomes ->
                    services.ask(
                        new ReportOutcomes(
                            Requests.space(context), Requests.id(context), outcomes)));
    services.changed(context, marked(context, reported, KEPT));
  }

  private static List<Outcome> outcomes(byte[] json) {
    return isArray(json)
        ? Arrays.asList(RecordJson.read(json, Outcome[].class))
        : List.of(RecordJson.read(json, Outcome.class));
  }

  private static boolean isArray(byte[] json) {
    int first = 0;
    while (first < json.length && Character.isWhitespace(json[first])) {
      first++;
    }
    return first < json.length && json[first] == '[';
  }

  /** Body of a disable: why, and for how long. */
  record Taking(String reason, @Nullable Long forSeconds) {
    Taking {
      Objects.requireNonNull(reason, "reason");
    }
  }

  private void disable(RoutingContext context) {
    body(
        context,
        json -> {
          Taking out = RecordJson.read(json, Taking.class);
          return new DisableProvider(
              Requests.space(context), Requests.id(context), out.reason, out.forSeconds);
        });
  }

  /** Body of an enable: why, and for how long nothing may disable the provider. */
  record Putting(@Nullable String reason, @Nullable Long forSeconds) {}

  private void enable(RoutingContext context) {
    if (hasNoBody(context.request())) {
      services.changed(
          context,
          services.ask(
              new EnableProvider(Requests.space(context), Requests.id(context), null, null)));
      return;
    }
    services.changed(
        context,
        whole(context)
            .compose(
                body ->
                    Offload.run(
                        body.length(),
                        () ->
                            body.length() == 0
                                ? new Putting(null, null)
                                : RecordJson.read(checked(body), Putting.class)))
            .compose(
                back ->
                    services.ask(
                        new EnableProvider(
                            Requests.space(context),
                            Requests.id(context),
                            back.reason,
                            back.forSeconds))));
  }

  /** Whether the request has no body; over HTTP/2 a body may come without a length. */
  private static boolean hasNoBody(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length == null
        ? request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null
            && request.getHeader(HttpHeaders.CONTENT_TYPE) == null
        : length.equals("0");
  }

  private Future<Buffer> whole(RoutingContext context) {
    return services
        .requests()
        .jsonBody(context.request(), services.requests().limit(Requests.space(context)));
  }

  /** Returns the body after a strict JSON check. */
  private static byte[] checked(Buffer body) {
    return Document.received(body).bytes().getBytes();
  }

  private <A> void body(RoutingContext context, Function<byte[], Ask<A>> ask) {
    services.changed(
        context,
        whole(context)
            .compose(body -> Offload.run(body.length(), () -> ask.apply(checked(body))))
            .compose(services::ask));
  }
}
