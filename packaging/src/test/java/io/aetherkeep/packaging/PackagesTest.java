package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ServerSocket;
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
 * Tests the other packages: with a Java runtime, for Debian, and their checksums and bill of
 * materials.
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
  void archiveOfHazelcast_joinsTheEventBusToACluster() throws Exception {
    Installed.sh(folder, "tar xzf '" + Installed.named(".tar.gz") + "'");
    Path hazelcast =
        Installed.packages()
            .resolve("aetherkeep-hazelcast-" + System.getProperty("version") + ".tar.gz");
    Installed.sh(folder, "tar xzf '" + hazelcast + "'");
    Path home = folder.resolve("aetherkeep-" + System.getProperty("version"));
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Map<String, String> settings =
        Map.of(
            "AETHERKEEP_CLASSPATH", folder.resolve("hazelcast") + "/*",
            "AETHERKEEP_BESIDE_CLUSTER", "hazelcast",
            "AETHERKEEP_BESIDE_MEMBERS", "127.0.0.1:" + port,
            "AETHERKEEP_BESIDE_MEMBER_PORT", "" + port);
    try (Installed node =
        Installed.start(folder, settings, home.resolve("bin/aetherkeep").toString())) {
      node.assertFirstSession();
      node.stop();
    }
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

  /** Installs it onto this system, in an overlay that is discarded. */
  private static final String LAYERED =
      """
      set -e
      mount -t tmpfs tmpfs "$LAYERS"
      mkdir "$LAYERS/upper" "$LAYERS/work" "$LAYERS/root"
      mount -t overlay overlay \
        -o "lowerdir=/,upperdir=$LAYERS/upper,workdir=$LAYERS/work" "$LAYERS/root"
      mount --bind /proc "$LAYERS/root/proc"
      mount --bind /dev "$LAYERS/root/dev"
      cp "$DEB" "$LAYERS/root/aetherkeep.deb"
      chroot "$LAYERS/root" sh -ec '
        export DEBIAN_FRONTEND=noninteractive
        dpkg --force-depends -i /aetherkeep.deb
        dpkg -s aetherkeep | grep "^Status: install ok"
        getent passwd aetherkeep
        aetherkeep --version
        aetherkeep --print-config --config /etc/aetherkeep/aetherkeep.yaml | head -1
        mkdir -p /var/lib/aetherkeep
        dpkg --purge aetherkeep
        ! test -e /etc/aetherkeep || exit 3
        ! test -e /usr/share/aetherkeep || exit 4
        ! test -e /var/lib/aetherkeep || exit 5'
      """;

  @Test
  void debianPackage_isInstalledAndPurged() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg")), "skipped: no dpkg here");
    Path layers = Files.createDirectory(folder.resolve("layers"));
    String layered =
        "LAYERS='%s' DEB='%s' unshare -m sh -c '%s'"
            .formatted(layers, Installed.named(".deb"), "%s");
    assumeTrue(
        new ProcessBuilder("sh", "-c", layered.formatted(LAYERED_PROBE)).start().waitFor() == 0,
        "skipped: only root may mount here");
    Path script = Files.writeString(folder.resolve("layered"), LAYERED);
    String said = Installed.sh(folder, layered.formatted(". " + script));
    assertTrue(said.contains("aetherkeep " + System.getProperty("version")), said);
  }

  private static final String LAYERED_PROBE =
      """
      mount -t tmpfs tmpfs "$LAYERS" && mkdir "$LAYERS/u" "$LAYERS/w" "$LAYERS/r" \
        && mount -t overlay overlay -o "lowerdir=/,upperdir=$LAYERS/u,workdir=$LAYERS/w" "$LAYERS/r"
      """;

  @Test
  void licences_nameEveryLibraryThatIsBundled() throws Exception {
    JsonObject bom = new JsonObject(Files.readString(Installed.named("-sbom.json")));
    Installed.sh(folder, "tar xzf '" + Installed.named(".tar.gz") + "' --strip-components=1");
    String licences = Files.readString(folder.resolve("licenses/THIRD-PARTY.txt"));
    for (Object each : bom.getJsonArray("components")) {
      JsonObject library = (JsonObject) each;
      String name =
          library.getString("group")
              + ":"
              + library.getString("name")
              + ":"
              + library.getString("version");
      if (!name.startsWith("io.aetherkeep:")) {
        assertTrue(licences.contains(name + "\n    "), name);
      }
    }
    assertTrue(!licences.contains("Unknown"), licences);
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
    assertEquals(8, checked.lines().filter(line -> line.endsWith(": OK")).count(), checked);
  }
}
