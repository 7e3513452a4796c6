package io.aetherkeep.router.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.SubscriptionAsks.AckWake;
import io.aetherkeep.catalogue.SubscriptionAsks.ClaimSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.DeleteSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.LinkStreams;
import io.aetherkeep.catalogue.SubscriptionAsks.PutSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadSubscription;
import io.aetherkeep.catalogue.SubscriptionAsks.ReadWakeKeys;
import io.aetherkeep.catalogue.SubscriptionAsks.StreamAck;
import io.aetherkeep.catalogue.SubscriptionAsks.SubscriptionConfig;
import io.aetherkeep.catalogue.SubscriptionAsks.UnlinkStream;
import io.aetherkeep.catalogue.SubscriptionAsks.WakeAction;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Routes of subscriptions to streams: the reserved part of the Durable Streams protocol, in every
 * space and at the protocol's own path. A problem has a member {@code error}, with the protocol's
 * code.
 */
final class SubscriptionRoutes implements RouteGroup {

  /** Prefix of the paths of streams that the protocol reserves. */
  static final String RESERVED = "__ds/";

  static final String STOCK_ROOT = StreamName.STOCK_ROOT + RESERVED;

  private static final String BEARER = "Bearer ";

  /** Deadline of a creation, which lists the space's streams. */
  private static final Duration CREATION_DEADLINE = Duration.ofSeconds(30);

  /** Limit of the body of an ack, which is read before its token is checked. */
  private static final int LARGEST_ACK = 64 << 10;

  private final RouteContext services;
  private final RouterSettings.Streams settings;
  private final Proxies proxies;

  SubscriptionRoutes(RouteContext services, RouterSettings.Streams settings, Proxies proxies) {
    this.services = services;
    this.settings = settings;
    this.proxies = proxies;
  }

  @Override
  public List<Route> routes() {
    return Stream.concat(
            routes("/api/v1/{space}/streams/" + RESERVED, null),
            routes(STOCK_ROOT, settings.rootSpace()))
        .toList();
  }

  private Stream<Route> routes(String root, @Nullable String space) {
    String one = root + "subscriptions/{id}";
    return Stream.of(
            Route.get(root + "jwks.json", refusing(this::keys)).needs(Need.NOTHING),
            Route.put(one, refusing(this::put)).needs(Need.WRITE),
            Route.get(one, refusing(this::read)).needs(Need.READ),
            Route.delete(one, refusing(this::delete)).needs(Need.WRITE),
            Route.post(one + "/streams", refusing(this::link)).needs(Need.WRITE),
            Route.delete(one + "/streams/{path}", refusing(this::unlink)).needs(Need.WRITE),
            Route.post(one + "/claim", refusing(this::claim)).needs(Need.WRITE),
            acking(one + "/callback", WakeAction.CALLBACK),
            acking(one + "/ack", WakeAction.ACK),
            acking(one + "/release", WakeAction.RELEASE))
        .map(route -> route.in(space));
  }

  private Route acking(String path, WakeAction action) {
    return Route.post(path, refusing((context, name) -> ack(context, name, action)))
        .needs(Need.TOKEN);
  }

  /**
   * Subscription that a request names.
   *
   * @param id empty if the request is for the public keys
   * @param path of a stream in the subscription, or empty
   */
  private record SubscriptionName(String space, String id, String path) {}

  private SubscriptionName name(RoutingContext context) {
    List<String> place = Requests.segments(context, 2);
    boolean stock = context.normalizedPath().startsWith(StreamName.STOCK_ROOT);
    String space = stock ? settings.rootSpace() : place.get(0);
    // The segments after __ds/subscriptions.
    List<String> rest = place.subList(Math.min(place.size(), stock ? 2 : 4), place.size());
    return new SubscriptionName(
        space,
        rest.isEmpty() ? "" : rest.get(0),
        rest.size() > 2 ? String.join("/", rest.subList(2, rest.size())) : "");
  }

  /** Operation whose failure becomes a problem. */
  private interface NamedOperation {
    Future<?> run(RoutingContext context, SubscriptionName name);
  }

  private Handler<RoutingContext> refusing(NamedOperation operation) {
    return context -> {
      Future<?> done;
      try {
        done = operation.run(context, name(context));
      } catch (Failure failure) {
        done = Future.failedFuture(failure);
      }
      done.onFailure(
          thrown ->
              services.problems().send(context.request(), thrown, SubscriptionRoutes::members));
    };
  }

