package io.aetherkeep.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Page of the documentation: its text, its tables, and commands that tests run. */
public final class DocPage {

  private static final Path TOP = Path.of("..");

  /** A comment and the fenced block below it. */
  private static final Pattern BLOCK =
      Pattern.compile("<!-- ([^\n]+) -->\n```[a-z]*\n(.*?)```", Pattern.DOTALL);

  private final String path;
  private final String text;

  private DocPage(String path) {
    this.path = path;
    try {
      this.text = Files.readString(TOP.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A page by its path from the root, such as {@code README.md}. */
  public static DocPage at(String path) {
    return new DocPage(path);
  }

  /** A page in docs, such as {@code errors}. */
  public static DocPage named(String name) {
    return at("docs/" + name + ".md");
  }

  /** All pages, in the root and in docs. */
  public static List<DocPage> all() {
    return Stream.of(TOP, TOP.resolve("docs")).flatMap(DocPage::under).map(DocPage::at).toList();
  }

  private static Stream<String> under(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> TOP.relativize(file).toString())
          .filter(file -> file.endsWith(".md"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path from the root. */
  public String path() {
    return path;
  }

  public String text() {
    return text;
  }

  /** The rows of the table below a marker, as cells. */
  public List<List<String>> table(String marker) {
    return text.substring(text.indexOf("<!-- " + marker + " -->"))
        .lines()
        .skip(1)
        .takeWhile(line -> line.startsWith("|"))
        .skip(2)
        .map(line -> Stream.of(line.split("\\|", -1)).map(String::trim).toList())
        .map(cells -> cells.subList(1, cells.size() - 1))
        .toList();
  }

  /** The first fenced block below a comment. */
  public String block(String comment) {
    return blocks().stream()
        .filter(block -> block.group(1).equals(comment))
        .map(block -> block.group(2))
        .findFirst()
        .orElseThrow(() -> new AssertionError(path + " has no block after: " + comment));
  }

  private List<MatchResult> blocks() {
    return BLOCK.matcher(text).results().toList();
  }

  /**
   * Commands that can be pasted, in the order of the page.
   *
   * @param script shell script, which may use variables of earlier ones
   * @param expected lines that must be in the output, in this order; … stands for any text
   */
  public record Example(String script, List<String> expected) {}

  /** The blocks below {@code A test runs this block.}, with their expected output. */
  public List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    for (MatchResult block : blocks()) {
      if (block.group(1).equals("A test runs this block.")) {
        examples.add(new Example(block.group(2), List.of()));
      } else if (block.group(1).equals("A test looks for these lines in what it says.")) {
        Example asked = examples.remove(examples.size() - 1);
        examples.add(new Example(asked.script(), block.group(2).lines().toList()));
      }
    }
    return examples;
  }
}
