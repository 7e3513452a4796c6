package io.aetherkeep.router.nodes;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Answers of the nodes of a space to one question, and the nodes that did not answer in time.
 *
 * @param nodes nodes that were asked
 * @param byNode answers by the id of the node, in a stable order
 */
public record NodeAnswers<A>(List<AskedNode> nodes, SortedMap<String, A> byNode) {

  /**
   * A node that was asked.
   *
   * @param name its host and process; null if it has not announced itself yet
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record AskedNode(String id, @Nullable String name, boolean answered) {}

  public NodeAnswers {
    nodes = List.copyOf(nodes);
    byNode = new TreeMap<>(byNode);
  }

  /** Makes a row of each answer. */
  public <R> List<R> rows(BiFunction<String, A, R> row) {
    return byNode.entrySet().stream()
        .map(entry -> row.apply(entry.getKey(), entry.getValue()))
        .toList();
  }
}
