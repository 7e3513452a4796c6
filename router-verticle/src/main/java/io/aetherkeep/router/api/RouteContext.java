package io.aetherkeep.router.api;

import io.aetherkeep.bus.Ask;
import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.Code;
import io.aetherkeep.router.access.cookie.SessionCookies;
import io.aetherkeep.router.access.identity.Caller;
import io.aetherkeep.router.audit.AuditTrail;
import io.aetherkeep.router.http.Answers;
import io.aetherkeep.router.http.Problems;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.nodes.NodeQuestions;
import io.aetherkeep.router.server.OpenResponses;
import io.aetherkeep.router.watch.TopicLongPoll;
import io.aetherkeep.router.watch.TopicSse;
import io.aetherkeep.router.watch.WatchHub;
import io.aetherkeep.router.watch.topic.SharedFrame;
import io.aetherkeep.router.watch.topic.TopicName;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Services that routes share: the bus, readers of requests, writers of answers and problems, and
 * topics to watch.
 */
public record RouteContext(
    Bus bus,
    Requests requests,
    Problems problems,
    WatchHub hub,
    OpenResponses openResponses,
    SessionCookies cookies,
    AuditTrail trail,
    NodeQuestions nodes) {

  <A> Future<A> ask(Ask<A> ask) {
    return bus.ask(ask);
  }

  <A> Future<A> ask(Ask<A> ask, Duration deadline) {
    return bus.ask(ask, deadline);
  }

  /** Answers with a record as JSON, or a problem. */
  void json(RoutingContext context, Future<?> answer) {
    Answers.json(context, problems, answer);
  }

  /** Asks on the bus and answers with the result. */
  <A> void json(RoutingContext context, Ask<A> ask) {
    json(context, bus.ask(ask));
  }

  /** Answers a write with the resulting record, or without a body if the client prefers that. */
  void changed(RoutingContext context, Future<?> answer) {
    answer.onComplete(
        record -> Answers.changed(context, record), thrown -> refuse(context.request(), thrown));
  }

  void refuse(HttpServerRequest request, Throwable reason) {
    problems.send(request, reason);
  }

  /**
   * Answers at the next change of a topic, or with its value after a time.
   *
   * @param unknown code of the failure if it has no value at the end
   * @param answer answers the request with a value
   */
  void poll(
      RoutingContext context,
      TopicName topic,
      int seconds,
      Code unknown,
      Consumer<SharedFrame> answer) {
    TopicLongPoll waiting =
        new TopicLongPoll(
            context.vertx(), context.request(), hub, topic, problems, unknown, answer);
    waiting.begin(Duration.ofSeconds(seconds), requests.longestIdleTime());
    openResponses.add(context, waiting);
  }

  /** Answers with server-sent events of a topic until the credential ends. */
  void watch(RoutingContext context, TopicName topic) {
    TopicName name = topic.by(Caller.of(context));
    openResponses.add(context, TopicSse.open(context.request(), hub, name, problems));
  }
}
