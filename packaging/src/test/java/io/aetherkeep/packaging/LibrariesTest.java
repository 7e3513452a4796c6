package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** Tests the libraries as published, with a project outside of this build that uses them. */
class LibrariesTest {

  private static final String VERSION = System.getProperty("version");
  private static final Path GROUP = Installed.packages().resolve("maven/io/aetherkeep");
  private static final Path EXAMPLE = Path.of("..", "examples", "verticle");

  @TempDir Path folder;

  private static Path file(String library, String end) {
    return GROUP.resolve(library).resolve(VERSION).resolve(library + "-" + VERSION + end);
  }

  private static String value(Document pom, String path) throws Exception {
    XPath xpath = XPathFactory.newInstance().newXPath();
    return xpath.evaluate("/project/" + path, pom).strip();
  }

  private static Document pom(String library) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(file(library, ".pom").toFile());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aetherkeep-bom",
        "aetherkeep-client",
        "aetherkeep-core",
        "aetherkeep-embedded-redis",
        "aetherkeep-junit5"
      })
  void pom_saysWhatMavenCentralAsksFor(String library) throws Exception {
    Document pom = pom(library);
    for (String path :
        List.of(
            "name",
            "description",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection")) {
      assertTrue(!value(pom, path).isEmpty(), path);
    }
    assertEquals("https://github.com/aetherkeep/aetherkeep", value(pom, "url"));
    assertEquals("https://github.com/aetherkeep/aetherkeep", value(pom, "scm/url"));
    assertEquals("io.aetherkeep", value(pom, "groupId"));
    assertEquals(VERSION, value(pom, "version"));
    assertEquals("0", count(pom, "parent"));
    assertEquals("0", count(pom, "dependencies/dependency[not(version)]"));
    assertEquals("0", count(pom, "dependencies/dependency[scope='test']"));
    assertTrue(!Files.readString(file(library, ".pom")).contains("${"), "a property is left");
  }

  private static String count(Document pom, String path) throws Exception {
    return XPathFactory.newInstance().newXPath().evaluate("count(/project/" + path + ")", pom);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aetherkeep-client",
        "aetherkeep-core",
        "aetherkeep-embedded-redis",
        "aetherkeep-junit5"
      })
  void library_comesWithItsSourcesAndJavadoc(String library) throws Exception {
    List<String> classes = names(file(library, ".jar"), ".class");
    List<String> sources = names(file(library, "-sources.jar"), ".java");
    assertTrue(!sources.isEmpty());
    for (String source : sources) {
      if (!source.endsWith("package-info.java")) {
        assertTrue(classes.contains(source.replaceFirst("java$", "class")), source);
      }
    }
    assertTrue(names(file(library, "-javadoc.jar"), "index.html").contains("index.html"));
  }

  private static List<String> names(Path jar, String end) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().map(entry -> entry.getName()).filter(it -> it.endsWith(end)).toList();
    }
  }

  @Test
  void bom_namesEveryLibrary() throws Exception {
    Document bom = pom("aetherkeep-bom");
    try (Stream<Path> libraries = Files.list(GROUP)) {
      for (Path library : libraries.toList()) {
        String name = library.getFileName().toString();
        if (!name.equals("aetherkeep-bom")) {
          String path = "dependencyManagement/dependencies/dependency[artifactId='%s']/version";
          assertEquals(VERSION, value(bom, path.formatted(name)), name);
        }
      }
    }
  }

  @Test
  void exampleVerticle_isBuiltAndTestedOutsideOfThisBuild() throws Exception {
    Installed.sh(
        folder, "cp -R '" + EXAMPLE.toAbsolutePath() + "' example && rm -rf example/target");
    String said =
        Installed.sh(
            folder.resolve("example"),
            "mvn -B -Dmaven.repo.local='%s' -Daetherkeep.version=%s package"
                .formatted(repository(), VERSION));
    assertTrue(said.contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0"), said);
    Path example = folder.resolve("example");
    Map<String, String> beside =
        Map.of(
            "AETHERKEEP_CLASSPATH",
            example.resolve("target/live-sessions-1.0.jar").toString(),
            "AETHERKEEP_BESIDE_VERTICLES",
            "com.example.LiveSessions");
    String program = Installed.packages().resolve("dist/bin/aetherkeep").toString();
    try (Installed node =
        Installed.start(example, beside, program, "--config", "aetherkeep.yaml")) {
      String path = "/api/v1/content/caches/metrics/sessions/now";
      String answer = Installed.sh(example, "curl -s " + node.url() + path);
      assertEquals("{\"liveSessions\":0}", answer);
      node.stop();
    }
  }

  /** A repository with the libraries as published, and links to all others. */
  private Path repository() throws IOException {
    Path others = Path.of(System.getProperty("repository"));
    Path ours = Files.createDirectories(folder.resolve("repository"));
    link(others, ours, "io");
    Path io = Files.createDirectories(ours.resolve("io"));
    link(others.resolve("io"), io, "aetherkeep");
    Files.createSymbolicLink(io.resolve("aetherkeep"), GROUP.toAbsolutePath());
    return ours;
  }

  private static void link(Path from, Path to, String but) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(it -> !it.endsWith(but)).toList()) {
        Files.createSymbolicLink(to.resolve(file.getFileName()), file.toAbsolutePath());
      }
    }
  }
}
