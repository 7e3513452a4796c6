package io.aetherkeep.router.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import io.aetherkeep.bus.Kind;
import io.aetherkeep.catalogue.ConfigAsks.ReadConfig;
import io.aetherkeep.catalogue.NodeAsks.HeldCopy;
import io.aetherkeep.catalogue.NodeAsks.Question;
import io.aetherkeep.catalogue.StreamAsks.DescribeStream;
import io.aetherkeep.catalogue.StreamAsks.StreamInfo;
import io.aetherkeep.catalogue.StreamListAsks.ListStreams;
import io.aetherkeep.catalogue.StreamListAsks.StreamList;
import io.aetherkeep.router.access.identity.Need;
import io.aetherkeep.router.http.Requests;
import io.aetherkeep.router.http.Route;
import io.aetherkeep.router.http.RouteGroup;
import io.aetherkeep.router.nodes.NodeAnswers;
import io.aetherkeep.router.nodes.NodeAnswers.AskedNode;
import io.aetherkeep.router.nodes.NodeStates.NodeConfig;
import io.aetherkeep.router.nodes.NodeStates.NodeFollowers;
import io.aetherkeep.router.nodes.NodeStates.NodeSockets;
import io.aetherkeep.router.realtime.SocketView;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Routes of the state of all nodes of a space: their sockets, their copies of configurations and
 * cache entries, and their followers of streams. The answers list the nodes that were asked, and
 * whether each answered in time.
 */
final class NodeRoutes implements RouteGroup {

  private static final String BASE = "/api/v1/{space}";
  private static final int USUAL = 100;
  private static final int MOST = 1000;
  private static final int MOST_IDS = 2;

  private final RouteContext services;

