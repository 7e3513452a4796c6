package io.aetherkeep.launcher;

import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** A YAML file as one text a path, each with the line that it came from. */
final class YamlText {

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
        text.take("", mapping);
      } else if (root != null) {
        problems.add(file + ": expected settings as 'name: value'");
      }
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      problems.add(file + ":" + line + ": not YAML: " + e.getProblem());
    }
    return text.settings;
  }

  private void take(String path, MappingNode mapping) {
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode name) {
        String child = path.isEmpty() ? name.getValue() : path + "." + name.getValue();
        take(child, entry.getValueNode(), file + ":" + (name.getStartMark().getLine() + 1));
      }
    }
  }

  private void take(String path, Node value, String source) {
    if (value instanceof MappingNode mapping) {
      take(path, mapping);
    } else if (value instanceof ScalarNode scalar) {
      String text = scalar.getTag().equals(Tag.NULL) ? Setting.NOTHING : scalar.getValue();
      if (settings.put(path, new Setting(path, text, source)) != null) {
        problems.add(source + ": " + path + " is set twice");
      }
    } else {
      problems.add(source + ": " + path + " is a list, and takes one value");
    }
  }
}
