package io.aetherkeep.router.docs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Documentation site: the Markdown pages in {@code docs}, and some of the repository's root, as
 * HTML pages. Their common navigation is {@code docs/index.md}.
 */
public final class DocSite {

  /** Root path of the site. */
  public static final String ROOT = "/docs";

  /** Images in the pages. */
  public static final List<String> PICTURES =
      List.of(
          "console-light.png",
          "console-dark.png",
          "performance-entries.svg",
          "performance-listeners.svg",
          "performance-nodes.svg",
          "performance-sessions.svg",
          "performance-sockets.svg",
          "performance-watchers.svg");

  private static final String INDEX = "docs/index.md";

  /** Pages in the repository's root, and their paths. */
  private static final Map<String, String> TOP =
      Map.of(
          "SECURITY.md", ROOT + "/threats",
          "CHANGELOG.md", ROOT + "/changelog",
          "ARCHITECTURE.md", ROOT + "/architecture",
          "CONTRIBUTING.md", ROOT + "/contributing");

  private static final String RESOURCES =
      "router-verticle/src/main/resources/io/aetherkeep/router/";

  private static final Pattern GROUP = Pattern.compile("## (.+)");
  private static final Pattern ENTRY = Pattern.compile("- \\[([^]]+)]\\(([^)#]+\\.md)\\).*");
  private static final Pattern TITLE = Pattern.compile("(?m)^# (.+)$");

  private final String template = text("page.html");
  private final List<String> navigation = new ArrayList<>();

  /** Paths of the pages by their file. */
  private final Map<String, String> pages = new TreeMap<>(TOP);

  /** Paths of the other files that pages link to. */
  private final Map<String, String> others = new HashMap<>();

  /** Reads the list of pages; each is rendered on demand. */
  public DocSite() {
    pages.put(INDEX, ROOT);
    others.put("README.md", ROOT);
    others.put("clients/javascript/src/realtime.js", "/client.js");
    others.put(RESOURCES + "asyncapi.json", "/asyncapi.json");
    PICTURES.forEach(picture -> others.put("docs/" + picture, ROOT + "/" + picture));
    source(INDEX).lines().forEach(this::list);
  }

  private void list(String line) {
    Matcher group = GROUP.matcher(line);
    Matcher entry = ENTRY.matcher(line);
    if (group.matches()) {
      navigation.add("<h2>" + group.group(1) + "</h2>");
    } else if (entry.matches()) {
      String file = file(INDEX, entry.group(2));
      String name = file.substring(file.lastIndexOf('/') + 1).replace(".md", "");
      String path = pages.computeIfAbsent(file, unknown -> ROOT + "/" + name);
      navigation.add("<a href=\"" + path + "\">" + entry.group(1) + "</a>");
    }
  }

  /** Returns the file that a link in another file refers to. */
  private static String file(String from, String link) {
    return Path.of(from).resolveSibling(link).normalize().toString();
  }

  /** Returns the paths of all pages by their file. */
  public Map<String, String> pages() {
    return Map.copyOf(pages);
  }

  /** Renders a page, which takes some milliseconds. */
  public String html(String file) {
    String markdown = source(file);
    Matcher title = TITLE.matcher(markdown);
    String here = "<a href=\"" + pages.get(file) + "\"";
    return template
        .replace("{{title}}", title.find() ? title.group(1) : file)
        .replace(
            "{{navigation}}",
            String.join("\n", navigation).replace(here, here + " aria-current=\"page\""))
        .replace("{{content}}", Markdown.html(markdown, link -> target(file, link)));
  }

  /** Returns the target of a link, empty if the file is not served. */
  private String target(String from, String link) {
    if (link.startsWith("#") || link.startsWith("https://") || link.startsWith("http://")) {
      return link;
    }
    String[] parts = link.split("#", 2);
    String file = file(from, parts[0]);
    String path = pages.containsKey(file) ? pages.get(file) : others.getOrDefault(file, "");
    return path.isEmpty() || parts.length == 1 ? path : path + "#" + parts[1];
  }

  private static String source(String file) {
    return text(file.startsWith("docs/") ? file.replace("docs/", "pages/") : "pages/top/" + file);
  }

  private static String text(String resource) {
    try (InputStream in = DocSite.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("Not in the package: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("Cannot be read: " + resource, e);
    }
  }
}