  /** Returns the extension member of a problem that the protocol defines, {@code error}. */
  private static Map<String, Object> members(Failure failure) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", code(failure.code()));
    error.put("message", failure.detail());
    failure
        .members()
        .forEach(
            (name, value) ->
                error.put(name, name.equals("generation") ? Long.valueOf(value) : value));
    return Map.of("error", error);
  }

  private static String code(Code code) {
    return switch (code) {
      case SUBSCRIPTION_UNKNOWN -> "SUBSCRIPTION_NOT_FOUND";
      case SUBSCRIPTION_EXISTS -> "SUBSCRIPTION_ALREADY_EXISTS";
      case WAKE_FENCED -> "FENCED";
      case ACK_CONFLICT -> "INVALID_OFFSET";
      case BAD_CREDENTIALS, NO_CREDENTIALS -> "TOKEN_INVALID";
      case EXPIRED_CREDENTIALS -> "TOKEN_EXPIRED";
      case INVALID_BODY, INVALID_ID, INVALID_PATTERN -> "INVALID_REQUEST";
      default -> code.name();
    };
  }

  private <T> Future<T> body(RoutingContext context, SubscriptionName name, Class<T> type) {
    return services.requests().record(context.request(), name.space, type);
  }

  private static void json(RoutingContext context, int status, Object record) {
    context.response().setStatusCode(status);
    Answers.json(context.response(), Buffer.buffer(RecordJson.write(record)));
  }

  private static void nothing(RoutingContext context) {
    context.response().setStatusCode(204).end();
  }

  private Future<?> keys(RoutingContext context, SubscriptionName name) {
    return services
        .ask(new ReadWakeKeys(name.space))
        .onSuccess(
            keys ->
                context
                    .response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/jwk-set+json")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                    .end(Buffer.buffer(RecordJson.write(keys))));
  }

  private Future<?> put(RoutingContext context, SubscriptionName name) {
    String path = context.request().path();
    String root =
        proxies.origin(context.request())
            + path.substring(0, path.indexOf("/" + RESERVED + "subscriptions/") + 1);
    return body(context, name, SubscriptionConfig.class)
        .compose(
            config ->
                services.ask(
                    new PutSubscription(name.space, name.id, config, root), CREATION_DEADLINE))
        .onSuccess(put -> json(context, put.created() ? 201 : 200, put.subscription()));
  }

  private Future<?> read(RoutingContext context, SubscriptionName name) {
    return services
        .ask(new ReadSubscription(name.space, name.id))
        .onSuccess(found -> json(context, 200, found));
  }

  private Future<?> delete(RoutingContext context, SubscriptionName name) {
    return done(context, Future.succeededFuture(new DeleteSubscription(name.space, name.id)));
  }

  private Future<?> done(RoutingContext context, Future<? extends Ask<?>> ask) {
    return ask.compose(services::ask).onSuccess(done -> nothing(context));
  }

  /** Body that names streams. */
  record NamedStreams(List<String> streams) {
    NamedStreams {
      streams = List.copyOf(Objects.requireNonNull(streams, "streams"));
    }
  }

  private Future<?> link(RoutingContext context, SubscriptionName name) {
    return done(
        context,
        body(context, name, NamedStreams.class)
            .map(body -> new LinkStreams(name.space, name.id, body.streams)));
  }

  private Future<?> unlink(RoutingContext context, SubscriptionName name) {
    return done(context, Future.succeededFuture(new UnlinkStream(name.space, name.id, name.path)));
  }

  /** Body of a claim. */
  record Claiming(String worker) {
    Claiming {
      Objects.requireNonNull(worker, "worker");
    }
  }

  private Future<?> claim(RoutingContext context, SubscriptionName name) {
    return body(context, name, Claiming.class)
        .compose(body -> services.ask(new ClaimSubscription(name.space, name.id, body.worker)))
        .onSuccess(claim -> json(context, 200, claim));
  }

  /** Body of a callback, an ack or a release. */
  record Acking(
      @JsonProperty("wake_id") @Nullable String wakeId,
      @Nullable Long generation,
      @Nullable List<StreamAck> acks,
      @Nullable Boolean done) {
    Acking {
      acks = acks == null ? null : List.copyOf(acks);
    }
  }

  private Future<?> ack(RoutingContext context, SubscriptionName name, WakeAction action) {
    String token = token(context.request());
    return services
        .requests()
        .record(context.request(), LARGEST_ACK, Acking.class)
        .compose(
            body ->
                services.ask(
                    new AckWake(
                        name.space,
                        name.id,
                        action,
                        token,
                        body.wakeId,
                        body.generation,
                        body.acks == null ? List.of() : body.acks,
                        Boolean.TRUE.equals(body.done))))
        .onSuccess(
            acked -> {
              if (action == WakeAction.RELEASE) {
                nothing(context);
              } else {
                json(context, 200, acked);
              }
            });
  }

  private static String token(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw Failure.of(Code.NO_CREDENTIALS, "Send the token of the wake as Bearer");
    }
    return header.substring(BEARER.length()).trim();
  }
}
