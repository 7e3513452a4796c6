package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packages beside the archive: with a runtime of Java, for Debian, and what is said of them.
 */
class PackagesTest {

  private static final long MOST_BYTES = 90_000_000;

  @TempDir Path folder;

  private static Path withRuntime() throws IOException {
    try (Stream<Path> files = Files.list(Installed.packages())) {
      return files
          .filter(file -> file.getFileName().toString().matches(".*-(linux|darwin)-.*\\.tar\\.gz"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void archiveWithARuntime_needsNoJava() throws Exception {
    assertTrue(Files.size(withRuntime()) < MOST_BYTES, () -> "too large");
    Installed.sh(folder, "tar xzf '" + withRuntime() + "'");
    Path home = folder.resolve("aetherkeep-" + System.getProperty("version"));
    Map<String, String> noJava = Map.of("JAVA_HOME", "", "PATH", "/usr/bin:/bin");
    try (Installed node =
        Installed.start(folder, noJava, home.resolve("bin/aetherkeep").toString())) {
      node.assertFirstSession();
      assertTrue(node.program().startsWith(home.toRealPath() + "/runtime/"), node.program());
      node.stop();
    }
    assertEquals("", Installed.errors(folder, "aot|cds|warning"));
  }

  @Test
  void debianPackage_runsFromWhereItInstalls() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "skipped: no dpkg-deb here");
    Installed.sh(folder, "dpkg-deb -x '" + Installed.named(".deb") + "' .");
    Path bin = folder.resolve("usr/bin/aetherkeep");
    String settings = folder.resolve("etc/aetherkeep/aetherkeep.yaml").toString();
    try (Installed node = Installed.start(folder, Map.of(), bin.toString(), "--config", settings)) {
      node.assertFirstSession();
      node.stop();
    }
    assertTrue(Files.isRegularFile(folder.resolve("lib/systemd/system/aetherkeep.service")));
    String control = Installed.sh(folder, "dpkg-deb --field '" + Installed.named(".deb") + "'");
    assertTrue(control.contains("Package: aetherkeep"), control);
    assertEquals(
        "/etc/aetherkeep/aetherkeep.yaml",
        Installed.sh(folder, "dpkg-deb -I '" + Installed.named(".deb") + "' conffiles").strip());
  }

  @Test
  void billOfMaterials_namesWhatIsBundled() throws Exception {
    JsonObject bom = new JsonObject(Files.readString(Installed.named("-sbom.json")));
    assertEquals("CycloneDX", bom.getString("bomFormat"));
    Set<String> names =
        bom.getJsonArray("components").stream()
            .map(component -> ((JsonObject) component).getString("name"))
            .collect(Collectors.toSet());
    assertTrue(
        names.containsAll(
            List.of("aetherkeep-core", "vertx-core", "embedded-redis", "logback-classic")),
        names::toString);
    assertTrue(names.stream().noneMatch(name -> name.startsWith("junit")), names::toString);
  }

  @Test
  void checksums_areThoseOfThePackages() throws Exception {
    String checked = Installed.sh(Installed.packages(), "cat *.sha256 | sha256sum -c -");
    assertEquals(6, checked.lines().filter(line -> line.endsWith(": OK")).count(), checked);
  }
}
