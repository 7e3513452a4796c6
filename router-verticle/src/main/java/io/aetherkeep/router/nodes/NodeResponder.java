package io.aetherkeep.router.nodes;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.NodeAsks.HeldCopy;
import io.aetherkeep.catalogue.NodeAsks.NodeAnswered;
import io.aetherkeep.catalogue.NodeAsks.NodesAsked;
import io.aetherkeep.catalogue.NodeAsks.ReadConfigCopy;
import io.aetherkeep.catalogue.NodeAsks.ReadCopy;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.nodes.NodeStates.NodeConfig;
import io.aetherkeep.router.nodes.NodeStates.NodeFollowers;
import io.aetherkeep.router.nodes.NodeStates.NodeSockets;
import io.aetherkeep.router.realtime.SocketView;
import io.aetherkeep.router.watch.WatchHub.Watched;
import io.aetherkeep.router.watch.topic.TopicKind;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Responder to questions about this node; runs on one of its event loops. */
public final class NodeResponder {

  private static final System.Logger LOG = System.getLogger(NodeResponder.class.getName());

  private final Bus bus;
  private final NodeLoops loops;

  public NodeResponder(Bus bus, NodeLoops loops) {
    this.bus = bus;
    this.loops = loops;
  }

  public Future<?> start() {
    return bus.subscribe(NodesAsked.class, this::onQuestion);
  }

  private void onQuestion(NodesAsked question) {
    answer(question)
        .map(record -> Document.stored(Buffer.buffer(RecordJson.write(record))))
        .onFailure(
            thrown -> LOG.log(System.Logger.Level.DEBUG, "No answer about this node", thrown))
        .otherwise((Document) null)
        .onSuccess(
            answer ->
                bus.publish(
                    new NodeAnswered(
                        question.space(), question.request(), question.from(), bus.id(), answer)));
  }

  private Future<?> answer(NodesAsked question) {
    String space = question.space();
    List<String> about = question.about();
    return switch (question.question()) {
      case SOCKETS -> sockets(space, about.get(0), about.get(1), Integer.parseInt(about.get(2)));
      case CONFIG -> config(space, about.get(0));
      case COPY -> bus.ask(new ReadCopy(space, about.get(0), about.subList(1, about.size())));
      case FOLLOWERS -> followers(space, about);
    };
  }

  private Future<NodeSockets> sockets(String space, String session, String connection, int most) {
    return loops
        .read(loop -> loop.sockets().views(space, session, connection, most))
        .map(
            all ->
                new NodeSockets(
                    all.stream()
                        .flatMap(views -> views.items().stream())
                        .sorted(Comparator.comparing(SocketView::connection))
                        .limit(most)
                        .toList(),
                    all.stream().mapToInt(views -> views.total()).sum()));
  }

  private Future<NodeConfig> config(String space, String name) {
    Future<HeldCopy> held = bus.ask(new ReadConfigCopy(space, name));
    Future<List<Watched>> watched =
        loops.read(loop -> loop.hub().watched(space, TopicKind.CONFIG, name));
    return Future.all(held, watched)
        .map(
            both ->
                new NodeConfig(
                    held.result(),
                    watched.result().stream().mapToInt(Watched::watchers).sum(),
                    watched.result().stream()
                        .map(Watched::offset)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList()));
  }

  private Future<NodeFollowers> followers(String space, List<String> paths) {
    return loops
        .read(loop -> loop.feeds().followers(space, paths))
        .map(
            all -> {
              Map<String, Integer> sums = new TreeMap<>();
              for (Map<String, Integer> some : all) {
                some.forEach((path, many) -> sums.merge(path, many, Integer::sum));
              }
              return new NodeFollowers(sums);
            });
  }
}