  NodeRoutes(RouteContext services) {
    this.services = services;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/sockets", this::sockets).needs(Need.ADMIN),
        Route.get(BASE + "/configs/{name}/nodes", this::config).needs(Need.READ),
        Route.get(BASE + "/stats/caches/{keyspace}/copies", this::copies).needs(Need.READ),
        Route.get(BASE + "/stats/streams/stored", this::streams).needs(Need.READ));
  }

  /** A socket and its node. */
  private record SocketRow(@JsonUnwrapped SocketView socket, String node) {}

  /** Sockets of all nodes. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record SocketRows(
      List<SocketRow> items, @Nullable String next, List<AskedNode> nodes, int total) {}

  private void sockets(RoutingContext context) {
    Integer limit = Requests.number(context.request(), "limit");
    if (limit != null && (limit < 1 || limit > MOST)) {
      throw Failure.of(Code.INVALID_PARAMETER, "limit must be a whole number from 1 to " + MOST);
    }
    int most = limit == null ? USUAL : limit;
    List<String> about =
        List.of(
            parameter(context, "session"),
            parameter(context, "connection"),
            Integer.toString(most));
    services.json(
        context,
        services
            .nodes()
            .ask(Requests.space(context), Question.SOCKETS, about, NodeSockets.class)
            .map(answers -> rows(answers, most)));
  }

  private static String parameter(RoutingContext context, String name) {
    String value = context.request().getParam(name);
    return value == null ? "" : value;
  }

  private static SocketRows rows(NodeAnswers<NodeSockets> answers, int most) {
    List<SocketRow> all = new ArrayList<>();
    answers
        .byNode()
        .forEach(
            (node, some) -> some.items().forEach(socket -> all.add(new SocketRow(socket, node))));
    int total = answers.byNode().values().stream().mapToInt(NodeSockets::total).sum();
    return new SocketRows(all.stream().limit(most).toList(), null, answers.nodes(), total);
  }

  /** A configuration on a node. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ConfigNodeRow(@JsonUnwrapped NodeConfig config, String node) {}

  /** A configuration on all nodes, and its present version. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record ConfigNodeRows(
      List<ConfigNodeRow> items,
      @Nullable String next,
      List<AskedNode> nodes,
      @Nullable String version) {}

  private void config(RoutingContext context) {
    List<String> segments = Requests.segments(context, 2);
    String space = segments.get(0);
    String name = segments.get(2);
    services.json(
        context,
        version(space, name)
            .compose(
                version ->
                    services
                        .nodes()
                        .ask(space, Question.CONFIG, List.of(name), NodeConfig.class)
                        .map(
                            answers ->
                                new ConfigNodeRows(
                                    answers.rows((node, held) -> new ConfigNodeRow(held, node)),
                                    null,
                                    answers.nodes(),
                                    version.orElse(null)))));
  }

  /** The present version of a configuration; empty if it does not exist. */
  private Future<Optional<String>> version(String space, String name) {
    return services
        .ask(new ReadConfig(space, name))
        .map(config -> Optional.of(config.version()))
        .recover(
            thrown ->
                Failure.from(thrown).code() == Code.CONFIG_UNKNOWN
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(thrown));
  }

  /** A copy of an entry on a node. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record CopyRow(@JsonUnwrapped HeldCopy copy, String node) {}

  /** Copies of an entry on all nodes. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record CopyRows(List<CopyRow> items, @Nullable String next, List<AskedNode> nodes) {}

  private void copies(RoutingContext context) {
    List<String> segments = Requests.segments(context, 2);
    List<String> ids = context.queryParam("id");
    if (ids.size() > MOST_IDS) {
      throw Failure.of(Code.INVALID_PARAMETER, "An entry has at most two ids");
    }
    List<String> about = new ArrayList<>(List.of(segments.get(3)));
    about.addAll(ids);
    services.json(
        context,
        services
            .nodes()
            .ask(segments.get(0), Question.COPY, about, HeldCopy.class)
            .map(
                answers ->
                    new CopyRows(
                        answers.rows((node, copy) -> new CopyRow(copy, node)),
                        null,
                        answers.nodes())));
  }

  /** A stream and its followers on all nodes. */
  private record StreamRow(
      @JsonUnwrapped StreamInfo stream, int followers, Map<String, Integer> followersByNode) {

    static StreamRow of(StreamInfo stream, NodeAnswers<NodeFollowers> answers) {
      Map<String, Integer> byNode = new TreeMap<>();
      answers
          .byNode()
          .forEach(
              (node, some) -> {
                Integer many = some.paths().get(stream.path());
                if (many != null) {
                  byNode.put(node, many);
                }
              });
      int followers = byNode.values().stream().mapToInt(many -> many).sum();
      return new StreamRow(stream, followers, byNode);
    }
  }

  /** A page of streams. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  private record StreamRows(List<StreamRow> items, @Nullable String next, List<AskedNode> nodes) {}

  private void streams(RoutingContext context) {
    String space = Requests.space(context);
    String path = context.request().getParam("path");
    if (path != null) {
      services.json(context, one(space, path).compose(page -> followed(space, page)));
      return;
    }
    ListStreams ask =
        new ListStreams(
            space,
            context.request().getParam("prefix"),
            "true".equals(context.request().getParam("open")),
            context.request().getParam("cursor"),
            Requests.number(context.request(), "limit"));
    services.json(context, services.ask(ask).compose(page -> followed(space, page)));
  }

  /** A page with one stream, or with none if it does not exist. */
  private Future<StreamList> one(String space, String path) {
    return services
        .ask(new DescribeStream(space, path, null))
        .map(stream -> new StreamList(List.of(stream), null))
        .recover(
            thrown ->
                Failure.from(thrown).kind() == Kind.UNKNOWN
                    ? Future.succeededFuture(new StreamList(List.of(), null))
                    : Future.failedFuture(thrown));
  }

  private Future<StreamRows> followed(String space, StreamList page) {
    List<String> paths = page.items().stream().map(StreamInfo::path).toList();
    return services
        .nodes()
        .ask(space, Question.FOLLOWERS, paths, NodeFollowers.class)
        .map(
            answers ->
                new StreamRows(
                    page.items().stream().map(stream -> StreamRow.of(stream, answers)).toList(),
                    page.next(),
                    answers.nodes()));
  }
}
