package io.aetherkeep.router.api;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.StreamAsks.AppendToStream;
import io.aetherkeep.catalogue.StreamAsks.CreateStream;
import io.aetherkeep.catalogue.StreamAsks.DeleteStream;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.ReadStream;
import io.aetherkeep.catalogue.StreamAsks.StopStream;
import io.aetherkeep.catalogue.StreamAsks.StreamCreated;
import io.aetherkeep.catalogue.StreamAsks.StreamWritten;
import io.aetherkeep.document.Octets;
import io.aetherkeep.document.Offload;
import io.aetherkeep.router.access.Proxies;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.server.OpenResponses;
import io.aetherkeep.router.settings.RouterSettings;
import io.aetherkeep.router.stream.StreamAnswers;
import io.aetherkeep.router.stream.StreamCursor;
import io.aetherkeep.router.stream.StreamEndWait;
import io.aetherkeep.router.stream.StreamFeeds;
import io.aetherkeep.router.stream.StreamHeaders;
import io.aetherkeep.router.stream.StreamLongPoll;
import io.aetherkeep.router.stream.StreamName;
import io.aetherkeep.router.stream.StreamSse;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Routes of streams: the Durable Streams protocol, in every space and, for stock clients, at the
 * protocol's own path.
 */
final class StreamRoutes implements RouteGroup {

  private static final String STOP = "stop";

  private final Bus bus;
  private final Requests requests;
  private final Problems problems;
  private final StreamFeeds feeds;
  private final OpenResponses openResponses;
  private final RouterSettings.Streams settings;
  private final Proxies proxies;

  StreamRoutes(
      RouteContext services, StreamFeeds feeds, RouterSettings.Streams settings, Proxies proxies) {
    this.proxies = proxies;
    this.bus = services.bus();
    this.requests = services.requests();
    this.problems = services.problems();
    this.openResponses = services.openResponses();
    this.feeds = feeds;
    this.settings = settings;
  }

  @Override
  public List<Route> routes() {
    return Stream.concat(
            routes("/api/v1/{space}/streams/{path}", null),
            routes(StreamName.STOCK_ROOT + "{path}", settings.rootSpace()))
        .toList();
  }

  private Stream<Route> routes(String path, @Nullable String space) {
    return Stream.of(
            Route.post(path, refusing(this::append)).needs(Need.WRITE),
            Route.get(path, refusing(this::read)).needs(Need.WATCH),
            Route.post(path + "/" + STOP, refusing(this::stop)).needs(Need.STOP),
            Route.put(path, refusing(this::create)).needs(Need.WRITE),
            Route.delete(path, refusing(this::delete)).needs(Need.WRITE))
        .map(route -> route.in(space));
  }

  /** Operation on a stream; its failure becomes a problem. */
  private interface Operation {
    Future<?> run(RoutingContext context, StreamName name);
  }

  private io.vertx.core.Handler<RoutingContext> refusing(Operation operation) {
    return context -> {
      Future<?> done;
      try {
        done = operation.run(context, StreamName.of(context, settings.rootSpace()));
      } catch (Failure failure) {
        done = Future.failedFuture(failure);
      }
      done.onFailure(thrown -> StreamAnswers.refuse(context.request(), problems, thrown));
    };
  }

  private Future<?> create(RoutingContext context, StreamName name) {
    HttpServerRequest request = context.request();
    boolean closed = StreamHeaders.closes(request);
    CreateStream bare =
        new CreateStream(
            name.space(),
            name.path(),
            request.getHeader(HttpHeaders.CONTENT_TYPE),
            StreamHeaders.ttl(request),
            StreamHeaders.expiresAt(request),
            closed,
            null,
            StreamHeaders.fork(request, name),
            StreamHeaders.extras(request));
    return requests
        .body(request, settings.maxAppendBytes(name.space()))
        .compose(body -> bus.ask(with(bare, body)))
        .onSuccess(made -> created(context, made));
  }

  private static CreateStream with(CreateStream ask, Buffer body) {
    return new CreateStream(
        ask.space(),
        ask.path(),
        ask.contentType(),
        ask.ttlSeconds(),
        ask.expiresAt(),
        ask.closed(),
        Octets.of(body),
        ask.fork(),
        ask.extras());
  }

  private void created(RoutingContext context, StreamCreated made) {
    HttpServerResponse response = context.response();
    StreamHeaders.describe(response, made.stream());
    if (made.created()) {
      response.setStatusCode(201).putHeader(HttpHeaders.LOCATION, location(context));
    }
    response.end();
  }

  /** Returns the stream's absolute URL, because stock clients do not resolve a relative one. */
  private String location(RoutingContext context) {
    return proxies.origin(context.request()) + context.request().path();
  }

