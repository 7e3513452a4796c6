package io.aetherkeep.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the archive without a runtime: unpacks and runs it. */
class ArchiveTest {

  @TempDir Path folder;

  private Path unpacked() throws Exception {
    Installed.sh(folder, "tar xzf '" + Installed.named(".tar.gz") + "'");
    return folder.resolve("aetherkeep-" + System.getProperty("version"));
  }

  @Test
  void node_servesTheFirstSession_andEndsWell() throws Exception {
    Path home = unpacked();
    Path bin =
        Files.createSymbolicLink(folder.resolve("aetherkeep"), home.resolve("bin/aetherkeep"));
    try (Installed node = Installed.start(folder, Map.of(), bin.toString())) {
      node.assertFirstSession();
      assertTrue(Files.isDirectory(folder.resolve("data/redis")), node.banner()::toString);
      node.stop();
    }
  }

  @Test
  void secondStart_takesItsClassesFromAnArchive() throws Exception {
    String bin = unpacked().resolve("bin/aetherkeep").toString();
    Path cache = folder.resolve("cache");
    Map<String, String> first = Map.of("XDG_CACHE_HOME", cache.toString());
    try (Installed node = Installed.start(folder, first, bin)) {
      node.stop();
    }
    Path log = folder.resolve("classes");
    Map<String, String> second =
        Map.of("XDG_CACHE_HOME", cache.toString(), "JAVA_OPTS", "-Xlog:class+load:file=" + log);
    try (Installed node = Installed.start(folder, second, bin)) {
      node.assertFirstSession();
      node.stop();
    }
    try (Stream<String> classes = Files.lines(log)) {
      assertTrue(
          classes
                  .filter(line -> line.contains(" io.aetherkeep."))
                  .filter(line -> line.contains("shared objects file (top)"))
                  .count()
              > 500);
    }
    assertEquals("", Installed.errors(folder, "warning|cds"));
  }

  @Test
  void collector_isSerialOnFewProcessors_unlessAnotherIsNamed() throws Exception {
    String bin = unpacked().resolve("bin/aetherkeep").toString();
    Path log = folder.resolve("collector");
    boolean few = Runtime.getRuntime().availableProcessors() <= 4;
    for (String named : List.of("", "-XX:+UseG1GC")) {
      String options = named + " -Xlog:gc:file=" + log;
      try (Installed node = Installed.start(folder, Map.of("JAVA_OPTS", options), bin)) {
        node.stop();
      }
      assertTrue(
          Files.readString(log).contains(named.isEmpty() && few ? "Using Serial" : "Using G1"));
    }
  }

  @Test
  void shortCommands_leaveNoArchive() throws Exception {
    String bin = unpacked().resolve("bin/aetherkeep").toString();
    Installed.sh(folder, "export XDG_CACHE_HOME=$PWD/cache; " + bin + " --version");
    assertTrue(Files.notExists(folder.resolve("cache")));
  }

  @Test
  void init_isStartedAsItIs() throws Exception {
    String bin = unpacked().resolve("bin/aetherkeep").toString();
    Installed.sh(folder, bin + " init --space library");
    try (Installed node = Installed.start(folder, Map.of(), bin, "--config", "aetherkeep.yaml")) {
      assertTrue(node.banner().toString().contains("library (0)"), node.banner()::toString);
      node.stop();
    }
  }

  @Test
  void configurationOfThePackage_isValid() throws Exception {
    Path home = unpacked();
    for (String file : List.of("aetherkeep.yaml", "reference.yaml")) {
      Installed.sh(home, "bin/aetherkeep --print-config --config conf/" + file);
    }
  }

  @Test
  void archive_hasWhatAnInstallationNeeds() throws Exception {
    Path home = unpacked();
    for (String file :
        List.of(
            "bin/aetherkeep",
            "lib/aetherkeep.jar",
            "systemd/aetherkeep.service",
            "man/aetherkeep.1",
            "completions/aetherkeep.bash",
            "completions/_aetherkeep",
            "deploy/compose/compose.yaml",
            "deploy/helm/aetherkeep/Chart.yaml",
            "licenses/THIRD-PARTY.txt",
            "licenses/redis.txt",
            "LICENSE",
            "README.md")) {
      assertTrue(Files.isRegularFile(home.resolve(file)), file);
    }
    Installed.sh(home, "bash -n completions/aetherkeep.bash");
    Installed.sh(home, "if command -v zsh; then zsh -n completions/_aetherkeep; fi");
    Set<String> inZip;
    try (ZipFile zip = new ZipFile(Installed.named(".zip").toFile())) {
      inZip = zip.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
    }
    try (Stream<Path> files = Files.walk(home)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .forEach(file -> assertTrue(inZip.remove(file), file));
    }
    assertEquals(
        Set.of(), inZip.stream().filter(name -> !name.endsWith("/")).collect(Collectors.toSet()));
  }

  @Test
  void jar_carriesNoProgramThatNoPlatformRuns() throws Exception {
    try (ZipFile jar = new ZipFile(unpacked().resolve("lib/aetherkeep.jar").toFile())) {
      assertEquals(
          Set.of("darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64"),
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.startsWith("redis-server-"))
              .map(name -> name.replaceFirst("redis-server-[0-9.]+-", ""))
              .collect(Collectors.toSet()));
    }
  }

  @Test
  void manualAndCompletion_knowEveryOption() throws Exception {
    Path home = unpacked();
    String manual = Files.readString(home.resolve("man/aetherkeep.1")).replace("\\-", "-");
    String completion = Files.readString(home.resolve("completions/aetherkeep.bash"));
    String zsh = Files.readString(home.resolve("completions/_aetherkeep"));
    String help = Installed.sh(home, "bin/aetherkeep --help");
    for (String option : help.split("[^a-z-]+", -1)) {
      if (option.matches("--[a-z-]+")) {
        assertTrue(manual.contains(option), option);
        assertTrue(completion.contains(option), option);
        assertTrue(zsh.contains(option), option);
      }
    }
  }
}
