package io.aetherkeep.router.api;

import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.HistoryAsks.AppendHistory;
import io.aetherkeep.catalogue.HistoryAsks.ReadHistory;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Routes of sessions' histories. */
final class HistoryRoutes implements RouteGroup {

  private static final String PATH = "/api/v1/{space}/sessions/{id}/history";

  private final RouteContext services;

  HistoryRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(PATH, this::append).needs(Need.WRITE_SESSION),
        Route.get(PATH, this::read).needs(Need.READ_SESSION));
  }

  /** Body of an append: one message. */
  record Message(
      String role,
      String content,
      @Nullable String timestamp,
      @Nullable String requestId,
      @Nullable Long tokens) {
    Message {
      Objects.requireNonNull(role, "role");
      Objects.requireNonNull(content, "content");
    }
  }

  private void append(RoutingContext context) {
    List<String> place = Requests.segments(context, 2);
    String key = context.request().getHeader("Idempotency-Key");
    services
        .requests()
        .record(context.request(), place.get(0), Message.class)
        .compose(
            message ->
                services.ask(
                    new AppendHistory(
                        place.get(0),
                        place.get(2),
                        message.role,
                        message.content,
                        message.timestamp,
                        message.requestId,
                        message.tokens,
                        key)))
        .onComplete(
            appended -> {
              context.response().setStatusCode(201);
              Answers.json(context.response(), Buffer.buffer(RecordJson.write(appended)));
            },
            thrown -> services.refuse(context.request(), thrown));
  }

  private void read(RoutingContext context) {
    List<String> place = Requests.segments(context, 2);
    if (TopicSse.isAskedFor(context.request())) {
      services.watch(context, TopicName.of(place.get(0), null, "history/" + place.get(2)));
      return;
    }
    Integer maxTokens = Requests.number(context.request(), "maxTokens");
    services.json(
        context,
        new ReadHistory(
            place.get(0),
            place.get(2),
            maxTokens == null ? null : maxTokens.longValue(),
            Requests.number(context.request(), "limit")));
  }
}