  private Future<?> append(RoutingContext context, StreamName name) {
    HttpServerRequest request = context.request();
    AppendToStream bare =
        new AppendToStream(
            name.space(),
            name.path(),
            request.getHeader(HttpHeaders.CONTENT_TYPE),
            null,
            StreamHeaders.closes(request),
            request.getHeader("Stream-Seq"),
            StreamHeaders.producer(request),
            StreamHeaders.lease(request));
    return requests
        .body(request, settings.maxAppendBytes(name.space()))
        .compose(
            body -> {
              AppendToStream ask = with(bare, body);
              return bus.ask(ask).onSuccess(written -> appended(context.response(), ask, written));
            });
  }

  private static boolean isEmpty(AppendToStream ask) {
    return ask.body() == null || ask.body().isEmpty();
  }

  private static AppendToStream with(AppendToStream ask, Buffer body) {
    return new AppendToStream(
        ask.space(),
        ask.path(),
        ask.contentType(),
        Octets.of(body),
        ask.closes(),
        ask.sequence(),
        ask.producer(),
        ask.leaseSeconds());
  }

  private static void appended(
      HttpServerResponse response, AppendToStream ask, StreamWritten written) {
    StreamHeaders.confirm(response, written);
    boolean news = ask.producer() != null && !written.repeated() && !isEmpty(ask);
    response.setStatusCode(news ? 200 : 204).end();
  }

  /** Body of a stop: its reason. */
  record Stop(@Nullable String reason) {}

  private Future<?> stop(RoutingContext context, StreamName name) {
    StreamName stream = name.parent(STOP);
    return requests
        .body(context.request(), requests.limit(name.space()))
        .compose(body -> Offload.run(body.length(), () -> reason(body)))
        .compose(
            reason ->
                bus.ask(new StopStream(stream.space(), stream.path(), reason, stream.endUser())))
        .onSuccess(
            stopped -> {
              StreamHeaders.describe(context.response(), stopped);
              Answers.changed(context, stopped);
            });
  }

  private static String reason(Buffer body) {
    Stop stop = body.length() == 0 ? new Stop(null) : RecordJson.read(body.getBytes(), Stop.class);
    return Objects.requireNonNullElse(stop.reason(), "stopped");
  }

  private Future<?> delete(RoutingContext context, StreamName name) {
    return bus.ask(new DeleteStream(name.space(), name.path()))
        .onSuccess(
            deleted -> {
              StreamHeaders.guard(context.response());
              context.response().setStatusCode(204).end();
            });
  }

  private Future<?> read(RoutingContext context, StreamName name) {
    HttpServerRequest request = context.request();
    if (request.method().equals(HttpMethod.HEAD)) {
      return describe(context, name);
    }
    String offset = StreamHeaders.parameter(request, "offset");
    String live = StreamHeaders.parameter(request, "live");
    if ("stop".equals(StreamHeaders.parameter(request, "watch"))) {
      return watchStop(context, name, "sse".equals(live));
    }
    if (live == null) {
      return bus.ask(new ReadStream(name.space(), name.path(), offset, name.endUser()))
          .onSuccess(slice -> StreamAnswers.slice(request, slice, "now".equals(offset)));
    }
    if (offset == null) {
      throw Failure.of(Code.INVALID_PARAMETER, "A live read says from which offset on");
    }
    return follow(context, name, offset, live);
  }

  private Future<?> describe(RoutingContext context, StreamName name) {
    return bus.ask(new DescribeStream(name.space(), name.path(), name.endUser()))
        .onSuccess(
            stream -> {
              StreamHeaders.describe(context.response(), stream);
              context.response().end();
            });
  }

  private Future<?> follow(RoutingContext context, StreamName name, String offset, String live) {
    HttpServerRequest request = context.request();
    long cursor = StreamCursor.sent(StreamHeaders.parameter(request, "cursor"));
    switch (live) {
      case "sse" ->
          openResponses.add(
              context, StreamSse.open(request, feeds, name, offset, cursor, problems));
      case "long-poll" ->
          openResponses.add(
              context,
              StreamLongPoll.begin(
                  context.vertx(), request, feeds, name, offset, cursor, patience(), problems));
      default -> throw Failure.of(Code.INVALID_PARAMETER, "live is sse or long-poll");
    }
    return Future.succeededFuture();
  }

  private Future<?> watchStop(RoutingContext context, StreamName name, boolean events) {
    HttpServerRequest request = context.request();
    Duration wait = events ? null : patience();
    openResponses.add(
        context, StreamEndWait.begin(context.vertx(), request, feeds, name, wait, problems));
    return Future.succeededFuture();
  }

  private Duration patience() {
    Duration longest = requests.longestIdleTime();
    return settings.longPoll().compareTo(longest) < 0 ? settings.longPoll() : longest;
  }
}
