package io.aetherkeep.keyspace;

import io.aetherkeep.bus.Code;
import io.aetherkeep.bus.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pattern of a keyspace's keys: {@code cache:snippets:topic:{topic}:page:{page}}. */
public final class KeyPattern {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)}");

  private final String text;
  private final List<String> variables = new ArrayList<>();

  /** Literals before, between and after the variables: one more than these. */
  private final List<String> literals = new ArrayList<>();

  private final Pattern shape;

  private KeyPattern(String text) {
    this.text = text;
    Matcher placeholders = PLACEHOLDER.matcher(text);
    int end = 0;
    while (placeholders.find()) {
      literals.add(text.substring(end, placeholders.start()));
      variables.add(placeholders.group(1));
      end = placeholders.end();
    }
    literals.add(text.substring(end));
    requireSound();
    this.shape = Pattern.compile(regex());
  }

  public static KeyPattern of(String text) {
    return new KeyPattern(text);
  }

  private void requireSound() {
    if (literals.get(0).isEmpty()) {
      throw new IllegalArgumentException("A key pattern must begin with a literal: " + text);
    }
    if (literals.subList(1, literals.size() - (variables.isEmpty() ? 0 : 1)).contains("")) {
      throw new IllegalArgumentException("Two variables must be separated by a literal: " + text);
    }
    if (variables.stream().distinct().count() != variables.size()) {
      throw new IllegalArgumentException("A variable occurs twice in " + text);
    }
  }

  private String regex() {
    StringBuilder regex = new StringBuilder(Pattern.quote(literals.get(0)));
    for (int i = 1; i < literals.size(); i++) {
      regex.append(separated(i - 1) ? "([^:]+)" : "(.+)").append(Pattern.quote(literals.get(i)));
    }
    return regex.toString();
  }

  /** The literal prefix of all its keys. */
  public String beginning() {
    return literals.get(0);
  }

  /** The names of its variables, in order. */
  public List<String> variables() {
    return List.copyOf(variables);
  }

  /**
   * Whether a variable may not contain {@code :}, because that separates it from another. A
   * variable in braces, a hash tag, may contain it.
   */
  private boolean separated(int variable) {
    boolean tag =
        literals.get(variable).endsWith("{") && literals.get(variable + 1).startsWith("}");
    return variables.size() > 1 && !tag;
  }

  /** The key of these ids; validates each. */
  public String format(List<String> ids) {
    if (ids.size() != variables.size()) {
      throw Failure.of(
          Code.INVALID_ID,
          "Expected " + expectation() + ", not " + ids.size() + (ids.size() == 1 ? " id" : " ids"));
    }
    if (ids.size() == 1) {
      return around(Ids.checked(variables.get(0), ids.get(0), false));
    }
    StringBuilder key = new StringBuilder(literals.get(0));
    for (int i = 0; i < ids.size(); i++) {
      key.append(Ids.checked(variables.get(i), ids.get(i), separated(i)))
          .append(literals.get(i + 1));
    }
    return key.toString();
  }

  private String expectation() {
    return variables.isEmpty() ? "no id" : String.join(" and ", variables);
  }

  /** The key around a text that was validated elsewhere, such as another key. */
  public String around(String text) {
    return literals.get(0) + text + literals.get(1);
  }

  /** The ids in a key, if it matches this pattern. */
  public Optional<List<String>> parse(String key) {
    Matcher parts = shape.matcher(key);
    if (!parts.matches()) {
      return Optional.empty();
    }
    List<String> ids = new ArrayList<>(variables.size());
    for (int i = 1; i <= variables.size(); i++) {
      if (!Ids.valid(parts.group(i), separated(i - 1))) {
        return Optional.empty();
      }
      ids.add(parts.group(i));
    }
    return Optional.of(ids);
  }

  /** An anchored glob for SCAN of the keys whose ids match. */
  public String glob(List<Glob> ids) {
    StringBuilder glob = new StringBuilder(Glob.literally(literals.get(0)));
    for (int i = 0; i < variables.size(); i++) {
      glob.append(ids.get(i).forRedis()).append(Glob.literally(literals.get(i + 1)));
    }
    return glob.toString();
  }

  /** Whether a key matches this pattern, and its ids match the globs. */
  public boolean matches(String key, List<Glob> ids) {
    return parse(key)
        .filter(
            parts -> {
              for (int i = 0; i < parts.size(); i++) {
                if (!ids.get(i).matches(parts.get(i))) {
                  return false;
                }
              }
              return true;
            })
        .isPresent();
  }

  /**
   * Whether a key could match both patterns, which is not allowed for two keyspaces of a system.
   */
  boolean overlaps(KeyPattern other) {
    return Overlap.of(tokens(), other.tokens());
  }

  /** The pattern as a list of characters and wildcards. */
  private List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < literals.size(); i++) {
      literals.get(i).chars().forEach(c -> tokens.add(String.valueOf((char) c)));
      if (i < variables.size()) {
        tokens.add(separated(i) ? Overlap.ANY_BUT_COLON : Overlap.ANY);
      }
    }
    return tokens;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyPattern pattern && text.equals(pattern.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
