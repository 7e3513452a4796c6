package io.aetherkeep.launcher.settings;

import java.io.Reader;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Parser of a YAML file into settings by path, each with its line. */
final class YamlText {

  /** One level deeper than any setting; limits recursion, because an alias can make a cycle. */
  private static final int DEEPEST = 5;

  private final String file;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final List<String> problems;

  private YamlText(String file, List<String> problems) {
    this.file = file;
    this.problems = problems;
  }

  static Map<String, Setting> read(Reader yaml, String file, List<String> problems) {
    YamlText text = new YamlText(file, problems);
    try {
      Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(yaml);
      if (root instanceof MappingNode mapping) {
        text.take("", mapping, 1);
      } else if (root != null && !root.getTag().equals(Tag.NULL)) {
        problems.add(file + ": expected settings as 'name: value'");
      }
    } catch (MarkedYAMLException e) {
      problems.add(file + place(e.getProblemMark()) + ": not YAML: " + e.getProblem());
    } catch (YAMLException | NumberFormatException e) {
      // The parser throws a NumberFormatException for an escape without its digits.
      problems.add(
          file + ": not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().get());
    }
    return text.settings;
  }

  private static String place(@Nullable Mark mark) {
    return mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  private void take(String path, MappingNode mapping, int depth) {
    Set<String> names = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      String source = file + ":" + (entry.getKeyNode().getStartMark().getLine() + 1);
      if (entry.getKeyNode() instanceof ScalarNode name) {
        String child = path.isEmpty() ? name.getValue() : path + "." + name.getValue();
        if (!names.add(name.getValue())) {
          problems.add(source + ": " + child + " is set twice");
        } else {
          take(child, entry.getValueNode(), source, depth);
        }
      } else {
        problems.add(source + ": the name of a setting is one word");
      }
    }
  }

  private void take(String path, Node value, String source, int depth) {
    if (value instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
      if (depth == DEEPEST) {
        problems.add(source + ": " + path + " is deeper than any setting");
      } else {
        take(path, mapping, depth + 1);
      }
    } else if (value instanceof ScalarNode scalar) {
      put(path, scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue(), source);
    } else if (value instanceof MappingNode) {
      put(path, Setting.EMPTY_SECTION, source);
    } else {
      problems.add(source + ": " + path + " is a list, and takes one value");
    }
  }

  /** Adds a setting; a dotted name like {@code http.port:} may repeat one in sections. */
  private void put(String path, String text, String source) {
    if (settings.put(path, new Setting(path, text, source)) != null) {
      problems.add(source + ": " + path + " is set twice");
    }
  }
}
