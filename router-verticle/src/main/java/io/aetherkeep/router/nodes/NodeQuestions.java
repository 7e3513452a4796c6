package io.aetherkeep.router.nodes;

import io.aetherkeep.bus.Bus;
import io.aetherkeep.bus.RecordJson;
import io.aetherkeep.catalogue.NodeAsks.NodeAnswered;
import io.aetherkeep.catalogue.NodeAsks.NodesAsked;
import io.aetherkeep.catalogue.NodeAsks.Question;
import io.aetherkeep.catalogue.OverviewAsks.Node;
import io.aetherkeep.catalogue.OverviewAsks.Nodes;
import io.aetherkeep.catalogue.OverviewAsks.ReadNodes;
import io.aetherkeep.document.Document;
import io.aetherkeep.router.nodes.NodeAnswers.AskedNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Scatter-gather of questions to all nodes of a space, on one event loop. It collects answers until
 * all known nodes have answered or a deadline has passed.
 */
public final class NodeQuestions {

  /** Deadline of the answers, shorter than a client waits; slower nodes are listed as silent. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final Bus bus;
  private final Map<String, Pending<?>> pending = new HashMap<>();

  public NodeQuestions(Vertx vertx, Bus bus) {
    this.vertx = vertx;
    this.bus = bus;
  }

  /** Question that waits for answers. */
  private static final class Pending<A> {
    private final Class<A> type;
    private final Map<String, @Nullable String> names = new TreeMap<>();
    private final Set<String> silent = new HashSet<>();
    private final SortedMap<String, A> answers = new TreeMap<>();
    private final Promise<NodeAnswers<A>> done = Promise.promise();

    Pending(Class<A> type, List<Node> nodes) {
      this.type = type;
      nodes.forEach(node -> names.put(node.id(), node.host() + ":" + node.process()));
      silent.addAll(names.keySet());
    }

    /** Takes a node's answer, which is null if the node failed to give it. */
    void take(NodeAnswered event) {
      names.putIfAbsent(event.node(), null);
      Document answer = event.answer();
      if (answer != null) {
        answers.put(event.node(), RecordJson.readEvent(answer.bytes().getBytes(), type));
      }
      if (silent.remove(event.node()) && silent.isEmpty()) {
        complete();
      }
    }

    void complete() {
      List<AskedNode> asked = new ArrayList<>();
      names.forEach((id, name) -> asked.add(new AskedNode(id, name, answers.containsKey(id))));
      done.tryComplete(new NodeAnswers<>(asked, answers));
    }
  }

  /** Starts to receive answers, on this event loop. */
  public Future<?> start() {
    return bus.subscribe(NodeAnswered.class, this::onAnswer);
  }

  /** Asks all nodes that serve a space. */
  public <A> Future<NodeAnswers<A>> ask(
      String space, Question question, List<String> about, Class<A> type) {
    return bus.ask(new ReadNodes())
        .map(Nodes::items)
        .otherwise(List.of())
        .compose(
            nodes -> {
              List<Node> serving =
                  nodes.stream().filter(node -> node.spaces().contains(space)).toList();
              return send(
                  new NodesAsked(space, UUID.randomUUID().toString(), bus.id(), question, about),
                  new Pending<>(type, serving));
            });
  }

  private <A> Future<NodeAnswers<A>> send(NodesAsked question, Pending<A> waiting) {
    pending.put(question.request(), waiting);
    long timer = vertx.setTimer(PATIENCE.toMillis(), late -> waiting.complete());
    bus.publish(question);
    return waiting
        .done
        .future()
        .onComplete(
            done -> {
              vertx.cancelTimer(timer);
              pending.remove(question.request());
            });
  }

  private void onAnswer(NodeAnswered event) {
    Pending<?> waiting = event.to().equals(bus.id()) ? pending.get(event.request()) : null;
    if (waiting != null) {
      waiting.take(event);
    }
  }
}
